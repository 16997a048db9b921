/** @module From a birth, death or marriage to the civil status system's form, and from its steps and entries to ours, with its code tables; pure. */
import type { ContentKind, ExchangeResult, Outcome, Tracked, TrackedStep } from '../../src/capabilities/exchange.ts';
import type { CivilRecord } from './operations.ts';
import { dayOf, instantOf, rfc3339 } from './times.ts';
import * as wire from './wire.ts';

export const MODULE_OF: Readonly<Record<Exclude<ContentKind, 'land'>, wire.Module>> = {
  birth: 'LTKS',
  death: 'LTKT',
  marriage: 'LTKH',
};

const SECOND = 1_000;

interface Meaning {
  readonly status: 'paused' | 'processing' | 'completed' | 'returned' | 'rejected' | null;
  readonly reason?: string;
  readonly outcome?: Outcome;
  /** Nothing more comes after it. */
  readonly ends?: true;
  readonly words: string;
}

/**
 * trangThai to our status (domain.md, observed). Its numbers are its own: its 4 is "result ready", the portal's 4 "processing".
 * 1 and 7 say where the dossier lies, not how far the work is.
 */
export const MEANING_OF: Readonly<Record<string, Meaning>> = {
  '1': { status: null, words: 'Chờ tiếp nhận' },
  '2': { status: 'paused', reason: 'supplement', words: 'Yêu cầu bổ sung' },
  '3': { status: 'processing', words: 'Đang xử lý' },
  '4': { status: 'completed', outcome: 'granted', words: 'Đã có kết quả' },
  '5': { status: 'returned', ends: true, words: 'Đã trả kết quả' },
  '6': { status: 'rejected', ends: true, words: 'Từ chối tiếp nhận' },
  '7': { status: null, words: 'Một cửa đã gửi' },
};

/**
 * What its records of one dossier say.
 * @param records in the order in which it told them; unreadable ones as null
 */
export function toTracked(records: readonly (wire.Step | null)[], timesAre: 'utc' | 'local'): Tracked {
  const faults: string[] = [];
  const steps: TrackedStep[] = [];
  let last: { readonly at: number; readonly meaning: Meaning } | null = null;
  let after = Number.NEGATIVE_INFINITY;
  for (const record of records) {
    const read = record === null ? 'bản ghi không đọc được' : stepOf(record, after, timesAre);
    if (typeof read === 'string') {
      faults.push(read);
      continue;
    }
    if (read.step) steps.push(read.step);
    if (last === null || read.at >= last.at) last = read;
    after = read.at;
  }
  const nothing = records.length === 0 ? 'hệ thống không trả lời về hồ sơ này' : null;
  return {
    steps,
    statusThere: last?.meaning.words ?? null,
    ended: faults.length === 0 && last?.meaning.ends === true,
    fault: faults[0] ?? nothing,
  };
}

type ReadStep = { readonly at: number; readonly meaning: Meaning; readonly step: TrackedStep | null };

/**
 * A step, or why it can't be taken.
 * @param after when the one before it was: its clock shows seconds, and what is told later of the same second came after
 */
function stepOf(record: wire.Step, after: number, timesAre: 'utc' | 'local'): ReadStep | string {
  const faults = faultOf(record.errors);
  if (faults !== null) return faults;
  const code = record.trangThai ?? '';
  const meaning = MEANING_OF[code];
  if (!meaning) return `trangThai ${code.slice(0, 20) || 'trống'} không có trong bảng mã`;
  const written = instantOf(record.thoiGianThucHien, timesAre);
  if (written === null)
    return `thoiGianThucHien ${(record.thoiGianThucHien ?? 'trống').slice(0, 40)} không phải là thời gian`;
  const at = Math.floor(after / SECOND) === Math.floor(written / SECOND) ? after + 1 : written;
  const { status, reason, outcome } = meaning;
  if (status === null) return { at, meaning, step: null };
  const until = instantOf(record.hanBoSungHoSo, timesAre);
  const note = record.noiDungXuLy || record.ghiChu;
  const results = record.ketQuaXuLy ? [namedResult(record.ketQuaXuLy)] : null;
  const step: TrackedStep = {
    kind: 'status',
    eventId: `${record.maHoSoMCDT}:${code}:${at}`,
    occurredAt: at,
    status,
    reason: reason ?? null,
    outcome: outcome ?? null,
    body: {
      statusThere: code,
      ...(note ? { note } : {}),
      ...(record.nguoiXuLy
        ? {
            officer: {
              name: record.nguoiXuLy,
              ...(record.chucDanh ? { title: record.chucDanh } : {}),
              ...(record.phongBanXuLy ? { department: record.phongBanXuLy } : {}),
            },
          }
        : {}),
      ...(until === null ? {} : { until: rfc3339(until) }),
      ...(results ? { results } : {}),
    },
  };
  return { at, meaning, step };
}

