/** @module The drain's SQL: claim with a lease, acknowledge by token, and everything between. One function per statement. */
import type { Seal } from '../access/seal.ts';
import { sealedText } from '../access/sealed-json.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import type { Fact } from '../dossiers/state.ts';

/** A row out of step, leased to this process, with the dossier it is about. */
export interface ClaimedRow {
  readonly dossierId: number;
  readonly token: string;
  readonly leaseUntil: number;
  readonly generation: number;
  readonly headSeq: number;
  readonly ackedSeq: number;
  readonly sentSeqs: number[];
  readonly existsThere: boolean;
  readonly snapshotDigest: string | null;
  readonly attempts: number;
  readonly unknownSince: number | null;
  /** Entries up to here may have been brought there by another writer. */
  readonly baselineSeq: number;
  /** Since when it is to be sent. */
  readonly modeSince: number;
  readonly origin: string;
  readonly code: string;
  readonly procedureCode: string | null;
  readonly agencyCode: string | null;
  readonly facts: Fact[];
  readonly submittedAt: number | null;
  readonly receivedAt: number | null;
  readonly appointmentAt: number | null;
  readonly fields: DossierFields;
  readonly believedSeqs: readonly number[];
}

/**
 * Takes up to `limit` rows that are due, oldest first, and leases them. The lease is committed before anything is sent:
 * it is the record of the intent. A row is locked in its newest version, its dossier read as it was when the statement
 * began: what is claimed ends with the last entry that was read, not with one appended in between.
 */
export async function claim(
  db: Queryable,
  options: { destination: string; instance: string; token: string; now: number; leaseMs: number; limit: number },
): Promise<ClaimedRow[]> {
  const { destination, instance, token, now, leaseMs, limit } = options;
  const { rows } = await db.query<ClaimedRow>({
    name: 'sync-claim',
    text: `
      with due as (
        select dossier_id from sync_state
        where destination = $1 and acked_seq < head_seq and blocked_reason is null and mode = 'send' and next_attempt_at <= ${at('$4')} and lease_token is null
        order by next_attempt_at limit $6 for no key update skip locked
      ), leased as (
        update sync_state s set lease_token = $3::uuid, lease_until = ${at('$4')} + make_interval(secs => $5::float8 / 1000), leased_by = $2,
          lease_from = s.acked_seq + 1, lease_to = s.head_seq
        where s.destination = $1 and s.dossier_id = any(array(select dossier_id from due))
        returning s.*
      )
      select l.dossier_id as "dossierId", l.lease_token as token, l.lease_until as "leaseUntil", l.generation, least(l.lease_to, d.head_seq) as "headSeq", l.acked_seq as "ackedSeq",
        l.sent_seqs as "sentSeqs", l.believed_seqs as "believedSeqs", l.exists_there as "existsThere", l.snapshot_digest as "snapshotDigest", l.attempts, l.unknown_since as "unknownSince",
        l.baseline_seq as "baselineSeq", l.mode_since as "modeSince", d.code, d.origin, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", ${factsOf('d')}, d.submitted_at as "submittedAt",
        d.received_at as "receivedAt", d.appointment_at as "appointmentAt", coalesce(f.fields, '{}') as fields
      from leased l
        cross join lateral (select * from dossier where id = l.dossier_id limit 1) d
        left join lateral (select fields from dossier_fields where dossier_id = l.dossier_id limit 1) f on true
      order by l.next_attempt_at`,
    values: [destination, instance, token, now, leaseMs, limit],
  });
  return rows;
}

/** What a delivery came to for one row. */
export interface Settlement {
  readonly dossierId: number;
  readonly token: string;
  readonly generation: number;
  /** Head when the row was claimed. */
  readonly toSeq: number;
  readonly fromSeq: number;
  readonly outcome: 'acknowledged' | 'retry' | 'unknown' | 'blocked' | 'released';
  readonly sentSeqs: readonly number[];
  readonly existsThere: boolean;
  readonly snapshotDigest: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  /** Since when nobody knows whether the last call did its work; null when it is known. */
  readonly unknownSince: number | null;
  readonly verifyAt: number | null;
  readonly verifyStep: number;
  readonly error: string | null;
}

/**
 * Writes what deliveries came to, in the order of ids in which the append locks too, each by its own token and generation: one that lost its lease, or was resynced meanwhile, changes nothing.
 * Each one that counts is an attempt on record.
 * @returns the ids of the rows that took it.
 */
