/** @module Imports as they are stored: leased to one worker, moved on by its token, read by operators. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { ImportMode } from './commands.ts';
import type { ImportFormat } from './read.ts';

export const IMPORT_STATES = ['receiving', 'running', 'done', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** What has become of the rows so far. */
export interface Counts {
  readonly rows: number;
  readonly adopted: number;
  /** Dossiers that were there already. */
  readonly known: number;
  readonly refused: number;
}

export interface ImportRecord extends Counts {
  readonly id: number;
  readonly mode: ImportMode;
  readonly state: ImportState;
  readonly format: ImportFormat | null;
  readonly fileName: string | null;
  readonly bytes: number;
  readonly clientId: string;
  readonly agencies: string[];
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** Share of the file that has been read, 0 to 1. */
  readonly fraction: number;
  /** The first codes of the file that no catalogue knows. */
  readonly unknownAgencies: string[];
  readonly unknownProcedures: string[];
  readonly ignoredColumns: string[];
  /** Why it failed as a whole. */
  readonly failure: { readonly vi: string; readonly en: string } | null;
  readonly cancelledBy: string | null;
  readonly cancelledReason: string | null;
}

const IMPORT = `
  id, mode, state, format, file_name as "fileName", bytes, client_id as "clientId", agencies, created_at as "createdAt", finished_at as "finishedAt",
  rows, adopted, known, refused, fraction, unknown_agencies as "unknownAgencies", unknown_procedures as "unknownProcedures",
  ignored_columns as "ignoredColumns", failure, cancelled_by as "cancelledBy", cancelled_reason as "cancelledReason"`;

export async function findImport(db: Queryable, id: number): Promise<ImportRecord | null> {
  const { rows } = await db.query<ImportRecord>(`select ${IMPORT} from import where id = $1`, [id]);
  return rows[0] ?? null;
}

/** Newest first. */
export async function listImports(db: Queryable, before: number | null, limit: number): Promise<ImportRecord[]> {
  const { rows } = await db.query<ImportRecord>(
    `select ${IMPORT} from import where $1::bigint is null or id < $1 order by id desc limit $2`,
    [before, limit],
  );
  return rows;
}

/** An import that this process works on. */
export interface LeasedImport extends ImportRecord {
  readonly token: string;
  /** Times it was taken up since it last moved on, this one included. */
  readonly attempts: number;
}

/**
 * Takes the oldest import that nobody works on, or that whoever did has left; one that an earlier life of this instance
 * held comes back at once.
 */
export async function claimImport(
  db: Queryable,
  options: { instance: string; token: string; now: number; leaseMs: number },
): Promise<LeasedImport | null> {
  const { rows } = await db.query<LeasedImport>(
    `update import set attempts = attempts + 1, lease_token = $2::uuid, leased_by = $1, lease_until = ${at('$3')} + make_interval(secs => $4::float8 / 1000)
     where id = (
       select id from import where state = 'running' and (lease_until is null or lease_until < ${at('$3')} or leased_by = $1)
       order by id limit 1 for update skip locked)
     returning ${IMPORT}, lease_token as token, attempts`,
    [options.instance, options.token, options.now, options.leaseMs],
  );
  return rows[0] ?? null;
}

export interface RowFault {
  readonly row: number;
  readonly n: number;
  readonly path: string;
  readonly column: string | null;
  readonly dossierCode: string | null;
  readonly message: string;
}

export interface Progress extends Counts {
  readonly fraction: number;
  readonly unknownAgencies: readonly string[];
  readonly unknownProcedures: readonly string[];
  readonly ignoredColumns: readonly string[];
}

/**
 * Writes how far an import has come, with the faults of these rows, and prolongs its lease.
 *
 * @returns false where it is not this worker's any more, or was cancelled: then it must stop
 */
