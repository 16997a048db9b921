/** @module The SQL of following: what is due to be asked about, and what its system told. One function per statement. */
import type { ContentKind } from '../capabilities/exchange.ts';
import type { Next } from '../connector/poller.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

/** A dossier that is asked about. */
export interface DueExchange {
  readonly id: string;
  readonly dossierCode: string;
  readonly number: string;
  readonly kind: ContentKind;
  readonly toldDigest: string | null;
  readonly intervalMs: number;
}

/** Takes what is due, oldest first; until `until` it is due to nobody else. */
export async function claimDue(
  db: Queryable,
  { provider, now, until, limit }: { provider: string; now: number; until: number; limit: number },
): Promise<DueExchange[]> {
  const { rows } = await db.query<DueExchange>({
    name: 'exchange-claim-due',
    text: `with due as (
             select id from exchange where provider = $1 and next_poll_at <= ${at('$2')}
             order by next_poll_at limit $4 for no key update skip locked
           )
           update exchange set next_poll_at = ${at('$3')} where id in (select id from due)
           returning id, dossier_code as "dossierCode", number, kind, told_digest as "toldDigest", poll_interval_ms as "intervalMs"`,
    values: [provider, now, until, limit],
  });
  return rows;
}

/** What an exchange's system told, once the timeline has it. */
export interface Telling {
  readonly id: string;
  readonly statusThere: string | null;
  /** Null where nothing could be read. */
  readonly digest: string | null;
  readonly fault: string | null;
  readonly ended: boolean;
}

export async function noteTellings(db: Queryable, tellings: readonly Telling[], now: number): Promise<void> {
  await db.query({
    name: 'exchange-note-tellings',
    text: `update exchange e set status_there = coalesce(t."statusThere", e.status_there), fault = t.fault, told_digest = coalesce(t.digest, e.told_digest),
             told_at = case when t.fault is null and t.digest is distinct from e.told_digest then ${at('$2')} else e.told_at end,
             state = case when t.ended and e.state = 'submitted' then 'ended' else e.state end
           from json_to_recordset($1::json) as t (id text, "statusThere" text, digest text, fault text, ended boolean) where e.id = t.id`,
    values: [JSON.stringify(tellings), now],
  });
}

/** When each is due again; one that was withdrawn meanwhile stays so. */
export async function scheduleNext(
  db: Queryable,
  nexts: readonly (Next & { readonly id: string })[],
  now: number,
): Promise<void> {
  await db.query({
    name: 'exchange-schedule-next',
    text: `update exchange e set poll_interval_ms = n."intervalMs",
             next_poll_at = case when n."inMs" is null or e.state = 'withdrawn' then null else ${at('$2')} + make_interval(secs => n."inMs" / 1000.0) end
           from json_to_recordset($1::json) as n (id text, "inMs" float8, "intervalMs" int) where e.id = n.id`,
    values: [JSON.stringify(nexts), now],
  });
}
