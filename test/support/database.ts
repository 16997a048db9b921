/** @module Hands a test file a database of its own. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openPool } from '../../src/db/pool.ts';
import { readers } from './seal.ts';

/** The migrated database that is cloned. */
export const TEMPLATE = 'lienthong_template';

export type TestDatabase = {
  /** As the owner of the tables. */
  url: string;
  /** As the role of a running process, once it was given what it needs. */
  applicationUrl: string;
  /** Ten connections at most; closed by `drop`. */
  pool: pg.Pool;
  /** Closes the pool and removes the database, whoever else is still connected. */
  drop: () => Promise<void>;
};

/** A new database with the migrated schema and nothing in it. Call it in `beforeAll`, its `drop` in `afterAll`. */
export function testDatabase(): Promise<TestDatabase> {
  return createFrom(TEMPLATE);
}

/** A new database with nothing in it at all, for the tests of migrating. */
export function emptyTestDatabase(): Promise<TestDatabase> {
  return createFrom('template0');
}

async function createFrom(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name} template ${template}`);
  const address = new URL(inject('databaseUrl'));
  address.pathname = `/${name}`;
  const application = new URL(inject('applicationUrl'));
  application.pathname = `/${name}`;
  const pool = openPool(address.href, {
    max: 10,
    applicationName: 'lienthong test',
    statementTimeoutMs: 60_000,
    readers,
  });
  return {
    url: address.href,
    applicationUrl: application.href,
    pool,
    async drop() {
      await pool.end();
      await administer(`drop database ${name} with (force)`);
    },
  };
}

/**
 * Removes every row. A hundredth of what `truncate` takes, which makes a new file for each partition and index; foreign
 * keys are not looked at, so that what refers to a table must be named with it.
 */
export async function emptyTables(pool: pg.Pool, tables: readonly string[]): Promise<void> {
  const deletes = tables.map((table) => `delete from ${table}`);
  await pool.query(['begin', 'set local session_replication_role = replica', ...deletes, 'commit'].join('; '));
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
