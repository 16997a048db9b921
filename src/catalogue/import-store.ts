/** @module Writes imported catalogue rows: a new version closes the one before it, and open deadlines are counted again. */
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { requestRecomputation } from '../deadlines/calendar-store.ts';
import type { ImportKind, ImportRow } from './import.ts';

/** What an import changed. */
export interface Imported {
  readonly written: number;
  /** Rows that already stood so. */
  readonly unchanged: number;
}

const TABLES = { procedures: 'procedure', 'pause-reasons': 'pause_reason', purposes: 'purpose' } as const;

/** Writes all rows or none. Running processes learn of it at once; a repeated import changes nothing. */
export async function importRows(
  pool: pg.Pool,
  kind: Exclude<ImportKind, 'agencies'>,
  rows: readonly ImportRow[],
): Promise<Imported> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const written = await writeVersions(client, TABLES[kind], rows);
    if (written > 0 && kind !== 'purposes') await requestRecomputation(client, `catalogue:${kind}`, null);
    await client.query('commit');
    return { written, unchanged: rows.length - written };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/**
 * A row of the same code and date of effect is corrected. Each version then ends the day before the next begins: the
 * former is closed by the new one, and one put in between by the later. Codes are compared by their national part.
 */
async function writeVersions(
  db: Queryable,
  table: (typeof TABLES)[keyof typeof TABLES],
  rows: readonly { readonly code: string }[],
): Promise<number> {
  const { rowCount } = await db.query(
    `insert into ${table} as v (code, effective_from, effective_to, body)
     select r->>'code', (r->>'effectiveFrom')::date, (r->>'effectiveTo')::date, r from json_array_elements($1::json) as r
     on conflict (code, effective_from) do update set effective_to = excluded.effective_to, body = excluded.body
       where v.body - 'effectiveTo' <> excluded.body - 'effectiveTo' or (excluded.effective_to is not null and v.effective_to is distinct from excluded.effective_to)`,
    [JSON.stringify(rows)],
  );
  await db.query(
    `with next as (
       select code, effective_from,
         lead(effective_from) over (partition by coalesce(substring(code from '^\\d\\.\\d{6}'), code) order by effective_from) - 1 as last_day
       from ${table} where coalesce(substring(code from '^\\d\\.\\d{6}'), code) = any(
         select distinct coalesce(substring(r->>'code' from '^\\d\\.\\d{6}'), r->>'code') from json_array_elements($1::json) as r))
     update ${table} v set effective_to = next.last_day, body = jsonb_set(v.body, '{effectiveTo}', to_jsonb(next.last_day::text))
     from next
     where v.code = next.code and v.effective_from = next.effective_from
       and next.last_day is not null and (v.effective_to is null or v.effective_to > next.last_day)`,
    [JSON.stringify(rows)],
  );
  return rowCount ?? 0;
}
