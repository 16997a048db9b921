/** @module The differences' SQL: noted, looked at, settled. One function per statement. */
import type { Seal } from '../access/seal.ts';
import { sealedText } from '../access/sealed-json.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { Side } from './compare.ts';
import type { DifferenceKind } from './kinds.ts';

export interface Sighting {
  readonly kind: DifferenceKind;
  readonly dossierCode: string;
  readonly dossierId: number | null;
  readonly agencies: readonly string[];
  readonly headSeq: number | null;
  readonly ours: Side | null;
  readonly theirs: Side | null;
  /** The destination's words, sealed. */
  readonly cause: string | null;
  /** All of it stands in the timeline: a difference that a person has closed does not begin anew with it. */
  readonly isKept?: boolean;
}

/** A destination's words may name anybody: they stand sealed. */
export const sealedCause = (words: string | null, seal: Seal): string | null =>
  words === null ? null : sealedText(words, seal);

/** Whether a difference that is known is over: seen once more, it keeps that life until a second look. */
const OVER = "d.state in ('repaired', 'closed')";

/**
 * Notes what a look found: `found` at a first one, `repairing` where it is being sent again already. A difference that is known keeps its state; one that had ended begins anew
 * at its second look, or at once where it is being sent again. What is ignored stays so until its time is over.
 *
 * @param onlyNew leaves what is known and stands as it is
 */
export async function noteSightings(
  db: Queryable,
  run: { readonly id: string | null; readonly destination: string },
  sightings: readonly Sighting[],
  how: { state: 'found' | 'repairing'; now: number; lookAt: number; onlyNew?: boolean },
): Promise<void> {
  const { state, now, lookAt, onlyNew = false } = how;
  await db.query({
    name: 'difference-note',
    text: `
      with seen as (
        insert into difference as d (destination, kind, dossier_code, dossier_id, agencies, state, ours, theirs, cause, head_seq, first_seen_at, last_seen_at, look_at, run_id, confirmed_at, repairs)
        select $2, r.kind, r."dossierCode", r."dossierId", array(select json_array_elements_text(r.agencies)), $6, r.ours, r.theirs, r.cause, r."headSeq",
          ${at('$4')}, ${at('$4')}, ${at('$5')}, $1, case when $6 = 'repairing' then ${at('$4')} end, case when $6 = 'repairing' then 1 else 0 end
        from json_to_recordset($3::json) as r (kind text, "dossierCode" text, "dossierId" bigint, agencies json, ours jsonb, theirs jsonb, cause text, "headSeq" int, "isKept" boolean)
        where not (coalesce(r."isKept", false)
          and exists (select from difference c where c.destination = $2 and c.dossier_code = r."dossierCode" and c.kind = r.kind and c.state = 'closed'))
        on conflict (destination, dossier_code, kind) do update set
          state = case when ${OVER} and $6 = 'repairing' then $6 when d.state = 'ignored' and d.ignored_until < ${at('$4')} then 'confirmed' else d.state end,
          seen_anew_at = case when ${OVER} and $6 = 'found' then coalesce(d.seen_anew_at, ${at('$4')}) end,
          first_seen_at = case when ${OVER} and $6 = 'repairing' then excluded.first_seen_at else d.first_seen_at end,
          confirmed_at = case when ${OVER} and $6 = 'repairing' then excluded.confirmed_at else d.confirmed_at end,
          repaired_at = case when ${OVER} and $6 = 'repairing' then null else d.repaired_at end,
          repairs = case when ${OVER} and $6 = 'repairing' then excluded.repairs else d.repairs end,
          told = case when ${OVER} and $6 = 'repairing' then 0 else d.told end,
          ours = case when ${OVER} and $6 = 'found' then d.ours else excluded.ours end, theirs = case when ${OVER} and $6 = 'found' then d.theirs else excluded.theirs end,
          cause = case when ${OVER} and $6 = 'found' then d.cause else excluded.cause end,
          looks = 0, waits = false, dossier_id = excluded.dossier_id, agencies = excluded.agencies, head_seq = excluded.head_seq, last_seen_at = excluded.last_seen_at, run_id = excluded.run_id,
          look_at = case when d.state = 'ignored' and d.ignored_until >= ${at('$4')} then d.look_at else excluded.look_at end
        where not $7 or ${OVER}
        returning d.id
      )
      insert into difference_sighting (run_id, difference_id) select $1, id from seen where $1::uuid is not null on conflict do nothing`,
    values: [run.id, run.destination, JSON.stringify(sightings), now, lookAt, state, onlyNew],
  });
}

