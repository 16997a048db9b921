/** @module A timeline in a database of its own, and what a test looks at in it. */
import type pg from 'pg';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { loadCatalogue, seedCatalogues } from '../../src/catalogue/store.ts';
import { openPipelinedClient } from '../../src/db/pool.ts';
import { Appender, type AppenderOptions } from '../../src/dossiers/append.ts';
import type { Command, CommandResult } from '../../src/dossiers/commands.ts';
import { createLog } from '../../src/log.ts';
import { at } from './commands.ts';
import { emptyTables, type TestDatabase, testDatabase } from './database.ts';
import { readers, testSeal } from './seal.ts';

export const silent = createLog({ level: 'silent' });
export const PORTAL = 'national-portal';

/** What a dossier leaves behind. */
const TABLES = [
  'dossier',
  'dossier_fields',
  'dossier_person',
  'dossier_alias',
  'timeline_entry',
  'event_key',
  'sync_state',
  'delivery_attempt',
  'exchange_log',
  'quarantine',
  'destination',
  'sync_mode_pass',
  'foreign_record',
  'overwritten',
  'comparison',
  'observer',
  'alert',
  'verification',
];

export interface Timeline {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  /** Opens an appender as another process would have it. */
  appender(options?: Partial<AppenderOptions>): Appender;
  /** Appends by one appender, one command after the other, each in a transaction of its own. */
  append(...commands: Command[]): Promise<CommandResult[]>;
  rows<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Removes every dossier, so that a test begins with none, and what stands in further tables. */
  empty(...more: string[]): Promise<void>;
  close(): Promise<void>;
}

/** @param now the time of receipt of everything, so that a test does not depend on the day it runs */
export async function openTimeline(now: () => number = () => at('11-02T09:00')): Promise<Timeline> {
  const database = await testDatabase();
  await seedCatalogues(database.pool);
  const catalogue = await loadCatalogue(database.pool);
  const opened: Appender[] = [];
  const appender = (options: Partial<AppenderOptions> = {}): Appender => {
    const made = new Appender({
      connect: () =>
        openPipelinedClient(database.url, { applicationName: 'lienthong test', statementTimeoutMs: 30_000, readers }),
      catalogue: () => catalogue,
      seal: testSeal,
      destinations: [PORTAL],
      committed() {},
      log: silent,
      now,
      ...options,
    });
    opened.push(made);
    return made;
  };
  const first = appender();
  return {
    database,
    pool: database.pool,
    catalogue,
    appender,
    async append(...commands) {
      const results: CommandResult[] = [];
      for (const command of commands) results.push(...(await first.append({ commands: [command], raw: null })));
      return results;
    },
    async rows<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
      return (await database.pool.query<T>(sql, values)).rows;
    },
    empty: (...more) => emptyTables(database.pool, [...TABLES, ...more]),
    async close() {
      for (const one of opened) await one.close();
      await database.drop();
    },
  };
}
