/** @module The land registry (VBDLIS): land dossiers are handed to it, it pushes each step of them, and answers about parcels. */
import { agreedLimit } from '../../src/connector/agreed-limit.ts';
import { oauthClientCredentials } from '../../src/connector/credentials.ts';
import { defineConnector } from '../../src/connector/define.ts';
import { landCatalogue } from './catalogue.ts';
import { landExchange } from './exchange.ts';
import { mapPush } from './mapping.ts';
import { operations, probe } from './operations.ts';
import { settings } from './settings.ts';
import { message, OPERATIONS, reply } from './wire.ts';

export default defineConnector({
  name: 'land-registry',
  title: { vi: 'Hệ thống thông tin đất đai (VBDLIS)', en: 'Land registry (VBDLIS)' },
  capabilities: ['exchange', 'lookup', 'catalogue'],
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
  limits: [agreedLimit({ vi: 'cơ quan quản lý đất đai', en: 'the land authority' })],
  credentials: ({ settings: { OAUTH_PATH, CLIENT_ID, CLIENT_SECRET }, ...context }) =>
    oauthClientCredentials({
      ...context,
      path: OAUTH_PATH,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      basic: true,
    }),
  probe,
  operations,
  exchange: landExchange,
  catalogue: landCatalogue,
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
