/** @module The SQL of the catalogues' differences: found, ended, ignored, listed, counted. One function per statement. */
import type { Queryable } from '../../db/queryable.ts';
import { at } from '../../db/times.ts';
import type { ComparedSide } from './compare.ts';
import type { CatalogueDifference, CatalogueKind, Fact, Subject } from './kinds.ts';

export const CATALOGUE_STATES = ['open', 'ended', 'ignored'] as const;
export type CatalogueState = (typeof CATALOGUE_STATES)[number];

export interface KeptDifference extends CatalogueDifference {
  readonly id: number;
  readonly side: string;
  readonly state: CatalogueState;
  readonly way: 'asked' | 'list';
  readonly asOf: number;
  readonly listId: number | null;
  /** When it was first found, of this time that it stands. */
  readonly since: number;
  readonly lastSeenAt: number;
  readonly endedAt: number | null;
  readonly decidedBy: string | null;
  readonly decidedReason: string | null;
  readonly ignoredUntil: number | null;
}

const DIFFERENCE = `
  id, side, subject, code, kind, state, ours, theirs, way, as_of as "asOf", list_id as "listId", since, last_seen_at as "lastSeenAt", ended_at as "endedAt",
  decided_by as "decidedBy", decided_reason as "decidedReason", ignored_until as "ignoredUntil"`;

/** By what fact each kind of difference is found: one that was not told this time ends nothing. */
const FOUND_BY: Readonly<Record<Subject, Readonly<Partial<Record<CatalogueKind, Fact>>>>> = {
  procedure: {
    'only-here': 'procedures',
    'only-there': 'procedures',
    'ended-here': 'procedures',
    'name-differs': 'names',
    'sector-differs': 'sectors',
    'limit-differs': 'limits',
    'fees-differ': 'fees',
  },
  agency: {
    'only-here': 'agencies',
    'only-there': 'agencies',
    'ended-here': 'agencies',
    'code-differs': 'agencies',
    'name-differs': 'agencies',
    'parent-differs': 'agencies',
  },
};

/** The kinds that a comparison judged, as `<subject> <kind>`. */
function judged({ notTold }: ComparedSide): string[] {
  const found: string[] = [];
  for (const [subject, kinds] of Object.entries(FOUND_BY))
    for (const [kind, fact] of Object.entries(kinds)) if (!notTold.includes(fact)) found.push(`${subject} ${kind}`);
  return found;
}

/**
 * Keeps what a look at a side found: what is known stays the same row, what is ignored stays so until its time is over or
 * its values change, and what was judged and not found is over.
 */
export async function keepDifferences(
  db: Queryable,
  compared: ComparedSide,
  now: number,
): Promise<{ readonly began: number; readonly ended: number }> {
  const { rows } = await db.query<{ began: number; ended: number }>(
    `with seen as (
       select * from json_to_recordset($2::json) as r (subject text, code text, kind text, ours text, theirs text, way text, "asOf" float8, "listId" bigint)
     ), known as (
       select subject, code, kind from catalogue_difference where side = $1 and state <> 'ended'
     ), kept as (
       insert into catalogue_difference as d (side, subject, code, kind, state, ours, theirs, way, as_of, list_id, since, last_seen_at)
       select $1, subject, code, kind, 'open', ours, theirs, way, ${at('"asOf"')}, "listId", ${at('$3')}, ${at('$3')} from seen
       on conflict (side, subject, code, kind) do update set
         state = case when d.ignored_until >= ${at('$3')} and d.ours is not distinct from excluded.ours and d.theirs is not distinct from excluded.theirs
           then 'ignored' else 'open' end,
         since = case when d.state = 'ended' then excluded.since else d.since end,
         ended_at = null, ours = excluded.ours, theirs = excluded.theirs, way = excluded.way, as_of = excluded.as_of, list_id = excluded.list_id,
         last_seen_at = excluded.last_seen_at
     ), over as (
       update catalogue_difference d set state = 'ended', ended_at = ${at('$3')}
       where d.side = $1 and d.state <> 'ended' and d.subject || ' ' || d.kind = any($4::text[])
         and not exists (select from seen s where s.subject = d.subject and s.code = d.code and s.kind = d.kind)
       returning 1
     )
     select (select count(*) from seen s where not exists (select from known k where k.subject = s.subject and k.code = s.code and k.kind = s.kind))::int as began,
       (select count(*) from over)::int as ended`,
    [
      compared.side,
      JSON.stringify(compared.differences.map(({ toldBy, ...one }) => ({ ...one, ...toldBy }))),
      now,
      judged(compared),
    ],
  );
  return rows[0]!;
}

