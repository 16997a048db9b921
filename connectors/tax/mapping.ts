/** @module From the tax authority's notices and vouchers to events of the timeline: one for each row, none for a row that cannot be read; pure. */
import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { asDossierCode, type EventCommand, type Obligation, saying, told } from '../../src/capabilities/exchange.ts';
import type { CommandResult, MappedPush, Push, PushedRow } from '../../src/connector/define.ts';
import { readJson } from '../../src/connector/read-json.ts';
import { readXml } from '../../src/connector/read-xml.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { type Language, violationsIn } from '../../src/connector/violations.ts';
import { amountOf, dayOf, instantOf, timeOf } from './values.ts';
import * as wire from './wire.ts';

const SOURCE = 'tax';

/** The key stands in the message itself. */
export function proves(body: Buffer, secrets: readonly string[]): boolean {
  const read = readJson(body, 'en');
  const given =
    read.ok && read.value && typeof read.value === 'object' && 'SecurityKey' in read.value
      ? read.value.SecurityKey
      : null;
  if (typeof given !== 'string') return false;
  const candidate = Buffer.from(given);
  return (
    secrets
      .map((secret) => Buffer.from(secret))
      .filter((secret) => secret.length === candidate.length && timingSafeEqual(secret, candidate)).length > 0
  );
}

const KEY = /("SecurityKey"\s*:\s*)"(?:[^"\\]|\\.)*"/g;

/** The message without its key, as it may be kept. */
export const withoutKey = (body: Buffer): Buffer => Buffer.from(body.toString('utf8').replace(KEY, '$1"***"'));

export function mapPush(push: Push<unknown>): MappedPush {
  const { body, language } = push;
  const read = readJson(body, language);
  if (!read.ok) return { unreadable: read.violations, malformed: read.malformed };
  const notice = wire.noticeMessage.safeParse(read.value);
  if (notice.success) return noticesOf(notice.data, push);
  const voucher = wire.voucherMessage.safeParse(read.value);
  if (voucher.success) return vouchersOf(voucher.data, push);
  return { unreadable: violationsIn(wire.message, read.value, '$', language), malformed: false };
}

/** A row as an event, or why it can't be one: where, and what is wrong. */
type ReadRow = EventCommand | { readonly path: string; readonly wrong: keyof typeof WRONG }[];

const WRONG = {
  shape: { vi: 'không đúng định dạng', en: 'has another shape' },
  amount: { vi: 'số tiền không đọc được', en: 'the amount can not be read' },
  day: { vi: 'không phải là ngày dd-MM-yyyy', en: 'is no day dd-MM-yyyy' },
  time: { vi: 'không phải là thời gian yyyyMMddHHmmss', en: 'is no time yyyyMMddHHmmss' },
  twice: { vi: 'hồ sơ này đã có ở dòng khác của thông điệp', en: 'this dossier stands in another row of the message' },
  unpaid: { vi: 'chứng từ chưa thanh toán thành công', en: 'the payment did not succeed' },
  notice: { vi: 'thiếu mã thông báo thuế', en: 'the number of the notice is missing' },
} as const;

/** Rows side by side: commands for what can be read, faults for what cannot. */
function rowsOf(
  read: readonly { readonly name: string | null; readonly row: ReadRow }[],
  language: Language,
): MappedPush {
  const commands: EventCommand[] = [];
  const rows = read.map(({ name, row }): PushedRow => {
    if (!Array.isArray(row)) return { name, command: commands.push(row as EventCommand) - 1, violations: [] };
    return {
      name,
      command: null,
      violations: row.map(({ path, wrong }) => ({ path, message: WRONG[wrong][language] })),
    };
  });
  return { commands, rows };
}

