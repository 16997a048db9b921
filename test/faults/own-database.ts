/** @module A PostgreSQL of a run's own, durable as in production, that can be crashed and comes back at the same address. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { onTestFinished, vi } from 'vitest';
import { ensureEmbeddedDatabase, stopEmbeddedDatabase } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openPool } from '../../src/db/pool.ts';
import { isAlive } from '../../src/db/postmaster.ts';
import { readers } from '../support/seal.ts';

export interface OwnDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Ends the server as `pg_ctl stop -m immediate` does: no checkpoint, every connection cut; then starts it again. */
  crash(): Promise<void>;
}

/** Resolves when it runs and has the schema; ends with the test. */
export async function ownDatabase(): Promise<OwnDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-fault-run-'));
  // Root's tests run PostgreSQL as another user, who must reach it.
  await chmod(folder, 0o755);
  const dataDir = join(folder, 'postgresql');
  const start = () => ensureEmbeddedDatabase({ dataDir, log: () => {} });
  let server = await start();
  onTestFinished(async () => {
    await stopEmbeddedDatabase(dataDir);
    await rm(folder, { recursive: true });
  });
  await migrate(server.url);
  const pool = openPool(server.url, {
    max: 4,
    applicationName: 'lienthong fault run',
    statementTimeoutMs: 30_000,
    readers,
  });
  onTestFinished(() => pool.end());
  return {
    url: server.url,
    pool,
    async crash() {
      const { pid } = server;
      process.kill(pid, 'SIGQUIT');
      await vi.waitUntil(() => !isAlive(pid), { timeout: 30_000, interval: 10 });
      server = await start();
    },
  };
}
