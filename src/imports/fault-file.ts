/** @module The faults of an import as a file that a spreadsheet opens: CSV in UTF-8 with its mark, in Vietnamese. */
import type { Queryable } from '../db/queryable.ts';
import { CSV_MARK, csvLine } from '../papers/csv.ts';
import { type RowFault, readFaults } from './store.ts';

const HEADER = ['Dòng', 'Mã hồ sơ', 'Cột', 'Lỗi'];
const PAGE = 2_000;

/** The file in pieces; a page of faults is read when the one before has gone. */
export async function* faultFile(db: Queryable, importId: number): AsyncGenerator<string> {
  yield CSV_MARK + csvLine(HEADER);
  let after = { row: -1, n: -1 };
  for (;;) {
    const faults = await readFaults(db, importId, after, PAGE);
    yield faults.map((fault) => csvLine(cellsOf(fault))).join('');
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