/** What stood and was not seen this time is looked at now: it may be over. */
export async function lookAtUnseen(
  db: Queryable,
  destination: string,
  codes: readonly string[],
  runId: string,
  now: number,
): Promise<void> {
  await db.query({
    name: 'difference-unseen',
    text: `
      update difference d set look_at = ${at('$4')}
      where d.destination = $1 and d.dossier_code = any($2::text[]) and d.state in ('confirmed', 'evidence') and d.look_at is null
        and not exists (select 1 from difference_sighting s where s.run_id = $3 and s.difference_id = d.id)`,
    values: [destination, codes, runId, now],
  });
}

export const DIFFERENCE_STATES = [
  'found',
  'confirmed',
  'repairing',
  'repaired',
  'evidence',
  'closed',
  'ignored',
] as const;
export type DifferenceState = (typeof DIFFERENCE_STATES)[number];

export interface Difference {
  readonly id: number;
  readonly destination: string;
  readonly kind: DifferenceKind;
  readonly dossierCode: string;
  readonly dossierId: number | null;
  readonly agencies: string[];
  readonly state: DifferenceState;
  readonly ours: Side | null;
  readonly theirs: Side | null;
  readonly cause: string | null;
  readonly headSeq: number | null;
  readonly firstSeenAt: number;
  /** When it was seen once more after it was over; null unless that waits for a second look. */
  readonly seenAnewAt: number | null;
  readonly lastSeenAt: number;
  readonly confirmedAt: number | null;
  readonly repairedAt: number | null;
  readonly repairs: number;
  readonly looks: number;
  readonly runId: string | null;
  readonly decidedBy: string | null;
  readonly decidedReason: string | null;
  readonly ignoredUntil: number | null;
}

/** The columns of a `Difference`, of a table known as d. */
export const DIFFERENCE = `
  d.id, d.destination, d.kind, d.dossier_code as "dossierCode", d.dossier_id as "dossierId", d.agencies, d.state, d.ours, d.theirs, d.cause,
  d.head_seq as "headSeq", d.first_seen_at as "firstSeenAt", d.seen_anew_at as "seenAnewAt", d.last_seen_at as "lastSeenAt", d.confirmed_at as "confirmedAt",
  d.repaired_at as "repairedAt", d.repairs, d.looks, d.run_id as "runId", d.decided_by as "decidedBy", d.decided_reason as "decidedReason",
  d.ignored_until as "ignoredUntil"`;

/** Differences whose next look has come, oldest first, those that wait to be mended only if they may; each put off so that no other process takes it meanwhile. */
export async function claimLooks(
  db: Queryable,
  destination: string,
  { now, until, limit, mayMend }: { now: number; until: number; limit: number; mayMend: boolean },
): Promise<Difference[]> {
  const { rows } = await db.query<Difference>({
    name: 'difference-claim',
    text: `
      update difference d set look_at = ${at('$3')}
      where d.id = any(array(
        select id from difference where destination = $1 and look_at <= ${at('$2')} and (not waits or $5) order by look_at for update skip locked limit $4))
      returning ${DIFFERENCE}`,
    values: [destination, now, until, limit, mayMend],
  });
  return rows;
}

/**
 * Which of these nobody has decided about or seen since they were claimed.
 *
 * @param until when the claim of them ends, as it was made
 */
export async function stillClaimed(db: Queryable, ids: readonly number[], until: number): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const { rows } = await db.query<{ id: number }>({
    name: 'difference-still-claimed',
    text: `select id from difference where id = any($1::bigint[]) and look_at = ${at('$2')}`,
    values: [ids, until],
  });
  return new Set(rows.map(({ id }) => id));
}

