/** @module What all contestants share: one durable PostgreSQL, the portal's simulator, the load generator and a folder, each a process of its own. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ensureEmbeddedDatabase, stopEmbeddedDatabase } from '../../src/db/embedded.ts';
import { Load } from './load.ts';
import { ACCOUNT, PortalUnderLoad } from './portal.ts';
import { freePort, type Started, startModule, stopAll, untilAnswers } from './processes.ts';

export interface Stage {
  /** Logs and profiles; gone when the stage closes. */
  readonly folder: string;
  readonly databasePid: number;
  readonly simulators: Started;
  readonly portal: PortalUnderLoad;
  readonly load: Load;
  /** A database with nothing in it, in place of the one of that name before. */
  newDatabase(name?: string): Promise<string>;
  /** Writes out what earlier work left in memory, so that nobody pays for another's checkpoint. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

const NAME = 'bench';

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
  // Where root runs this, PostgreSQL runs as another user, who must get there.
  await chmod(folder, 0o755);
  const cluster = join(folder, 'postgres');
  // As shipped: fsync, full_page_writes and synchronous_commit are on.
  const database = await ensureEmbeddedDatabase({ dataDir: cluster, log: () => {} });
  const port = await freePort();
  const config = join(folder, 'simulators.json');
  await writeFile(config, JSON.stringify({ port, portal: ACCOUNT }));
  const simulators = startModule('mocks/main.ts', {
    env: { SIMULATORS_CONFIG: config },
    logFile: join(folder, 'simulators.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}/_health`, simulators);

  const administer = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  return {
    folder,
    databasePid: database.pid,
    simulators,
    portal: new PortalUnderLoad(url),
    load: new Load(join(folder, 'load.log')),
    async newDatabase(name = NAME) {
      await administer(`drop database if exists ${name} with (force)`, `create database ${name}`);
      const address = new URL(database.url);
      address.pathname = `/${name}`;
      return address.href;
    },
    checkpoint: () => administer('checkpoint'),
    async close() {
      await stopAll();
      await stopEmbeddedDatabase(cluster);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
