/** @module Reading dossiers, their timelines and what destinations have of them: one function per statement. */
import { within } from '../agencies/within.ts';
import type { LimitOverride } from '../catalogue/limit.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Mode } from '../sync/policy.ts';
import type { Finding } from '../verification/store.ts';
import { factsOf } from './facts-column.ts';
import type { DossierFields } from './shape.ts';
import type { Fact } from './state.ts';

export interface DossierRecord {
  readonly id: number;
  readonly code: string | null;
  readonly procedureCode: string | null;
  readonly agencyCode: string | null;
  readonly agencies: string[];
  readonly origin: string;
  readonly incomplete: boolean;
  readonly supersededByCode: string | null;
  readonly status: string;
  readonly pauseReason: string | null;
  readonly outcome: string | null;
  readonly headSeq: number;
  readonly facts: Fact[];
  readonly submittedAt: number | null;
  readonly receivedAt: number | null;
  readonly appointmentAt: number | null;
  readonly appointmentBasis: string | null;
  readonly limitOverride: LimitOverride | null;
  readonly finishedAt: number | null;
  readonly pausedSince: number | null;
  readonly fields: DossierFields;
  readonly aliases: { system: string; code: string }[];
  /** What came of verifying what was taken as told; null where nothing waits for it. */
  readonly verification: {
    readonly finding: Finding | null;
    readonly words: string | null;
    readonly checkedAt: number | null;
    readonly nextAt: number | null;
  } | null;
}

const RECORD = `
  d.id, d.code, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", d.agencies, d.origin, d.incomplete,
  (select s.code from dossier s where s.id = d.superseded_by) as "supersededByCode", d.status, d.pause_reason as "pauseReason", d.outcome,
  d.head_seq as "headSeq", ${factsOf('d')}, d.submitted_at as "submittedAt", d.received_at as "receivedAt", d.appointment_at as "appointmentAt",
  d.appointment_basis as "appointmentBasis", d.limit_override as "limitOverride", d.finished_at as "finishedAt", d.paused_since as "pausedSince",
  coalesce(f.fields, '{}') as fields,
  coalesce((select json_agg(json_build_object('system', a.system, 'code', a.code)) from dossier_alias a where a.dossier_id = d.id), '[]') as aliases,
  (select json_build_object('finding', v.finding, 'words', v.words,
      'checkedAt', extract(epoch from v.checked_at)::float8 * 1000, 'nextAt', extract(epoch from v.next_at)::float8 * 1000)
    from verification v where d.unverified is not null and v.dossier_id = d.id) as verification`;

/**
 * By its code, or by a number that only one dossier has.
 *
 * @param spellings the code as it reads with other codes of its agency
 */
export async function findDossier(
  db: Queryable,
  code: string,
  spellings: readonly string[] = [],
): Promise<DossierRecord | null> {
  const { rows } = await db.query<DossierRecord>({
    name: 'find-dossier',
    text: `
      select ${RECORD} from dossier d left join dossier_fields f on f.dossier_id = d.id
      where d.id = coalesce(
        (select id from dossier where code = $1),
        (select min(dossier_id) from dossier_alias where code = $1 having count(distinct dossier_id) = 1),
        (select min(id) from dossier where code = any($2::text[]) having count(*) = 1))`,
    values: [code, spellings],
  });
  return rows[0] ?? null;
}

/** As `findDossier`, but only where this person is named in it: what is not there and what is another's are one question. */
export async function findDossierOf(
  db: Queryable,
  code: string,
  spellings: readonly string[],
  person: Buffer,
): Promise<DossierRecord | null> {
  const { rows } = await db.query<DossierRecord>({
    name: 'find-dossier-of',
    text: `
      select ${RECORD} from dossier d left join dossier_fields f on f.dossier_id = d.id
      where d.id = coalesce(
        (select id from dossier where code = $1),
        (select min(dossier_id) from dossier_alias where code = $1 having count(distinct dossier_id) = 1),
        (select min(id) from dossier where code = any($2::text[]) having count(*) = 1))
        and exists (select from dossier_person p where p.person = $3 and p.dossier_id = d.id)`,
    values: [code, spellings, person],
  });
  return rows[0] ?? null;
}

