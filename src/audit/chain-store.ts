/** @module Reads the audit log in its order, and checks it against its head. */
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import { type ChainEntry, type ChainFault, type ChainHead, checkEnd, checkEntry, GENESIS } from './chain.ts';
import type { HeadKeys, SignedHead } from './heads.ts';
import { HeadsBeside } from './heads-beside.ts';
import { type HeadsPlace, readHeads } from './heads-file.ts';
import type { AuditRow } from './record.ts';

/** How much of the log holds, and where it breaks first. */
export interface ChainReport {
  /** The first that was looked at: months that have ended are no more. */
  readonly from: number;
  /** Entries that hold, from that one on. */
  readonly entries: number;
  /** The id of the last entry that holds; a further call may go on `from` there. */
  readonly to: number;
  /** Whether the end of the log was reached. */
  readonly complete: boolean;
  readonly fault: ChainFault | null;
  /** The newest signed head that fits among those of this span; null where none was there. */
  readonly signed: SignedHead | null;
}

export interface ChainSpan {
  /** The entry to begin with, which an earlier call found whole; the first one unless told. */
  readonly from?: number;
  /** How many entries are looked at; all unless told. */
  readonly atMost?: number;
  /** Signed heads to compare with; without them neither a cut end nor a rewritten log shows. */
  readonly signed?: SignedHeads;
  /** Ends the work early with what it throws. */
  readonly signal?: AbortSignal;
}

/** A heads file and the keys that read it. */
export interface SignedHeads {
  readonly path: string;
  readonly keys: HeadKeys;
}

const PAGE = 2_000;

/** How far a heads file was compared with the last span that was cut short, so that the next one need not read it all again. */
const compared = new WeakMap<SignedHeads, { readonly to: number; readonly place: HeadsPlace }>();

/** Checks the log, or a span of it, as it stands at one moment, while others go on appending. No more than a page is held in memory. */
export function verifyChain(pool: pg.Pool, span: ChainSpan = {}): Promise<ChainReport> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    return verify(client, span, (id) => hashAt(pool, id));
  });
}

async function verify(
  client: pg.ClientBase,
  span: ChainSpan,
  hashNow: (id: number) => Promise<string | null>,
): Promise<ChainReport> {
  const { atMost = Number.POSITIVE_INFINITY, signed, signal } = span;
  const head = await readHead(client);
  const closing = await readClosing(client);
  const from = Math.max(span.from ?? 1, closing.id + 1);
  const before = signed && compared.get(signed);
  const lines = signed && readHeads(signed.path, signed.keys, before && before.to <= from ? before.place : undefined);
  const heads = new HeadsBeside(lines, from, (id) => hashAt(client, id));
  let last: ChainHead = from === closing.id + 1 ? closing : { id: from - 1, hash: await readPrevHash(client, from) };
  let place: Place = { id: last.id, at: 'infinity' };
  const report = (complete: boolean, fault: ChainFault | null): ChainReport => ({
    from,
    entries: last.id - from + 1,
    to: last.id,
    complete,
    fault,
    signed: heads.newest,
  });
  try {
    if (signed && closing.signed !== null && !(await isSigned(closing, signed.keys)))
      return report(true, { kind: 'closing', id: closing.id });
    for (;;) {
      signal?.throwIfAborted();
      const left = atMost - (last.id - from + 1);
      if (left <= 0) {
        if (signed && heads.passed) compared.set(signed, { to: last.id, place: heads.passed });
        return report(false, null);
      }
      const page = await readEntries(client, place, Math.min(PAGE, left));
      for (const entry of page) {
        const fault = checkEntry(last, entry);
        if (fault) return report(true, fault);
        last = entry;
      }
      const foreign = await heads.compare(page);
      if (foreign) return report(true, foreign);
      const end = page.at(-1);
      // What was signed outside the database says more than the head beside the entries.
      if (!end) return report(true, (await heads.compareEnd(last, hashNow)) ?? checkEnd(last, head));
      place = { id: end.id, at: end.row.at };
    }
  } finally {
    await heads.close();
  }
}

/** An entry's primary key: the partitions cannot hold the id alone to be unique. */
interface Place {
  readonly id: number;
  readonly at: string;
}

/** The newest link as the database keeps it. */
export async function readHead(client: Queryable): Promise<ChainHead> {
  const { rows } = await client.query<ChainHead>(`select id, encode(hash, 'hex') as hash from audit_head`);
  return rows[0] ?? GENESIS;
}

/** The last link of the months that have ended, and the line that was signed of it; the beginning where none has. */
async function readClosing(client: pg.ClientBase): Promise<ChainHead & { readonly signed: string | null }> {
  const { rows } = await client.query<ChainHead & { readonly signed: string }>(
    `select id, encode(hash, 'hex') as hash, signed from audit_closing order by id desc limit 1`,
  );
  return rows[0] ?? { ...GENESIS, signed: null };
}

async function isSigned({ id, hash, signed }: ChainHead & { readonly signed: string | null }, keys: HeadKeys) {
  const read = await keys.read(signed ?? '').catch(() => null);
  return read !== null && read.id === id && read.hash === hash;
}

/** What the entry itself says of the one before it: an earlier call has compared both. */
async function readPrevHash(client: pg.ClientBase, id: number): Promise<string> {
  const { rows } = await client.query<{ hash: string }>(
    `select encode(prev_hash, 'hex') as hash from audit_entry where id = $1 order by at limit 1`,
    [id],
  );
  return rows[0]?.hash ?? '';
}

async function hashAt(client: Queryable, id: number): Promise<string | null> {
  const { rows } = await client.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from audit_entry where id = $1 order by at limit 1`,
    [id],
  );
  return rows[0]?.hash ?? null;
}

async function readEntries(client: pg.ClientBase, after: Place, limit: number): Promise<ChainEntry[]> {
  const { rows } = await client.query<AuditRow & Omit<ChainEntry, 'row'>>(
    `select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, client_id, officer, purpose, dossier,
            operation, target_hash, status, trace_id, details, encode(digest, 'hex') as digest,
            encode(prev_hash, 'hex') as "prevHash", encode(hash, 'hex') as hash
     from audit_entry where (id, at) > ($1, $2::timestamptz) order by audit_entry.id, audit_entry.at limit $3`,
    [after.id, after.at, limit],
  );
  return rows.map(({ id, digest, prevHash, hash, ...row }) => {
    // Entries are written in milliseconds; what stands in finer digits was not written by the gateway and must show.
    return { id, row: { ...row, at: row.at.replace(/000Z$/, 'Z') }, digest, prevHash, hash };
  });
}
