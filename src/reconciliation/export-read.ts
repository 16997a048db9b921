/** @module An exported list of a portal as rows, whatever its format: CSV, XLSX or NDJSON, streamed, nothing of it kept but what is compared. */
import { writtenCode } from '../dossiers/identifiers.ts';
import { formatOf } from '../imports/read.ts';
import { timeOf } from '../imports/times.ts';
import { openCsv } from '../spreadsheet/csv.ts';
import { openScratch } from '../spreadsheet/scratch.ts';
import { type Cell, type TableRow, UnreadableFile } from '../spreadsheet/table.ts';
import { linesOf, textOf } from '../spreadsheet/text.ts';
import { openXlsx } from '../spreadsheet/xlsx.ts';
import type { Precision } from './compare.ts';
import { channelOf, type ExportColumn, type ExportHeader, type ExportWords, exportHeader } from './export-columns.ts';

/** A dossier as the file shows it; null where it does not tell. Times are epoch milliseconds. */
export interface ExportRow {
  readonly code: string;
  readonly status: string | null;
  readonly appointmentAt: number | null;
  /** How exactly the appointment is told; null where the file does not tell it at all. */
  readonly appointmentTo: Precision | null;
  readonly channel: string | null;
  readonly procedureCode: string | null;
  readonly receivedAt: number | null;
  /** What of it could not be read, and is taken as not told. */
  readonly fault?: ExportFault;
}

export interface ExportFault {
  /** As a person counts the lines of the file. */
  readonly row: number;
  readonly column: string | null;
}

export interface ExportReading {
  readonly header: ExportHeader;
  readonly rows: AsyncIterable<ExportRow | ExportFault>;
  close(): void;
}

export interface ExportRules {
  readonly headers: ExportWords['headers'];
  readonly statusOf: (cell: string) => string | null;
}

/** Opens a file as it arrives; close it when done. @throws UnreadableFile where it cannot be read at all */
export async function readExport(bytes: AsyncIterable<Uint8Array>, rules: ExportRules): Promise<ExportReading> {
  const source = bytes[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) throw new UnreadableFile('The file is empty.', 'Tệp rỗng.');
  const all = whole(first.value, source);
  switch (formatOf(first.value)) {
    case 'ndjson':
      return readTable(objectsOf(all), false, rules, () => {});
    case 'csv':
      return readTable(openCsv(all, 1).rows, false, rules, () => {});
    case 'xlsx': {
      const scratch = openScratch();
      try {
        for await (const piece of all) scratch.write(piece);
        const workbook = await openXlsx(scratch.fd);
        const close = (): void => {
          workbook.close();
          scratch.close();
        };
        return await readTable(workbook.rows, workbook.date1904, rules, close);
      } catch (error) {
        scratch.close();
        throw error;
      }
    }
  }
}

async function* whole(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

const LONGEST_LINE = 1024 * 1024;

/** Objects, one a line, as rows: the members of the first name the columns. */
async function* objectsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow> {
  let names: string[] | null = null;
  for await (const { row, text } of linesOf(textOf(bytes), LONGEST_LINE)) {
    const line = text?.replace(/^\uFEFF/, '').trim() ?? '';
    if (line === '') continue;
    const value = objectOf(line);
    if (names === null) {
      names = Object.keys(value);
      yield { row, cells: names };
    }
    yield { row, cells: names.map((name) => cellOf(value[name])) };
  }
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Its row is one that could not be read.
  }
  return {};
}

const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;

/** Titles may stand above the header. */
const HEADER_WITHIN = 20;

