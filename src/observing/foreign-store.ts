/** @module The SQL of other writers: their records, values of ours that they replaced, and the alert that names them. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { ForeignRecord } from '../sync/match.ts';

/** A record of another, with whether it was written when the dossier was ours to send. */
export interface ForeignRow extends ForeignRecord {
  readonly dossierId: number;
  readonly isStray: boolean;
}

/** Notes records of others. @returns those that nobody had seen before */
export async function noteForeign(
  db: Queryable,
  destination: string,
  rows: readonly ForeignRow[],
  now: number,
): Promise<{ dossierId: number; isStray: boolean; statusCode: string; at: number; department: string }[]> {
  if (rows.length === 0) return [];
  const { rows: noted } = await db.query<{
    dossierId: number;
    isStray: boolean;
    statusCode: string;
    at: number;
    department: string;
  }>({
    name: 'note-foreign',
    text: `
      insert into foreign_record (destination, dossier_id, status_code, at, officer, department, first_seen_at, stray)
      select $1, "dossierId", "statusCode", ${at('at')}, officer, department, ${at('$3')}, "isStray"
      from json_to_recordset($2::json) as r ("dossierId" bigint, "statusCode" text, at float8, officer text, department text, "isStray" boolean)
      order by "dossierId", "statusCode", at
      on conflict do nothing
      returning dossier_id as "dossierId", stray as "isStray", status_code as "statusCode", at, department`,
    values: [
      destination,
      JSON.stringify(
        rows.map(({ dossierId, isStray, record: { statusCode, at: time, officer, department } }) => ({
          dossierId,
          isStray,
          statusCode,
          at: time,
          officer,
          department,
        })),
      ),
      now,
    ],
  });
  return noted;
}

/** A value of ours was found replaced. @returns how often by this value */
export async function noteOverwritten(
  db: Queryable,
  destination: string,
  { dossierId, field, value }: { dossierId: number; field: string; value: string },
  now: number,
): Promise<number> {
  const { rows } = await db.query<{ times: number }>(
    `insert into overwritten (destination, dossier_id, field, value, times, first_seen_at, last_seen_at) values ($1, $2, $3, $4, 1, ${at('$5')}, ${at('$5')})
     on conflict (destination, dossier_id, field, value) do update set times = overwritten.times + 1, last_seen_at = excluded.last_seen_at
     returning times`,
    [destination, dossierId, field, value, now],
  );
  return rows[0]!.times;
}

/** Whether another writer was at work there since. */
export async function hasOtherWriter(db: Queryable, destination: string, since: number): Promise<boolean> {
  const { rows } = await db.query<{ has: boolean }>({
    name: 'has-other-writer',
    text: `select exists (select from foreign_record where destination = $1 and first_seen_at >= ${at('$2')}) as has`,
    values: [destination, since],
  });
  return rows[0]!.has;
}

/** Raises the alert of a dossier that another writes while it is ours to send, once a day, unless operators watch for none. */
export async function raiseOtherWriter(
  db: Queryable,
  {
    destination,
    dossierId,
    day,
    detail,
  }: { destination: string; dossierId: number; day: string; detail: Readonly<Record<string, string | number | null>> },
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into alert (kind, key, dossier_id, agency_code, raised_at, detail)
     select 'other-writer', $1::text || ':' || d.id || ':' || $3::text, d.id, d.agency_code, ${at('$4')}, $5::jsonb from dossier d
     where d.id = $2::bigint and coalesce((select (body->>'watched')::boolean from alert_rule where kind = 'other-writer'), true)
     on conflict (kind, key) do nothing`,
    [destination, dossierId, day, now, JSON.stringify({ destination, ...detail })],
  );
  return rowCount === 1;
}

/** Clears the alerts of dossiers that are no longer sent, or that nobody else has written since an instant. */
export async function clearOtherWriter(
  db: Queryable,
  destination: string,
  since: number,
  now: number,
): Promise<number> {
  const { rowCount } = await db.query({
    name: 'clear-other-writer',
    text: `
      update alert a set cleared_at = ${at('$3')}
      where a.kind = 'other-writer' and a.cleared_at is null and a.detail->>'destination' = $1 and (
        not exists (select from sync_state s where s.destination = $1 and s.dossier_id = a.dossier_id and s.mode = 'send')
        or not exists (
          select from foreign_record r where r.destination = $1 and r.dossier_id = a.dossier_id and r.stray and r.first_seen_at >= ${at('$2')}
          union all
          select from overwritten o where o.destination = $1 and o.dossier_id = a.dossier_id and o.last_seen_at >= ${at('$2')}))`,
    values: [destination, since, now],
  });
  return rowCount ?? 0;
}

/** Stops the delivery of a dossier that stands in step: people decide. @returns false when it has moved on meanwhile */
export async function blockContested(
  db: Queryable,
  destination: string,
  { dossierId, headSeq }: { dossierId: number; headSeq: number },
  reason: string,
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sync_state set blocked_reason = $4, blocked_at = ${at('$5')}
     where destination = $1 and dossier_id = $2 and head_seq = $3 and acked_seq >= head_seq and lease_token is null and mode = 'send'`,
    [destination, dossierId, headSeq, reason, now],
  );
  return rowCount === 1;
}
