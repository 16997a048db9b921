/** @module Reconciliation's SQL: runs with their leases, our side of a day, differences and their life. One function per statement. */
import { randomUUID } from 'node:crypto';
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import type { OurDossier, Side } from './compare.ts';
import type { DifferenceKind } from './kinds.ts';

const at = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;

export type RunState = 'running' | 'done' | 'cancelled' | 'failed';

export interface RunScope {
  readonly destination: string;
  /** An agency with all that count for it; null for all. */
  readonly agencyCode: string | null;
  readonly procedureCode: string | null;
  /** Dates of receipt, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
}

export interface Run extends RunScope {
  readonly id: string;
  readonly repair: boolean;
  readonly dryRun: boolean;
  readonly requestedBy: string;
  readonly state: RunState;
  readonly way: 'listing' | 'by-code' | null;
  readonly position: string | null;
  readonly compared: number;
  readonly inStep: number;
  readonly moving: number;
  readonly unchecked: number;
  readonly error: string | null;
  readonly requestedAt: number;
  readonly finishedAt: number | null;
}

const RUN = `
  id, destination, agency_code as "agencyCode", procedure_code as "procedureCode", from_date as "from", to_date as "to", repair,
  dry_run as "dryRun", requested_by as "requestedBy", state, way, position, compared, in_step as "inStep", moving, unchecked, error,
  requested_at as "requestedAt", finished_at as "finishedAt"`;

export async function insertRun(
  db: Queryable,
  scope: RunScope,
  how: { repair: boolean; dryRun: boolean; requestedBy: string; now: number; sweptOn?: string },
): Promise<string> {
  const id = randomUUID();
  await db.query(
    `insert into reconciliation_run (id, destination, agency_code, procedure_code, from_date, to_date, repair, dry_run, requested_by, requested_at, position, swept_on)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, ${at('$10')}, $5, $11) on conflict do nothing`,
    [
      id,
      scope.destination,
      scope.agencyCode,
      scope.procedureCode,
      scope.from,
      scope.to,
      how.repair,
      how.dryRun,
      how.requestedBy,
      how.now,
      how.sweptOn ?? null,
    ],
  );
  return id;
}

/** The day of receipt of the first dossier here, `YYYY-MM-DD`; null while there is none. */
export async function firstReceipt(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ day: string | null }>(
    "select (min(coalesce(received_at, submitted_at)) at time zone 'Asia/Ho_Chi_Minh')::date as day from dossier",
  );
  return rows[0]!.day;
}

export async function findRun(db: Queryable, id: string): Promise<Run | null> {
  const { rows } = await db.query<Run>(`select ${RUN} from reconciliation_run where id = $1`, [id]);
  return rows[0] ?? null;
}

export async function listRuns(db: Queryable, before: number | null, limit: number): Promise<Run[]> {
  const { rows } = await db.query<Run>(
    `select ${RUN} from reconciliation_run where $1::float8 is null or requested_at < ${at('$1')} order by requested_at desc, id limit $2`,
    [before, limit],
  );
  return rows;
}

/** The oldest run that nobody works on, leased; null where there is none. */
export async function claimRun(
  db: Queryable,
  destination: string,
  lease: { instance: string; now: number; until: number },
): Promise<Run | null> {
  const { rows } = await db.query<Run>(
    `update reconciliation_run set leased_by = $2, lease_until = ${at('$4')}
     where id = (select id from reconciliation_run where state = 'running' and destination = $1 and (lease_until is null or lease_until < ${at('$3')} or leased_by = $2)
       order by requested_at for update skip locked limit 1)
     returning ${RUN}`,
    [destination, lease.instance, lease.now, lease.until],
  );
  return rows[0] ?? null;
}

/** @returns false when the run was cancelled or another process has taken it over */
export async function keepRun(db: Queryable, id: string, instance: string, until: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reconciliation_run set lease_until = ${at('$3')} where id = $1 and leased_by = $2 and state = 'running'`,
    [id, instance, until],
  );
  return rowCount === 1;
}

export async function releaseRun(db: Queryable, id: string, instance: string): Promise<void> {
  await db.query(
    'update reconciliation_run set lease_until = null, leased_by = null where id = $1 and leased_by = $2',
    [id, instance],
  );
}

export interface DayResult {
  readonly compared: number;
  readonly inStep: number;
  readonly moving: number;
  readonly unchecked: number;
}

/** A day was compared: its sums, and the day that comes next (null: it was the last). */
export async function advanceRun(
  db: Queryable,
  id: string,
  way: 'listing' | 'by-code',
  result: DayResult,
  next: string | null,
): Promise<void> {
  await db.query(
    `update reconciliation_run set way = $2, compared = compared + $3, in_step = in_step + $4, moving = moving + $5, unchecked = unchecked + $6, position = $7
     where id = $1`,
    [id, way, result.compared, result.inStep, result.moving, result.unchecked, next],
  );
}

/** @returns false when it had ended before */
export async function endRun(
  db: Queryable,
  id: string,
  state: Exclude<RunState, 'running'>,
  now: number,
  error: string | null = null,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reconciliation_run set state = $2, finished_at = ${at('$3')}, error = $4, lease_until = null where id = $1 and state = 'running'`,
    [id, state, now, error],
  );
  return rowCount === 1;
}

