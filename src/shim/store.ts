/** @module The shim's SQL: what is known of the dossiers that a sender speaks of, and statuses that wait for their time. One function per statement. */
import type { Seal } from '../access/seal.ts';
import { sealedText } from '../access/sealed-json.ts';
import type { ExpectedStatus } from '../connector/shim.ts';
import type { Queryable } from '../db/queryable.ts';
import { at, epoch } from '../db/times.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { DossierFields, Origin } from '../dossiers/shape.ts';
import type { Fact } from '../dossiers/state.ts';

export interface KnownRow {
  readonly code: string;
  readonly incomplete: boolean;
  readonly origin: Origin;
  readonly fields: DossierFields;
  readonly facts: Fact[];
}

export async function readKnown(db: Queryable, codes: readonly string[]): Promise<KnownRow[]> {
  const { rows } = await db.query<KnownRow>({
    name: 'shim-known',
    text: `
      select d.code, d.incomplete, d.origin, coalesce(f.fields, '{}') as fields, ${factsOf('d')}
      from dossier d left join dossier_fields f on f.dossier_id = d.id where d.code = any($1::text[])`,
    values: [codes],
  });
  return rows;
}

/** The same status again keeps the time at which it came first. */
export async function expectStatuses(
  db: Queryable,
  statuses: readonly (ExpectedStatus & { readonly clientId: string })[],
  dueAt: number,
  seal: Seal,
): Promise<void> {
  const rows = statuses.map((status) => ({
    ...status,
    text: status.text === null ? null : sealedText(status.text, seal),
  }));
  await db.query({
    name: 'shim-expect',
    text: `
      insert into shim_status (dossier_code, status, reason, occurred_at, note, client_id, due_at)
      select "dossierCode", status, coalesce(reason, ''), ${at('"occurredAt"')}, text, "clientId", ${at('$2')}
      from json_to_recordset($1::json) as r ("dossierCode" text, status text, reason text, "occurredAt" float8, text text, "clientId" text)
      on conflict do nothing`,
    values: [JSON.stringify(rows), dueAt],
  });
}

/** Statuses whose step has come, or that were appended without one. */
export async function forgetStatuses(
  db: Queryable,
  statuses: readonly { readonly dossierCode: string; readonly status: string; readonly reason: string | null }[],
): Promise<void> {
  await db.query({
    name: 'shim-forget',
    text: `
      delete from shim_status s using json_to_recordset($1::json) as r ("dossierCode" text, status text, reason text)
      where s.dossier_code = r."dossierCode" and s.status = r.status and s.reason = coalesce(r.reason, '')`,
    values: [JSON.stringify(statuses)],
  });
}

export interface DueStatus extends ExpectedStatus {
  readonly clientId: string;
}

/** Statuses for which no step came in time, oldest first. */
export async function dueStatuses(db: Queryable, now: number, limit: number): Promise<DueStatus[]> {
  const { rows } = await db.query<DueStatus>({
    name: 'shim-due',
    text: `
      select dossier_code as "dossierCode", status, nullif(reason, '') as reason, ${epoch('occurred_at')} as "occurredAt", note as text, client_id as "clientId"
      from shim_status where due_at <= ${at('$1')} order by due_at limit $2`,
    values: [now, limit],
  });
  return rows;
}
