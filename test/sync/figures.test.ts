/** @module The figures of a destination: the same whether everything is counted, or only what came since it was counted last. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { destinationFigures } from '../../src/sync/read-store.ts';
import { keepTotals } from '../../src/sync/totals.ts';
import { countTotals, totalsAreDue } from '../../src/sync/totals-store.ts';
import { registration, status } from '../support/commands.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
  for (let n = 1; n <= 8; n++) await timeline.append(registration(code(n)));
  await timeline.append(status(code(8), 'paused', '03-12T09:00', { reason: 'supplement' }));
  await set([1, 2, 3], 'acked_seq = head_seq');
  await set([4], "blocked_reason = '−5: sai', blocked_at = now()");
  await set([5], "mode = 'observe'");
  await set([6], 'attempts = 3, unknown_since = now()');
  await set([3], 'unverified = true');
});
afterAll(() => timeline.close());

const code = (n: number): string => `H15.50-260310-000${n}`;
const set = (numbers: readonly number[], columns: string): Promise<unknown> =>
  timeline.pool.query(
    `update sync_state set ${columns} where dossier_id in (select id from dossier where code = any($1))`,
    [numbers.map(code)],
  );
const figures = (own: readonly string[] | null = null) => destinationFigures(timeline.pool, PORTAL, own);

const COUNTED = {
  behind: 2,
  retrying: 1,
  blocked: 1,
  unknown: 1,
  unverified: 1,
  inStep: 3,
  observed: 1,
  compared: 0,
  pausesNotThere: 1,
  pausesLost: 0,
};

it('counts every state, for all and for those whose dossiers they are', async () => {
  expect(await figures()).toMatchObject(COUNTED);
  expect(await figures(['H15.50'])).toMatchObject(COUNTED);
  expect(await figures(['H15.99'])).toMatchObject({ behind: 0, blocked: 0, inStep: 0, observed: 0 });
  expect((await figures()).oldestUnacknowledgedAt).not.toBeNull();
});

it('adds what came since to what was counted', async () => {
  await countTotals(timeline.pool, PORTAL, Date.now());
  expect(await figures()).toMatchObject(COUNTED);
  expect(await figures(['H15.50'])).toMatchObject(COUNTED);
  await timeline.append(registration(code(9)));
  await set([7, 9], 'acked_seq = head_seq');
  const later = { ...COUNTED, behind: 1, inStep: 5 };
  expect(await figures()).toMatchObject(later);
  expect(await figures(['H15.50'])).toMatchObject(later);
  await countTotals(timeline.pool, PORTAL, Date.now());
  expect(await figures()).toMatchObject(later);
});

it('leaves few dossiers to be counted by whoever asks', async () => {
  await timeline.pool.query('truncate sync_total');
  expect(await totalsAreDue(timeline.pool, PORTAL, 0)).toBe(false);
  await keepTotals({ pool: timeline.pool, destinations: [{ name: PORTAL }], now: Date.now });
  expect((await timeline.pool.query('select from sync_total')).rowCount).toBe(0);
});