async function readTable(
  table: AsyncIterable<TableRow>,
  date1904: boolean,
  rules: ExportRules,
  close: () => void,
): Promise<ExportReading> {
  const rows = table[Symbol.asyncIterator]();
  for (let looked = 0; looked < HEADER_WITHIN; looked++) {
    const next = await rows.next();
    if (next.done) break;
    const header = exportHeader(next.value.cells, rules.headers);
    if (!header.columns.has('code') || header.columns.size < 2) continue;
    return { header, rows: rowsOf(rows, header, { ...rules, date1904 }), close };
  }
  close();
  throw new UnreadableFile(
    'No row names a column with the dossier code and one with what is to be compared (status, appointment, channel).',
    'Không thấy dòng tiêu đề có cột Mã hồ sơ và ít nhất một cột để đối chiếu (Trạng thái, Ngày hẹn trả, Hình thức nộp).',
  );
}

async function* rowsOf(
  rows: AsyncIterator<TableRow>,
  header: ExportHeader,
  rules: ExportRules & { readonly date1904: boolean },
): AsyncGenerator<ExportRow | ExportFault> {
  const read = rowReader(header, rules);
  for (let next = await rows.next(); !next.done; next = await rows.next()) yield read(next.value);
}

/** A longer text is no code, date or word of a list. */
const LONGEST_CELL = 120;

function rowReader(
  { columns }: ExportHeader,
  { statusOf, date1904 }: ExportRules & { readonly date1904: boolean },
): (row: TableRow) => ExportRow | ExportFault {
  // Words repeat from row to row.
  const statuses = remembered(statusOf);
  const channels = remembered(channelOf);
  const place = (column: ExportColumn): number => columns.get(column) ?? -1;
  const [code, status, appointment, received, channel, procedure] = [
    place('code'),
    place('status'),
    place('appointmentAt'),
    place('receivedAt'),
    place('channel'),
    place('procedureCode'),
  ] as const;
  const text = (cells: readonly Cell[], at: number): string => {
    const cell = at < 0 ? null : (cells[at] ?? null);
    return cell === null ? '' : String(cell).trim();
  };
  return ({ row, cells }) => {
    const told = writtenCode(text(cells, code));
    if (told === '' || told.length > LONGEST_CELL) return { row, column: 'code' };
    const statusText = text(cells, status);
    const statusCode = statusText === '' ? null : statuses(statusText);
    const at = instantOf(cells[appointment] ?? null, date1904);
    const fault =
      statusText !== '' && statusCode === null ? 'status' : at === 'unreadable' ? ('appointmentAt' as const) : null;
    const receivedAt = instantOf(cells[received] ?? null, date1904);
    const channelText = text(cells, channel);
    return {
      code: told,
      status: statusCode,
      appointmentAt: at === 'unreadable' ? null : at,
      // A column that is there and empty says that the portal shows no appointment.
      appointmentTo:
        appointment < 0 || at === 'unreadable' ? null : at === null ? 'second' : precisionOf(cells[appointment]!),
      channel: channelText === '' ? null : channels(channelText),
      procedureCode: text(cells, procedure) || null,
      receivedAt: receivedAt === 'unreadable' ? null : receivedAt,
      ...(fault === null ? {} : { fault: { row, column: fault } }),
    };
  };
}

function remembered(read: (cell: string) => string | null): (cell: string) => string | null {
  const known = new Map<string, string | null>();
  return (cell) => {
    let found = known.get(cell);
    if (found === undefined) {
      found = cell.length > LONGEST_CELL ? null : read(cell);
      if (known.size < 1_000) known.set(cell, found);
    }
    return found;
  };
}

function instantOf(cell: Cell, date1904: boolean): number | null | 'unreadable' {
  if (cell === null || cell === '') return null;
  const time = timeOf(cell, 'close', date1904);
  return time === null ? 'unreadable' : Date.parse(time);
}

/** How exactly a cell tells a time: a spreadsheet's number holds seconds, a whole one a day alone. */
export function precisionOf(cell: Cell): Precision {
  if (typeof cell === 'number') return Number.isInteger(cell) ? 'day' : 'second';
  const text = String(cell).trim();
  if (/\d[:h]\d{2}:\d{2}/.test(text) || /^\d{14}$/.test(text)) return 'second';
  return /\d[:h]\d{2}/.test(text) || /^\d{12}$/.test(text) ? 'minute' : 'day';
}
