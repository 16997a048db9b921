/** @module Takes a side's list as it arrives; one that cannot be read leaves nothing. */
import type { Queryable } from '../../db/queryable.ts';
import { GatewayError } from '../../errors.ts';
import { bounded } from '../../imports/bounded.ts';
import { UnreadableFile } from '../../spreadsheet/table.ts';
import { readList } from './list-read.ts';
import { type CatalogueList, insertList, type NewList } from './list-store.ts';

/** A list of every procedure of the country is a few megabytes. */
const LARGEST_FILE = 32 * 1024 * 1024;

/** @throws GatewayError `payload-too-large`, `validation` */
export async function takeList(
  db: Queryable,
  bytes: AsyncIterable<Uint8Array>,
  list: NewList,
  now: number,
): Promise<CatalogueList> {
  try {
    const read = await readList(list.kind, bounded(bytes, LARGEST_FILE));
    // A list without a row would say that the side has nothing at all.
    if (read.rows.length === 0) throw new UnreadableFile('The list has no row.', 'Danh mục không có dòng nào.');
    return await insertList(db, list, read, now);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new GatewayError('validation', {
      detail: error.message,
      detailVi: error.vi,
      violations: [{ path: '$', message: error.vi }],
    });
  }
}
