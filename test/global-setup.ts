/** @module Gives a test run one PostgreSQL with the migrated schema, from which each test file clones its database. */
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { ensureEmbeddedDatabase, stopEmbeddedDatabase } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { isAlive } from '../src/db/postmaster.ts';
import { TEMPLATE } from './support/database.ts';

const PREFIX = 'lienthong-test-run-';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connects to the test run's PostgreSQL, any database of which may be named instead of this one. */
    databaseUrl: string;
    /** The same as the role of a running process. */
    applicationUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedRuns();
  const root = join(tmpdir(), `${PREFIX}${process.pid}`);
  await mkdir(root);
  // Root's tests run PostgreSQL as another user, whatever the umask says.
  await chmod(root, 0o755);
  const dataDir = join(root, 'postgresql');
  const server = await ensureEmbeddedDatabase({
    dataDir,
    log: (message) => console.log(message),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '128MB' },
  });

  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = new URL(server.url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);

  project.provide('databaseUrl', server.url);
  project.provide('applicationUrl', server.applicationUrl);
  return async () => {
    await stopEmbeddedDatabase(dataDir);
    await rm(root, { recursive: true, force: true });
  };
}

/** The database of a killed run lives on by design; the next run ends it. */
async function removeAbandonedRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : undefined;
    if (!pid || isAlive(pid)) continue;
    await stopEmbeddedDatabase(join(tmpdir(), name, 'postgresql'));
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
