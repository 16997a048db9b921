/** @module Lines of CSV that a spreadsheet opens rightly: UTF-8 with its mark, texts that are never run as formulas (CWE-1236). */

/** What a file begins with, so that spreadsheets read its letters. */
export const CSV_MARK = '\uFEFF';

export type Cell = string | number | null;

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(quoted).join(',')}\r\n`;

function quoted(cell: Cell): string {
  const plain = String(cell ?? '');
  // A negative number is no formula.
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
