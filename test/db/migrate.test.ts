import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { emptyTestDatabase, type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await emptyTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'lienthong-migrations-'));
  await put('0001_first.sql', 'create table first (id int);');
  await put('0002_second.sql', 'create table second (id int);\ninsert into second values (1);');
});

afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

function put(name: string, sql: string): Promise<void> {
  return writeFile(join(directory, name), sql);
}

async function tables(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by name`,
  );
  return rows.map((row) => row.name);
}

it('runs what the database has not seen, in order, and then nothing', async () => {
  expect(await migrate(database.pool, directory)).toEqual({ applied: ['0001_first', '0002_second'], version: 2 });
  expect(await migrate(database.pool, directory)).toEqual({ applied: [], version: 2 });
  await put('0003_third.sql', 'create table third (id int)');
  expect(await migrate(database.url, directory)).toEqual({ applied: ['0003_third'], version: 3 });
  expect(await tables()).toEqual(['first', 'schema_migration', 'second', 'third']);
});

it('lets one of several starters do the work while the others wait', async () => {
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, directory)));
  expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 2]);
  const { rows } = await database.pool.query('select count(*) as rows from second');
  expect(rows).toEqual([{ rows: 1 }]);
});

it('refuses a schema that is newer than this gateway, and says what to do', async () => {
  await migrate(database.pool, directory);
  await rm(join(directory, '0002_second.sql'));
  await expect(migrate(database.pool, directory)).rejects.toThrow(
    /schema is at version 2 \(0002_second\), this gateway knows 1: start the newer gateway/,
  );
});

describe('a migration that already ran', () => {
  beforeEach(() => migrate(database.pool, directory));

  it('may not change', async () => {
    await put('0001_first.sql', 'create table first (id bigint);');
    await expect(migrate(database.pool, directory)).rejects.toThrow(
      'migration 0001_first.sql was changed since it ran',
    );
  });

  it('is the same file with the line ends of Windows', async () => {
    await put('0002_second.sql', 'create table second (id int);\r\ninsert into second values (1);');
    expect(await migrate(database.pool, directory)).toEqual({ applied: [], version: 2 });
  });
});

it('changes nothing at all when a statement fails, and names its file and line', async () => {
  await put('0003_third.sql', 'create table third (id int);\n\ncreate table third (id int, nonsense);');
  await expect(migrate(database.pool, directory)).rejects.toThrow(
    /migration 0003_third\.sql failed at line 3: syntax error/,
  );
  expect(await tables()).toEqual([]);
  await put('0003_third.sql', 'create table third (id int)');
  expect((await migrate(database.pool, directory)).version).toBe(3);
});

it('refuses files whose numbers repeat or leave a gap', async () => {
  await put('0004_fourth.sql', 'select 1');
  await expect(migrate(database.pool, directory)).rejects.toThrow('0004_fourth.sql should have the number 3');
  await rm(join(directory, '0004_fourth.sql'));
  await put('0002_twin.sql', 'select 1');
  await expect(migrate(database.pool, directory)).rejects.toThrow('0002_twin.sql should have the number 3');
  await rm(join(directory, '0002_twin.sql'));
  await put('third.sql', 'select 1');
  await expect(migrate(database.pool, directory)).rejects.toThrow('third.sql is not named like 0001_name.sql');
});

it("finds nothing to do on a database with the gateway's own schema", async () => {
  const migrated = await testDatabase();
  const files = (await readdir(new URL('../../src/db/migrations/', import.meta.url))).filter((name) =>
    name.endsWith('.sql'),
  );
  expect(await migrate(migrated.pool)).toEqual({ applied: [], version: files.length });
  await migrated.drop();
});
