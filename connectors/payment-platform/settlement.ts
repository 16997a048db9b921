/** @module Reads the platform's daily settlement file as it arrives: lines in their order, each faulty one named and passed over. */
import { parse } from 'csv-parse/sync';
import {
  type SettlementItem,
  type SettlementLine,
  UnreadableSettlement,
  type Violation,
} from '../../src/capabilities/payments.ts';
import { fromCompactTime } from '../../src/connector/compact-time.ts';

import { AMOUNT, SETTLED_KIND, SETTLEMENT_COLUMNS, TOTAL } from './wire.ts';

type Column = (typeof SETTLEMENT_COLUMNS)[number];
type Row = Readonly<Record<Column, string>>;

/** Longer than any line of such a file: what runs on is no such file. */
const LONGEST_LINE = 64 * 1024;
const DELIMITERS = [',', ';', '\t'] as const;

/** Lines of a file in UTF-8, without their ends; a byte-order mark is let pass, since spreadsheets write one. */
async function* linesOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const utf8 = new TextDecoder('utf-8');
  let rest = '';
  for await (const bytes of file) {
    const lines = (rest + utf8.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST_LINE)
      throw new UnreadableSettlement([{ path: 'line', message: 'a line without an end' }]);
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  rest += utf8.decode();
  if (rest !== '') yield rest.replace(/\r$/, '');
}

/** The cells of one line; null where its quotes do not close. */
function cellsOf(line: string, delimiter: string): string[] | null {
  try {
    return (parse(line, { delimiter, relax_column_count: true, trim: true }) as string[][])[0] ?? [];
  } catch {
    return null;
  }
}

/** Reads a settlement file. @throws UnreadableSettlement when its first line does not name the columns */
export async function* readSettlement(file: AsyncIterable<Uint8Array>): AsyncGenerator<SettlementItem> {
  let number = 0;
  let head: { delimiter: string; cells: readonly string[] } | null = null;
  for await (const text of linesOf(file)) {
    number += 1;
    if (text.trim() === '') continue;
    if (head === null) {
      head = headOf(text);
      continue;
    }
    const cells = cellsOf(text, head.delimiter);
    if (cells === null)
      yield faulty(number, [{ path: 'line', message: 'dấu ngoặc kép không đóng / a quote is not closed' }]);
    else yield cells[0] === TOTAL ? totalOf(number, cells, head.cells) : itemOf(number, cells, head.cells);
  }
  if (head === null) throw new UnreadableSettlement([{ path: 'line 1', message: 'tệp rỗng / the file is empty' }]);
}

function headOf(line: string): { delimiter: string; cells: readonly string[] } {
  const delimiter = DELIMITERS.toSorted((a, b) => line.split(b).length - line.split(a).length)[0]!;
  const cells = cellsOf(line, delimiter) ?? [];
  const missing = SETTLEMENT_COLUMNS.filter((column) => !cells.includes(column));
  if (missing.length === 0) return { delimiter, cells };
  throw new UnreadableSettlement(
    missing.map((column) => ({ path: 'line 1', message: `thiếu cột ${column} / the column ${column} is missing` })),
  );
}

const faulty = (line: number, faults: readonly Violation[]): SettlementItem => ({ line, is: 'fault', faults });

function itemOf(line: number, cells: readonly string[], head: readonly string[]): SettlementItem {
  if (cells.length !== head.length)
    return faulty(line, [
      {
        path: 'line',
        message: `có ${cells.length} cột thay vì ${head.length} / ${cells.length} columns, not ${head.length}`,
      },
    ]);
  const row = Object.fromEntries(head.map((column, i) => [column, cells[i]!])) as Row;
  const faults: Violation[] = [];
  const fault = (column: Column, vi: string, en: string): null => {
    faults.push({ path: column, message: `${vi} / ${en}` });
    return null;
  };
  const kind = Object.hasOwn(SETTLED_KIND, row.LoaiGD)
    ? SETTLED_KIND[row.LoaiGD as keyof typeof SETTLED_KIND]
    : fault('LoaiGD', `không rõ loại giao dịch "${row.LoaiGD.slice(0, 20)}"`, 'an unknown kind of transaction');
  // "50.000" may be fifty thousand or fifty: it is not guessed.
  const amount =
    AMOUNT.test(row.SoTien) && row.SoTien !== '0'
      ? Number(row.SoTien)
      : fault('SoTien', 'số tiền phải là số nguyên đồng lớn hơn 0', 'an amount is whole đồng above 0');
  if (row.MaTienTe !== '' && row.MaTienTe !== 'VND') fault('MaTienTe', 'chỉ nhận VND', 'only VND is taken');
  if (row.MaThamChieu === '') fault('MaThamChieu', 'thiếu mã tham chiếu', 'the reference is missing');
  if (row.MaGiaoDich === '') fault('MaGiaoDich', 'thiếu mã giao dịch', 'the transaction is missing');
  const at =
    fromCompactTime(row.ThoiGianGD) ?? fault('ThoiGianGD', 'không phải yyyyMMddHHmmss', 'is not yyyyMMddHHmmss');
  const settledOn =
    dayOf(row.NgayQuyetToan) ?? fault('NgayQuyetToan', 'không phải yyyyMMdd', 'is not a day as yyyyMMdd');
  if (faults.length > 0 || kind === null || amount === null || at === null || settledOn === null)
    return faulty(line, faults);
  const read: SettlementLine = {
    kind,
    reference: row.MaThamChieu,
    transactionId: row.MaGiaoDich,
    amount,
    bankCode: row.MaNganHang || null,
    agencyCode: row.MaDonVi || null,
    at,
    settledOn,
  };
  return { line, is: 'line', read };
}

/** What the file says of itself: the number of lines stands second, the sum under SoTien. */
function totalOf(line: number, cells: readonly string[], head: readonly string[]): SettlementItem {
  const sum = cells[head.indexOf('SoTien')] ?? '';
  if (!/^\d{1,9}$/.test(cells[1] ?? '') || !/^-?\d{1,15}$/.test(sum))
    return faulty(line, [{ path: TOTAL, message: 'dòng tổng không đọc được / the line of totals cannot be read' }]);
  return { line, is: 'total', lines: Number(cells[1]), sum: Number(sum) };
}

/** `yyyyMMdd` as `YYYY-MM-DD`; null where there is no such day. */
function dayOf(text: string): string | null {
  if (fromCompactTime(`${text}000000`) === null) return null;
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
