/** @module An exported list of a portal as rows, whatever its format: CSV, XLSX or NDJSON, streamed, nothing of it kept but what is compared. */
import { writtenCode } from '../dossiers/identifiers.ts';
import { type NamedHeader, openNamedTable } from '../imports/named-table.ts';
import { timeOf } from '../imports/times.ts';
import type { Cell, TableRow } from '../spreadsheet/table.ts';
import type { Precision } from './compare.ts';
import { channelOf, type ExportColumn, type ExportWords, exportHeaders } from './export-columns.ts';

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
  readonly header: NamedHeader<ExportColumn>;
  readonly rows: AsyncIterable<ExportRow | ExportFault>;
  close(): void;
}

export interface ExportRules {
  readonly headers: ExportWords['headers'];
  readonly statusOf: (cell: string) => string | null;
}

/** Opens a file as it arrives; close it when done. @throws UnreadableFile where it cannot be read at all */
export async function readExport(bytes: AsyncIterable<Uint8Array>, rules: ExportRules): Promise<ExportReading> {
  const { header, rows, date1904, close } = await openNamedTable<ExportColumn>(bytes, {
    known: exportHeaders(rules.headers),
    isHeader: (columns) => columns.has('code') && columns.size >= 2,
    noHeader: {
      en: 'No row names a column with the dossier code and one with what is to be compared (status, appointment, channel).',
      vi: 'Không thấy dòng tiêu đề có cột Mã hồ sơ và ít nhất một cột để đối chiếu (Trạng thái, Ngày hẹn trả, Hình thức nộp).',
    },
  });
  return { header, rows: rowsOf(rows, header, { ...rules, date1904 }), close };
}

async function* rowsOf(
  rows: AsyncIterable<TableRow>,
  header: NamedHeader<ExportColumn>,
  rules: ExportRules & { readonly date1904: boolean },
): AsyncGenerator<ExportRow | ExportFault> {
  const read = rowReader(header, rules);
  for await (const row of rows) yield read(row);
}

/** A longer text is no code, date or word of a list. */
const LONGEST_CELL = 120;

function rowReader(
  { columns }: NamedHeader<ExportColumn>,
  { statusOf, date1904 }: ExportRules & { readonly date1904: boolean },
): (row: TableRow) => ExportRow | ExportFault {
  // Words repeat from row to row, and so do times of a day.
  const statuses = remembered(short(statusOf));
  const channels = remembered(short(channelOf));
  const written = remembered((cell: string) => timeOn(cell, date1904));
  const timeAt = (cells: readonly Cell[], at: number): CellTime => {
    const cell = cells[at] ?? null;
    return typeof cell === 'string' ? written(cell) : timeOn(cell, date1904);
  };
  const place = (column: ExportColumn): number => columns.get(column) ?? -1;
  const [codes, status, appointment, received, channel, procedure] = [
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
    const code = writtenCode(text(cells, codes));
    if (code === '' || code.length > LONGEST_CELL) return { row, column: 'code' };
    const statusText = text(cells, status);
    const statusCode = statusText === '' ? null : statuses(statusText);
    const promised = timeAt(cells, appointment);
    const fault =
      statusText !== '' && statusCode === null ? 'status' : promised.at === 'unreadable' ? 'appointmentAt' : null;
    const { at: receivedAt } = timeAt(cells, received);
    const channelText = text(cells, channel);
    return {
      code,
      status: statusCode,
      appointmentAt: promised.at === 'unreadable' ? null : promised.at,
      appointmentTo: appointment < 0 ? null : promised.to,
      channel: channelText === '' ? null : channels(channelText),
      procedureCode: text(cells, procedure) || null,
      receivedAt: receivedAt === 'unreadable' ? null : receivedAt,
      ...(fault === null ? {} : { fault: { row, column: fault } }),
    };
  };
}

const REMEMBERED_AT_MOST = 2_000;

/** The same, looked up where it was read lately. */
function remembered<T>(read: (cell: string) => T): (cell: string) => T {
  const known = new Map<string, T>();
  return (cell) => {
    if (cell.length > LONGEST_CELL) return read(cell);
    if (known.has(cell)) return known.get(cell)!;
    const found = read(cell);
    if (known.size === REMEMBERED_AT_MOST) known.clear();
    known.set(cell, found);
    return found;
  };
}

/** A longer text is no word of a list. */
const short =
  (read: (cell: string) => string | null) =>
  (cell: string): string | null =>
    cell.length > LONGEST_CELL ? null : read(cell);

interface CellTime {
  readonly at: number | null | 'unreadable';
  /** How exactly it is told. An empty cell of a column that is there says that the portal shows no time; null where it cannot be read. */
  readonly to: Precision | null;
}

function timeOn(cell: Cell, date1904: boolean): CellTime {
  if (cell === null || cell === '') return { at: null, to: 'second' };
  const time = timeOf(cell, 'close', date1904);
  return time === null ? { at: 'unreadable', to: null } : { at: Date.parse(time), to: precisionOf(cell) };
}

/** How exactly a cell tells a time: a spreadsheet's number holds seconds, a whole one a day alone. */
function precisionOf(cell: Cell): Precision {
  if (typeof cell === 'number') return Number.isInteger(cell) ? 'day' : 'second';
  const text = String(cell).trim();
  if (/\d[:h]\d{2}:\d{2}/.test(text) || /^\d{14}$/.test(text)) return 'second';
  return /\d[:h]\d{2}/.test(text) || /^\d{12}$/.test(text) ? 'minute' : 'day';
}
