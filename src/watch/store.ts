/** @module The watch's SQL: which dossiers to judge, what is raised and cleared. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { WatchedDossier } from './schedule.ts';

/** A dossier to be judged, with the head that its facts go up to. */
export interface DueDossier extends WatchedDossier {
  readonly headSeq: number;
}

/** Open dossiers that were never judged, have a new entry, whose time has come, or that other rules judged; in order of id. */
export async function dueDossiers(
  db: Queryable,
  query: { after: number; now: number; rulesVersion: string; limit: number },
): Promise<DueDossier[]> {
  const { rows } = await db.query<DueDossier>({
    name: 'watch-due',
    text: `
      select d.id, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", ${factsOf('d')}, d.head_seq as "headSeq",
        d.submitted_at as "submittedAt", d.received_at as "receivedAt", d.appointment_at as "appointmentAt"
      from dossier d left join watch_state w on w.dossier_id = d.id
      where d.finished_at is null and d.superseded_by is null and not d.incomplete and d.id > $1
        and (w.dossier_id is null or w.head_seq <> d.head_seq or w.next_at <= ${at('$2')} or w.rules_version <> $3)
      order by d.id limit $4`,
    values: [query.after, query.now, query.rulesVersion, query.limit],
  });
  return rows;
}

/** A rung that stands now. */
export interface Standing {
  readonly kind: string;
  readonly key: string;
  readonly dossierId: number;
  readonly agencyCode: string | null;
  readonly detail: object;
}

export interface Judged {
  readonly dossierId: number;
  readonly headSeq: number;
  readonly nextAt: number | null;
}

export interface Raised {
  readonly raised: number;
  readonly cleared: number;
}

/**
 * Raises what stands and was never raised, clears what no longer stands, and remembers the judgement: one statement, so
 * that a process that dies between leaves nothing half done, and one that judged by an older head is judged again.
 *
 * @param kinds those that follow from a dossier's entries
 */
export async function writeJudgements(
  db: Queryable,
  judged: readonly Judged[],
  standing: readonly Standing[],
  options: { kinds: readonly string[]; rulesVersion: string; now: number },
): Promise<Raised> {
  const { rows } = await db.query<Raised>({
    name: 'watch-judge',
    text: `
      with standing as (
        select * from json_to_recordset($2::json) as r (kind text, key text, "dossierId" bigint, "agencyCode" text, detail jsonb)
      ), raised as (
        insert into alert (kind, key, dossier_id, agency_code, raised_at, detail)
        select kind, key, "dossierId", "agencyCode", ${at('$4')}, detail from standing order by kind, key
        on conflict (kind, key) do nothing returning 1
      ), cleared as (
        update alert a set cleared_at = ${at('$4')}
        where a.cleared_at is null and a.kind = any($3::text[])
          and a.dossier_id = any(array(select "dossierId" from json_to_recordset($1::json) as r ("dossierId" bigint)))
          and not exists (select from standing s where s.kind = a.kind and s.key = a.key)
        returning 1
      ), remembered as (
        insert into watch_state as w (dossier_id, head_seq, next_at, rules_version)
        select "dossierId", "headSeq", ${at('"nextAt"')}, $5
        from json_to_recordset($1::json) as r ("dossierId" bigint, "headSeq" int, "nextAt" float8) order by 1
        on conflict (dossier_id) do update set head_seq = excluded.head_seq, next_at = excluded.next_at, rules_version = excluded.rules_version
      )
      select (select count(*) from raised)::int as raised, (select count(*) from cleared)::int as cleared`,
    values: [JSON.stringify(judged), JSON.stringify(standing), options.kinds, options.now, options.rulesVersion],
  });
  return rows[0]!;
}

/** Clears what stood for dossiers that have ended or were superseded since; at most `limit` dossiers. @returns how many dossiers */
export async function clearEnded(
  db: Queryable,
  options: { kinds: readonly string[]; now: number; limit: number },
): Promise<number> {
  const { rows } = await db.query<{ ended: number }>({
    name: 'watch-ended',
    text: `
      with ended as (
        select w.dossier_id as id from watch_state w
        where not exists (select from dossier d where d.id = w.dossier_id and d.finished_at is null and d.superseded_by is null and not d.incomplete)
        order by 1 limit $3
      ), cleared as (
        update alert set cleared_at = ${at('$2')}
        where cleared_at is null and kind = any($1::text[]) and dossier_id = any(array(select id from ended))
      ), forgotten as (
        delete from watch_state where dossier_id = any(array(select id from ended))
      )
      select count(*)::int as ended from ended`,
    values: [options.kinds, options.now, options.limit],
  });
  return rows[0]!.ended;
}