export interface KeptFilter {
  readonly side: string | null;
  readonly subject: string | null;
  readonly kind: string | null;
  /** Without one: all that stand, ignored or not. */
  readonly state: CatalogueState | null;
  readonly code: string | null;
  readonly after: number;
  readonly limit: number;
}

/** In the order of their ids. */
export async function listKept(db: Queryable, filter: KeptFilter): Promise<KeptDifference[]> {
  const { rows } = await db.query<KeptDifference>(
    `select ${DIFFERENCE} from catalogue_difference
     where id > $6 and ($1::text is null or side = $1) and ($2::text is null or subject = $2) and ($3::text is null or kind = $3)
       and case when $4::text is null then state <> 'ended' else state = $4 end and ($5::text is null or code = $5)
     order by id limit $7`,
    [filter.side, filter.subject, filter.kind, filter.state, filter.code, filter.after, filter.limit],
  );
  return rows;
}

export async function findKept(db: Queryable, id: number): Promise<KeptDifference | null> {
  const { rows } = await db.query<KeptDifference>(`select ${DIFFERENCE} from catalogue_difference where id = $1`, [id]);
  return rows[0] ?? null;
}

/** @returns false when it was over already */
export async function ignoreKept(
  db: Queryable,
  id: number,
  word: { readonly by: string; readonly reason: string; readonly until: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update catalogue_difference set state = 'ignored', decided_by = $2, decided_reason = $3, ignored_until = ${at('$4')} where id = $1 and state <> 'ended'`,
    [id, word.by, word.reason, word.until],
  );
  return rowCount === 1;
}

export interface KeptCount {
  readonly side: string;
  readonly subject: Subject;
  readonly kind: CatalogueKind;
  readonly open: number;
  readonly ignored: number;
  readonly oldest: number;
}

/** What stands, by side and kind. */
export async function countKept(db: Queryable): Promise<KeptCount[]> {
  const { rows } = await db.query<KeptCount>(
    `select side, subject, kind, count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'ignored')::int as ignored, min(since) as oldest
     from catalogue_difference where state <> 'ended' group by side, subject, kind order by side, subject, kind`,
  );
  return rows;
}

/**
 * Raises an alert for a side with new differences, while none waits to be acknowledged, and clears those of a side in
 * step or that nobody watches any more.
 */
export async function alertOf(
  db: Queryable,
  side: string,
  { isWatched, began, now }: { readonly isWatched: boolean; readonly began: number; readonly now: number },
): Promise<void> {
  await db.query(
    `with standing as (
       select count(*)::int as n from catalogue_difference where side = $1 and state = 'open'
     ), cleared as (
       update alert set cleared_at = ${at('$3')} where kind = 'catalogue-differs' and cleared_at is null and detail->>'side' = $1 and (not $4 or (select n from standing) = 0)
     )
     insert into alert (kind, key, raised_at, detail)
     select 'catalogue-differs', $1 || ':' || $3::text, ${at('$3')}, jsonb_build_object('side', $1::text, 'differences', n, 'new', $2::int) from standing
     where $4 and n > 0 and $2::int > 0 and not exists (
       select from alert where kind = 'catalogue-differs' and cleared_at is null and acknowledged_at is null and detail->>'side' = $1)
     on conflict (kind, key) do nothing`,
    [side, began, now, isWatched],
  );
}
