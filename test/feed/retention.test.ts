import { afterAll, beforeAll, expect, it } from 'vitest';
import { FeedRetention } from '../../src/feed/retention.ts';
import { DAY } from '../../src/units.ts';
import { at } from '../support/commands.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const NOW = at('06-01T09:00');
const retention = (): FeedRetention =>
  new FeedRetention({ db: database.pool, log: silent, now: () => NOW, keptDays: 30 });
const left = async () =>
  (
    await database.pool.query<{ left: number; first: number | null; removedTo: number }>(
      'select count(*)::int as left, min(pos) as first, (select removed_to from feed_mark) as "removedTo" from change',
    )
  ).rows[0];

it('removes what was kept for its time and nothing younger, page by page, whoever runs it', async () => {
  // 12,000 changes, one every ten minutes up to now: the last 30 days are 4,320 of them.
  await database.pool.query(
    `insert into change (kind, type, occurred_at, at)
     select 'alert', 'overdue', t, t from generate_series(1, 12000) as n, lateral (select to_timestamp($1::float8 / 1000) - (12000 - n) * interval '10 minutes' as t)
     order by n`,
    [NOW],
  );
  await Promise.all([retention().run(), retention().run()]);
  expect(await left()).toEqual({ left: 4_321, first: 7_680, removedTo: 7_679 });
  await retention().run();
  expect(await left()).toEqual({ left: 4_321, first: 7_680, removedTo: 7_679 });
});

it('remembers how far it went also when nothing is left', async () => {
  await database.pool.query('update change set at = to_timestamp($1::float8 / 1000)', [NOW - 31 * DAY]);
  await retention().run();
  expect(await left()).toEqual({ left: 0, first: null, removedTo: 12_000 });
});