function noticesOf(message: z.output<typeof wire.noticeMessage>, push: Push<unknown>): MappedPush {
  const { language } = push;
  const path = '$.Data.FileThongBaoThue';
  const unreadable = (words: string): MappedPush => ({ unreadable: [{ path, message: words }], malformed: false });
  const encoded = message.Data.FileThongBaoThue.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded))
    return unreadable(language === 'vi' ? 'không phải base64' : 'is no base64');
  let read: unknown;
  try {
    const xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'));
    read = readXml(xml, { upstream: SOURCE, operation: 'ThongBaoThue' }, wire.LISTS);
  } catch (error) {
    return unreadable(error instanceof UpstreamError ? (error.facts.words ?? '') : 'is no UTF-8');
  }
  const parsed = wire.notices.safeParse(read);
  if (!parsed.success) return { unreadable: violationsIn(wire.notices, read, path, language), malformed: false };
  const sentAt = timeOf(message.Ngay);
  const isUpdating = /^(true|1)$/i.test(String(message.IsUpdating ?? ''));
  const seen = new Set<string>();
  return rowsOf(
    parsed.data.DATA.BODY.ROW_LIST.map((given, i) => {
      const at = `${path}/DATA/BODY/ROW_LIST[${i + 1}]`;
      const row = wire.row.safeParse(given);
      if (!row.success)
        return {
          name: nameOf(given),
          row: [{ path: `${at}/${row.error.issues[0]?.path.join('/') ?? ''}`, wrong: 'shape' as const }],
        };
      const name = row.data.MA_HSO;
      if (seen.has(name)) return { name, row: [{ path: `${at}/MA_HSO`, wrong: 'twice' as const }] };
      seen.add(name);
      return { name, row: noticeOf(row.data, { at, sentAt, isUpdating, receivedAt: push.receivedAt }) };
    }),
    language,
  );
}

const nameOf = (given: unknown): string | null =>
  given && typeof given === 'object' && 'MA_HSO' in given && typeof given.MA_HSO === 'string'
    ? given.MA_HSO.slice(0, 100)
    : null;

interface Around {
  readonly at: string;
  readonly sentAt: number | null;
  readonly isUpdating: boolean;
  readonly receivedAt: number;
}

/** All charges of one dossier: taken together or not at all. */
function noticeOf({ MA_HSO, LIST }: wire.Row, { at, sentAt, isUpdating, receivedAt }: Around): ReadRow {
  const faults: { path: string; wrong: 'amount' | 'day' }[] = [];
  const owed = new Map<string, number>();
  const days: string[] = [];
  for (const [i, charge] of LIST.entries()) {
    const amount = amountOf(charge.SO_TIEN);
    const day = dayOf(charge.NGAY_QUYET_DINH);
    if (amount === null) faults.push({ path: `${at}/LIST[${i + 1}]/SO_TIEN`, wrong: 'amount' });
    if (day === null) faults.push({ path: `${at}/LIST[${i + 1}]/NGAY_QUYET_DINH`, wrong: 'day' });
    if (amount === null || day === null) continue;
    owed.set(charge.SO_QUYET_DINH, (owed.get(charge.SO_QUYET_DINH) ?? 0) + amount);
    days.push(day);
  }
  if (faults.length > 0) return faults;
  const obligations: Obligation[] = [...owed];
  const numbers = [...owed.keys()].sort().join('+');
  const day = days.sort().at(-1)!;
  return event(MA_HSO, {
    operation: 'ThongBaoThue',
    // The same notice again is the same event; an update of it is another one.
    eventId: `notice:${numbers}${isUpdating ? `:${sentAt ?? receivedAt}` : ''}`,
    status: 'paused',
    reason: 'citizen-payment',
    occurredAt: instantOf(day, sentAt, receivedAt),
    obligations,
    body: saying({
      document: { number: [...owed.keys()].join(', '), date: day },
      amount: [...owed.values()].reduce((sum, amount) => sum + amount, 0),
      charges: LIST.map(({ TEN_TIEUMUC, SO_TIEN, SO_QUYET_DINH }) => ({
        notice: SO_QUYET_DINH,
        name: TEN_TIEUMUC ?? null,
        amount: amountOf(SO_TIEN),
      })),
    }),
  });
}

function vouchersOf({ Data }: z.output<typeof wire.voucherMessage>, { language }: Push<unknown>): MappedPush {
  const isMany = Array.isArray(Data);
  return rowsOf(
    (isMany ? Data : [Data]).map((voucher, i) => ({
      name: voucher.MaHoSo,
      row: voucherOf(voucher, isMany ? `$.Data[${i}]` : '$.Data'),
    })),
    language,
  );
}

