/** @module A file of open dossiers as lines, whatever its format: NDJSON, CSV or XLSX, streamed. */
import { rfc3339 } from '../http/answer.ts';
import { openCsv } from '../spreadsheet/csv.ts';
import { openScratch } from '../spreadsheet/scratch.ts';
import { type Table, type TableRow, UnreadableFile } from '../spreadsheet/table.ts';
import { linesOf, textOf } from '../spreadsheet/text.ts';
import { openXlsx } from '../spreadsheet/xlsx.ts';
import { candidateOf } from './cells.ts';
import { type Header, headerOf, type PlacedColumn } from './columns.ts';
import type { Candidate } from './line.ts';

export const IMPORT_FORMATS = ['ndjson', 'csv', 'xlsx'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportFile {
  readonly candidates: AsyncIterable<Candidate>;
  /** None where the file has no columns. */
  readonly columns: readonly PlacedColumn[];
  /** Headers of columns that are not read. */
  readonly ignored: readonly string[];
  /** Share of the file that has been read, 0 to 1. */
  fraction(): number;
  close(): void;
}

export interface FileSource {
  readonly format: ImportFormat;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly size: number;
  /** When it was sent, epoch ms. */
  readonly sentAt: number;
  readonly pauseReasons: ReadonlyMap<string, string>;
}

/**
 * The format that the first bytes of a file show.
 *
 * @throws UnreadableFile for a workbook of the format before 2007
 */
export function formatOf(head: Uint8Array): ImportFormat {
  if (head[0] === 0x50 && head[1] === 0x4b) return 'xlsx';
  if (head[0] === 0xd0 && head[1] === 0xcf)
    throw new UnreadableFile(
      'This is a workbook with a password or of the .xls format. Save it as .xlsx, without a password.',
      'Tệp là .xls hoặc có mật khẩu. Hãy lưu lại dạng .xlsx, không đặt mật khẩu.',
    );
  const text = Buffer.from(head.subarray(0, 1024))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  return text.trimStart().startsWith('{') ? 'ndjson' : 'csv';
}

/** Opens a file; close it when done. @throws UnreadableFile where it cannot be read at all */
export async function openImportFile(source: FileSource): Promise<ImportFile> {
  switch (source.format) {
    case 'ndjson':
      return openNdjson(source);
    case 'csv':
      return openTable(openCsv(source.bytes, source.size), source, () => {});
    case 'xlsx':
      return openWorkbook(source);
  }
}

const LONGEST_LINE = 1024 * 1024;

function openNdjson({ bytes, size }: FileSource): ImportFile {
  let read = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      read += piece.length;
      yield piece;
    }
  }
  async function* candidates(): AsyncGenerator<Candidate> {
    for await (const { row, text } of linesOf(textOf(counted()), LONGEST_LINE)) {
      const line = text?.replace(/^\uFEFF/, '').trim() ?? null;
      if (line === '') continue;
      yield line === null ? unreadable(row, 'dòng dài quá 1 MiB') : parsed(row, line);
    }
  }
  return {
    candidates: candidates(),
    columns: [],
    ignored: [],
    fraction: () => Math.min(1, read / Math.max(1, size)),
    close() {},
  };
}

function parsed(row: number, line: string): Candidate {
  try {
    return { row, value: JSON.parse(line), faults: [] };
  } catch {
    return unreadable(row, 'dòng không phải JSON hợp lệ');
  }
}

const unreadable = (row: number, message: string): Candidate => ({
  row,
  value: null,
  faults: [{ path: '', column: null, message }],
});

async function openWorkbook(source: FileSource): Promise<ImportFile> {
  const scratch = openScratch();
  try {
    for await (const piece of source.bytes) scratch.write(piece);
    const workbook = await openXlsx(scratch.fd);
    return await openTable(workbook, source, () => {
      workbook.close();
      scratch.close();
    });
  } catch (error) {
    scratch.close();
    throw error;
  }
}

/** Titles may stand above the header. */
const HEADER_WITHIN = 20;
const HEADER_COLUMNS = 3;

async function openTable(table: Table, source: FileSource, close: () => void): Promise<ImportFile> {
  const rows = table.rows[Symbol.asyncIterator]();
  const header = await findHeader(rows).catch((error: unknown) => {
    close();
    throw error;
  });
  const rules = {
    header,
    date1904: table.date1904,
    sentAt: rfc3339(source.sentAt),
    pauseReasons: source.pauseReasons,
  };
  async function* candidates(): AsyncGenerator<Candidate> {
    for (let next = await rows.next(); !next.done; next = await rows.next()) {
      const { row, cells } = next.value;
      const candidate = candidateOf(row, cells, rules);
      // A row that has cells only where no column is.
      if (header.columns.some(({ index }) => (cells[index] ?? null) !== null)) yield candidate;
    }
  }
  return {
    candidates: candidates(),
    columns: header.columns,
    ignored: header.ignored,
    fraction: () => table.fraction(),
    close() {
      // Nobody waits for what an unread source still does.
      rows.return?.().catch(() => {});
      close();
    },
  };
}

async function findHeader(rows: AsyncIterator<TableRow>): Promise<Header> {
  let best: Header | null = null;
  for (let looked = 0; looked < HEADER_WITHIN; looked++) {
    const next = await rows.next();
    if (next.done) break;
    const header = headerOf(next.value.cells);
    if (header.columns.length > (best?.columns.length ?? 0)) best = header;
    if (header.columns.length < HEADER_COLUMNS) continue;
    refuseHeader(header);
    return header;
  }
  refuseHeader(best ?? headerOf([]));
  throw new UnreadableFile('The file has no rows below its header.', 'Tệp không có dòng nào dưới dòng tiêu đề.');
}

function refuseHeader({ missing, repeated }: Header): void {
  if (missing.length > 0)
    throw new UnreadableFile(
      `Required columns are missing: ${missing.join(', ')}. The first row names the columns.`,
      `Thiếu cột bắt buộc: ${missing.join(', ')}. Dòng đầu của tệp là tên các cột.`,
    );
  if (repeated.length > 0)
    throw new UnreadableFile(
      `These columns stand twice: ${repeated.join(', ')}.`,
      `Các cột bị lặp lại: ${repeated.join(', ')}.`,
    );
}
