/** @module The tax authority: its notices pause a dossier until the citizen has paid, its vouchers say what was paid. It only calls us. */
import { z } from 'zod';
import { defineConnector } from '../../src/connector/define.ts';
import { mapPush, proves, replyOf, withoutKey } from './mapping.ts';
import { message, reply } from './wire.ts';

const key = z.string().min(8).max(200);

const settings = z.object({
  SECURITY_KEY: key
    .optional()
    .meta({ secret: true, description: 'Stands in each of its messages; without it every message is refused' }),
  SECURITY_KEY_PREVIOUS: key
    .optional()
    .meta({ secret: true, description: 'The former key while a new one is introduced' }),
  ALLOW_FROM: z.string().default('').meta({
    description: 'Addresses and networks it pushes from, comma-separated (10.20.0.5,10.30.0.0/16); empty: any',
  }),
});

export default defineConnector({
  name: 'tax',
  title: { vi: 'Hệ thống của cơ quan Thuế', en: 'Tax authority' },
  capabilities: ['exchange'],
  wire: {
    version: 'seen-2025',
    confidence: 'observed',
    note: {
      vi: 'Theo mã nguồn công khai của các hệ thống một cửa; câu trả lời là của cổng.',
      en: 'From public source code of one-gate systems; the answer is the gateway’s own.',
    },
  },
  settings,
  baseUrl: () => null,
  timeoutMs: 10_000,
  connections: 1,
  webhook: {
    proof: 'checksum',
    secrets: ({ SECURITY_KEY, SECURITY_KEY_PREVIOUS }) =>
      [SECURITY_KEY, SECURITY_KEY_PREVIOUS].filter((secret) => secret !== undefined),
    addresses: ({ ALLOW_FROM }) =>
      ALLOW_FROM.split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    proves,
    kept: withoutKey,
    message,
    map: mapPush,
    reply: {
      schema: reply,
      statuses: [207, 400, 422],
      taken: replyOf,
      unreadable: (violations) => ({
        status: 400,
        body: {
          error_code: '2',
          message: violations.map(({ path, message: words }) => `${path}: ${words}`).join('; '),
          data: [],
        },
      }),
      failed: (why) => ({ status: 503, body: { error_code: '3', message: why, data: [] } }),
    },
    example: {
      body: {
        SecurityKey: 'security-key',
        Service: 'ChungTuThue',
        IsUpdating: '0',
        Data: {
          MaHoSo: 'H15.58-260310-8006',
          MaSoThue: '9900000019',
          ThongTinThanhToan: {
            MaThongBaoThue: 'TB-000123',
            SoTien: 1_500_000,
            NoiDungThanhToan: 'Nộp lệ phí trước bạ nhà đất',
            ThoiGianThanhToan: '20260320091500',
            TrangThaiThanhToan: 1,
          },
        },
      },
    },
  },
});