/**
 * Raises dossiers that a destination has not acknowledged for too long, longest first. No more than `atMost` stand open
 * at once: in a long outage the destination's own figures say the rest.
 *
 * @param destinations those that are sent to
 */
export async function raiseSyncLate(
  db: Queryable,
  options: { destinations: readonly string[]; before: number; now: number; atMost: number },
): Promise<number> {
  const { rowCount } = await db.query({
    name: 'watch-sync-late',
    text: `
      with late as (
        select destination, dossier_id, behind_since from sync_state
        where destination = any($1::text[]) and mode = 'send' and acked_seq < head_seq and blocked_reason is null and behind_since <= ${at('$2')}
        union all
        select destination, dossier_id, behind_since from sync_state
        where destination = any($1::text[]) and mode = 'send' and acked_seq < head_seq and blocked_reason is not null and behind_since <= ${at('$2')}
      ), keyed as (
        select l.*, floor(extract(epoch from l.behind_since) * 1000)::bigint as since from late l
      )
      insert into alert (kind, key, dossier_id, agency_code, raised_at, detail)
      select 'sync-late', k.destination || ':' || k.dossier_id || ':' || k.since, k.dossier_id, d.agency_code, ${at('$3')},
        jsonb_build_object('destination', k.destination, 'since', k.since)
      from keyed k join dossier d on d.id = k.dossier_id
      where not exists (select from alert a where a.kind = 'sync-late' and a.key = k.destination || ':' || k.dossier_id || ':' || k.since)
      order by k.behind_since, k.dossier_id
      limit greatest(0, $4 - (select count(*) from alert where kind = 'sync-late' and cleared_at is null))
      on conflict (kind, key) do nothing`,
    values: [options.destinations, options.before, options.now, options.atMost],
  });
  return rowCount ?? 0;
}

/** Clears those that the destination has acknowledged since, or that are behind for a newer entry only. */
export async function clearSyncLate(db: Queryable, now: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'watch-sync-in-time',
    text: `
      update alert a set cleared_at = ${at('$1')}
      where a.kind = 'sync-late' and a.cleared_at is null and not exists (
        select from sync_state s
        where s.destination = a.detail->>'destination' and s.dossier_id = a.dossier_id and s.mode = 'send' and s.acked_seq < s.head_seq
          and floor(extract(epoch from s.behind_since) * 1000)::bigint = (a.detail->>'since')::bigint)`,
    values: [now],
  });
  return rowCount ?? 0;
}

/** How long after its time each of a source's latest statuses was recorded, in ms. */
export interface SourceLags {
  readonly source: string;
  readonly lags: number[];
}

/** The last `each` statuses of every source that reported since; `newest` entries at most are looked at. */
export async function recentLags(
  db: Queryable,
  options: { since: number; newest: number; each: number },
): Promise<SourceLags[]> {
  const { rows } = await db.query<SourceLags>({
    name: 'watch-lags',
    text: `
      with newest as (
        select source, kind, occurred_at, recorded_at from timeline_entry where recorded_at > ${at('$1')} order by recorded_at desc limit $2
      ), numbered as (
        select source, extract(epoch from recorded_at - occurred_at) * 1000 as lag, row_number() over (partition by source order by recorded_at desc) as n
        from newest where kind = 'status' and source not in ('gateway', 'operator')
      )
      select source, array_agg(lag::float8 order by n) as lags from numbered where n <= $3 group by source order by source`,
    values: [options.since, options.newest, options.each],
  });
  return rows;
}

/** One open alert for a source; a later occasion, after it was cleared, is another. */
export async function raiseClockOffset(db: Queryable, source: string, day: string, now: number): Promise<number> {
  const { rowCount } = await db.query(
    `insert into alert (kind, key, raised_at, detail)
     select 'clock-offset', $1::text || ':' || $2::text, ${at('$3')}, jsonb_build_object('source', $1::text)
     where not exists (select from alert where kind = 'clock-offset' and cleared_at is null and detail->>'source' = $1::text)
     on conflict (kind, key) do nothing`,
    [source, day, now],
  );
  return rowCount ?? 0;
}

export async function clearClockOffset(db: Queryable, sources: readonly string[], now: number): Promise<number> {
  const { rowCount } = await db.query(
    `update alert set cleared_at = ${at('$2')} where kind = 'clock-offset' and cleared_at is null and detail->>'source' = any($1::text[])`,
    [sources, now],
  );
  return rowCount ?? 0;
}
