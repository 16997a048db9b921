/** @module Readings to be judged, and the alerts about those that look amiss. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { type Reading, SUSPICIONS, type Suspicion } from './suspicions.ts';

/** What officers have read of persons since, newest first, at most `limit`. */
export async function recentReadings(db: Queryable, since: number, limit: number): Promise<Reading[]> {
  const { rows } = await db.query<Reading>(
    `select at, client_id as "clientId", officer, target_hash as target, dossier,
       array(select jsonb_array_elements_text(coalesce(details -> 'agencies', '[]'))) as agencies
     from audit_entry
     where at >= to_timestamp($1::float8 / 1000) and target_hash is not null and officer is not null and status < 400 and details ->> 'kind' = 'read'
     order by at desc limit $2`,
    [since, limit],
  );
  return rows;
}

/** Once a day for each officer and kind. The feed does not tell of it: its readers may be whom it is about. */
export async function raiseSuspicions(
  db: Queryable,
  suspicions: readonly Suspicion[],
  day: string,
  now: number,
): Promise<number> {
  const { rowCount } = await db.query(
    `insert into alert (kind, key, agency_code, raised_at, detail, told)
     select kind, coalesce("clientId", '') || ':' || officer || ':' || $2, agency, to_timestamp($3::float8 / 1000),
       json_build_object('client', "clientId", 'officer', officer, 'count', count), 2
     from json_to_recordset($1::json) as s (kind text, "clientId" text, officer text, agency text, count int)
     order by kind, 2 on conflict (kind, key) do nothing`,
    [JSON.stringify(suspicions), day, now],
  );
  return rowCount ?? 0;
}

/** What somebody has taken to look into is over by itself; nothing else ends it. */
export async function clearTaken(db: Queryable, now: number): Promise<void> {
  await db.query(
    `update alert set cleared_at = to_timestamp($2::float8 / 1000)
     where kind = any($1::text[]) and cleared_at is null and acknowledged_at is not null`,
    [SUSPICIONS, now],
  );
}
