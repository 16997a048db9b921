/** @module The electronic civil status system: births, deaths and marriages are handed to it and followed by asking, and its books are looked up. */
import { agreedLimit } from '../../src/connector/agreed-limit.ts';
import { defineConnector } from '../../src/connector/define.ts';
import { civilExchange } from './exchange.ts';
import { operations } from './operations.ts';
import { credentials, login } from './session.ts';
import { settings } from './settings.ts';

export default defineConnector({
  name: 'civil-status',
  title: { vi: 'Hệ thống hộ tịch điện tử', en: 'Electronic civil status' },
  capabilities: ['exchange', 'lookup'],
  wire: {
    version: 'seen-2025',
    confidence: 'observed',
    note: {
      vi: 'Theo mã nguồn công khai của các hệ thống một cửa; rút hồ sơ và tra cứu là giả định.',
      en: 'From public source code of one-gate systems; withdrawal and look-up are assumed.',
    },
  },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
  timeoutMs: 10_000,
  connections: 4,
  limits: [agreedLimit({ vi: 'Bộ Tư pháp', en: 'the Ministry of Justice' })],
  credentials,
  probe: async (context) => void (await login(context, true)),
  operations,
  exchange: civilExchange,
});
