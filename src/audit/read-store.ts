/** @module The audit log as auditors read it, newest entries first. One function per statement. */
import type { Queryable } from '../db/queryable.ts';

export interface AuditRecord {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly clientId: string | null;
  readonly officer: string | null;
  readonly purpose: string | null;
  readonly dossier: string | null;
  readonly operation: string;
  readonly targetHash: string | null;
  readonly status: number;
  readonly traceId: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A span of time in epoch milliseconds, and where a page begins. */
export interface AuditSpan {
  readonly from: number;
  readonly to: number;
  /** Only entries before the one with this id. */
  readonly before: number | null;
  readonly limit: number;
}

export interface AuditFilter extends AuditSpan {
  readonly client: string | null;
  readonly officer: string | null;
  readonly dossier: string | null;
  readonly operation: string | null;
  /** Codes of the agencies that count for the reader: a call is told of where all agencies of its client are among them. */
  readonly agencies: readonly string[];
}

const RECORD = `id, at, client_id as "clientId", officer, purpose, dossier, operation, target_hash as "targetHash", status,
  trace_id as "traceId", details`;

const WITHIN = `at >= to_timestamp($1::float8 / 1000) and at < to_timestamp($2::float8 / 1000) and ($3::bigint is null or id < $3)`;

export async function listEntries(db: Queryable, filter: AuditFilter): Promise<AuditRecord[]> {
  const { from, to, before, limit, client, officer, dossier, operation, agencies } = filter;
  const { rows } = await db.query<AuditRecord>(
    `select ${RECORD} from audit_entry
     where ${WITHIN} and ($5::text is null or client_id = $5) and ($6::text is null or officer = $6)
       and ($7::text is null or dossier = $7) and ($8::text is null or operation = $8)
       and coalesce(details -> 'agencies', '[]') <@ to_jsonb($9::text[])
     order by id desc limit $4`,
    [from, to, before, limit, client, officer, dossier, operation, agencies],
  );
  return rows;
}

export async function findEntry(db: Queryable, id: number): Promise<AuditRecord | null> {
  const { rows } = await db.query<AuditRecord>(`select ${RECORD} from audit_entry where id = $1 limit 1`, [id]);
  return rows[0] ?? null;
}

/** Every call that concerned the person or record of this hash, alone or among others. */
export async function entriesAbout(db: Queryable, targetHash: string, span: AuditSpan): Promise<AuditRecord[]> {
  const { from, to, before, limit } = span;
  const { rows } = await db.query<AuditRecord>(
    `select ${RECORD} from audit_entry
     where ${WITHIN} and (target_hash = $5 or (details ? 'targets' and details -> 'targets' ? $5))
     order by id desc limit $4`,
    [from, to, before, limit, targetHash],
  );
  return rows;
}
