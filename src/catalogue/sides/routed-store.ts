/** @module The SQL of dossiers that are with a wrong system: looked through page by page, settled, listed, counted. */
import { within, withinBoth } from '../../agencies/within.ts';
import type { Queryable } from '../../db/queryable.ts';
import { at } from '../../db/times.ts';
import { factsOf } from '../../dossiers/facts-column.ts';
import type { Fact } from '../../dossiers/state.ts';
import { ROUTING_KINDS, type RoutingKind } from '../../reconciliation/kinds.ts';
import type { ProcedureEntry } from './routed.ts';

/** As the index over them has it. */
const OF_ROUTING = `kind in (${ROUTING_KINDS.map((kind) => `'${kind}'`).join(', ')})`;

/** An open dossier with what is known of where it is. */
export interface OpenDossier {
  readonly id: number;
  readonly code: string | null;
  readonly procedureCode: string | null;
  readonly receivedAt: number | null;
  readonly agencies: string[];
  readonly facts: Fact[];
  readonly headSeq: number;
  readonly handed: { readonly system: string; readonly at: number }[];
}

/** The next open dossiers, in the order of their ids. */
export async function openDossiers(db: Queryable, after: number, limit: number): Promise<OpenDossier[]> {
  const { rows } = await db.query<OpenDossier>({
    name: 'routed-page',
    text: `
      select d.id, d.code, d.procedure_code as "procedureCode", d.received_at as "receivedAt", d.agencies, ${factsOf('d')}, d.head_seq as "headSeq",
        coalesce((select json_agg(json_build_object('system', e.provider, 'at', floor(extract(epoch from e.created_at) * 1000)::float8) order by e.created_at)
          from exchange e where e.dossier_code = d.code and e.state in ('sending', 'unknown', 'submitted')), '[]') as handed
      from dossier d where d.id > $1 and d.finished_at is null and d.superseded_by is null order by d.id limit $2`,
    values: [after, limit],
  });
  return rows;
}

/** What the timelines of these dossiers say of their procedure, by dossier, in the order it was taken. */
export async function procedureEntries(
  db: Queryable,
  dossiers: readonly number[],
): Promise<ReadonlyMap<number, ProcedureEntry[]>> {
  const { rows } = await db.query<Omit<ProcedureEntry, 'words'> & { dossier: number; body: { note?: string } }>({
    name: 'routed-procedure-entries',
    text: `
      select t.dossier_id as dossier, t.seq, t.source as system, t.occurred_at as at, t.body,
        case when t.body->>'asked' = 'right-procedure' then 'wrong' else 'changed' end as says
      from timeline_entry t
      where t.dossier_id = any($1::bigint[]) and t.kind = 'fields' and (t.body->>'asked' = 'right-procedure' or t.body->'changed' ? 'procedureCode')
      order by t.dossier_id, t.seq`,
    values: [dossiers],
  });
  return Map.groupBy(
    rows.map(({ body, ...entry }) => ({ ...entry, words: body.note ?? null })),
    ({ dossier }) => dossier,
  );
}

/** A dossier that is with a wrong system. */
export interface Misrouting {
  readonly kind: RoutingKind;
  readonly system: string;
  readonly dossierCode: string;
  readonly dossierId: number;
  readonly agencies: readonly string[];
  readonly headSeq: number;
  readonly ours: { readonly systems: readonly string[] };
  readonly theirs: { readonly system: string; readonly sinceAt: number };
  /** What the system said of it, sealed. */
  readonly cause: string | null;
}

/**
 * Keeps what a look through some dossiers found: what is known stays the same row, what is ignored stays so until its time
 * is over, and what was not found of these dossiers is over. Everything of it stands here, so that no second look is needed.
 *
 * @param until the last dossier that was looked at; null: there is none after it
 */