export async function settle(
  db: Queryable,
  destination: string,
  settlements: readonly Settlement[],
  now: number,
  profileVersion: number,
  seal: Seal,
): Promise<Set<number>> {
  // A destination's words may name anybody.
  const rows = settlements.map((one) => (one.error === null ? one : { ...one, error: sealedText(one.error, seal) }));
  // As JSON, of which a plan expects a hundred rows: of arrays it expects ten, and goes through all of them for each row that is locked.
  const { rows: taken } = await db.query<{ id: number }>({
    name: 'sync-settle',
    text: `
      with locked as (
        select dossier_id from sync_state where destination = $1 and dossier_id = any($4::bigint[]) order by dossier_id for no key update
      ), settled as (
        update sync_state s set
        acked_seq = case when r.outcome = 'acknowledged' then greatest(s.acked_seq, r."toSeq") else s.acked_seq end,
        sent_seqs = r."sentSeqs",
        profile_version = case when r.outcome = 'acknowledged' then $3 else s.profile_version end,
        exists_there = r."existsThere", snapshot_digest = r."snapshotDigest",
        attempts = r.attempts, last_error = r.error,
        next_attempt_at = case when r.outcome = 'acknowledged' then greatest(s.next_attempt_at, ${at('$2')}) else to_timestamp(r."nextAttemptAt" / 1000.0) end,
        unknown_since = to_timestamp(r."unknownSince" / 1000.0),
        blocked_reason = case when r.outcome = 'blocked' then r.error end, blocked_at = case when r.outcome = 'blocked' then ${at('$2')} end,
        acked_at = case when r.outcome = 'acknowledged' then ${at('$2')} else s.acked_at end,
        behind_since = case when r.outcome <> 'acknowledged' then s.behind_since when s.head_seq > r."toSeq" then ${at('$2')} end,
        verify_at = coalesce(to_timestamp(r."verifyAt" / 1000.0), s.verify_at), verify_step = r."verifyStep",
        lease_token = null, lease_until = null, leased_by = null, lease_from = null, lease_to = null
      from json_to_recordset($5::json) as r ("dossierId" bigint, token uuid, generation int, "fromSeq" int, "toSeq" int, outcome text, "sentSeqs" int[], "existsThere" boolean,
        "snapshotDigest" text, attempts int, "nextAttemptAt" float8, "unknownSince" float8, "verifyAt" float8, "verifyStep" int, error text)
      where s.destination = $1 and s.dossier_id = r."dossierId" and s.lease_token = r.token and s.generation = r.generation
        and s.dossier_id = any(array(select dossier_id from locked))
        returning s.dossier_id as id, r."fromSeq", r."toSeq", r.attempts, r.outcome, r.error
      )
      insert into delivery_attempt (at, destination, dossier_id, from_seq, to_seq, attempt, outcome, detail)
      select ${at('$2')}, $1, id, "fromSeq", "toSeq", attempts, outcome, error from settled
      returning dossier_id as id`,
    values: [destination, now, profileVersion, settlements.map(({ dossierId }) => dossierId), JSON.stringify(rows)],
  });
  return new Set(taken.map(({ id }) => id));
}

