/** @module Sheets as XLSX, with a head that stays in sight. */
import type { Readable } from 'node:stream';
import type { Cell } from './csv.ts';

export interface Sheet {
  /** At most 31 letters. */
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Of each column, in letters. */
  readonly widths: readonly number[];
}

/** Loaded with the first workbook: a process that makes none does not pay for it. */
let loading: Promise<typeof import('write-excel-file/node')> | null = null;

export async function toXlsx(sheets: readonly Sheet[]): Promise<Readable> {
  loading ??= import('write-excel-file/node');
  const { default: write } = await loading;
  const made = write(
    sheets.map(({ name, head, rows, widths }) => ({
      sheet: name,
      data: [
        head.map((value) => ({ value, type: String, fontWeight: 'bold' as const, backgroundColor: '#eef1f6' })),
        ...rows.map((row) =>
          row.map((value) =>
            value === null ? null : typeof value === 'number' ? { value, type: Number } : { value, type: String },
          ),
        ),
      ],
      columns: widths.map((width) => ({ width })),
      stickyRowsCount: 1,
    })),
  );
  return (made.toStream as () => Promise<Readable>)();
}
