/** @module The land registry (VBDLIS): it pushes each step of a land dossier, with a security code in the path. */
import { z } from 'zod';
import { defineConnector } from '../../src/connector/define.ts';
import { mapPush } from './mapping.ts';
import { message, OPERATIONS, reply } from './wire.ts';

const code = z.string().min(8).max(200);

const settings = z.object({
  SECURITY_CODE: code
    .optional()
    .meta({ secret: true, description: 'Stands last in the path of its pushes; without it every push is refused' }),
  SECURITY_CODE_PREVIOUS: code
    .optional()
    .meta({ secret: true, description: 'The former code while a new one is introduced' }),
  ALLOW_FROM: z.string().default('').meta({
    description: 'Addresses and networks it pushes from, comma-separated (10.20.0.5,10.30.0.0/16); empty: any',
  }),
  TIMES_ARE: z
    .enum(['utc', 'local'])
    .default('utc')
    .meta({ description: 'What its times without a zone mean: UTC, or the time in Viet Nam' }),
  BASE_URL: z.url().optional().meta({ description: 'Where its own services are called' }),
});

export default defineConnector({
  name: 'land-registry',
  title: { vi: 'Hệ thống thông tin đất đai (VBDLIS)', en: 'Land registry (VBDLIS)' },
  capabilities: ['exchange'],
  wire: {
    version: 'seen-2025',
    confidence: 'observed',
    note: {
      vi: 'Theo mã nguồn công khai của các hệ thống một cửa; không có tài liệu chính thức.',
      en: 'From public source code of one-gate systems; there is no official document.',
    },
  },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
  timeoutMs: 10_000,
  connections: 4,
  webhook: {
    proof: 'path-code',
    secrets: ({ SECURITY_CODE, SECURITY_CODE_PREVIOUS }) =>
      [SECURITY_CODE, SECURITY_CODE_PREVIOUS].filter((code) => code !== undefined),
    operations: OPERATIONS,
    addresses: ({ ALLOW_FROM }) =>
      ALLOW_FROM.split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    message,
    map: mapPush,
    reply: {
      schema: reply,
      taken: () => ({ status: 200, body: { Result: 1, Message: 'Đã tiếp nhận' } }),
      failed: (why) => ({ status: 503, body: { Result: 0, Message: why } }),
    },
    example: {
      operation: 'YeuCauBoSungHoSo',
      body: {
        SoBienNhan: 'H15.50-260310-0001',
        NgayChoBoSung: '/Date(1773108000000)/',
        MaCanBoXuLy: 'cb-01',
        LaTamDung: true,
        GhiChu: 'Chờ cơ quan thuế xác định nghĩa vụ tài chính',
        danhSachVanBanChoBoSung: [
          { vanBanPhatSinhId: 'VB-1', loaiVanBanPhatSinh: 5, ngayVanBan: '/Date(1773108000000)/' },
        ],
      },
    },
  },
});
