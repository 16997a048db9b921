/** @module The read-back's SQL: what is due, and what was seen. */
import type { Queryable } from '../db/queryable.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { PlannedDossier } from './plan.ts';
import type { Mode } from './policy.ts';

/** A row that is to be read back: one in step, or one that is only observed. Times are epoch milliseconds. */
export interface DueReadBack extends PlannedDossier {
  readonly dossierId: number;
  readonly verifyStep: number;
  readonly sentSeqs: readonly number[];
  readonly origin: string;
  readonly status: string;
  readonly finishedAt: number | null;
  readonly mode: Mode;
  readonly modeSince: number;
  readonly ackedAt: number | null;
  readonly seenAt: number | null;
  readonly seenStatus: string | null;
  readonly seenAppointmentAt: number | null;
}

const DUE = `
  s.dossier_id as "dossierId", s.verify_step as "verifyStep", s.sent_seqs as "sentSeqs", s.believed_seqs as "believedSeqs", s.head_seq as "headSeq",
  s.mode, s.mode_since as "modeSince", s.acked_at as "ackedAt", s.seen_at as "seenAt", s.seen_status as "seenStatus", s.seen_appointment_at as "seenAppointmentAt",
  d.code, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", d.origin, d.status, ${factsOf('d')}, d.submitted_at as "submittedAt",
  d.received_at as "receivedAt", d.appointment_at as "appointmentAt", d.finished_at as "finishedAt", coalesce(f.fields, '{}') as fields
  from sync_state s join dossier d on d.id = s.dossier_id left join dossier_fields f on f.dossier_id = s.dossier_id`;

export async function dueReadBacks(
  db: Queryable,
  destination: string,
  now: number,
  limit: number,
): Promise<DueReadBack[]> {
  const { rows } = await db.query<DueReadBack>({
    name: 'verify-due',
    text: `
      select ${DUE}
      where s.destination = $1 and s.mode = 'send' and s.verify_at <= to_timestamp($2::float8 / 1000) and s.acked_seq >= s.head_seq and s.lease_token is null and s.blocked_reason is null
      order by s.verify_at limit $3`,
    values: [destination, now, limit],
  });
  return rows;
}

/** What is observed or compared and is to be looked at, longest due first. */
export async function dueObservations(
  db: Queryable,
  destination: string,
  now: number,
  limit: number,
): Promise<DueReadBack[]> {
  const { rows } = await db.query<DueReadBack>({
    name: 'observe-due',
    text: `
      select ${DUE}
      where s.destination = $1 and s.mode <> 'send' and s.verify_at <= to_timestamp($2::float8 / 1000)
      order by s.verify_at limit $3`,
    values: [destination, now, limit],
  });
  return rows;
}

export interface ReadBack {
  readonly dossierId: number;
  readonly verifyAt: number | null;
  readonly verifyStep: number;
  readonly unverified: boolean;
  readonly seen: { readonly status: string; readonly appointmentAt: number | null } | null;
}

export async function writeReadBacks(
  db: Queryable,
  destination: string,
  found: readonly ReadBack[],
  now: number,
): Promise<void> {
  await db.query({
    name: 'verify-write',
    text: `
      update sync_state s set verify_at = to_timestamp(r."verifyAt" / 1000), verify_step = r."verifyStep", unverified = r.unverified,
        seen_at = case when r.seen is null then s.seen_at else to_timestamp($3::float8 / 1000) end,
        seen_status = coalesce(r.seen ->> 'status', s.seen_status),
        seen_appointment_at = case when r.seen is null then s.seen_appointment_at else to_timestamp((r.seen ->> 'appointmentAt')::float8 / 1000) end
      from json_to_recordset($2::json) as r ("dossierId" bigint, "verifyAt" float8, "verifyStep" int, unverified boolean, seen jsonb)
      where s.destination = $1 and s.dossier_id = r."dossierId"
        -- A delivery that was acknowledged meanwhile has set its own time.
        and s.verify_at <= to_timestamp($3::float8 / 1000)`,
    values: [destination, JSON.stringify(found), now],
  });
}

/** What a destination shows of one dossier now (null: nothing). */
export async function writeSeen(
  db: Queryable,
  destination: string,
  dossierId: number,
  seen: { readonly statusCode: string; readonly appointmentAt: number | null } | null,
  now: number,
): Promise<void> {
  await db.query({
    name: 'write-seen',
    text: `
      update sync_state set seen_at = to_timestamp($3::float8 / 1000), seen_status = $4, seen_appointment_at = to_timestamp($5::float8 / 1000)
      where destination = $1 and dossier_id = $2`,
    values: [destination, dossierId, now, seen?.statusCode ?? null, seen?.appointmentAt ?? null],
  });
}

/**
 * Everything is asked about and sent again, if the row still is as it was when the destination was read.
 * @returns false when it moved on meanwhile: then the destination's view says nothing of it.
 */
export async function sendAgain(
  db: Queryable,
  destination: string,
  { dossierId, headSeq }: Pick<DueReadBack, 'dossierId' | 'headSeq'>,
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sync_state set generation = generation + 1, acked_seq = 0, snapshot_digest = null, attempts = 0,
       behind_since = to_timestamp($4::float8 / 1000), next_attempt_at = to_timestamp($4::float8 / 1000), unknown_since = to_timestamp($4::float8 / 1000)
     where destination = $1 and dossier_id = $2 and head_seq = $3 and acked_seq >= head_seq and lease_token is null and mode = 'send'`,
    [destination, dossierId, headSeq, now],
  );
  return rowCount === 1;
}