/** The agencies that take part in a dossier, found as `findDossier` finds it; null where it is not registered. */
export async function agenciesOfDossier(
  db: Queryable,
  code: string,
  spellings: readonly string[],
): Promise<readonly string[] | null> {
  const { rows } = await db.query<{ agencies: string[] }>({
    name: 'agencies-of-dossier',
    text: `
      select agencies from dossier where id = coalesce(
        (select id from dossier where code = $1),
        (select min(dossier_id) from dossier_alias where code = $1 having count(distinct dossier_id) = 1),
        (select min(id) from dossier where code = any($2::text[]) having count(*) = 1))`,
    values: [code, spellings],
  });
  return rows[0]?.agencies ?? null;
}

export interface ListFilter {
  /** Codes of the agencies that count for the caller; null for all. */
  readonly own: readonly string[] | null;
  /** Codes of those that count for the agency asked for. */
  readonly agency: readonly string[] | null;
  readonly status: string | null;
  readonly dueBefore: number | null;
  readonly pausedBefore: number | null;
  readonly after: number;
  readonly limit: number;
}

/** Dossiers in the order of their registration. */
export async function listDossiers(db: Queryable, filter: ListFilter): Promise<DossierRecord[]> {
  const { rows } = await db.query<DossierRecord>({
    text: `
      select ${RECORD} from dossier d left join dossier_fields f on f.dossier_id = d.id
      where d.id > $1 and d.superseded_by is null
        and ($3::text[] is null or ${within('d.agencies', '$3')})
        and ($2::text[] is null or ${within('d.agencies', '$2')})
        and ($4::text is null or d.status = $4)
        and ($5::float8 is null or (d.finished_at is null and d.appointment_at < to_timestamp($5 / 1000)))
        and ($6::float8 is null or (d.status = 'paused' and d.paused_since < to_timestamp($6 / 1000)))
      order by d.id limit $7`,
    values: [
      filter.after,
      filter.own,
      filter.agency,
      filter.status,
      filter.dueBefore,
      filter.pausedBefore,
      filter.limit,
    ],
  });
  return rows;
}

export interface TimelineRow {
  readonly seq: number;
  readonly kind: string;
  readonly status: string | null;
  readonly pauseReason: string | null;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly source: string;
  readonly eventId: string;
  readonly lateReported: boolean;
  readonly body: Record<string, unknown> | null;
}

export async function readTimeline(db: Queryable, dossierId: number): Promise<TimelineRow[]> {
  const { rows } = await db.query<TimelineRow>({
    name: 'read-timeline',
    text: `
      select seq, kind, status, pause_reason as "pauseReason", occurred_at as "occurredAt", recorded_at as "recordedAt", source,
        event_id as "eventId", late_reported as "lateReported", body
      from timeline_entry where dossier_id = $1 order by seq`,
    values: [dossierId],
  });
  return rows;
}

export interface SyncRow {
  readonly name: string;
  readonly mode: Mode;
  readonly ackedSeq: number;
  readonly headSeq: number;
  readonly sentSeqs: number[];
  readonly attempts: number;
  readonly nextAttemptAt: number | null;
  readonly blockedReason: string | null;
  readonly unknownSince: number | null;
  readonly unverified: boolean;
  readonly lastError: string | null;
  readonly seenAt: number | null;
  readonly seenStatus: string | null;
  readonly seenAppointmentAt: number | null;
}

export async function readSync(db: Queryable, dossierId: number): Promise<SyncRow[]> {
  const { rows } = await db.query<SyncRow>({
    name: 'read-sync',
    text: `
      select destination as name, mode, acked_seq as "ackedSeq", head_seq as "headSeq", sent_seqs as "sentSeqs", attempts,
        case when acked_seq < head_seq and blocked_reason is null and mode = 'send' then next_attempt_at end as "nextAttemptAt", blocked_reason as "blockedReason",
        unknown_since as "unknownSince", unverified, last_error as "lastError", seen_at as "seenAt", seen_status as "seenStatus", seen_appointment_at as "seenAppointmentAt"
      from sync_state where dossier_id = $1 order by destination`,
    values: [dossierId],
  });
  return rows;
}