/** What a look made of a difference. */
export interface Looked {
  readonly id: number;
  /** `gone`: it was none; `as-before`: it is over, as it was before it was seen once more. */
  readonly state: DifferenceState | 'gone' | 'as-before';
  readonly ours: Side | null;
  readonly theirs: Side | null;
  readonly cause: string | null;
  readonly headSeq: number | null;
  readonly repairs: number;
  readonly looks: number;
  readonly lookAt: number | null;
  /** It is to be mended, and waits for leave. */
  readonly waits?: boolean;
}

/**
 * Writes what looks came to. What was decided or seen since they were claimed is looked at anew: such a look changes nothing.
 *
 * @param until when the claim of them ends, as it was made
 */
export async function writeLooks(
  db: Queryable,
  looked: readonly Looked[],
  { until, now, seal }: { until: number; now: number; seal: Seal },
): Promise<void> {
  const idsOf = (state: Looked['state']): number[] => looked.filter((one) => one.state === state).map(({ id }) => id);
  const kept = looked
    .filter(({ state }) => state !== 'gone' && state !== 'as-before')
    .map((one) => ({ ...one, cause: sealedCause(one.cause, seal) }));
  await db.query({
    name: 'difference-look',
    text: `
      with gone as (
        delete from difference where id = any($4::bigint[]) and look_at = ${at('$3')}
      ), over as (
        update difference set seen_anew_at = null, look_at = null where id = any($5::bigint[]) and look_at = ${at('$3')} returning id, run_id
      ), unseen as (
        delete from difference_sighting s using over where s.difference_id = over.id and s.run_id = over.run_id
      )
      update difference d set state = r.state, ours = r.ours, theirs = r.theirs, cause = r.cause, head_seq = r."headSeq", repairs = r.repairs, looks = r.looks,
        look_at = to_timestamp(r."lookAt" / 1000), waits = coalesce(r.waits, false), last_seen_at = case when r.state = 'repaired' then d.last_seen_at else ${at('$2')} end,
        first_seen_at = case when r.is_anew then d.seen_anew_at else d.first_seen_at end,
        confirmed_at = case when r.is_anew then ${at('$2')} when r.state in ('confirmed', 'repairing', 'evidence') then coalesce(d.confirmed_at, ${at('$2')}) else d.confirmed_at end,
        repaired_at = case when r.state = 'repaired' then coalesce(d.repaired_at, ${at('$2')}) end,
        told = case when r.is_anew then 0 else d.told end,
        decided_by = case when not r.is_anew then d.decided_by end, decided_reason = case when not r.is_anew then d.decided_reason end,
        seen_anew_at = case when not r.is_anew then d.seen_anew_at end
      from (
        select l.*, d.seen_anew_at is not null and l.state in ('confirmed', 'repairing', 'evidence') as is_anew
        from json_to_recordset($1::json) as l (id bigint, state text, ours jsonb, theirs jsonb, cause text, "headSeq" int, repairs int, looks int, "lookAt" float8, waits boolean)
        join difference d on d.id = l.id
      ) r
      where d.id = r.id and d.look_at = ${at('$3')}`,
    values: [JSON.stringify(kept), now, until, idsOf('gone'), idsOf('as-before')],
  });
}

/** A pause with when it was recorded, beside the dossier's first registration here. Times are epoch ms. */
export interface RecordedPause {
  readonly dossierId: number;
  readonly seq: number;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly firstRegisteredAt: number;
}

/** The pauses of these dossiers that were reported late; most have none. */
export async function lateReportedPauses(db: Queryable, dossierIds: readonly number[]): Promise<RecordedPause[]> {
  const { rows } = await db.query<RecordedPause>({
    name: 'reconcile-late-pauses',
    text: `
      select e.dossier_id as "dossierId", e.seq, e.occurred_at as "occurredAt", e.recorded_at as "recordedAt",
        (select min(first.recorded_at) from timeline_entry first where first.dossier_id = e.dossier_id) as "firstRegisteredAt"
      from timeline_entry e where e.dossier_id = any($1::bigint[]) and e.late_reported and e.status = 'paused'`,
    values: [dossierIds],
  });
  return rows;
}
