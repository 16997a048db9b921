/** @module A table as any file gives it: rows of cells, in order, one at a time. */

/** What stands in a cell: a text as it was written, or what a spreadsheet keeps of a number or a truth. */
export type Cell = string | number | boolean | null;

export interface TableRow {
  /** As a person counts them, the first line of the file being 1. */
  readonly row: number;
  readonly cells: readonly Cell[];
}

export interface Table {
  readonly rows: AsyncIterable<TableRow>;
  /** Spreadsheets of old Macintosh files count days from 1904. */
  readonly date1904: boolean;
  /** Share of the file that has been read, 0 to 1. */
  fraction(): number;
}

/** The file cannot be read at all; says in both languages what to do about it. */
export class UnreadableFile extends Error {
  readonly vi: string;

  constructor(en: string, vi: string, cause?: unknown) {
    super(en, cause === undefined ? undefined : { cause });
    this.name = 'UnreadableFile';
    this.vi = vi;
  }
}
