/** @module The SQL of uploaded exports: taken row by row, found by code, removed when they have had their time. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { HOUR } from '../units.ts';
import type { ExportFault, ExportRow } from './export-read.ts';
import type { Stranger } from './ours-store.ts';

export interface PortalExport {
  readonly id: number;
  readonly destination: string;
  readonly fileName: string | null;
  readonly asOf: number;
  /** Dates of receipt that it covers, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  readonly agencyCode: string;
  readonly procedureCode: string | null;
  readonly clientId: string;
  readonly createdAt: number;
  readonly rows: number;
  readonly repeated: number;
  readonly unread: number;
  readonly faults: readonly ExportFault[];
  readonly tells: readonly string[];
  readonly ignoredColumns: readonly string[];
}

export type NewExport = Pick<
  PortalExport,
  'destination' | 'fileName' | 'asOf' | 'from' | 'to' | 'agencyCode' | 'procedureCode' | 'clientId'
> & { readonly officer: string | null };

export async function insertExport(db: Queryable, made: NewExport, now: number): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `insert into portal_export (destination, file_name, as_of, from_date, to_date, agency_code, procedure_code, client_id, officer, created_at, touched_at)
     values ($1, $2, ${at('$3')}, $4, $5, $6, $7, $8, $9, ${at('$10')}, ${at('$10')}) returning id`,
    [
      made.destination,
      made.fileName,
      made.asOf,
      made.from,
      made.to,
      made.agencyCode,
      made.procedureCode,
      made.clientId,
      made.officer,
      now,
    ],
  );
  return rows[0]!.id;
}

/** Adds rows; of a code that stands twice the first counts. Nothing is added to an export that was removed. @returns how many were new */
export async function addExportRows(
  db: Queryable,
  exportId: number,
  rows: readonly ExportRow[],
  now: number,
): Promise<number> {
  const column = <T>(pick: (row: ExportRow) => T): T[] => rows.map(pick);
  const { rowCount } = await db.query({
    name: 'portal-export-rows',
    text: `
      with export as (update portal_export set touched_at = ${at('$9')} where id = $1 returning id)
      insert into portal_export_row (export_id, code, status, appointment_at, appointment_to, channel, procedure_code, received_at)
      select id, code, status, ${at('appointment')}, precision, channel, procedure, ${at('received')}
      from export, unnest($2::text[], $3::text[], $4::float8[], $5::text[], $6::text[], $7::text[], $8::float8[]) as r (code, status, appointment, precision, channel, procedure, received)
      on conflict do nothing`,
    values: [
      exportId,
      column(({ code }) => code),
      column(({ status }) => status),
      column(({ appointmentAt }) => appointmentAt),
      column(({ appointmentTo }) => appointmentTo),
      column(({ channel }) => channel),
      column(({ procedureCode }) => procedureCode),
      column(({ receivedAt }) => receivedAt),
      now,
    ],
  });
  return rowCount ?? 0;
}

export async function finishExport(
  db: Queryable,
  id: number,
  read: Pick<PortalExport, 'rows' | 'repeated' | 'unread' | 'faults' | 'tells' | 'ignoredColumns'>,
): Promise<void> {
  await db.query(
    `update portal_export set state = 'ready', rows = $2, repeated = $3, unread = $4, faults = $5, tells = $6, ignored_columns = $7 where id = $1`,
    [id, read.rows, read.repeated, read.unread, JSON.stringify(read.faults), read.tells, read.ignoredColumns],
  );
  // Without knowing how many rows came, each day's comparison would be planned as if there were few, and read them all.
  await db.query('analyze portal_export_row');
}

/** Removes exports, and their rows with them. @returns how many exports */
async function remove(db: Queryable, which: string, values: unknown[]): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `with gone as (delete from portal_export where ${which} returning id),
       with_them as (delete from portal_export_row where export_id in (select id from gone))
     select count(*)::int as n from gone`,
    values,
  );
  return rows[0]!.n;
}

export async function dropExport(db: Queryable, id: number): Promise<void> {
  await remove(db, 'id = $1', [id]);
}

export async function findExport(db: Queryable, id: number): Promise<PortalExport | null> {
  const { rows } = await db.query<PortalExport>(
    `select id, destination, file_name as "fileName", as_of as "asOf", from_date as "from", to_date as "to", agency_code as "agencyCode", procedure_code as "procedureCode",
       client_id as "clientId", created_at as "createdAt", rows, repeated, unread, faults, tells, ignored_columns as "ignoredColumns"
     from portal_export where id = $1 and state = 'ready'`,
    [id],
  );
  return rows[0] ?? null;
}

export interface StagedRow extends Stranger {
  readonly receivedAt: number | null;
}

const STAGED = `
  code, status as "statusCode", appointment_at as "appointmentAt", appointment_to as "appointmentTo", channel, procedure_code as "procedureCode", received_at as "receivedAt"`;

export async function stagedByCode(db: Queryable, exportId: number, codes: readonly string[]): Promise<StagedRow[]> {
  const { rows } = await db.query<StagedRow>({
    name: 'portal-export-codes',
    text: `select ${STAGED} from portal_export_row where export_id = $1 and code = any($2::text[])`,
    values: [exportId, codes],
  });
  return rows;
}

/** The next rows in the order of their codes, those of them that are nobody's here. */
export async function strangersAfter(
  db: Queryable,
  exportId: number,
  after: string,
  limit: number,
): Promise<{ readonly strangers: StagedRow[]; readonly last: string | null }> {
  const { rows } = await db.query<StagedRow & { last: string | null }>({
    name: 'portal-export-strangers',
    text: `
      with page as materialized (select * from portal_export_row where export_id = $1 and code > $2 order by code limit $3)
      select ${STAGED}, null as last from page where not exists (select from dossier d where d.code = page.code)
      union all
      select null, null, null, null, null, null, null, max(code) from page`,
    values: [exportId, after, limit],
  });
  return { strangers: rows.filter(({ code }) => code !== null), last: rows.at(-1)?.last ?? null };
}

const CUT_OFF_AFTER = HOUR;

/** Exports that have had their time, and uploads whose process died under them; not what a run still compares. @returns how many */
export async function removeExports(db: Queryable, before: number, page: number): Promise<number> {
  return await remove(
    db,
    `id in (
       select id from portal_export e where (created_at < ${at('$1')} or (state = 'receiving' and touched_at < ${at('$2')}))
         and not exists (select from reconciliation_run r where r.export_id = e.id and r.state = 'running')
       order by id limit $3)`,
    [before, Date.now() - CUT_OFF_AFTER, page],
  );
}
