/** @module National payment platform: asks for payments and refunds, asks about them, takes notices. Wire: version 1.0.6, observed. */
import { z } from 'zod';
import { agreedLimit } from '../../src/connector/agreed-limit.ts';
import { defineConnector, type MappedPush, type Push } from '../../src/connector/define.ts';
import { readJson } from '../../src/connector/read-json.ts';
import { violationsIn } from '../../src/connector/violations.ts';
import { checksumOf, isProven } from './checksum.ts';
import { PlatformClient } from './client.ts';
import { noticeReport } from './mapping.ts';
import { type Settings, settings } from './settings.ts';
import * as wire from './wire.ts';

const reply = z.object({ MaLoi: z.string(), MoTaLoi: z.string() });

/** The raw values stand under the checksum, so that they are proven before anything else is read of them. */
function proves(body: Buffer, secrets: readonly string[]): boolean {
  const read = readJson(body, 'en');
  if (!read.ok || typeof read.value !== 'object' || read.value === null) return false;
  return isProven(wire.CHECKED.transaction, read.value as Record<string, unknown>, secrets);
}

function map({ body, language }: Push<Settings>): MappedPush {
  const read = readJson(body, language);
  if (!read.ok) return { unreadable: read.violations, malformed: read.malformed };
  const parsed = wire.notice.safeParse(read.value);
  if (!parsed.success) return { unreadable: violationsIn(wire.notice, read.value, '$', language), malformed: false };
  return { payments: [noticeReport(parsed.data)] };
}

const EXAMPLE_NOTICE = {
  LoaiBanTin: 'confirm',
  MaLoi: '00',
  MoTaLoi: '',
  MaDoiTac: 'H15',
  MaThamChieu: 'LT260310083000ABCDEF',
  SoTien: '50000',
  MaTienTe: 'VND',
  MaGiaoDich: 'PP0A1B2C3D4E5F',
  MaNganHang: 'BIDV',
  ThoiGianGD: '20260310143005',
  ThongTinGiaoDich: 'Thanh toan ho so H15.50-260310-0001',
};

export default defineConnector({
  name: 'payment-platform',
  title: { vi: 'Nền tảng thanh toán trực tuyến (Payment Platform)', en: 'National payment platform' },
  capabilities: ['payments'],
  wire: {
    version: wire.VERSION,
    confidence: 'observed',
    note: {
      vi: 'INIT, QUERY, GET_BILL và thông báo theo mã nguồn công khai; hoàn tiền và tệp đối soát là giả định.',
      en: 'INIT, QUERY, GET_BILL and the notice by public source code; the refund and the settlement file are assumed.',
    },
  },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
  timeoutMs: 15_000,
  connections: 8,
  limits: [agreedLimit({ vi: 'Nền tảng thanh toán quốc gia', en: 'the national payment platform' })],
  probe: (context) => new PlatformClient(context).probe(),
  payments: (context) => new PlatformClient(context),
  webhook: {
    proof: 'checksum',
    secrets: ({ SECRET, SECRET_PREVIOUS }) => [SECRET, SECRET_PREVIOUS ?? ''].filter((secret) => secret !== ''),
    addresses: ({ ALLOW_FROM }) => ALLOW_FROM,
    proves,
    message: wire.notice,
    map,
    reply: {
      schema: reply,
      taken: () => ({ status: 200, body: { MaLoi: '00', MoTaLoi: '' } }),
      failed: (message) => ({ status: 503, body: { MaLoi: '99', MoTaLoi: message } }),
    },
    example: {
      body: { ...EXAMPLE_NOTICE, MaXacThuc: checksumOf(wire.CHECKED.transaction, EXAMPLE_NOTICE, 'secret') },
    },
  },
});
