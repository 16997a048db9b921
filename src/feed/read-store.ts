/** @module The change feed's SQL for its readers: what follows a place, and what of it is wanted. */
import { withinEach } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { epoch } from '../db/times.ts';

export interface Change {
  readonly pos: number;
  readonly kind: string;
  readonly dossierCode: string | null;
  readonly seq: number | null;
  readonly type: string;
  readonly status: string | null;
  readonly occurredAt: number;
  /** When it was put into the feed. */
  readonly at: number;
}

/** What a reader wants of the feed. */
export interface Wanted {
  /** Every code whose dossiers count for the reader's agencies. */
  readonly agencies: readonly string[];
  /** null: of all kinds. */
  readonly kinds?: readonly string[] | null;
  /** National parts of codes; null: of all procedures. */
  readonly procedures?: readonly string[] | null;
}

const CHANGE = `pos, kind, dossier_code as "dossierCode", seq, type, status, ${epoch('occurred_at')} as "occurredAt", ${epoch('at')} as at`;

/** Whether a change is wanted: agencies, kinds and procedures by their parameters. What concerns no dossier is everybody's. */
const wanted = (agencies: string, kinds: string, procedures: string): string => `
  (c.dossier_code is null or ${withinEach('c.agencies', agencies)})
  and (${kinds}::text[] is null or c.kind = any(${kinds}::text[]))
  and (${procedures}::text[] is null or c.dossier_code is null or c.procedure_code = any(${procedures}::text[]))`;

/** How many places of the feed one question looks at; a reader of few dossiers gets on all the same. */
const WINDOW = 5_000;

/** What a reader gets of the feed. */
export interface Page {
  readonly items: readonly Change[];
  /** Where to go on: the last change given where there may be more, else the end of what was looked at. */
  readonly next: number;
  readonly atEnd: boolean;
  /** The place up to which changes are no longer kept. */
  readonly removedTo: number;
}

/** What follows a place of the feed and is wanted. */
export async function readChanges(
  db: Queryable,
  query: Wanted & { readonly after: number; readonly limit: number },
): Promise<Page> {
  const { after, agencies, kinds = null, procedures = null, limit } = query;
  const { rows } = await db.query<{ items: Change[] | null; last: number | null; looked: number; removedTo: number }>({
    name: 'feed-changes',
    text: `
      with looked as (
        select * from change where pos > $1 order by pos limit $4
      ), mine as (
        select ${CHANGE} from looked c where ${wanted('$2', '$5', '$6')} order by pos limit $3
      )
      select (select json_agg(m order by pos) from mine m) as items, (select max(pos) from looked) as last, (select count(*) from looked)::int as looked,
        (select removed_to from feed_mark) as "removedTo"`,
    values: [after, agencies, limit, WINDOW, kinds, procedures],
  });
  const { items, last, looked, removedTo } = rows[0]!;
  const found = items ?? [];
  const full = found.length === limit;
  const next = full ? found.at(-1)!.pos : (last ?? after);
  return { items: found, next, atEnd: !full && looked < WINDOW, removedTo };
}

/** What is wanted of one dossier (null: of what concerns none) between two places, both included. */
export async function readChangesOf(
  db: Queryable,
  dossierCode: string | null,
  query: Wanted & { readonly from: number; readonly to: number; readonly limit: number },
): Promise<Change[]> {
  const { agencies, kinds = null, procedures = null, from, to, limit } = query;
  const { rows } = await db.query<Change>({
    name: dossierCode === null ? 'feed-changes-of-none' : 'feed-changes-of',
    text: `
      select ${CHANGE} from change c
      where dossier_code ${dossierCode === null ? 'is not distinct from' : '='} $1::text and pos between $2 and $3 and ${wanted('$4', '$6', '$7')}
      order by pos limit $5`,
    values: [dossierCode, from, to, agencies, limit, kinds, procedures],
  });
  return rows;
}

export async function lastPosition(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ last: number | null }>('select max(pos) as last from change');
  return rows[0]!.last ?? 0;
}
