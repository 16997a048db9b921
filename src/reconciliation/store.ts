/** @module The runs' SQL: their leases and progress. One function per statement. */
import { randomUUID } from 'node:crypto';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { DayResult } from './sums.ts';
import { KEEP_SUMS, sumsText } from './sums-store.ts';

export type RunState = 'running' | 'done' | 'cancelled' | 'failed';

export interface RunScope {
  readonly destination: string;
  /** An agency with all that count for it; null for all. */
  readonly agencyCode: string | null;
  readonly procedureCode: string | null;
  /** Dates of receipt, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
}

export const WAYS = ['listing', 'by-code', 'export'] as const;
export const EXTENTS = ['all', 'active'] as const;

export interface Run extends RunScope {
  readonly id: string;
  /** The uploaded export by which the other side is known; null: the destination itself is asked. */
  readonly exportId: number | null;
  /** `active`: what is open or has changed of late, where it can only be asked one code at a time. */
  readonly extent: (typeof EXTENTS)[number];
  readonly repair: boolean;
  readonly dryRun: boolean;
  readonly requestedBy: string;
  readonly state: RunState;
  readonly way: (typeof WAYS)[number] | null;
  readonly position: string | null;
  /** Within a day that is asked about code by code, the last code that was; null at its beginning. */
  readonly dayCode: string | null;
  /** Dossiers that are asked about code by code, from the first to the last; null where they are not, or were not counted yet. */
  readonly toAsk: number | null;
  /** Of those that only the export has, the last code that was looked at. */
  readonly codePosition: string | null;
  readonly compared: number;
  readonly inStep: number;
  readonly moving: number;
  readonly unchecked: number;
  readonly error: string | null;
  readonly requestedAt: number;
  readonly finishedAt: number | null;
}

const RUN = `
  id, destination, agency_code as "agencyCode", procedure_code as "procedureCode", from_date as "from", to_date as "to", repair,
  dry_run as "dryRun", export_id as "exportId", extent, code_position as "codePosition", day_code as "dayCode", to_ask as "toAsk", requested_by as "requestedBy", state, way, position, compared, in_step as "inStep", moving, unchecked, error,
  requested_at as "requestedAt", finished_at as "finishedAt"`;

export async function insertRun(
  db: Queryable,
  scope: RunScope,
  how: {
    repair: boolean;
    dryRun: boolean;
    requestedBy: string;
    now: number;
    sweptOn?: string;
    exportId?: number | null;
    extent?: Run['extent'];
    /** Asked code by code also where there is a listing; as it turns out, unless told. */
    way?: 'by-code';
  },
): Promise<string> {
  const id = randomUUID();
  await db.query(
    `insert into reconciliation_run (id, destination, agency_code, procedure_code, from_date, to_date, repair, dry_run, requested_by, requested_at, position, swept_on, export_id, code_position, extent, way)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, ${at('$10')}, $5, $11, $12, case when $12::bigint is not null then '' end, $13, $14) on conflict do nothing`,
    [
      id,
      scope.destination,
      scope.agencyCode,
      scope.procedureCode,
      scope.from,
      scope.to,
      how.repair,
      how.dryRun,
      how.requestedBy,
      how.now,
      how.sweptOn ?? null,
      how.exportId ?? null,
      how.extent ?? 'all',
      how.way ?? null,
    ],
  );
  return id;
}

/** The day of receipt of the first dossier here, `YYYY-MM-DD`; null while there is none. */
export async function firstReceipt(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ day: string | null }>(
    "select (min(coalesce(received_at, submitted_at)) at time zone 'Asia/Ho_Chi_Minh')::date as day from dossier",
  );
  return rows[0]!.day;
}

/** Whether a sweep that the clock started still has dossiers to compare. */
export async function isSweeping(db: Queryable, destination: string): Promise<boolean> {
  const { rows } = await db.query(
    "select from reconciliation_run where destination = $1 and swept_on is not null and state = 'running' and position is not null limit 1",
    [destination],
  );
  return rows.length > 0;
}

export async function findRun(db: Queryable, id: string): Promise<Run | null> {
  const { rows } = await db.query<Run>(`select ${RUN} from reconciliation_run where id = $1`, [id]);
  return rows[0] ?? null;
}

export async function listRuns(db: Queryable, before: number | null, limit: number): Promise<Run[]> {
  const { rows } = await db.query<Run>(
    `select ${RUN} from reconciliation_run where $1::float8 is null or requested_at < ${at('$1')} order by requested_at desc, id limit $2`,
    [before, limit],
  );
  return rows;
}

