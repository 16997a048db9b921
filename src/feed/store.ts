/** @module The change feed's SQL for who writes it: what is not copied yet, what is appended, what is no longer kept. One function per statement. */
import { arrayOf, columnsOf } from '../db/columns.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { Fact } from '../dossiers/state.ts';

/** The part by which procedures are compared, as `nationalProcedure` has it. */
const national = (column: string): string => String.raw`substring(${column} from '^\d\.\d{6}')`;

// One for the whole installation: whoever holds it is the one appender.
const LOCK = 0x6665_6564;

/** Takes the appender's place until the end of the transaction; false while another process has it. */
export async function becomeAppender(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [LOCK]);
  return rows[0]!.taken;
}

export interface Mark {
  /** Time of record of the newest entry seen; null before the first look. */
  readonly recordedAt: number | null;
  /** The dossier up to which the sweep has compared heads. */
  readonly sweptId: number;
}

export async function readMark(db: Queryable): Promise<Mark> {
  const { rows } = await db.query<Mark>(
    'select recorded_at as "recordedAt", swept_id as "sweptId" from feed_mark where one',
  );
  return rows[0]!;
}

export async function writeMark(db: Queryable, { recordedAt, sweptId }: Mark): Promise<void> {
  await db.query({
    name: 'feed-mark',
    text: `update feed_mark set recorded_at = ${at('$1')}, swept_id = $2 where one`,
    values: [recordedAt, sweptId],
  });
}

export async function newestRecord(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ newest: number | null }>({
    name: 'feed-newest',
    text: 'select max(recorded_at) as newest from timeline_entry',
  });
  return rows[0]!.newest;
}

/** The first time of record from one on. */
export async function oldestRecord(db: Queryable, since: number): Promise<number | null> {
  const { rows } = await db.query<{ oldest: number | null }>({
    name: 'feed-oldest',
    text: `select min(recorded_at) as oldest from timeline_entry where recorded_at >= ${at('$1')}`,
    values: [since],
  });
  return rows[0]!.oldest;
}

/**
 * Dossiers with an entry recorded in a stretch of time that the feed has not copied; held ones wait for their identity.
 * The entries are found first and by their time: joined at once, they would be read from end to end in the order of dossiers.
 */
export async function behindSince(
  db: Queryable,
  { since, until, limit }: { since: number; until: number; limit: number },
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>({
    name: 'feed-behind',
    text: `
      with recent as materialized (
        select dossier_id, seq from timeline_entry where recorded_at >= ${at('$1')} and recorded_at < ${at('$2')}
      ), newest as (
        select dossier_id, max(seq) as seq from recent group by dossier_id
      )
      select n.dossier_id as id
      from newest n
        left join lateral (select copied_seq from feed_state where dossier_id = n.dossier_id limit 1) f on true
        cross join lateral (select incomplete from dossier where id = n.dossier_id limit 1) d
      where n.seq > coalesce(f.copied_seq, 0) and not d.incomplete
      order by 1 limit $3`,
    // The last millisecond is looked at whole.
    values: [since, until + 1, limit],
  });
  return rows.map(({ id }) => id);
}

/** One page of all dossiers by id: those whose head the feed has not reached, and where the page ends (null: it was the last). */
export async function sweepPage(
  db: Queryable,
  after: number,
  limit: number,
): Promise<{ behind: number[]; until: number | null }> {
  const { rows } = await db.query<{ behind: number[]; until: number | null }>({
    name: 'feed-sweep',
    text: `
      with page as (select id, head_seq, incomplete from dossier where id > $1 order by id limit $2)
      select
        coalesce((select array_agg(p.id order by p.id) from page p left join feed_state f on f.dossier_id = p.id
          where not p.incomplete and p.head_seq > coalesce(f.copied_seq, 0)), '{}') as behind,
        case when (select count(*) from page) = $2 then (select max(id) from page) end as until`,
    values: [after, limit],
  });
  return rows[0]!;
}

export interface BehindDossier {
  readonly id: number;
  readonly code: string;
  readonly agencies: string[];
  readonly procedureCode: string | null;
  readonly receivedAt: number | null;
  readonly facts: Fact[];
  readonly copiedSeq: number;
}

export async function readBehind(db: Queryable, ids: readonly number[]): Promise<BehindDossier[]> {
  const { rows } = await db.query<BehindDossier>({
    name: 'feed-read',
    text: `
      select d.id, d.code, d.agencies, d.procedure_code as "procedureCode", d.received_at as "receivedAt", ${factsOf('d')}, coalesce(f.copied_seq, 0) as "copiedSeq"
      from dossier d left join feed_state f on f.dossier_id = d.id where d.id = any($1::bigint[]) order by d.id`,
    values: [ids],
  });
  return rows;
}

/** An entry on its way into the feed. */
export interface CopiedEntry {
  readonly dossierCode: string;
  readonly agencies: readonly string[];
  /** The national part of its code. */
  readonly procedureCode: string | null;
  readonly seq: number;
  readonly type: string;
  readonly status: string | null;
  readonly occurredAt: number;
}