/** Prolongs leases of one claim that are still held. @returns the ids that still are. */
export async function renew(
  db: Queryable,
  destination: string,
  token: string,
  dossierIds: readonly number[],
  until: number,
): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>(
    `update sync_state set lease_until = ${at('$4')} where destination = $1 and lease_token = $2::uuid and dossier_id = any($3::bigint[]) returning dossier_id as id`,
    [destination, token, dossierIds, until],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Leases that ran out, or that an earlier life of this instance left, are unknown outcomes: to be asked about before anything is sent again. */
export async function reclaim(
  db: Queryable,
  destination: string,
  now: number,
  settleAfterMs: number,
  instance: string | null,
): Promise<number> {
  const { rowCount } = await db.query(
    `update sync_state set lease_token = null, lease_until = null, leased_by = null, lease_from = null, lease_to = null,
       unknown_since = coalesce(unknown_since, ${at('$2')}), next_attempt_at = ${at('$2')} + make_interval(secs => $3::float8 / 1000)
     where destination = $1 and acked_seq < head_seq and blocked_reason is null and mode = 'send' and lease_token is not null and (lease_until < ${at('$2')} or leased_by = $4)`,
    [destination, now, settleAfterMs, instance],
  );
  return rowCount ?? 0;
}

/**
 * The upstream works again: every row that waits for a transient fault is due, spread over `rampMs`, oldest first; an
 * unknown outcome as soon as it has settled.
 */
export async function dueNow(
  db: Queryable,
  destination: string,
  now: number,
  rampMs: number,
  settleAfterMs: number,
): Promise<number> {
  const { rowCount } = await db.query(
    `with waiting as (
       select dossier_id, row_number() over (order by behind_since nulls last) as n, count(*) over () as total from sync_state
       where destination = $1 and acked_seq < head_seq and blocked_reason is null and mode = 'send' and next_attempt_at > ${at('$2')}
     )
     update sync_state s set next_attempt_at = greatest(
       ${at('$2')} + make_interval(secs => $3::float8 / 1000 * w.n / w.total), s.unknown_since + make_interval(secs => $4::float8 / 1000))
     from waiting w where s.destination = $1 and s.dossier_id = w.dossier_id`,
    [destination, now, rampMs, settleAfterMs],
  );
  return rowCount ?? 0;
}

/** Blocks of the last while are lifted: it was the destination that refused everybody. */
export async function unblockSince(db: Queryable, destination: string, since: number, now: number): Promise<number> {
  const { rowCount } = await db.query(
    `update sync_state set blocked_reason = null, blocked_at = null, next_attempt_at = ${at('$3')} where destination = $1 and blocked_reason is not null and blocked_at >= ${at('$2')}`,
    [destination, since, now],
  );
  return rowCount ?? 0;
}

/** Sends again from a seq on: what was sent since counts as not sent, and acknowledgements under way are void. What is only observed is looked at now. */
export async function resync(
  db: Queryable,
  destination: string,
  dossierId: number,
  fromSeq: number,
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sync_state set generation = generation + 1, acked_seq = least(acked_seq, $3 - 1), snapshot_digest = null,
       sent_seqs = array(select x from unnest(sent_seqs) as x where x < $3), believed_seqs = array(select x from unnest(believed_seqs) as x where x < $3), attempts = 0, blocked_reason = null, blocked_at = null,
       behind_since = case when mode = 'send' then coalesce(behind_since, ${at('$4')}) end, next_attempt_at = ${at('$4')}, unknown_since = ${at('$4')},
       verify_at = case when mode = 'send' then verify_at else ${at('$4')} end
     where destination = $1 and dossier_id = $2`,
    [destination, dossierId, fromSeq, now],
  );
  return rowCount === 1;
}

/**
 * Asks what is there and sends what is missing, the rows locked in the order of ids in which the append locks too. What was sent stays sent unless the destination tells otherwise: one that
 * tells no progress would get everything twice. What it refused is tried once more. Done twice it comes to the same.
 *
 * @returns the ids of those that are to be sent
 */
export async function sendMissing(
  db: Queryable,
  destination: string,
  dossierIds: readonly number[],
  now: number,
): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>({
    name: 'sync-send-missing',
    text: `
      with locked as (
        select dossier_id from sync_state where destination = $1 and dossier_id = any($2::bigint[]) and mode = 'send' order by dossier_id for no key update
      )
      update sync_state set generation = generation + 1, acked_seq = 0, snapshot_digest = null, attempts = 0, blocked_reason = null, blocked_at = null,
        behind_since = coalesce(behind_since, ${at('$3')}), next_attempt_at = ${at('$3')}, unknown_since = ${at('$3')}
      where destination = $1 and dossier_id = any(array(select dossier_id from locked))
      returning dossier_id as id`,
    values: [destination, dossierIds, now],
  });
  return new Set(rows.map(({ id }) => id));
}

/** A new profile version in force: every row of an older one is out of step until its snapshot agrees. */
export async function raiseProfile(db: Queryable, destination: string, version: number, now: number): Promise<number> {
  const { rowCount } = await db.query(
    `update sync_state set profile_version = $2, acked_seq = least(acked_seq, head_seq - 1), behind_since = coalesce(behind_since, ${at('$3')}), next_attempt_at = ${at('$3')}
     where destination = $1 and profile_version < $2 and profile_version > 0 and mode = 'send'`,
    [destination, version, now],
  );
  return rowCount ?? 0;
}