/** TrangThaiThanhToan: 1 paid; seen absent, then the voucher itself says so. */
const PAID = '1';

function voucherOf(voucher: wire.Voucher, at: string): ReadRow {
  const inner = voucher.ThongTinThanhToan;
  const { MaThongBaoThue: notice, SoTien, ThoiGianThanhToan, TrangThaiThanhToan, NoiDungThanhToan } = inner ?? voucher;
  const path = inner ? `${at}.ThongTinThanhToan` : at;
  const amount = amountOf(SoTien);
  const paidAt = timeOf(ThoiGianThanhToan);
  const faults: { path: string; wrong: keyof typeof WRONG }[] = [];
  if (!notice) faults.push({ path: `${path}.MaThongBaoThue`, wrong: 'notice' });
  if (amount === null || amount === 0) faults.push({ path: `${path}.SoTien`, wrong: 'amount' });
  if (paidAt === null) faults.push({ path: `${path}.ThoiGianThanhToan`, wrong: 'time' });
  if (TrangThaiThanhToan && TrangThaiThanhToan !== PAID)
    faults.push({ path: `${path}.TrangThaiThanhToan`, wrong: 'unpaid' });
  if (faults.length > 0 || !notice || amount === null || paidAt === null) return faults;
  return event(voucher.MaHoSo, {
    operation: 'ChungTuThue',
    eventId: `voucher:${notice}:${paidAt}:${amount}`,
    status: 'resumed',
    occurredAt: paidAt,
    obligations: [[notice, amount]],
    body: saying({ document: { number: notice }, amount, note: NoiDungThanhToan, file: voucher.UrlFileChungTu }),
  });
}

type Told = Pick<EventCommand, 'operation' | 'status' | 'occurredAt' | 'body'> & {
  readonly eventId: string;
  readonly reason?: string;
  readonly obligations: readonly Obligation[];
};

/** It speaks only of dossiers that are known: it says neither procedure nor agency of another. */
function event(code: string, { eventId, ...said }: Told): EventCommand {
  const known = asDossierCode(code);
  return told({
    ...said,
    kind: 'status',
    source: SOURCE,
    eventId: `${code}:${eventId}`,
    ref: { code: known, alias: known === code ? null : { system: SOURCE, code } },
    opens: null,
  });
}

/** Why a row was not taken, where the timeline did not take it. */
const NOT_TAKEN: Readonly<Record<string, string>> = {
  'unknown-dossier': 'không có hồ sơ này',
  'alias-ambiguous': 'mã trỏ tới nhiều hồ sơ',
  'event-id-reused': 'thông báo hoặc chứng từ này đã nhận với nội dung khác',
  'implausible-time': 'thời điểm trước khi nộp hồ sơ hoặc ở tương lai',
};

/** The reply to a message whose rows went each its own way: 200 all taken, 207 some, 422 none. */
export function replyOf(
  results: readonly CommandResult[],
  rows: readonly PushedRow[],
): { readonly status: number; readonly body: wire.Reply } {
  const data = rows.map(({ name, command, violations }) => {
    const why =
      command === null
        ? violations.map(({ path, message }) => `${path}: ${message}`).join('; ')
        : refusalIn(results[command]!);
    return { MA_HSO: name, error_code: why === null ? '0' : '1', message: why ?? '' };
  });
  const bad = data.filter(({ error_code }) => error_code !== '0').length;
  if (bad === 0) return { status: 200, body: { error_code: '0', message: 'Đã tiếp nhận', data } };
  const message = `${bad}/${data.length} hồ sơ không tiếp nhận được`;
  return { status: bad === data.length ? 422 : 207, body: { error_code: '1', message, data } };
}

function refusalIn(result: CommandResult): string | null {
  if (result.outcome !== 'quarantined' && result.outcome !== 'refused') return null;
  const code = result.outcome === 'quarantined' ? result.reason : result.code;
  return NOT_TAKEN[code] ?? result.detail;
}
