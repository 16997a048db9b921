/** @module What operators read of observing: comparisons, other writers, and the figures by which the next step is judged. */
import { withinBoth } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { Comparison } from './comparison.ts';
import type { StageFigures, WriterFigures } from './readiness.ts';

/** Dossiers by codes of their agencies – the caller's, and those asked for –, procedure and origin; null for all. */
export interface Scope {
  readonly own: readonly string[];
  readonly agencies: readonly string[] | null;
  readonly procedureCode: string | null;
  readonly origin: string | null;
}

/** The condition of a scope, whose values are the parameters from `first` on. */
const scoped = (first: number): string => {
  const [own, agencies, procedure, origin] = [0, 1, 2, 3].map((n) => `$${first + n}`) as [
    string,
    string,
    string,
    string,
  ];
  return `${withinBoth('d.agencies', agencies, own)}
   and (${procedure}::text is null or d.procedure_code = ${procedure} or d.procedure_code like ${procedure} || '.%')
   and (${origin}::text is null or d.origin = ${origin})`;
};
const valuesOf = ({ own, agencies, procedureCode, origin }: Scope) => [own, agencies, procedureCode, origin];

export interface ComparedRow extends Omit<Comparison, 'dossierId' | 'headSeq'> {
  readonly dossierId: number;
  readonly dossierCode: string;
  readonly agencyCode: string | null;
  readonly procedureCode: string | null;
  readonly at: number;
  /** Nothing was told of it since. */
  readonly isCurrent: boolean;
}

const COMPARED = `
  c.dossier_id as "dossierId", d.code as "dossierCode", d.agency_code as "agencyCode", d.procedure_code as "procedureCode", c.at, c.head_seq >= s.head_seq as "isCurrent",
  c.kinds, c.findings, c.would, c.theirs`;
const COMPARED_FROM = `
  from comparison c join sync_state s on s.destination = c.destination and s.dossier_id = c.dossier_id and s.mode = 'compare' join dossier d on d.id = c.dossier_id`;

/** Dossiers that are compared and for which something would be written or differs, in order of registration. */
export async function listCompared(
  db: Queryable,
  destination: string,
  scope: Scope,
  options: { kind: string | null; after: number; limit: number },
): Promise<ComparedRow[]> {
  const { rows } = await db.query<ComparedRow>(
    `select ${COMPARED} ${COMPARED_FROM}
     where c.destination = $1 and c.dossier_id > $2 and ($3::text is null or $3 = any(c.kinds))
       and (c.kinds <> '{}' or ${WRITES}) and ${scoped(5)}
     order by c.dossier_id limit $4`,
    [destination, options.after, options.kind, options.limit, ...valuesOf(scope)],
  );
  return rows;
}

const WRITES = `((c.would->>'create')::boolean or coalesce((c.would->>'recordCount')::int, jsonb_array_length(c.would->'records')) > 0 or jsonb_array_length(c.would->'fields') > 0)`;

/** The comparison of one dossier that is compared. */
export async function findCompared(db: Queryable, destination: string, dossierId: number): Promise<ComparedRow | null> {
  const { rows } = await db.query<ComparedRow>({
    name: 'find-compared',
    text: `select ${COMPARED} ${COMPARED_FROM} where c.destination = $1 and c.dossier_id = $2`,
    values: [destination, dossierId],
  });
  return rows[0] ?? null;
}

/** The figures of each mode in which a destination has dossiers. */
export async function stageFigures(db: Queryable, destination: string, scope: Scope): Promise<StageFigures[]> {
  const { rows } = await db.query<StageFigures>(
    `select s.mode,
       count(*)::int as dossiers,
       (count(*) filter (where s.seen_at is not null))::int as read,
       (count(*) filter (where s.unverified))::int as unreadable,
       (count(*) filter (where s.mode = 'compare' and c.head_seq >= s.head_seq))::int as compared,
       (count(*) filter (where s.mode = 'compare' and c.head_seq >= s.head_seq and c.kinds = '{}'))::int as "inStep",
       (count(*) filter (where s.mode = 'compare' and c.head_seq >= s.head_seq and ${WRITES}))::int as "wouldWrite",
       (count(*) filter (where s.mode = 'send' and s.acked_seq < s.head_seq and s.blocked_reason is null))::int as behind,
       (count(*) filter (where s.mode = 'send' and s.blocked_reason is not null))::int as blocked
     from sync_state s join dossier d on d.id = s.dossier_id
       left join comparison c on c.destination = s.destination and c.dossier_id = s.dossier_id
     where s.destination = $1 and ${scoped(2)}
     group by s.mode`,
    [destination, ...valuesOf(scope)],
  );
  return rows;
}

