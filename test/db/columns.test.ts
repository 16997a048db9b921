import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrayOf, columnsOf } from '../../src/db/columns.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
});
afterAll(() => database.drop());

it('the server reads the columns as the rows they were made of, whatever a text holds', async () => {
  const rows = [
    { id: 1, text: 'null', flag: true, at: 1.5, seqs: [1, 2], document: { say: '"a", {b} \\ \n Nguyễn' } },
    { id: 2, text: '', flag: false, at: null, seqs: [], document: null },
    { id: 3, text: 'a\\"b,{}', flag: true, at: -2, seqs: [7], document: [] },
    { id: 4, text: null, flag: null, at: 0, seqs: [0], document: { deep: { '\\': '\\\\"' } } },
  ];
  const { rows: read } = await pool.query(
    `select id, text, flag, at, seqs::int[] as seqs, document
     from unnest($1::int[], $2::text[], $3::boolean[], $4::float8[], $5::text[], $6::jsonb[]) as r (id, text, flag, at, seqs, document)`,
    columnsOf(
      rows,
      ({ id }) => id,
      ({ text }) => text,
      ({ flag }) => flag,
      ({ at }) => at,
      ({ seqs }) => arrayOf(seqs),
      ({ document }) => document && JSON.stringify(document),
    ),
  );
  expect(read).toEqual(rows);
});

it('no rows are empty columns', () => {
  expect(columnsOf([] as { id: number }[], ({ id }) => id)).toEqual(['{}']);
});
