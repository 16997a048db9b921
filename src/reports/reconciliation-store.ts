/** @module What reconciliation reports count, by run or by period. One function per statement; times are epoch milliseconds. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { factsHave, factsOf, factsSay } from '../dossiers/facts-column.ts';
import { AGES, type Breakdown, type DifferenceTally, type PausedDossier } from './reconciliation.ts';

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

/** The same of a difference, whose dossier may be none of ours. */
export const DIFFERENCE_KEY: Readonly<Record<Breakdown, string>> = {
  receiving: `coalesce(${KEY.receiving}, d.agencies[1])`,
  resolving: `coalesce(${KEY.resolving}, d.agencies[1])`,
  procedure: `coalesce(${KEY.procedure}, d.ours->>'procedureCode', d.theirs->>'procedureCode')`,
};

/** When it was over: mended, or closed with its incident. */
const ENDED = `case d.state when 'repaired' then d.repaired_at when 'closed' then (
  select max(i.closed_at) from incident_difference m join incident i on i.id = m.incident_id where m.difference_id = d.id) end`;

/** Its further ones joined: the dossier, where it belongs, and when it was over. */
const BESIDES = `
  left join dossier o on o.id = d.dossier_id left join dossier_fields f on f.dossier_id = d.dossier_id
  cross join lateral (select ${ENDED} as ended_at) e`;

/**
 * The differences of a subject: all that a run saw, as they stand now; of a period those first seen in it or open when it began, as they stood at its end.
 * `$1` destination, `$2` run, `$3` now, `$4`–`$5` the period, `$6` the caller's codes, `$7` the agency's, `$8` the id after which.
 */
export const CONCERNED = {
  run: `
    difference_sighting s join difference d on d.id = s.difference_id ${BESIDES}
    where s.run_id = $2 and s.difference_id > $8 and d.id > $8 and coalesce($4, $5)::float8 is not null`,
  period: `
    difference d ${BESIDES}
    where $2::uuid is null and d.id > $8 and d.first_seen_at < ${at('$5')} and (d.first_seen_at >= ${at('$4')} or e.ended_at is null or e.ended_at >= ${at('$4')})`,
} as const;
export const COUNTED = `
  and d.destination = $1 and d.state <> 'found' and ${within('d.agencies', '$6')} and ($7::text[] is null or ${within('d.agencies', '$7')})`;

const STATE = { run: 'd.state', period: `case when e.ended_at >= ${at('$5')} then 'open' else d.state end` } as const;
const AS_OF = { run: at('$3'), period: at('least($3::float8, $5::float8)') } as const;
const IS_NEW = { run: 'true', period: `d.first_seen_at >= ${at('$4')}` } as const;
const AGE_BOUNDS = AGES.filter((days) => days !== null)
  .map((days) => `interval '${days} days'`)
  .join(', ');

export const kindOf = ({ runId }: Subject): keyof typeof CONCERNED => (runId === null ? 'period' : 'run');

export const valuesOf = (
  { runId, destination, from, until, agencies }: Subject,
  own: readonly string[],
  now: number,
  after: number,
) => [destination, runId, now, from, until, own, agencies, after];

/** Differences by breakdown, kind, state and age. @param own codes of the agencies that count for the caller */
export async function tallyDifferences(
  db: Queryable,
  subject: Subject,
  own: readonly string[],
  by: Breakdown,
  now: number,
): Promise<DifferenceTally[]> {
  const of = kindOf(subject);
  const { rows } = await db.query<DifferenceTally>(
    `select ${DIFFERENCE_KEY[by]} as key, d.kind, ${STATE[of]} as state, width_bucket(${AS_OF[of]} - d.first_seen_at, array[${AGE_BOUNDS}]) as age,
       ${IS_NEW[of]} as "isNew", count(*)::int as n
     from ${CONCERNED[of]} ${COUNTED} group by 1, 2, 3, 4, 5`,
    valuesOf(subject, own, now, 0),
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
      : `coalesce(o.received_at, o.submitted_at) >= ${at('$2')} and coalesce(o.received_at, o.submitted_at) < ${at('$3')} and ${factsHave('o', `'${factsSay('st', 'paused')}'`)}`;
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

/** What the runs that were asked for in a period compared, all together; for an agency the runs about it alone, for no other tells how many of its dossiers it saw. */
export async function sumRuns(
  db: Queryable,
  { destination, from, until, agencies }: Subject,
  own: readonly string[],
): Promise<RunSums> {
  const { rows } = await db.query<RunSums>(
    `select count(*)::int as runs, coalesce(sum(compared), 0)::int as compared, coalesce(sum(in_step), 0)::int as "inStep",
       coalesce(sum(moving), 0)::int as moving, coalesce(sum(unchecked), 0)::int as unchecked
     from reconciliation_run
     where destination = $1 and requested_at >= ${at('$2')} and requested_at < ${at('$3')}
       and case when $5::text[] is not null then agency_code = any($5) else agency_code is null or agency_code = any($4::text[]) end`,
    [destination, from, until, own, agencies],
  );
  return rows[0]!;
}
