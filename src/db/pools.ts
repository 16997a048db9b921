/** @module The connections of a process: one pool for calls, and others of their own for what must not wait for them. */
import type pg from 'pg';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import { openPipelinedClient, openPool, type Readers } from './pool.ts';

export interface Pools {
  readonly pool: pg.Pool;
  /** The drain's own: a burst of calls never keeps a status from being sent. */
  readonly drainPool: pg.Pool;
  /** The feed's, the watch's and the subscriptions': they look at much, now and then, and keep neither calls nor deliveries waiting. */
  readonly watchPool: pg.Pool;
  /** A connection for one use alone. */
  connect(applicationName: string): Promise<pg.Client>;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT = 30 * SECOND;
const BESIDE = 4;

/** @param max of the pool for calls */
export function openPools(
  databaseUrl: string,
  { max, log, readers }: { readonly max: number; readonly log: Log; readonly readers: Readers },
): Pools {
  const shared = {
    readers,
    statementTimeoutMs: STATEMENT_TIMEOUT,
    onIdleError: (error: Error) => log.warn({ err: error }, 'an idle connection to the database was lost'),
  };
  const beside = (applicationName: string): pg.Pool =>
    openPool(databaseUrl, { ...shared, max: BESIDE, applicationName, keyLookups: true });
  const pool = openPool(databaseUrl, { ...shared, max, applicationName: 'lienthong' });
  const drainPool = beside('lienthong-drain');
  const watchPool = beside('lienthong-watch');
  return {
    pool,
    drainPool,
    watchPool,
    connect: (applicationName) =>
      openPipelinedClient(databaseUrl, {
        applicationName,
        statementTimeoutMs: STATEMENT_TIMEOUT,
        keyLookups: true,
        readers,
      }),
    async close() {
      await Promise.all([watchPool.end(), drainPool.end(), pool.end()]);
    },
  };
}
