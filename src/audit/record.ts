/** @module Writes the audit log: entries of concurrent calls are chained and appended in one statement. */
import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import { GatewayError } from '../errors.ts';
import { type NewPerson, sealPerson } from './persons.ts';
import { targetHash } from './target.ts';

/** One access to be kept: who did what, for which dossier, with what outcome. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly clientId: string | null;
  readonly officer: string | null;
  readonly purpose: string | null;
  readonly dossier: string | null;
  /** The operation's id. */
  readonly operation: string;
  /** Whose or which record, e.g. a personal number: only its keyed hash is stored. */
  readonly target: string | null;
  /** Those of an answer about many: their hashes stand in `details.targets`. */
  readonly targets?: readonly string[];
  readonly status: number;
  readonly traceId: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The audit log of a process. */
export interface Audit {
  /**
   * Resolves once the entry is committed.
   *
   * @throws GatewayError queue-full when too many entries wait; else what the database said
   */
  record(entry: AuditEntry): Promise<void>;
}

/** Settings of `createAudit`. */
export interface AuditOptions {
  /** The key of the target's hash: without it a list of personal numbers would give the hashes away. */
  readonly targetKey: string;
  /** Seals whom or what an entry is about, kept apart from it; who writes of nobody needs none. */
  readonly seal?: Seal;
}

/** An entry as the append function takes it and as it is hashed. */
export interface AuditRow {
  readonly at: string;
  readonly client_id: string | null;
  readonly officer: string | null;
  readonly purpose: string | null;
  readonly dossier: string | null;
  readonly operation: string;
  readonly target_hash: string | null;
  readonly status: number;
  readonly trace_id: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Waiting {
  /** JSON of the row and its digest. */
  readonly entry: string;
  /** Whom it is about, where this process has not kept them lately. */
  readonly persons: readonly NewPerson[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const LARGEST_BATCH = 500;
const LONGEST_QUEUE = 20_000;
/** Persons that need not be kept again. */
const REMEMBERED = { max: 50_000 };

const APPEND = 'select audit_append(array(select jsonb_array_elements($1::jsonb)))';
const APPEND_AND_KEEP = `
  with kept as (
    insert into person_key (hash, sealed_key, sealed_value)
    select distinct on (hash) hash, decode(key, 'hex'), decode(value, 'hex')
    from jsonb_to_recordset($2::jsonb) as p (hash text, key text, value text) order by hash
    on conflict (hash) do nothing
  ) ${APPEND}`;

/** Creates the audit log; one batch is in flight at a time, so that whoever comes meanwhile shares the next commit. */
export function createAudit(pool: pg.Pool, options: AuditOptions): Audit {
  const { targetKey, seal } = options;
  const queue: Waiting[] = [];
  const remembered = new LRUCache<string, true>(REMEMBERED);
  let writing = false;

  async function drain(): Promise<void> {
    writing = true;
    while (queue.length > 0) {
      // Whoever is answered in the same turn of the event loop shares this commit: fewer and fuller ones cost both sides less.
      await setImmediate();
      const batch = queue.splice(0, LARGEST_BATCH);
      try {
        // One text: the elements of an array would each be escaped once more.
        const entries = `[${batch.map(({ entry }) => entry).join(',')}]`;
        const persons = batch.flatMap((waiting) => waiting.persons);
        await (persons.length === 0
          ? pool.query({ name: 'audit-append', text: APPEND, values: [entries] })
          : pool.query({
              name: 'audit-append-and-keep',
              text: APPEND_AND_KEEP,
              values: [entries, JSON.stringify(persons)],
            }));
        for (const { hash } of persons) remembered.set(hash, true);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  }

  return {
    record(entry) {
      if (queue.length >= LONGEST_QUEUE) return Promise.reject(new GatewayError('queue-full'));
      const persons: NewPerson[] = [];
      const known = (target: string): string => {
        const hash = targetHash(target, targetKey);
        if (seal && !remembered.has(hash)) persons.push(sealPerson(target, hash, seal));
        return hash;
      };
      const text = canonicalRow(rowOf(entry, known));
      const digest = hash('sha256', text, 'hex');
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      queue.push({ entry: `${text.slice(0, -1)},"digest":"${digest}"}`, persons, resolve, reject });
      if (!writing) void drain();
      return promise;
    },
  };
}

function rowOf(entry: AuditEntry, known: (target: string) => string): AuditRow {
  const { target, targets, details } = entry;
  return {
    at: new Date(entry.at).toISOString(),
    client_id: entry.clientId,
    officer: entry.officer,
    purpose: entry.purpose,
    dossier: entry.dossier,
    operation: entry.operation,
    target_hash: target === null ? null : known(target),
    status: entry.status,
    trace_id: entry.traceId,
    details: targets === undefined || targets.length === 0 ? details : { ...details, targets: targets.map(known) },
  };
}

/** The members of a row as RFC 8785 orders them. */
const ORDERED = [
  'at',
  'client_id',
  'details',
  'dossier',
  'officer',
  'operation',
  'purpose',
  'status',
  'target_hash',
  'trace_id',
] as const satisfies readonly (keyof AuditRow)[];

/** The canonical form of a row, whose members need no sorting: what `canonicalize` makes of the whole, in half the time. */
function canonicalRow(row: AuditRow): string {
  let text = '';
  for (const member of ORDERED) text += `${text === '' ? '{' : ','}"${member}":${canonicalize(row[member])}`;
  return `${text}}`;
}

/**
 * The SHA-256 of an entry in its canonical form (RFC 8785), in hexadecimal digits. The append function chains it:
 * an entry's `hash` is the SHA-256 of the former entry's `hash` followed by this digest.
 */
export function digestOf(row: AuditRow): string {
  return hash('sha256', canonicalize(row)!, 'hex');
}
