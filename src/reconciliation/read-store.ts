/** @module What people read of runs and differences, and decide about them: one function per statement. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { DIFFERENCE, type Difference, type DifferenceState } from './difference-store.ts';
import type { DifferenceKind } from './kinds.ts';

/** @param own codes of the agencies whose differences count */
export async function countByKind(
  db: Queryable,
  runId: string,
  own: readonly string[],
): Promise<{ kind: DifferenceKind; state: DifferenceState; n: number }[]> {
  const { rows } = await db.query<{ kind: DifferenceKind; state: DifferenceState; n: number }>(
    `select d.kind, d.state, count(*)::int as n from difference_sighting s join difference d on d.id = s.difference_id
     where s.run_id = $1 and not (d.seen_anew_at is not null and d.run_id = $1) and ${within('d.agencies', '$2')} group by d.kind, d.state`,
    [runId, own],
  );
  return rows;
}

/** Seen twice and not over. */
const STANDS = "d.state not in ('found', 'repaired', 'closed')";
/** The states of such a one. */
export const STANDING = ['confirmed', 'repairing', 'evidence', 'ignored'] as const satisfies DifferenceState[];

export interface DifferenceFilter {
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  readonly runId: string | null;
  /** Of any of these; null: of every kind. */
  readonly kinds: readonly string[] | null;
  readonly state: string | null;
  readonly dossierCode: string | null;
  /** Codes of those that count for the agency asked for. */
  readonly agency: readonly string[] | null;
  /** Epoch milliseconds: only those that were first seen before. */
  readonly seenBefore: number | null;
  readonly after: number;
  readonly limit: number;
}

/** A difference with the agency of its dossier; null where neither is known. */
export interface ListedDifference extends Difference {
  readonly agencyCode: string | null;
}

/** In the order of their ids; without a state all that were seen twice and are not over. */
export async function listDifferences(db: Queryable, filter: DifferenceFilter): Promise<ListedDifference[]> {
  const { own, runId, kinds, state, dossierCode, agency, seenBefore, after, limit } = filter;
  const { rows } = await db.query<ListedDifference>(
    `select ${DIFFERENCE}, coalesce((select o.agency_code from dossier o where o.id = d.dossier_id), d.agencies[1]) as "agencyCode"
     from difference d
     where d.id > $7 and ${within('d.agencies', '$1')} and ($3::text[] is null or d.kind = any($3))
       and case when $4::text is not null then d.state = $4 when $2::uuid is not null then d.state <> 'found' and not (d.seen_anew_at is not null and d.run_id = $2) else ${STANDS} end
       and ($5::text is null or d.dossier_code = $5) and ($6::text[] is null or ${within('d.agencies', '$6')})
       and ($2::uuid is null or exists (select 1 from difference_sighting s where s.run_id = $2 and s.difference_id = d.id))
       and ($9::float8 is null or d.first_seen_at < ${at('$9')})
     order by d.id limit $8`,
    [own, runId, kinds, state, dossierCode, agency, after, limit, seenBefore],
  );
  return rows;
}

export interface CountedDifferences {
  readonly kind: DifferenceKind;
  readonly state: DifferenceState;
  readonly count: number;
  /** When the oldest of them was first seen, epoch milliseconds. */
  readonly oldestAt: number;
}

/** What stands, by kind and state. @param agency codes of those that count for the agency asked for; null: all of `own` */
export async function countDifferences(
  db: Queryable,
  { own, agency }: { own: readonly string[]; agency: readonly string[] | null },
): Promise<CountedDifferences[]> {
  const { rows } = await db.query<CountedDifferences>(
    `select d.kind, d.state, count(*)::int as count, min(d.first_seen_at) as "oldestAt" from difference d
     where ${STANDS} and ${within('d.agencies', '$1')} and ($2::text[] is null or ${within('d.agencies', '$2')})
     group by d.kind, d.state`,
    [own, agency],
  );
  return rows;
}

/** What stands, by destination and state, of all agencies. */
export async function countStanding(
  db: Queryable,
): Promise<{ destination: string; state: (typeof STANDING)[number]; count: number }[]> {
  const { rows } = await db.query<{ destination: string; state: (typeof STANDING)[number]; count: number }>(
    `select d.destination, d.state, count(*)::int as count from difference d where ${STANDS} group by d.destination, d.state`,
  );
  return rows;
}

export async function findDifference(db: Queryable, id: number): Promise<Difference | null> {
  const { rows } = await db.query<Difference>(`select ${DIFFERENCE} from difference d where d.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Differences of one cause that a person lets be mended. */
export async function differencesToRepair(
  db: Queryable,
  destination: string,
  filter: { own: readonly string[]; ids: readonly number[] | null; kind: string | null; cause: string | null },
  limit: number,
): Promise<Difference[]> {
  const { rows } = await db.query<Difference>(
    `select ${DIFFERENCE} from difference d
     where d.destination = $1 and d.state in ('confirmed', 'evidence', 'repairing', 'ignored') and ${within('d.agencies', '$2')}
       and not (d.state = 'repairing' and d.repairs = 0 and $3::bigint[] is null)
       and ($3::bigint[] is null or d.id = any($3)) and ($4::text is null or d.kind = $4)
     order by d.id limit $5`,
    [destination, filter.own, filter.ids, filter.kind, filter.cause === null ? limit : null],
  );
  // A destination's words stand sealed: what shares them is found by reading them.
  return rows.filter(({ cause }) => filter.cause === null || cause === filter.cause).slice(0, limit);
}

/** A person's word: looked at, and mended if it is still there, as soon as the destination takes calls. */
export async function markRepairing(
  db: Queryable,
  ids: readonly number[],
  word: { by: string; reason: string; now: number },
): Promise<void> {
  await db.query(
    `update difference set state = 'repairing', repairs = 0, looks = 0, decided_by = $2, decided_reason = $3, ignored_until = null, waits = false,
       confirmed_at = coalesce(confirmed_at, ${at('$4')}), look_at = ${at('$4')}
     where id = any($1::bigint[])`,
    [ids, word.by, word.reason, word.now],
  );
}

/** Looked at when the time of that is over. @returns false when it was over already */
export async function ignore(
  db: Queryable,
  id: number,
  word: { by: string; reason: string; until: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update difference set state = 'ignored', decided_by = $2, decided_reason = $3, ignored_until = ${at('$4')}, look_at = ${at('$4')}, waits = false
     where id = $1 and state not in ('repaired', 'closed')`,
    [id, word.by, word.reason, word.until],
  );
  return rowCount === 1;
}
