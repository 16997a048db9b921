/** @module Reads the audit log in its order, and checks it against its head. */
import type pg from 'pg';
import { inTransaction } from '../db/transaction.ts';
import { type ChainEntry, type ChainFault, type ChainHead, checkEnd, checkEntry, GENESIS } from './chain.ts';
import type { AuditRow } from './record.ts';

/** How much of the log holds, and where it breaks first. */
export interface ChainReport {
  /** Entries that hold, from the first on. */
  readonly entries: number;
  readonly fault: ChainFault | null;
}

const PAGE = 2_000;

/** Checks the whole log as it stands at one moment, while others go on appending. */
export function verifyChain(pool: pg.Pool): Promise<ChainReport> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    return verify(client);
  });
}

async function verify(client: pg.ClientBase): Promise<ChainReport> {
  const head = await readHead(client);
  let last = GENESIS;
  let place: Place = { id: 0, at: '-infinity' };
  for (;;) {
    const page = await readEntries(client, place);
    for (const entry of page) {
      const fault = checkEntry(last, entry);
      if (fault) return { entries: last.id, fault };
      last = entry;
    }
    const end = page.at(-1);
    if (!end) return { entries: last.id, fault: checkEnd(last, head) };
    place = { id: end.id, at: end.row.at };
  }
}

/** An entry's primary key: the partitions cannot hold the id alone to be unique. */
interface Place {
  readonly id: number;
  readonly at: string;
}

async function readHead(client: pg.ClientBase): Promise<ChainHead> {
  const { rows } = await client.query<ChainHead>(`select id, encode(hash, 'hex') as hash from audit_head`);
  return rows[0] ?? GENESIS;
}

async function readEntries(client: pg.ClientBase, after: Place): Promise<ChainEntry[]> {
  const { rows } = await client.query<AuditRow & Omit<ChainEntry, 'row'>>(
    `select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, client_id, officer, purpose, dossier,
            operation, target_hash, status, trace_id, details, encode(digest, 'hex') as digest,
            encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash
     from audit_entry where (id, at) > ($1, $2::timestamptz) order by audit_entry.id, audit_entry.at limit ${PAGE}`,
    [after.id, after.at],
  );
  return rows.map(({ id, digest, prevHash, hash, ...row }) => {
    // Entries are written in milliseconds; what stands in finer digits was not written by the gateway and must show.
    return { id, row: { ...row, at: row.at.replace(/000Z$/, 'Z') }, digest, prevHash, hash };
  });
}