/** How many compared dossiers have each difference. */
export async function differingByKind(
  db: Queryable,
  destination: string,
  scope: Scope,
): Promise<{ kind: string; dossiers: number }[]> {
  const { rows } = await db.query<{ kind: string; dossiers: number }>(
    `select kind, count(*)::int as dossiers ${COMPARED_FROM}, unnest(c.kinds) as kind
     where c.destination = $1 and c.head_seq >= s.head_seq and ${scoped(2)} group by kind order by dossiers desc, kind`,
    [destination, ...valuesOf(scope)],
  );
  return rows;
}

/** Who else wrote there since an instant, by mode of the dossier now. */
export async function writersSince(
  db: Queryable,
  destination: string,
  scope: Scope,
  since: number,
): Promise<WriterFigures[]> {
  const { rows } = await db.query<WriterFigures>(
    `select s.mode, r.officer, r.department, count(*)::int as records, count(distinct r.dossier_id)::int as dossiers,
       (count(*) filter (where r.stray))::int as stray, max(r.at) as "lastAt"
     from foreign_record r join dossier d on d.id = r.dossier_id
       join sync_state s on s.destination = r.destination and s.dossier_id = r.dossier_id
     where r.destination = $1 and r.at >= ${at('$6')} and ${scoped(2)}
     group by s.mode, r.officer, r.department order by records desc, r.department, r.officer limit 200`,
    [destination, ...valuesOf(scope), since],
  );
  return rows;
}

export interface ForeignRecordRow {
  readonly dossierId: number;
  readonly dossierCode: string;
  readonly statusCode: string;
  readonly occurredAt: number;
  readonly officer: string;
  readonly department: string;
  readonly firstSeenAt: number;
  readonly isStray: boolean;
}

/** Records of others, newest first. */
export async function listForeign(
  db: Queryable,
  destination: string,
  scope: Scope,
  options: { strayOnly: boolean; since: number; limit: number },
): Promise<ForeignRecordRow[]> {
  const { rows } = await db.query<ForeignRecordRow>(
    `select r.dossier_id as "dossierId", d.code as "dossierCode", r.status_code as "statusCode", r.at as "occurredAt", r.officer, r.department,
       r.first_seen_at as "firstSeenAt", r.stray as "isStray"
     from foreign_record r join dossier d on d.id = r.dossier_id
     where r.destination = $1 and r.at >= ${at('$6')} and (r.stray or not $7::boolean) and ${scoped(2)}
     order by r.first_seen_at desc, r.dossier_id, r.at desc limit $8`,
    [destination, ...valuesOf(scope), options.since, options.strayOnly, options.limit],
  );
  return rows;
}

export interface ReplacedRow {
  readonly dossierCode: string;
  readonly field: string;
  readonly value: string;
  readonly times: number;
  readonly lastSeenAt: number;
}

/** Values of ours that somebody replaced there, the most often replaced first. */
export async function listReplaced(
  db: Queryable,
  destination: string,
  scope: Scope,
  since: number,
  limit: number,
): Promise<ReplacedRow[]> {
  const { rows } = await db.query<ReplacedRow>(
    `select d.code as "dossierCode", o.field, o.value, o.times, o.last_seen_at as "lastSeenAt"
     from overwritten o join dossier d on d.id = o.dossier_id
     where o.destination = $1 and o.last_seen_at >= ${at('$6')} and ${scoped(2)}
     order by o.times desc, o.last_seen_at desc limit $7`,
    [destination, ...valuesOf(scope), since, limit],
  );
  return rows;
}
