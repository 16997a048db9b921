/** @module The observer's SQL: its hold on a destination, what it saw, what would be written. One function per statement. */
import type { Seal } from '../access/seal.ts';
import { sealedMembers, sealedWhole } from '../access/sealed-json.ts';
import type { Queryable } from '../db/queryable.ts';
import { at, epoch } from '../db/times.ts';
import type { ReadBack } from '../sync/verify-store.ts';
import type { Comparison } from './comparison.ts';

/** Where the observer of a destination stands. Times are epoch milliseconds, days `YYYY-MM-DD`. */
export interface ObserverState {
  readonly pace: number | null;
  readonly day: string | null;
  /** Questions asked on that day. */
  readonly calls: number;
  /** The page that a listing comes to next; null between two sweeps. */
  readonly listingDay: string | null;
  readonly listingPage: number;
  /** null before the first sweep; Infinity where there is no listing. */
  readonly nextListingAt: number | null;
}

/** Takes or keeps the observer's place at a destination; null while another process has it. */
export async function holdObserver(
  db: Queryable,
  destination: string,
  { instance, now, until }: { instance: string; now: number; until: number },
): Promise<ObserverState | null> {
  const { rows } = await db.query<ObserverState>({
    name: 'observer-hold',
    text: `
      insert into observer as o (destination, holder, held_until) values ($1, $2, ${at('$4')})
      on conflict (destination) do update set holder = $2, held_until = ${at('$4')}
        where o.holder = $2 or o.held_until is null or o.held_until < ${at('$3')}
      returning pace, day, calls, listing_day as "listingDay", listing_page as "listingPage", next_listing_at as "nextListingAt"`,
    values: [destination, instance, now, until],
  });
  return rows[0] ?? null;
}

export async function writeObserver(
  db: Queryable,
  destination: string,
  instance: string,
  state: ObserverState,
): Promise<void> {
  await db.query({
    name: 'observer-write',
    text: `
      update observer set pace = $3, day = $4::date, calls = $5, listing_day = $6::date, listing_page = $7,
        next_listing_at = case when $8::float8 = 'infinity' then 'infinity' else ${at('$8')} end
      where destination = $1 and holder = $2`,
    values: [
      destination,
      instance,
      state.pace,
      state.day,
      state.calls,
      state.listingDay,
      state.listingPage,
      state.nextListingAt,
    ],
  });
}

/** Gives the place up, so that another process need not wait. */
export async function releaseObserver(db: Queryable, destination: string, instance: string): Promise<void> {
  await db.query('update observer set holder = null, held_until = null where destination = $1 and holder = $2', [
    destination,
    instance,
  ]);
}

/** What a look came to; `exists`: null where it could not be read. */
export interface Observation extends ReadBack {
  readonly exists: boolean | null;
}

export async function writeObservations(
  db: Queryable,
  destination: string,
  found: readonly Observation[],
  now: number,
): Promise<void> {
  await db.query({
    name: 'observe-write',
    text: `
      update sync_state s set verify_at = ${at('r."verifyAt"')}, verify_step = r."verifyStep", unverified = r.unverified,
        exists_there = coalesce(r.exists, s.exists_there),
        seen_at = case when r.exists is null then s.seen_at else ${at('$3')} end,
        seen_status = case when r.exists is null then s.seen_status else r.seen ->> 'status' end,
        seen_appointment_at = case when r.exists is null then s.seen_appointment_at else ${at("(r.seen ->> 'appointmentAt')")} end
      from json_to_recordset($2::json) as r ("dossierId" bigint, "verifyAt" float8, "verifyStep" int, unverified boolean, exists boolean, seen jsonb)
      where s.destination = $1 and s.dossier_id = r."dossierId" and s.mode <> 'send'`,
    values: [destination, JSON.stringify(found), now],
  });
}

/** What names nobody of what would be written; how many records there are can be asked without the key. */
export const OPEN_IN_WOULD: ReadonlySet<string> = new Set(['create', 'fields', 'recordCount']);

function sealedComparison({ would, theirs, ...rest }: Comparison, seal: Seal): object {
  return {
    ...rest,
    would: sealedMembers({ ...would, recordCount: would.records.length }, OPEN_IN_WOULD, seal),
    theirs: theirs.length === 0 ? theirs : sealedWhole(theirs, seal),
  };
}

export async function writeComparisons(
  db: Queryable,
  destination: string,
  comparisons: readonly Comparison[],
  now: number,
  seal: Seal,
): Promise<void> {
  if (comparisons.length === 0) return;
  const rows = comparisons.map((comparison) => sealedComparison(comparison, seal));
  await db.query({
    name: 'comparison-write',
    text: `
      insert into comparison (destination, dossier_id, at, head_seq, kinds, findings, would, theirs)
      select $1, "dossierId", ${at('$3')}, "headSeq", array(select json_array_elements_text(kinds)), findings, would, theirs
      from json_to_recordset($2::json) as r ("dossierId" bigint, "headSeq" int, kinds json, findings jsonb, would jsonb, theirs jsonb) order by "dossierId"
      on conflict (destination, dossier_id) do update set at = excluded.at, head_seq = excluded.head_seq, kinds = excluded.kinds,
        findings = excluded.findings, would = excluded.would, theirs = excluded.theirs`,
    values: [destination, JSON.stringify(rows), now],
  });
}

/** A dossier of a listing that we know: whether it shows other than when it was last looked at. */
export interface Listed {
  readonly code: string;
  readonly statusCode: string;
  readonly appointmentAt: number | null;
}

/** Which of these codes nobody here knows; of those known and changed there, the next look comes now. */
export async function noteListed(
  db: Queryable,
  destination: string,
  listed: readonly Listed[],
  now: number,
): Promise<{ unknown: string[]; changed: number }> {
  const { rows } = await db.query<{ unknown: string[]; changed: number }>({
    name: 'note-listed',
    text: `
      with listed as (
        select * from json_to_recordset($2::json) as r (code text, "statusCode" text, "appointmentAt" float8)
      ), known as (
        select l.*, d.id from listed l join dossier d on d.code = l.code where d.code = any($4::text[])
      ), changed as (
        update sync_state s set verify_at = ${at('$3')}, verify_step = 0
        from known k
        where s.destination = $1 and s.dossier_id = k.id and s.dossier_id = any(array(select id from known)) and s.seen_at is not null
          and (s.mode <> 'send' or (s.acked_seq >= s.head_seq and s.blocked_reason is null))
          and (s.seen_status is distinct from k."statusCode" or ${epoch('s.seen_appointment_at')} is distinct from k."appointmentAt")
          and (s.verify_at is null or s.verify_at > ${at('$3')})
        returning 1
      )
      select coalesce((select array_agg(code order by code) from listed l where not exists (select from known k where k.code = l.code)), '{}') as unknown,
        (select count(*) from changed)::int as changed`,
    values: [destination, JSON.stringify(listed), now, listed.map(({ code }) => code)],
  });
  return rows[0]!;
}