/** Differences of a run that are still to be looked at again: seen once, or being repaired. */
export async function countUnsettled(db: Queryable, runId: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from difference d join difference_sighting s on s.difference_id = d.id
     where s.run_id = $1 and d.look_at is not null`,
    [runId],
  );
  return rows[0]!.n;
}

/** A dossier of ours as it is compared; `isMoving`: the sync still has something of it to deliver. */
export interface OurRow extends OurDossier {
  readonly id: number;
  readonly agencies: string[];
  readonly isMoving: boolean;
  /** Its policy lets nothing be sent. */
  readonly isObserved: boolean;
  readonly isHeld: boolean;
  readonly blockedReason: string | null;
  readonly lastError: string | null;
}

const OURS = `
  d.id, d.code, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", d.agencies, d.facts, d.status, d.head_seq as "headSeq",
  d.submitted_at as "submittedAt", d.received_at as "receivedAt", d.appointment_at as "appointmentAt", coalesce(f.fields, '{}') as fields,
  coalesce(s.sent_seqs, '{}') as "sentSeqs", coalesce(s.believed_seqs, '{}') as "believedSeqs", coalesce(s.acked_seq < s.head_seq and s.blocked_reason is null and s.mode = 'send', false) as "isMoving", s.mode <> 'send' as "isObserved",
  d.incomplete as "isHeld", s.blocked_reason as "blockedReason", s.last_error as "lastError",
  coalesce((select array_agg(distinct a.code) from dossier_alias a join dossier_alias b on b.code = a.code and b.system = a.system and b.dossier_id <> a.dossier_id
    where a.dossier_id = d.id), '{}') as "collidingAliases"`;

const OURS_FROM = `
  from dossier d left join dossier_fields f on f.dossier_id = d.id left join sync_state s on s.dossier_id = d.id and s.destination = $1`;

/**
 * Our dossiers of one day of receipt within a scope; held ones too, since the other side may know them.
 *
 * @param agencies codes that count for the scope's agency; null for all
 */
export async function oursOfDay(
  db: Queryable,
  { destination, procedureCode }: RunScope,
  day: string,
  agencies: readonly string[] | null,
): Promise<OurRow[]> {
  const { rows } = await db.query<OurRow>({
    name: 'reconcile-day',
    text: `
      select ${OURS} ${OURS_FROM}
      where coalesce(d.received_at, d.submitted_at) >= ($2 || 'T00:00:00+07:00')::timestamptz
        and coalesce(d.received_at, d.submitted_at) < ($2 || 'T00:00:00+07:00')::timestamptz + interval '1 day'
        and d.code is not null and d.superseded_by is null
        and ($3::text[] is null or ${within('d.agencies', '$3')})
        and ($4::text is null or d.procedure_code = $4)`,
    values: [destination, day, agencies, procedureCode],
  });
  return rows;
}

export async function oursByCode(db: Queryable, destination: string, codes: readonly string[]): Promise<OurRow[]> {
  const { rows } = await db.query<OurRow>({
    name: 'reconcile-codes',
    text: `select ${OURS} ${OURS_FROM} where d.code = any($2::text[]) and d.superseded_by is null`,
    values: [destination, codes],
  });
  return rows;
}

/** Which of these codes are ours, wherever they stand. */
export async function knownCodes(db: Queryable, codes: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ code: string }>({
    name: 'reconcile-known',
    text: 'select code from dossier where code = any($1::text[])',
    values: [codes],
  });
  return new Set(rows.map(({ code }) => code));
}

export interface Sighting {
  readonly kind: DifferenceKind;
  readonly dossierCode: string;
  readonly dossierId: number | null;
  readonly agencies: readonly string[];
  readonly headSeq: number | null;
  readonly ours: Side | null;
  readonly theirs: Side | null;
  readonly cause: string | null;
}

/**
 * Notes what a look found: `found` at a first one, `repairing` where it is being sent again already. A difference that is known keeps its state unless it had ended: then it begins anew.
 * What is ignored stays so until its time is over.
 */
export async function noteSightings(
  db: Queryable,
  run: { readonly id: string | null; readonly destination: string },
  sightings: readonly Sighting[],
  { state, now, lookAt }: { state: 'found' | 'repairing'; now: number; lookAt: number },
): Promise<void> {
  await db.query({
    name: 'difference-note',
    text: `
      with seen as (
        insert into difference as d (destination, kind, dossier_code, dossier_id, agencies, state, ours, theirs, cause, head_seq, first_seen_at, last_seen_at, look_at, run_id, confirmed_at, repairs)
        select $2, r.kind, r."dossierCode", r."dossierId", array(select json_array_elements_text(r.agencies)), $6, r.ours, r.theirs, r.cause, r."headSeq",
          ${at('$4')}, ${at('$4')}, ${at('$5')}, $1, case when $6 = 'repairing' then ${at('$4')} end, case when $6 = 'repairing' then 1 else 0 end
        from json_to_recordset($3::json) as r (kind text, "dossierCode" text, "dossierId" bigint, agencies json, ours jsonb, theirs jsonb, cause text, "headSeq" int)
        on conflict (destination, dossier_code, kind) do update set
          state = case when d.state in ('repaired', 'closed') or (d.state = 'ignored' and d.ignored_until < ${at('$4')}) then excluded.state else d.state end,
          first_seen_at = case when d.state in ('repaired', 'closed') then excluded.first_seen_at else d.first_seen_at end,
          confirmed_at = case when d.state in ('repaired', 'closed') then excluded.confirmed_at else d.confirmed_at end,
          repairs = case when d.state in ('repaired', 'closed') then excluded.repairs else d.repairs end,
          told = case when d.state in ('repaired', 'closed') then 0 else d.told end,
          looks = 0, dossier_id = excluded.dossier_id, agencies = excluded.agencies, ours = excluded.ours, theirs = excluded.theirs,
          cause = excluded.cause, head_seq = excluded.head_seq, last_seen_at = excluded.last_seen_at, run_id = excluded.run_id,
          look_at = case when d.state = 'ignored' and d.ignored_until >= ${at('$4')} then null else excluded.look_at end
        returning d.id
      )
      insert into difference_sighting (run_id, difference_id) select $1, id from seen where $1::uuid is not null on conflict do nothing`,
    values: [run.id, run.destination, JSON.stringify(sightings), now, lookAt, state],
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
  d.head_seq as "headSeq", d.first_seen_at as "firstSeenAt", d.last_seen_at as "lastSeenAt", d.confirmed_at as "confirmedAt",
  d.repaired_at as "repairedAt", d.repairs, d.looks, d.run_id as "runId", d.decided_by as "decidedBy", d.decided_reason as "decidedReason",
  d.ignored_until as "ignoredUntil"`;

/** Differences whose next look has come, whole dossiers at a time, oldest first; each put off so that no other process takes it meanwhile. */
export async function claimLooks(
  db: Queryable,
  destination: string,
  now: number,
  until: number,
  limit: number,
): Promise<Difference[]> {
  const { rows } = await db.query<Difference>({
    name: 'difference-claim',
    text: `
      update difference d set look_at = ${at('$3')}
      where d.id = any(array(
        select id from difference where destination = $1 and look_at <= ${at('$2')} order by look_at for update skip locked limit $4))
      returning ${DIFFERENCE}`,
    values: [destination, now, until, limit],
  });
  return rows;
}

/** What a look made of a difference. */
export interface Looked {
  readonly id: number;
  readonly state: DifferenceState | 'gone';
  readonly ours: Side | null;
  readonly theirs: Side | null;
  readonly cause: string | null;
  readonly headSeq: number | null;
  readonly repairs: number;
  readonly looks: number;
  readonly lookAt: number | null;
}

/** Writes what looks came to; what was gone at its second look was none. */
export async function writeLooks(db: Queryable, looked: readonly Looked[], now: number): Promise<void> {
  const gone = looked.filter(({ state }) => state === 'gone').map(({ id }) => id);
  if (gone.length > 0) await db.query('delete from difference where id = any($1::bigint[])', [gone]);
  const kept = looked.filter(({ state }) => state !== 'gone');
  if (kept.length === 0) return;
  await db.query({
    name: 'difference-look',
    text: `
      update difference d set state = r.state, ours = r.ours, theirs = r.theirs, cause = r.cause, head_seq = r."headSeq", repairs = r.repairs, looks = r.looks,
        look_at = to_timestamp(r."lookAt" / 1000), last_seen_at = case when r.state = 'repaired' then d.last_seen_at else ${at('$2')} end,
        confirmed_at = case when r.state in ('confirmed', 'repairing', 'evidence') then coalesce(d.confirmed_at, ${at('$2')}) else d.confirmed_at end,
        repaired_at = case when r.state = 'repaired' then ${at('$2')} end
      from json_to_recordset($1::json) as r (id bigint, state text, ours jsonb, theirs jsonb, cause text, "headSeq" int, repairs int, looks int, "lookAt" float8)
      where d.id = r.id and d.state not in ('ignored', 'closed')`,
    values: [JSON.stringify(kept), now],
  });
}

/** A pause with when it was recorded, beside the dossier's first registration here. Times are epoch ms. */
export interface RecordedPause {
  readonly dossierId: number;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly firstRegisteredAt: number;
}

/** The pauses of these dossiers that were reported late; most have none. */
export async function lateReportedPauses(db: Queryable, dossierIds: readonly number[]): Promise<RecordedPause[]> {
  const { rows } = await db.query<RecordedPause>({
    name: 'reconcile-late-pauses',
    text: `
      select e.dossier_id as "dossierId", e.occurred_at as "occurredAt", e.recorded_at as "recordedAt",
        (select min(first.recorded_at) from timeline_entry first where first.dossier_id = e.dossier_id) as "firstRegisteredAt"
      from timeline_entry e where e.dossier_id = any($1::bigint[]) and e.late_reported and e.status = 'paused'`,
    values: [dossierIds],
  });
  return rows;
}
