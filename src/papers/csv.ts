/** @module Lines of CSV that a spreadsheet opens rightly: UTF-8 with its mark, texts that are never run as formulas (CWE-1236). */
import { HOUR } from '../units.ts';

/** What a file begins with, so that spreadsheets read its letters. */
export const CSV_MARK = '\uFEFF';

/** A `Date` is an instant; it is written as the time of Viet Nam. */
export type Cell = string | number | Date | null;

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(quoted).join(',')}\r\n`;

function quoted(cell: Cell): string {
  if (cell instanceof Date) return localTime(cell.getTime());
  const plain = String(cell ?? '');
  // A negative number is no formula.
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `YYYY-MM-DD HH:mm:ss`: a time to spreadsheets of every language. */
const localTime = (ms: number): string => new Date(ms + 7 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
