/** @module The faults of an import as a file that a spreadsheet opens: CSV in UTF-8 with its mark, in Vietnamese. */
import type { Queryable } from '../db/queryable.ts';
import { type RowFault, readFaults } from './store.ts';

const HEADER = ['Dòng', 'Mã hồ sơ', 'Cột', 'Lỗi'];
const PAGE = 2_000;

/** The file in pieces; a page of faults is read when the one before has gone. */
export async function* faultFile(db: Queryable, importId: number): AsyncGenerator<string> {
  yield `\uFEFF${lineOf(HEADER)}`;
  let after = { row: -1, n: -1 };
  for (;;) {
    const faults = await readFaults(db, importId, after, PAGE);
    yield faults.map((fault) => lineOf(cellsOf(fault))).join('');
    if (faults.length < PAGE) return;
    after = faults.at(-1)!;
  }
}

const cellsOf = ({ row, dossierCode, column, path, message }: RowFault): string[] => [
  String(row),
  dossierCode ?? '',
  column ?? path,
  message,
];

const lineOf = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\r\n`;

/** A text that a spreadsheet would run as a formula is shown as a text (CWE-1236). */
function quoted(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
