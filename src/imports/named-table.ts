/** @module A file as a table whose columns are known by their headers, whatever its format: CSV, XLSX or NDJSON, streamed. */
import { openCsv } from '../spreadsheet/csv.ts';
import { openScratch } from '../spreadsheet/scratch.ts';
import { type Cell, type TableRow, UnreadableFile } from '../spreadsheet/table.ts';
import { linesOf, textOf } from '../spreadsheet/text.ts';
import { openXlsx } from '../spreadsheet/xlsx.ts';
import { formatOf } from './read.ts';
import { plain } from './words.ts';

/** The types that such a file may be sent as. */
export const TABLE_TYPES = [
  'text/csv',
  'application/x-ndjson',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
] as const;

/** Where each column stands in a row. */
export interface NamedHeader<Column extends string> {
  readonly columns: ReadonlyMap<Column, number>;
  /** Headers that name no column. */
  readonly ignored: readonly string[];
}

/** The headers by which each column is known; spaces, marks and capitals make no difference. */
export type Headers<Column extends string> = Readonly<Partial<Record<Column, readonly string[]>>>;

const keyOf = (header: string): string => plain(header).replaceAll(' ', '');

/** Reads a row as one that names the columns; of two sets of headers the later goes before. */
export function namedHeader<Column extends string>(
  cells: readonly unknown[],
  known: readonly Headers<Column>[],
): NamedHeader<Column> {
  const byKey = new Map<string, Column>();
  for (const headers of known)
    for (const [column, names] of Object.entries(headers) as [Column, readonly string[]][])
      for (const name of names) byKey.set(keyOf(name), column);
  const columns = new Map<Column, number>();
  const ignored: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const header = typeof cell === 'string' ? cell.trim().slice(0, 100) : '';
    if (header === '') continue;
    const column = byKey.get(keyOf(header));
    // The first of two columns for the same counts.
    if (column === undefined || columns.has(column)) ignored.push(header);
    else columns.set(column, index);
  }
  return { columns, ignored };
}

export interface NamedTable<Column extends string> {
  readonly header: NamedHeader<Column>;
  /** Below the header. */
  readonly rows: AsyncIterable<TableRow>;
  /** Spreadsheets of old Macintosh files count days from 1904. */
  readonly date1904: boolean;
  close(): void;
}

export interface TableRules<Column extends string> {
  readonly known: readonly Headers<Column>[];
  /** Whether a row names enough columns to be the header. */
  readonly isHeader: (columns: ReadonlyMap<Column, number>) => boolean;
  /** Where no row does. */
  readonly noHeader: { readonly en: string; readonly vi: string };
}

/** Opens a file as it arrives; close it when done. @throws UnreadableFile where it cannot be read at all */
export async function openNamedTable<Column extends string>(
  bytes: AsyncIterable<Uint8Array>,
  rules: TableRules<Column>,
): Promise<NamedTable<Column>> {
  const source = bytes[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) throw new UnreadableFile('The file is empty.', 'Tệp rỗng.');
  const all = whole(first.value, source);
  switch (formatOf(first.value)) {
    case 'ndjson':
      return belowHeader(objectsOf(all), false, rules, () => {});
    case 'csv':
      return belowHeader(openCsv(all, 1).rows, false, rules, () => {});
    case 'xlsx': {
      const scratch = openScratch();
      try {
        for await (const piece of all) scratch.write(piece);
        const workbook = await openXlsx(scratch.fd);
        const close = (): void => {
          workbook.close();
          scratch.close();
        };
        return await belowHeader(workbook.rows, workbook.date1904, rules, close);
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

async function belowHeader<Column extends string>(
  table: AsyncIterable<TableRow>,
  date1904: boolean,
  { known, isHeader, noHeader }: TableRules<Column>,
  close: () => void,
): Promise<NamedTable<Column>> {
  const rows = table[Symbol.asyncIterator]();
  for (let looked = 0; looked < HEADER_WITHIN; looked++) {
    const next = await rows.next();
    if (next.done) break;
    const header = namedHeader(next.value.cells, known);
    if (isHeader(header.columns)) return { header, rows: { [Symbol.asyncIterator]: () => rows }, date1904, close };
  }
  close();
  throw new UnreadableFile(noHeader.en, noHeader.vi);
}
