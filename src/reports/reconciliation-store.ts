/** @module What reconciliation reports count, by run or by period. One function per statement; times are epoch milliseconds. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { factsOf, factsSay } from '../dossiers/facts-column.ts';
import { AGES, type Breakdown, type DifferenceTally, type PausedDossier } from './reconciliation.ts';

const at = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;

/** What a report is about: what a run saw, or a free period. */
export interface Subject {
  /** Null for a free period. */
  readonly runId: string | null;
  readonly destination: string;
  readonly from: number;
  readonly until: number;
  /** Codes that count for the agency it is about; null for all. */
  readonly agencies: readonly string[] | null;
  readonly procedureCode: string | null;
}

const KEY: Readonly<Record<Breakdown, string>> = {
  receiving: `coalesce(f.fields->'routing'->>'receiving', o.agency_code)`,
  resolving: `coalesce(f.fields->'routing'->>'resolving', o.agency_code)`,
  procedure: 'o.procedure_code',
};

const AGE = `width_bucket(${at('$3')} - d.first_seen_at, array[${AGES.filter((days) => days !== null)
  .map((days) => `interval '${days} days'`)
  .join(', ')}])`;

/** Differences by breakdown, kind, state and age. @param own codes of the agencies that count for the caller */
export async function tallyDifferences(
  db: Queryable,
  subject: Subject,
  own: readonly string[],
  by: Breakdown,
  now: number,
): Promise<DifferenceTally[]> {
  const { runId, destination, from, until, agencies } = subject;
  const { rows } = await db.query<DifferenceTally>(
    `select ${KEY[by]} as key, d.kind, d.state, ${AGE} as age, ($2::uuid is not null or d.first_seen_at >= ${at('$4')}) as "isNew", count(*)::int as n
     from difference d left join dossier o on o.id = d.dossier_id left join dossier_fields f on f.dossier_id = d.dossier_id
     where d.destination = $1 and d.state <> 'found' and ${within('d.agencies', '$6')} and ($7::text[] is null or ${within('d.agencies', '$7')})
       and case when $2::uuid is not null then exists (select from difference_sighting s where s.run_id = $2 and s.difference_id = d.id)
         else d.first_seen_at < ${at('$5')} and (d.first_seen_at >= ${at('$4')} or d.state not in ('repaired', 'closed')) end
     group by 1, 2, 3, 4, 5`,
    [destination, runId, now, from, until, own, agencies],
  );
  return rows;
}

const PAGE = 2_000;

/** Dossiers that were paused: those received in the days of a run, or with a pause that began in the period. */
export async function* pausedDossiers(
  db: Queryable,
  subject: Subject,
  own: readonly string[],
  by: Breakdown,
): AsyncGenerator<PausedDossier[]> {
  const { runId, destination, from, until, agencies, procedureCode } = subject;
  const concerned =
    runId === null
      ? `o.id in (select dossier_id from timeline_entry where status = 'paused' and occurred_at >= ${at('$2')} and occurred_at < ${at('$3')})`
      : `coalesce(o.received_at, o.submitted_at) >= ${at('$2')} and coalesce(o.received_at, o.submitted_at) < ${at('$3')} and o.facts like '${factsSay('st', 'paused')}'`;
  for (let last = 0; ; ) {
    const { rows } = await db.query<PausedDossier & { id: number }>(
      `select o.id, ${KEY[by]} as key, o.procedure_code as "procedureCode", o.agency_code as "agencyCode", o.received_at as "receivedAt",
         o.limit_override as "limitOverride", ${factsOf('o')}, coalesce(s.sent_seqs, '{}') as "sentSeqs", coalesce(s.believed_seqs, '{}') as "believedSeqs"
       from dossier o left join dossier_fields f on f.dossier_id = o.id left join sync_state s on s.dossier_id = o.id and s.destination = $1
       where o.id > $4 and ${concerned} and not o.incomplete and o.superseded_by is null
         and ${within('o.agencies', '$5')} and ($6::text[] is null or ${within('o.agencies', '$6')}) and ($7::text is null or o.procedure_code = $7)
       order by o.id limit ${PAGE}`,
      [destination, from, until, last, own, agencies, procedureCode],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)!.id;
  }
}

export interface RunSums {
  readonly runs: number;
  readonly compared: number;
  readonly inStep: number;
  readonly moving: number;
  readonly unchecked: number;
}

/** What the runs that were asked for in a period compared, all together. */
export async function sumRuns(
  db: Queryable,
  { destination, from, until }: Subject,
  own: readonly string[],
): Promise<RunSums> {
  const { rows } = await db.query<RunSums>(
    `select count(*)::int as runs, coalesce(sum(compared), 0)::int as compared, coalesce(sum(in_step), 0)::int as "inStep",
       coalesce(sum(moving), 0)::int as moving, coalesce(sum(unchecked), 0)::int as unchecked
     from reconciliation_run
     where destination = $1 and requested_at >= ${at('$2')} and requested_at < ${at('$3')} and (agency_code is null or agency_code = any($4::text[]))`,
    [destination, from, until, own],
  );
  return rows[0]!;
}
