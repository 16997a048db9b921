/** @module Alerts about what will end: clients' validity and certificates. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

/** Raises clients that end before that time, each end once, and clears those that were extended, suspended or have ended. */
export async function noteClients(db: Queryable, { before, now }: { before: number; now: number }): Promise<void> {
  await db.query(
    `with ending as (
       select client_id, name, (extract(epoch from valid_until) * 1000)::bigint as until from client
       where suspended_at is null and valid_until > ${at('$2')} and valid_until <= ${at('$1')}
     ), raised as (
       insert into alert (kind, key, raised_at, detail)
       select 'client-expiring', client_id || ':' || until, ${at('$2')}, jsonb_build_object('client', client_id, 'name', name, 'expiresAt', until)
       from ending on conflict (kind, key) do nothing
     )
     update alert a set cleared_at = ${at('$2')} where a.kind = 'client-expiring' and a.cleared_at is null
       and not exists (select from ending e where a.key = e.client_id || ':' || e.until)`,
    [before, now],
  );
}

/** A certificate as a server has shown it. */
export interface Shown {
  /** `host:port` */
  readonly endpoint: string;
  /** Whose it is: a connector's name, or `gateway`. */
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Raises certificates that end before that time, each once, and clears those that were renewed; one that was not seen stays as it is. */
export async function noteCertificates(
  db: Queryable,
  shown: readonly Shown[],
  { before, now }: { before: number; now: number },
): Promise<void> {
  await db.query(
    `with shown as (
       select * from json_to_recordset($1::json) as r (endpoint text, owner text, until bigint)
     ), raised as (
       insert into alert (kind, key, raised_at, detail)
       select 'certificate-expiring', endpoint || ':' || until, ${at('$3')}, jsonb_build_object('endpoint', endpoint, 'owner', owner, 'expiresAt', until)
       from shown where until <= $2 on conflict (kind, key) do nothing
     )
     update alert a set cleared_at = ${at('$3')} where a.kind = 'certificate-expiring' and a.cleared_at is null
       and exists (select from shown s where a.detail->>'endpoint' = s.endpoint and (s.until > $2 or a.key <> s.endpoint || ':' || s.until))`,
    [JSON.stringify(shown), before, now],
  );
}