export async function saveProgress(
  db: Queryable,
  { id, token }: Pick<LeasedImport, 'id' | 'token'>,
  progress: Progress,
  faults: readonly RowFault[],
  now: number,
  leaseMs: number,
): Promise<boolean> {
  const { rows } = await db.query<{ saved: boolean }>({
    name: 'import-progress',
    text: `
      with saved as (
        update import set rows = $3, adopted = $4, known = $5, refused = $6, fraction = $7, unknown_agencies = $8, unknown_procedures = $9,
          ignored_columns = $10, attempts = 0, touched_at = ${at('$11')}, lease_until = ${at('$11')} + make_interval(secs => $12::float8 / 1000)
        where id = $1 and lease_token = $2::uuid and state = 'running'
        returning id
      ), noted as (
        insert into import_fault (import_id, row, n, path, column_name, dossier_code, message)
        select saved.id, row, n, path, "column", "dossierCode", message
        from saved, json_to_recordset($13::json) as f (row int, n int, path text, "column" text, "dossierCode" text, message text)
        on conflict do nothing
      )
      select exists (select from saved) as saved`,
    values: [
      id,
      token,
      progress.rows,
      progress.adopted,
      progress.known,
      progress.refused,
      progress.fraction,
      progress.unknownAgencies,
      progress.unknownProcedures,
      progress.ignoredColumns,
      now,
      leaseMs,
      JSON.stringify(faults),
    ],
  });
  return rows[0]!.saved;
}

/** Ends an import, and forgets the file: what it told has become dossiers and faults. */
export async function finishImport(
  db: Queryable,
  { id, token }: Pick<LeasedImport, 'id' | 'token'>,
  outcome: { state: 'done' | 'failed'; failure: ImportRecord['failure'] },
  now: number,
): Promise<void> {
  await db.query(
    `with ended as (
       update import set state = $3, failure = $4, finished_at = ${at('$5')}, fraction = case when $3 = 'done' then 1 else fraction end,
         lease_token = null, lease_until = null, leased_by = null
       where id = $1 and lease_token = $2::uuid and state = 'running' returning id
     )
     delete from import_piece where import_id in (select id from ended)`,
    [id, token, outcome.state, outcome.failure === null ? null : JSON.stringify(outcome.failure), now],
  );
}

/** Gives a lease back, so that another worker, or this one later, goes on. */
export async function releaseImport(db: Queryable, { id, token }: Pick<LeasedImport, 'id' | 'token'>): Promise<void> {
  await db.query(
    'update import set lease_token = null, lease_until = null, leased_by = null where id = $1 and lease_token = $2::uuid',
    [id, token],
  );
}

/** Stops an import that has not ended; the rows it has taken stay taken. @returns false where it had ended */
export async function cancelImport(
  db: Queryable,
  id: number,
  by: string,
  reason: string,
  now: number,
): Promise<boolean> {
  const { rows } = await db.query<{ cancelled: boolean }>(
    `with cancelled as (
       update import set state = 'cancelled', cancelled_by = $2, cancelled_reason = $3, finished_at = ${at('$4')},
         lease_token = null, lease_until = null, leased_by = null
       where id = $1 and state in ('receiving', 'running') returning id
     ), forgotten as (
       delete from import_piece where import_id in (select id from cancelled)
     )
     select exists (select from cancelled) as cancelled`,
    [id, by, reason, now],
  );
  return rows[0]!.cancelled;
}

/** A page of faults in the order of the file. */
export async function readFaults(
  db: Queryable,
  id: number,
  after: { row: number; n: number },
  limit: number,
): Promise<RowFault[]> {
  const { rows } = await db.query<RowFault>(
    `select row, n, path, column_name as "column", dossier_code as "dossierCode", message from import_fault
     where import_id = $1 and (row, n) > ($2, $3) order by row, n limit $4`,
    [id, after.row, after.n, limit],
  );
  return rows;
}

/** Codes among these whose dossier was registered since. */
export async function registeredSince(db: Queryable, codes: readonly string[], since: number): Promise<Set<string>> {
  const { rows } = await db.query<{ code: string }>(
    `select code from dossier where code = any($1::text[]) and created_at >= ${at('$2')}`,
    [codes, since],
  );
  return new Set(rows.map(({ code }) => code));
}
