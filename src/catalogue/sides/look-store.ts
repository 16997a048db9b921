/** @module The SQL of looks at the catalogues: their parts, leases and outcomes. One function per statement. */
import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../db/queryable.ts';
import { at } from '../../db/times.ts';
import type { ToldBy } from './compare.ts';
import type { Fact } from './kinds.ts';

/** The part of a look that goes through the dossiers; every other is a side by its name. */
export const DOSSIERS = 'dossiers';

/** What a part came to. */
export interface PartOutcome {
  readonly told: Readonly<Partial<Record<Fact, ToldBy>>>;
  readonly notTold: readonly Fact[];
  readonly unread: readonly { readonly code: string; readonly words: string }[];
  /** Rows of the side, or dossiers, that were looked at. */
  readonly compared: number;
  /** What stands in its lists and could not be read; of the dossiers, those whose procedure names no system. */
  readonly unjudged: number;
  /** Differences that stand, that are new, and that are over. */
  readonly found: number;
  readonly began: number;
  readonly ended: number;
}

export interface LookPart extends PartOutcome {
  readonly lookId: string;
  readonly part: string;
  readonly state: 'due' | 'done' | 'failed';
  readonly attempts: number;
  readonly position: number;
  readonly requestedAt: number;
  readonly error: string | null;
  readonly finishedAt: number | null;
}

export interface Look {
  readonly id: string;
  readonly lookedOn: string | null;
  readonly requestedBy: string;
  readonly requestedAt: number;
  /** Which parts it has is not known yet. */
  readonly partsOpen: boolean;
  readonly finishedAt: number | null;
}

const PART = `
  p.look_id as "lookId", p.part, p.state, p.attempts, p.position, l.requested_at as "requestedAt", p.told, p.not_told as "notTold", p.unread, p.compared, p.unjudged,
  p.found, p.began, p.ended, p.error, p.finished_at as "finishedAt"`;
const LOOK = `id, looked_on as "lookedOn", requested_by as "requestedBy", requested_at as "requestedAt", parts_open as "partsOpen", finished_at as "finishedAt"`;

/**
 * Asks for a look.
 *
 * @param look `lookedOn`: the day whose look it is, of which there is one; `parts`: null for everything that a worker knows
 * @returns its id; null where the day has its look
 */
export async function insertLook(
  db: Queryable,
  look: {
    readonly lookedOn: string | null;
    readonly requestedBy: string;
    readonly parts: readonly string[] | null;
    readonly now: number;
  },
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `insert into catalogue_look (id, looked_on, requested_by, requested_at, parts_open) values ($1, $2, $3, ${at('$4')}, true) on conflict do nothing returning id`,
    [randomUUID(), look.lookedOn, look.requestedBy, look.now],
  );
  const id = rows[0]?.id ?? null;
  if (id !== null && look.parts !== null) await openLooks(db, look.parts, look.now, id);
  return id;
}

/** Whether a look waits for its parts. */
export async function hasOpenLooks(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ open: boolean }>(
    'select exists (select from catalogue_look where parts_open) as open',
  );
  return rows[0]!.open;
}

/** Makes the parts of looks that were asked for; what an earlier look has not done of them by then is not done any more. */
export async function openLooks(
  db: Queryable,
  parts: readonly string[],
  now: number,
  lookId: string | null = null,
): Promise<void> {
  await db.query(
    `with opened as (
       update catalogue_look set parts_open = false
       where id in (select id from catalogue_look where parts_open and ($3::uuid is null or id = $3) for update skip locked) returning id
     ), late as (
       update catalogue_look_part set state = 'failed', finished_at = ${at('$2')}, lease_until = null, error = coalesce(error, 'not reached before the next look')
       where state = 'due' and part = any($1::text[]) and exists (select from opened)
     )
     insert into catalogue_look_part (look_id, part, due_at) select opened.id, part, ${at('$2')} from opened, unnest($1::text[]) as part`,
    [parts, now, lookId],
  );
}

/** A part that is due and that nobody works on, leased; null where there is none. */
export async function claimPart(
  db: Queryable,
  lease: { readonly instance: string; readonly now: number; readonly until: number },
): Promise<LookPart | null> {
  const { rows } = await db.query<LookPart>(
    `with taken as (
       update catalogue_look_part set leased_by = $1, lease_until = ${at('$3')}, attempts = attempts + 1
       where (look_id, part) = (
         select look_id, part from catalogue_look_part
         where state = 'due' and due_at <= ${at('$2')} and (lease_until is null or lease_until < ${at('$2')} or leased_by = $1)
         order by due_at, part for update skip locked limit 1)
       returning *
     )
     select ${PART} from taken p join catalogue_look l on l.id = p.look_id`,
    [lease.instance, lease.now, lease.until],
  );
  return rows[0] ?? null;
}

