/** @module The database that a command works on: DATABASE_URL's, or that of the `npm start` which runs in DATA_DIR. */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { ensureEmbeddedDatabase } from '../db/embedded.ts';
import { findPlace } from '../db/embedded-place.ts';
import { openPool, type Readers } from '../db/pool.ts';
import { findPostmaster } from '../db/postmaster.ts';
import { SECOND } from '../units.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The address of the database in use; null where there is none. A database that does not run is not started. */
async function databaseUrl(env: Environment): Promise<string | null> {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  const dataDir = resolve(env.DATA_DIR || '.lienthong');
  const runs = await access(join(dataDir, 'demo.json')).then(
    () => true,
    () => false,
  );
  if (!runs) return null;
  const embedded = { dataDir: join(dataDir, 'postgres'), log: () => {} };
  const place = await findPlace(embedded.dataDir, embedded.log);
  if (!(await findPostmaster(place.dataDir))) return null;
  return (await ensureEmbeddedDatabase(embedded)).applicationUrl;
}

/**
 * Works on the database in use and closes it; `use` gets null where there is none.
 *
 * @param readersOf how values are read, where not as they stand
 */
export async function withDatabase<T>(
  env: Environment,
  use: (pool: pg.Pool | null, url: string) => Promise<T>,
  readersOf?: () => Promise<Readers>,
): Promise<T> {
  const url = await databaseUrl(env);
  if (url === null) return use(null, '');
  const pool = openPool(url, {
    max: 2,
    applicationName: 'lienthong-cli',
    statementTimeoutMs: 60 * SECOND,
    ...(readersOf && { readers: await readersOf() }),
  });
  try {
    return await use(pool, url);
  } finally {
    await pool.end();
  }
}
