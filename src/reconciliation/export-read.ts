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