/** How far the dossiers were looked at, and what was found up to there. @returns false where another process has taken it over */
export async function advancePart(
  db: Queryable,
  { lookId, part }: Pick<LookPart, 'lookId' | 'part'>,
  lease: { readonly instance: string; readonly until: number },
  progress: { readonly from: number; readonly position: number } & Pick<
    PartOutcome,
    'compared' | 'unjudged' | 'found' | 'began' | 'ended'
  >,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update catalogue_look_part set position = $5, lease_until = ${at('$6')}, compared = compared + $7, found = found + $8, began = began + $9, ended = ended + $10,
       unjudged = unjudged + $11
     where look_id = $1 and part = $2 and leased_by = $3 and state = 'due' and position = $4`,
    [
      lookId,
      part,
      lease.instance,
      progress.from,
      progress.position,
      lease.until,
      progress.compared,
      progress.found,
      progress.began,
      progress.ended,
      progress.unjudged,
    ],
  );
  return rowCount === 1;
}

/** @returns false where another process has taken it over, or a later look has replaced it */
export async function finishPart(
  db: Queryable,
  { lookId, part }: Pick<LookPart, 'lookId' | 'part'>,
  instance: string,
  outcome: PartOutcome,
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update catalogue_look_part set state = 'done', finished_at = ${at('$4')}, lease_until = null, error = null,
       told = $5, not_told = $6, unread = $7, compared = $8, found = $9, began = $10, ended = $11, unjudged = $12
     where look_id = $1 and part = $2 and leased_by = $3 and state = 'due'`,
    [
      lookId,
      part,
      instance,
      now,
      JSON.stringify(outcome.told),
      outcome.notTold,
      JSON.stringify(outcome.unread),
      outcome.compared,
      outcome.found,
      outcome.began,
      outcome.ended,
      outcome.unjudged,
    ],
  );
  return rowCount === 1;
}

/** Every open dossier was looked at, by the process that holds the part. */
export async function endDossiers(
  db: Queryable,
  { lookId, part }: Pick<LookPart, 'lookId' | 'part'>,
  now: number,
): Promise<void> {
  await db.query(
    `update catalogue_look_part set state = 'done', finished_at = ${at('$3')}, lease_until = null, error = null where look_id = $1 and part = $2 and state = 'due'`,
    [lookId, part, now],
  );
}

/** It is tried again then; without a time it has failed for this look. */
export async function putOffPart(
  db: Queryable,
  { lookId, part }: Pick<LookPart, 'lookId' | 'part'>,
  instance: string,
  why: { readonly error: string; readonly again: number | null; readonly now: number },
): Promise<void> {
  await db.query(
    `update catalogue_look_part set lease_until = null, leased_by = null, error = $4, due_at = coalesce(${at('$5')}, due_at),
       state = case when $5::float8 is null then 'failed' else state end, finished_at = case when $5::float8 is null then ${at('$6')} end
     where look_id = $1 and part = $2 and leased_by = $3 and state = 'due'`,
    [lookId, part, instance, why.error.slice(0, 500), why.again, why.now],
  );
}

/** Ends looks of which nothing is due any more. */
export async function endLooks(db: Queryable, now: number): Promise<void> {
  await db.query(
    `update catalogue_look l set finished_at = ${at('$1')}
     where l.finished_at is null and not l.parts_open and not exists (select from catalogue_look_part p where p.look_id = l.id and p.state = 'due')`,
    [now],
  );
}

/** Newest first. */
export async function listLooks(db: Queryable, before: number | null, limit: number): Promise<Look[]> {
  const { rows } = await db.query<Look>(
    `select ${LOOK} from catalogue_look where $1::float8 is null or requested_at < ${at('$1')} order by requested_at desc, id limit $2`,
    [before, limit],
  );
  return rows;
}

export async function findLook(db: Queryable, id: string): Promise<Look | null> {
  const { rows } = await db.query<Look>(`select ${LOOK} from catalogue_look where id = $1`, [id]);
  return rows[0] ?? null;
}

export async function partsOf(db: Queryable, lookIds: readonly string[]): Promise<LookPart[]> {
  const { rows } = await db.query<LookPart>(
    `select ${PART} from catalogue_look_part p join catalogue_look l on l.id = p.look_id where p.look_id = any($1::uuid[]) order by p.part`,
    [lookIds],
  );
  return rows;
}

/** Of each part the last time that it was done, and the last that it was tried. */
export async function lastParts(db: Queryable): Promise<{ readonly done: LookPart[]; readonly tried: LookPart[] }> {
  const last = async (states: readonly string[]): Promise<LookPart[]> => {
    const { rows } = await db.query<LookPart>(
      `select distinct on (p.part) ${PART} from catalogue_look_part p join catalogue_look l on l.id = p.look_id
       where p.state = any($1::text[]) order by p.part, p.finished_at desc nulls first`,
      [states],
    );
    return rows;
  };
  const [done, tried] = await Promise.all([last(['done']), last(['done', 'failed', 'due'])]);
  return { done, tried };
}
