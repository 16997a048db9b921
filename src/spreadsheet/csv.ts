/** @module CSV as a table, streamed: separated by commas, semicolons or tabs, as its first line tells. */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type Table, type TableRow, UnreadableFile } from './table.ts';
import { textOf } from './text.ts';

/** A row longer than this is a quote that was never closed. */
const LONGEST_ROW = 1024 * 1024;

/** @param size bytes of the file */
export function openCsv(bytes: AsyncIterable<Uint8Array>, size: number): Table {
  const progress = { read: 0 };
  return {
    date1904: false,
    rows: rowsOf(counted(bytes, progress)),
    fraction: () => Math.min(1, progress.read / Math.max(1, size)),
  };
}

async function* counted(bytes: AsyncIterable<Uint8Array>, progress: { read: number }): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    progress.read += piece.length;
    yield piece;
  }
}

async function* rowsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow> {
  const pieces = textOf(bytes);
  const { value: head = '' } = await pieces.next();
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head),
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LONGEST_ROW,
  });
  const source = Readable.from(joined(head, pieces));
  // The parser is told, so that whoever reads from it hears of a file that is no text.
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let row = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1;
      if (cells.some((cell) => cell !== '')) yield { row, cells: cells.map((cell) => (cell === '' ? null : cell)) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UnreadableFile(
      `The file cannot be read after line ${row}: ${error.message}`,
      `Không đọc được tệp sau dòng ${row}: kiểm tra dấu ngoặc kép và dấu phân cách.`,
      error,
    );
  } finally {
    source.destroy();
  }
}

async function* joined(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

/** The separator that the first line has most of. */
function delimiterOf(head: string): string {
  const line = head.slice(0, head.search(/\r?\n|$/));
  const count = (separator: string): number => line.split(separator).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}