function faultOf(errors: wire.Step['errors']): string | null {
  if (errors === null || errors === undefined || errors === '' || (Array.isArray(errors) && errors.length === 0))
    return null;
  return (typeof errors === 'string' ? errors : JSON.stringify(errors)).slice(0, 500);
}

/** The words with which it says that it has no such dossier; any other fault says nothing of whether it has it. */
const ABSENT = /không tồn tại|không tìm thấy/i;

/** Whether its record says that it has the dossier; null where it cannot tell. */
export function isThere(tracked: Tracked): boolean | null {
  if (tracked.fault === null) return true;
  return tracked.steps.length > 0 ? true : ABSENT.test(tracked.fault) ? false : null;
}

const PAPERS = [
  { member: 'giayKhaiSinh', name: 'Giấy khai sinh', file: 'giay-khai-sinh.pdf' },
  { member: 'giayKhaiTu', name: 'Trích lục khai tử', file: 'trich-luc-khai-tu.pdf' },
  { member: 'giayKetHon', name: 'Giấy chứng nhận kết hôn', file: 'giay-chung-nhan-ket-hon.pdf' },
] as const;

/** The result as the timeline names it: without the paper and the persons. */
function namedResult(result: wire.Result): Readonly<Record<string, string>> {
  const { name, number, issuedOn } = toResult(result);
  return { name, ...(number ? { number } : {}), ...(issuedOn ? { issuedOn } : {}) };
}

function toResult(result: wire.Result): ExchangeResult {
  const paper = PAPERS.find(({ member }) => result[member]) ?? PAPERS[0];
  const data = result[paper.member];
  return {
    name: paper.name,
    number: [result.soDangKy, result.quyenSo].filter(Boolean).join('/') || null,
    issuedOn: dayOf(result.ngayDangKy),
    file: data ? { name: paper.file, mediaType: 'application/pdf', data } : null,
    link: null,
  };
}

/** loaiViec of the books. */
const MATTER_OF = { birth: 'KS', death: 'KT', marriage: 'KH' } as const;
const KIND_OF = { KS: 'birth', KT: 'death', KH: 'marriage' } as const;

export function toCivilRecord(entry: wire.EntryRecord): CivilRecord {
  const person = (
    role: CivilRecord['persons'][number]['role'],
    name?: string | null,
    number?: string | null,
    more = {},
  ) => (name ? [{ role, name, personalId: number ?? null, birthDate: null, diedOn: null, ...more }] : []);
  return {
    kind: KIND_OF[entry.loaiViec],
    number: entry.soDangKy ?? null,
    book: entry.quyenSo ?? null,
    registeredOn: dayOf(entry.ngayDangKy),
    registeredAt: entry.noiDangKy ?? null,
    persons: [
      ...person('child', entry.nksHoTen, entry.soDinhDanh, { birthDate: dayOf(entry.nksNgaySinh) }),
      ...person('mother', entry.meHoTen),
      ...person('father', entry.chaHoTen),
      ...person('deceased', entry.nktHoTen, entry.nktSoGiayTo, { diedOn: dayOf(entry.nktNgayChet) }),
      ...person('husband', entry.chongHoTen, entry.chongSoGiayTo),
      ...person('wife', entry.voHoTen, entry.voSoGiayTo),
    ],
  };
}

/** A question for an entry, by personal number or by number and book. */
export const toLookUp = (
  kind: keyof typeof MATTER_OF,
  by: string | { readonly number: string; readonly book: string },
): wire.TraCuuHoTich => ({
  loaiViec: MATTER_OF[kind],
  ...(typeof by === 'string' ? { soDinhDanh: by } : { soDangKy: by.number, quyenSo: by.book }),
});

/** A question about dossiers of one matter. */
export const toQuestion = (module: wire.Module, numbers: readonly string[], province: string): wire.LayKetQua => ({
  maDinhDanhHoSo: numbers,
  maTinh: province,
  module,
});

export const toWithdrawal = (number: string, reason: string): wire.RutHoSo => ({ maHoSoMCDT: number, lyDo: reason });

/** A record by itself, so that one of an odd shape spoils no other. */
export function readRecord(record: unknown): { readonly number: string; readonly step: wire.Step | null } {
  const parsed = wire.pollStep.safeParse(record);
  if (parsed.success) return { number: parsed.data.maHoSoMCDT, step: parsed.data };
  const number = record && typeof record === 'object' && 'maHoSoMCDT' in record ? String(record.maHoSoMCDT) : '';
  return { number, step: null };
}

/** What the newest record with a result says of it. */
export function resultIn(records: readonly { readonly step: wire.Step | null }[]): ExchangeResult | null {
  const result = records.findLast(({ step }) => step?.ketQuaXuLy)?.step?.ketQuaXuLy;
  return result ? toResult(result) : null;
}
