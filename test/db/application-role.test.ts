/** @module The role of a running process does its work, and of the audit log can only append and read. */

import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/chain-store.ts';
import { createAudit } from '../../src/audit/record.ts';
import { migrateText } from '../../src/cli/migrate.ts';
import { prepareDatabase } from '../../src/db/application-role.ts';
import { openPool } from '../../src/db/pool.ts';
import { emptyTestDatabase, type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  expect(await migrateText({ DATABASE_URL: database.applicationUrl, DATABASE_OWNER_URL: database.url })).toContain(
    'DATABASE_URL may only append to the audit log',
  );
  pool = openPool(database.applicationUrl, { max: 2, applicationName: 'test', statementTimeoutMs: 10_000 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('it appends to the audit log and reads it', async () => {
  const audit = createAudit(pool, { targetKey: 'a key of the tests, thirty-two characters', seal: testSeal });
  await audit.record({
    at: Date.now(),
    clientId: 'igate',
    officer: 'cb-204',
    purpose: 'dossier-processing',
    dossier: null,
    operation: 'lookupCitizen',
    target: '066090000123',
    status: 200,
    traceId: 'trace-1',
    details: {},
  });
  expect(await verifyChain(pool)).toMatchObject({ entries: 1, fault: null });
});

test.each([
  `update audit_entry set officer = 'cb-999'`,
  'delete from audit_entry',
  'truncate audit_entry',
  'insert into audit_entry select * from audit_entry',
  'update audit_head set id = 0',
  `alter table audit_entry disable trigger all`,
  'drop function audit_append(jsonb[])',
  'drop table audit_head',
  'update schema_migration set version = 1',
])('it may not: %s', async (statement) => {
  await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test('it makes months ahead and may not write into them past the append', async () => {
  await pool.query(`select ensure_monthly_partitions('audit_entry', '2041-01-01', 1)`);
  const { rows } = await database.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_entry'::regclass`,
  );
  expect(rows.map(({ name }) => name)).toContain('audit_entry_204101');
  for (const { name } of rows) await expect(pool.query(`delete from ${name}`)).rejects.toMatchObject({ code: '42501' });
});

test('it writes every other table', async () => {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relname not like 'audit\\_%' and relname <> 'schema_migration'
       and not (has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))`,
  );
  expect(rows).toEqual([]);
});

test('without the owner a process starts on a schema that is up to date, and says who must bring up to date one that is not', async () => {
  const alone = { databaseUrl: database.applicationUrl, ownerUrl: null };
  expect(await prepareDatabase(alone)).toBe('appends-only');
  expect(await prepareDatabase({ databaseUrl: database.url, ownerUrl: null })).toBe('owns-the-tables');
  const empty = await emptyTestDatabase();
  await expect(prepareDatabase({ databaseUrl: empty.applicationUrl, ownerUrl: null })).rejects.toThrow(
    'run lienthong migrate with DATABASE_OWNER_URL first',
  );
  await empty.drop();
});