export async function keepMisrouted(
  db: Queryable,
  misrouted: readonly Misrouting[],
  { after, until, now }: { readonly after: number; readonly until: number | null; readonly now: number },
): Promise<{ readonly began: number; readonly ended: number }> {
  const { rows } = await db.query<{ began: number; ended: number }>({
    name: 'routed-keep',
    text: `
      with seen as (
        select * from json_to_recordset($4::json) as r (kind text, system text, "dossierCode" text, "dossierId" bigint, agencies json, "headSeq" int, ours jsonb, theirs jsonb, cause text)
      ), known as (
        select destination, dossier_code, kind, state in ('repaired', 'closed') as is_over from difference
        where ${OF_ROUTING} and dossier_id > $1 and ($2::bigint is null or dossier_id <= $2)
      ), kept as (
        insert into difference as d (destination, kind, dossier_code, dossier_id, agencies, state, ours, theirs, cause, head_seq, first_seen_at, last_seen_at, confirmed_at)
        select system, kind, "dossierCode", "dossierId", array(select json_array_elements_text(agencies)), 'confirmed', ours, theirs, cause, "headSeq", ${at('$3')}, ${at('$3')}, ${at('$3')}
        from seen
        on conflict (destination, dossier_code, kind) do update set
          state = case when d.state = 'evidence' or (d.state = 'ignored' and d.ignored_until >= ${at('$3')}) then d.state else 'confirmed' end,
          first_seen_at = case when d.state in ('repaired', 'closed') then excluded.first_seen_at else d.first_seen_at end,
          confirmed_at = case when d.state in ('repaired', 'closed') then excluded.confirmed_at else d.confirmed_at end,
          told = case when d.state in ('repaired', 'closed') then 0 else d.told end,
          repaired_at = null, dossier_id = excluded.dossier_id, agencies = excluded.agencies, ours = excluded.ours, theirs = excluded.theirs, cause = excluded.cause,
          head_seq = excluded.head_seq, last_seen_at = excluded.last_seen_at
      ), over as (
        update difference d set state = 'repaired', repaired_at = ${at('$3')}, look_at = null
        where ${OF_ROUTING} and d.state in ('confirmed', 'evidence', 'ignored') and d.dossier_id > $1 and ($2::bigint is null or d.dossier_id <= $2)
          and not exists (select from seen s where s.system = d.destination and s."dossierCode" = d.dossier_code and s.kind = d.kind)
        returning 1
      )
      select (select count(*) from seen s where not exists (
          select from known k where k.destination = s.system and k.dossier_code = s."dossierCode" and k.kind = s.kind and not k.is_over))::int as began,
        (select count(*) from over)::int as ended`,
    values: [after, until, now, JSON.stringify(misrouted)],
  });
  return rows[0]!;
}

export interface MisroutedDossier {
  readonly differenceId: number;
  readonly kind: RoutingKind;
  readonly dossierCode: string;
  readonly procedureCode: string | null;
  readonly agencyCode: string | null;
  readonly agencies: string[];
  readonly system: string;
  readonly state: 'confirmed' | 'evidence' | 'ignored';
  /** What was noted of it: where it should be, and since when it is not. */
  readonly ours: { readonly systems?: readonly string[] } | null;
  readonly theirs: { readonly sinceAt?: number } | null;
  readonly cause: string | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly ignoredUntil: number | null;
}

export interface MisroutedFilter {
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  /** Codes of those that count for the agency asked for. */
  readonly agency: readonly string[] | null;
  readonly system: string | null;
  readonly after: number;
  readonly limit: number;
}

/** Those that stand, ignored or not, in the order of their ids. */
export async function listMisrouted(db: Queryable, filter: MisroutedFilter): Promise<MisroutedDossier[]> {
  const { rows } = await db.query<MisroutedDossier>(
    `select f.id as "differenceId", f.kind, f.dossier_code as "dossierCode", d.procedure_code as "procedureCode", d.agency_code as "agencyCode", f.agencies,
       f.destination as system, f.state, f.ours, f.theirs, f.cause, f.first_seen_at as "firstSeenAt", f.last_seen_at as "lastSeenAt", f.ignored_until as "ignoredUntil"
     from difference f left join dossier d on d.id = f.dossier_id
     where f.id > $4 and f.${OF_ROUTING} and f.state in ('confirmed', 'evidence', 'ignored') and ($3::text is null or f.destination = $3)
       and ${withinBoth('f.agencies', '$2', '$1')}
     order by f.id limit $5`,
    [filter.own, filter.agency, filter.system, filter.after, filter.limit],
  );
  return rows;
}

export interface MisroutedCount {
  readonly system: string;
  readonly kind: RoutingKind;
  readonly open: number;
  readonly ignored: number;
}

/** @param own codes of the agencies that count for the caller; null for every dossier */
export async function countMisrouted(db: Queryable, own: readonly string[] | null): Promise<MisroutedCount[]> {
  const { rows } = await db.query<MisroutedCount>(
    `select destination as system, kind, count(*) filter (where state <> 'ignored')::int as open, count(*) filter (where state = 'ignored')::int as ignored
     from difference where ${OF_ROUTING} and state in ('confirmed', 'evidence', 'ignored') and ($1::text[] is null or ${within('agencies', '$1')})
     group by destination, kind order by destination, kind`,
    [own],
  );
  return rows;
}
