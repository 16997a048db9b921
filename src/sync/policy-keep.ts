/** @module Keeps the sync policies in memory, notices within a second when any process has changed them, and writes new versions. */
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { SECOND } from '../units.ts';
import { type Mode, Policies, type SyncPolicy } from './policy.ts';
import { insertPolicies, lockPolicies, type PolicyVersion, policyVersion, readPolicies } from './policy-store.ts';

const LOOK_EVERY = 1 * SECOND;

export interface KeptPolicies {
  readonly policies: () => Policies;
  /** Reads them again, for the process that has just changed them. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the policies, then looks each second whether another version is in force; a failed look keeps what is in use. */
export async function keepPolicies(db: Queryable, log: Log): Promise<KeptPolicies> {
  let current = new Policies({ version: 0, defaultMode: 'observe', items: [] });
  const reload = async (): Promise<void> => {
    const read = await readPolicies(db);
    if (read && read.version > current.version) current = new Policies(read);
  };
  await reload();
  const rounds = new Rounds({
    everyMs: LOOK_EVERY,
    round: async () => {
      if ((await policyVersion(db)) > current.version) await reload();
    },
    failed: (error) => log.warn({ err: error }, 'sync policies could not be read again; the former ones stay in use'),
  });
  rounds.start();
  return { policies: () => current, reload, stop: () => rounds.stop() };
}

export interface PolicyEdit {
  readonly author: string;
  readonly officer: string | null;
  readonly reason: string | null;
  /** What of the former version changes. */
  change(former: PolicyVersion | null): { items: readonly SyncPolicy[]; defaultMode: Mode } | null;
}

/** Writes the next version, or nothing where the edit changes nothing. @returns the version in force then */
export async function editPolicies(pool: pg.Pool, edit: PolicyEdit): Promise<PolicyVersion | null> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await lockPolicies(client);
    const former = await readPolicies(client);
    const next = edit.change(former);
    const written = next && (await insertPolicies(client, { ...edit, ...next, version: (former?.version ?? 0) + 1 }));
    await client.query('commit');
    return written ?? former;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/**
 * The installation's own mode, as the process that starts has it, for what no policy names: a change is a version like
 * any other. One that does not deliver only begins the first version.
 */
export async function declareDefaultMode(
  pool: pg.Pool,
  mode: Mode,
  { delivers }: { delivers: boolean },
): Promise<void> {
  await editPolicies(pool, {
    author: 'SYNC_MODE',
    officer: null,
    reason: null,
    change: (former) =>
      former && (!delivers || former.defaultMode === mode) ? null : { items: former?.items ?? [], defaultMode: mode },
  });
}
