/** @module What reports and the morning summary read: dossiers with their entries and attempts. One function per statement. */
import { within, withinBoth } from '../agencies/within.ts';
import type { LimitOverride } from '../catalogue/limit.ts';
import type { Queryable } from '../db/queryable.ts';
import { at, epoch } from '../db/times.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { Fact } from '../dossiers/state.ts';
import type { RecordedEntry } from './flags.ts';
import type { Attempt } from './late.ts';
import type { OpenDossier } from './summary.ts';

/** A dossier as flags and late causes judge it; times in epoch ms. */
export interface ReportedDossier {
  readonly id: number;
  readonly code: string;
  readonly agencyCode: string | null;
  readonly agencies: string[];
  readonly procedureCode: string | null;
  readonly receivedAt: number | null;
  readonly appointmentAt: number | null;
  readonly limitOverride: LimitOverride | null;
  readonly facts: Fact[];
  readonly ackedSeq: number | null;
  readonly entries: RecordedEntry[];
}

const REPORTED = `
  d.id, d.code, d.agency_code as "agencyCode", d.agencies, d.procedure_code as "procedureCode", d.received_at as "receivedAt",
  d.appointment_at as "appointmentAt", d.limit_override as "limitOverride", ${factsOf('d')}, case when s.mode = 'send' then s.acked_seq end as "ackedSeq",
  coalesce((
    select json_agg(json_build_object('seq', e.seq, 'recordedAt', ${epoch('e.recorded_at')}, 'hasDocument', coalesce(jsonb_typeof(e.body->'document') = 'object', false)))
    from timeline_entry e where e.dossier_id = d.id), '[]') as entries`;

export async function reportedDossiers(
  db: Queryable,
  destination: string,
  ids: readonly number[],
): Promise<ReportedDossier[]> {
  const { rows } = await db.query<ReportedDossier>(
    `select ${REPORTED} from dossier d left join sync_state s on s.dossier_id = d.id and s.destination = $1
     where d.id = any($2::bigint[]) order by d.id`,
    [destination, ids],
  );
  return rows;
}

export interface Period {
  /** Instants: from the first (included) to the second (not included). */
  readonly from: number;
  readonly until: number;
  /** Codes of the agencies that count for the one asked for. */
  readonly agency: readonly string[] | null;
  /** Codes of those that count for the caller. */
  readonly own: readonly string[];
}

/** Ids of the dossiers that a pause reported in the period concerns, in order. */
export async function pausedWithin(db: Queryable, period: Period): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select distinct d.id from timeline_entry e join dossier d on d.id = e.dossier_id
     where e.status = 'paused' and e.occurred_at >= ${at('$1')} and e.occurred_at < ${at('$2')}
       and d.superseded_by is null and not d.incomplete and ${withinBoth('d.agencies', '$4', '$3')}
     order by d.id`,
    [period.from, period.until, period.own, period.agency],
  );
  return rows.map(({ id }) => id);
}

/** Ids of the dossiers due in the period that are late by law, or about which a destination does not know everything. */
export async function perhapsLateWithin(
  db: Queryable,
  destination: string,
  period: Period,
  now: number,
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select d.id from dossier d left join sync_state s on s.dossier_id = d.id and s.destination = $6
     where d.appointment_at >= ${at('$1')} and d.appointment_at < ${at('$2')} and d.superseded_by is null and not d.incomplete
       and (coalesce(d.finished_at, ${at('$5')}) > d.appointment_at or (s.mode = 'send' and s.acked_seq < s.head_seq))
       and ${withinBoth('d.agencies', '$4', '$3')}
     order by d.id`,
    [period.from, period.until, period.own, period.agency, now, destination],
  );
  return rows.map(({ id }) => id);
}

/** Attempts to deliver dossiers to a destination, in order of time, by dossier. */
export async function readAttempts(
  db: Queryable,
  destination: string,
  ids: readonly number[],
): Promise<Map<number, Attempt[]>> {
  const { rows } = await db.query<Attempt & { dossierId: number }>(
    `select id, dossier_id as "dossierId", at, to_seq as "toSeq", outcome from delivery_attempt
     where destination = $1 and dossier_id = any($2::bigint[]) order by at, id`,
    [destination, ids],
  );
  return Map.groupBy(rows, ({ dossierId }) => dossierId);
}

/** Open dossiers in which one of the agencies takes part; a page in order of registration. */
export async function openDossiersOf(
  db: Queryable,
  agencies: readonly string[],
  after: number,
  limit: number,
): Promise<OpenDossier[]> {
  const { rows } = await db.query<OpenDossier>(
    `select d.id, d.code, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", ${factsOf('d')},
       d.submitted_at as "submittedAt", d.received_at as "receivedAt", d.appointment_at as "appointmentAt"
     from dossier d
     where d.finished_at is null and d.superseded_by is null and not d.incomplete and d.id > $2
       and ${within('d.agencies', '$1')}
     order by d.id limit $3`,
    [agencies, after, limit],
  );
  return rows;
}
