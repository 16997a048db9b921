import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { factsHave, factsOf, factsSay, factsText, factsWith } from '../../src/dossiers/facts-column.ts';
import type { Fact } from '../../src/dossiers/state.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const first: Fact = {
  n: 1,
  k: 'status',
  t: 1_000,
  s: 'igate',
  e: 'a": "b, c\\',
  d: 'x',
  st: 'paused',
  r: 'consultation',
};
const second: Fact = { n: 2, k: 'status', t: 2_000, s: 'igate', e: '{"w":"portal"},', d: 'y', st: 'resumed', w: 'a_b' };

let database: TestDatabase;
let client: pg.PoolClient;
beforeAll(async () => {
  database = await testDatabase();
  client = await database.pool.connect();
});
beforeEach(async () => {
  await client.query("create temp table dossier (facts text not null default '')");
});
afterAll(async () => {
  client.release();
  await database.drop();
});

const read = async (): Promise<unknown> =>
  (await client.query<{ facts: unknown }>(`select ${factsOf('d')} from dossier d`)).rows[0]!.facts;
const append = (...facts: Fact[]) =>
  client.query(`update dossier d set facts = ${factsWith('d', '$1')}`, [factsText(facts)]);

it('facts are read as they were appended, from none to many', async () => {
  await client.query('insert into dossier default values');
  expect(await read()).toEqual([]);
  await append(first);
  expect(await read()).toEqual([first]);
  await append(second, { ...first, n: 3 });
  expect(await read()).toEqual([first, second, { ...first, n: 3 }]);
  await client.query('drop table dossier');
});

it.each<[Parameters<typeof factsSay>, boolean]>([
  [['st', 'paused'], true],
  [['st', 'processing'], false],
  [['r', 'consultation'], true],
  [['w', 'a_b'], true],
  [['w', 'a%'], false],
  // It stands inside of an event's id.
  [['w', 'portal'], false],
])('what some fact says is found: %j %j', async (asked, found) => {
  await client.query('insert into dossier values ($1)', [factsText([first, second])]);
  const { rows } = await client.query(`select from dossier d where ${factsHave('d', '$1')}`, [factsSay(...asked)]);
  expect(rows.length === 1).toBe(found);
  await client.query('drop table dossier');
});

it('facts of before, which were jsonb, are read and found alike', async () => {
  await client.query("drop table dossier; create temp table dossier (facts jsonb not null default '[]')");
  await client.query('insert into dossier values ($1::jsonb)', [JSON.stringify([first, second])]);
  const migrations = new URL('../../src/db/migrations/', import.meta.url);
  const [name] = (await readdir(migrations)).filter((file) => file.endsWith('_facts_text.sql'));
  await client.query(await readFile(new URL(name!, migrations), 'utf8'));
  expect(await read()).toEqual([first, second]);
  const { rows } = await client.query(
    `select from dossier d where ${factsHave('d', '$1')} and ${factsHave('d', '$2')}`,
    [factsSay('st', 'paused'), factsSay('w', 'a_b')],
  );
  expect(rows).toHaveLength(1);
});
