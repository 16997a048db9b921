/** @module Takes an exported list of a portal as it arrives: read row by row and staged in the database, some thousand rows at a time. */
import type { Queryable } from '../db/queryable.ts';
import { GatewayError } from '../errors.ts';
import { bounded } from '../imports/bounded.ts';
import { UnreadableFile } from '../spreadsheet/table.ts';
import type { Profile } from '../sync/profile.ts';
import { type ExportWords, statusReader } from './export-columns.ts';
import { type ExportFault, type ExportRow, readExport } from './export-read.ts';
import {
  addExportRows,
  dropExport,
  findExport,
  finishExport,
  insertExport,
  type NewExport,
  type PortalExport,
} from './export-store.ts';

export interface TakeOptions {
  readonly db: Queryable;
  readonly words: ExportWords;
  readonly profile: Profile;
  readonly bytesAtMost: number;
  readonly now: () => number;
}

const ROWS_AT_ONCE = 5_000;
/** Rows that could not be read are counted, and so many are named. */
const FAULTS_KEPT = 100;

/**
 * Takes a file; what is cut off or cannot be read leaves nothing.
 *
 * @throws GatewayError `payload-too-large`, `validation`
 */
export async function takeExport(
  { db, words, profile, bytesAtMost, now }: TakeOptions,
  bytes: AsyncIterable<Uint8Array>,
  made: NewExport,
): Promise<PortalExport> {
  const id = await insertExport(db, made, now());
  try {
    const reading = await readExport(bounded(bytes, bytesAtMost), {
      headers: words.headers,
      statusOf: statusReader(profile, words.statuses),
    });
    try {
      const faults: ExportFault[] = [];
      const counted = { read: 0, kept: 0, unread: 0 };
      let batch: ExportRow[] = [];
      // One batch is written while the next is read.
      let writing: Promise<number> = Promise.resolve(0);
      const flush = async (): Promise<void> => {
        counted.kept += await writing;
        writing = addExportRows(db, id, batch, now());
        // Its failure is met at the next flush.
        writing.catch(() => {});
        batch = [];
      };
      for await (const row of reading.rows) {
        const fault = 'code' in row ? row.fault : row;
        if (fault) {
          counted.unread++;
          if (faults.length < FAULTS_KEPT) faults.push(fault);
        }
        if (!('code' in row)) continue;
        counted.read++;
        batch.push(row);
        if (batch.length === ROWS_AT_ONCE) await flush();
      }
      await flush();
      counted.kept += await writing;
      const { columns, ignored } = reading.header;
      await finishExport(db, id, {
        rows: counted.kept,
        repeated: counted.read - counted.kept,
        unread: counted.unread,
        faults,
        tells: [...columns.keys()],
        ignoredColumns: ignored,
      });
    } finally {
      reading.close();
    }
    return (await findExport(db, id))!;
  } catch (error) {
    await dropExport(db, id).catch(() => {});
    if (!(error instanceof UnreadableFile)) throw error;
    throw new GatewayError('validation', {
      detail: error.message,
      detailVi: error.vi,
      violations: [{ path: '$', message: error.vi }],
    });
  }
}