/** Appends entries in the order given. */
export async function appendEntries(db: Queryable, entries: readonly CopiedEntry[]): Promise<void> {
  await db.query({
    name: 'feed-append',
    text: `
      insert into change (kind, dossier_code, agencies, procedure_code, seq, type, status, occurred_at)
      select 'entry', code, agencies::text[], procedure, seq, type, status, ${at('occurred')}
      from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::float8[]) with ordinality
        as e (code, agencies, procedure, seq, type, status, occurred, n)
      order by n`,
    values: columnsOf(
      entries,
      ({ dossierCode }) => dossierCode,
      ({ agencies }) => arrayOf(agencies),
      ({ procedureCode }) => procedureCode,
      ({ seq }) => seq,
      ({ type }) => type,
      ({ status }) => status,
      ({ occurredAt }) => occurredAt,
    ),
  });
}

export async function writeCopied(db: Queryable, copied: readonly { id: number; seq: number }[]): Promise<void> {
  await db.query({
    name: 'feed-copied',
    text: `
      insert into feed_state (dossier_id, copied_seq)
      select id, seq from unnest($1::bigint[], $2::int[]) as r (id, seq)
      on conflict (dossier_id) do update set copied_seq = excluded.copied_seq`,
    values: columnsOf(
      copied,
      ({ id }) => id,
      ({ seq }) => seq,
    ),
  });
}

/** Tells of alerts that were raised or cleared, each once. @returns how many */
export async function appendAlerts(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'feed-alerts',
    text: `
      with told as (
        update alert set told = told + 1
        where id = any(array(select id from alert where told = 0 or (told = 1 and cleared_at is not null) order by id limit $1))
        returning id, kind, dossier_id, told, raised_at, cleared_at
      )
      insert into change (kind, dossier_code, agencies, procedure_code, type, status, occurred_at)
      select 'alert', d.code, coalesce(d.agencies, '{}'), ${national('d.procedure_code')}, t.kind, case t.told when 1 then 'raised' else 'cleared' end,
        case t.told when 1 then t.raised_at else t.cleared_at end
      from told t left join dossier d on d.id = t.dossier_id order by t.id`,
    values: [limit],
  });
  return rowCount ?? 0;
}

/** Tells of differences that were confirmed or are over, each once. @returns how many */
export async function appendDifferences(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'feed-differences',
    text: `
      with told as (
        update difference set told = told + 1
        where id = any(array(select id from difference
          where (told = 0 and confirmed_at is not null) or (told = 1 and state in ('repaired', 'closed')) order by id limit $1))
        returning id, kind, dossier_code, agencies, told, confirmed_at, coalesce(repaired_at, last_seen_at) as ended_at
      )
      insert into change (kind, dossier_code, agencies, procedure_code, type, status, occurred_at)
      select 'difference', t.dossier_code, t.agencies, ${national('d.procedure_code')}, t.kind, case t.told when 1 then 'confirmed' else 'repaired' end,
        case t.told when 1 then t.confirmed_at else t.ended_at end
      from told t left join dossier d on d.code = t.dossier_code order by t.id`,
    values: [limit],
  });
  return rowCount ?? 0;
}

/** Tells of each step of a delivery, once, in the order in which it was heard of. @returns how many */
export async function appendDeliverySteps(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'feed-delivery-steps',
    text: `
      with told as (
        update delivery_step set told = true
        where id = any(array(select id from delivery_step where not told order by id limit $1))
        returning id, delivery_id, state, at
      )
      insert into change (kind, dossier_code, agencies, procedure_code, type, status, occurred_at)
      select 'delivery', y.dossier_code, y.agencies, ${national('d.procedure_code')}, y.kind, t.state, t.at
      from told t join delivery y on y.id = t.delivery_id left join dossier d on d.code = y.dossier_code order by t.id`,
    values: [limit],
  });
  return rowCount ?? 0;
}

/**
 * Removes at most a page of the oldest changes that were appended before a time, and remembers how far. Places and times
 * grow together, so that looking at the first page is enough to know whether anything is due. What a subscription that
 * is not disabled still has to get is kept.
 * @returns how many
 */
export async function removeOldest(db: Queryable, before: number, page: number): Promise<number> {
  const { rows } = await db.query<{ removed: number }>({
    name: 'feed-remove',
    text: `
      with oldest as (
        select pos, at from change order by pos limit $2
      ), due as (
        -- A subscriber that is away gets all of it when it is back.
        select least((select max(pos) from oldest where at < ${at('$1')}), (
          select min(least(s.pos, (select min(from_pos) - 1 from subscription_lag l where l.subscription_id = s.id)))
          from subscription s where s.state <> 'disabled')) as pos
        where exists (select from oldest where at < ${at('$1')})
      ), removed as (
        delete from change where pos <= (select pos from due) returning 1
      ), remembered as (
        update feed_mark set removed_to = greatest(removed_to, (select pos from due)) where one and exists (select from due)
      )
      select count(*)::int as removed from removed`,
    values: [before, page],
  });
  return rows[0]!.removed;
}