/** A run that has days or codes left and that nobody works on, leased; of several each has its turn. null where there is none. */
export async function claimRun(
  db: Queryable,
  destination: string,
  lease: { instance: string; now: number; until: number },
): Promise<Run | null> {
  const { rows } = await db.query<Run>(
    `update reconciliation_run set leased_by = $2, lease_until = ${at('$4')}, turn_at = ${at('$3')}
     where id = (select id from reconciliation_run where state = 'running' and destination = $1 and coalesce(position::text, code_position) is not null and (lease_until is null or lease_until < ${at('$3')} or leased_by = $2)
       order by coalesce(turn_at, requested_at), id for update skip locked limit 1)
     returning ${RUN}`,
    [destination, lease.instance, lease.now, lease.until],
  );
  return rows[0] ?? null;
}

/** @returns false when the run was cancelled or another process has taken it over */
export async function keepRun(db: Queryable, id: string, instance: string, until: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reconciliation_run set lease_until = ${at('$3')} where id = $1 and leased_by = $2 and state = 'running'`,
    [id, instance, until],
  );
  return rowCount === 1;
}

export async function releaseRun(db: Queryable, id: string, instance: string): Promise<void> {
  await db.query(
    'update reconciliation_run set lease_until = null, leased_by = null where id = $1 and leased_by = $2',
    [id, instance],
  );
}

/** Where a run stands: a day (null: all were compared), and within it the last code that was asked about. */
export interface Place {
  readonly day: string | null;
  readonly code: string | null;
}

/** Some days were compared, or a part of one, by the process that holds the run: their sums, and where it goes on. @returns false where another has taken it over */
export async function advanceRun(
  db: Queryable,
  run: { readonly id: string; readonly instance: string; readonly from: Place; readonly to: Place },
  way: NonNullable<Run['way']>,
  result: DayResult,
): Promise<boolean> {
  const { id, instance, from, to } = run;
  const { compared, inStep, moving, unchecked } = result;
  const { rows } = await db.query<{ n: number }>({
    name: 'reconcile-advance',
    text: `
      with advanced as (
        update reconciliation_run set way = $6, compared = compared + $7, in_step = in_step + $8, moving = moving + $9, unchecked = unchecked + $10, position = $11, day_code = $12
        where id = $1 and leased_by = $3 and position = $4 and day_code is not distinct from $5 and state = 'running' returning id
      ), ${KEEP_SUMS}`,
    values: [
      ...[id, sumsText(result), instance, from.day, from.code],
      ...[way, compared, inStep, moving, unchecked, to.day, to.code],
    ],
  });
  return rows[0]!.n === 1;
}

export async function writeToAsk(db: Queryable, id: string, toAsk: number): Promise<void> {
  await db.query('update reconciliation_run set to_ask = $2 where id = $1', [id, toAsk]);
}

/** The next codes of its export were looked at, by the process that holds the run. */
export async function advanceCodes(
  db: Queryable,
  run: { readonly id: string; readonly instance: string; readonly after: string },
  result: DayResult,
  next: string | null,
): Promise<void> {
  await db.query(
    `with advanced as (
       update reconciliation_run set compared = compared + $5, in_step = in_step + $6, code_position = $7
       where id = $1 and leased_by = $3 and code_position = $4 and state = 'running' returning id
     ), ${KEEP_SUMS}`,
    [run.id, sumsText(result), run.instance, run.after, result.compared, result.inStep, next],
  );
}

/** @returns false when it had ended before */
export async function endRun(
  db: Queryable,
  id: string,
  state: Exclude<RunState, 'running'>,
  now: number,
  error: string | null = null,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reconciliation_run set state = $2, finished_at = ${at('$3')}, error = $4, lease_until = null where id = $1 and state = 'running'`,
    [id, state, now, error],
  );
  return rowCount === 1;
}

/** Ends the runs whose days are compared and whose differences need no further look. @returns their ids */
export async function endSettledRuns(db: Queryable, destination: string, now: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `update reconciliation_run r set state = 'done', finished_at = ${at('$2')}, lease_until = null
     where r.state = 'running' and r.destination = $1 and r.position is null and r.code_position is null
       and not exists (select 1 from difference_sighting s join difference d on d.id = s.difference_id where s.run_id = r.id and d.look_at is not null and d.state <> 'ignored')
     returning r.id`,
    [destination, now],
  );
  return rows.map(({ id }) => id);
}

/** Those of these differences that a run saw which mends what it finds and is under way. */
export async function seenByRepair(db: Queryable, differenceIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await db.query<{ id: number }>({
    name: 'reconcile-repairing',
    text: `
      select distinct s.difference_id as id from difference_sighting s join reconciliation_run r on r.id = s.run_id
      where s.difference_id = any($1::bigint[]) and r.state = 'running' and r.repair and not r.dry_run`,
    values: [differenceIds],
  });
  return new Set(rows.map(({ id }) => id));
}
