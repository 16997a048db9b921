/** @module The SQL that removes what has been kept for its time, a page at a time; times are epoch milliseconds. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

/** Removes the oldest rows of a log that grows by its id. @returns how many */
export async function removeOldestOf(
  db: Queryable,
  table: 'exchange_log' | 'delivery_attempt',
  before: number,
  page: number,
): Promise<number> {
  const { rowCount } = await db.query(
    `with oldest as (select id, at from ${table} order by id limit $2)
     delete from ${table} t using oldest o where t.id = o.id and t.at = o.at and o.at < ${at('$1')}`,
    [before, page],
  );
  return rowCount ?? 0;
}

/** Imports that have ended, with their faults. */
export async function removeImports(db: Queryable, before: number, page: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from import where id in (select id from import where finished_at < ${at('$1')} order by id limit $2)`,
    [before, page],
  );
  return rowCount ?? 0;
}

/** What was quarantined and has been released or discarded. */
export async function removeClosedQuarantine(db: Queryable, before: number, page: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from quarantine where id in (select id from quarantine where closed_at < ${at('$1')} order by id limit $2)`,
    [before, page],
  );
  return rowCount ?? 0;
}
