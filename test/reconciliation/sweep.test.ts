/** @module The nightly sweep starts once a night, whatever number of processes looks. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { NightlySweep } from '../../src/reconciliation/sweep.ts';
import { at, registration } from '../support/commands.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline();
});
beforeEach(async () => {
  await timeline.empty();
  await timeline.pool.query('truncate reconciliation_run cascade');
});
afterAll(() => timeline.close());

const looks = (time: string) =>
  new NightlySweep({
    db: timeline.pool,
    destination: PORTAL,
    atMinute: 120,
    repair: true,
    now: () => at(time),
    log: silent,
  }).round();
const runs = () =>
  timeline.rows<{ from: string; to: string; repair: boolean }>(
    'select from_date as "from", to_date as "to", repair from reconciliation_run order by requested_at',
  );

it('covers everything from the first receipt on, once, and again the night after', async () => {
  await timeline.append(registration('H15.50-260310-0001'));
  for (const time of ['11-03T01:59', '11-03T02:00', '11-03T02:01', '11-03T02:30']) await looks(time);
  expect(await runs()).toEqual([{ from: '2026-03-10', to: '2026-11-03', repair: true }]);
  // The night after, the one that is still under way goes on.
  await looks('11-04T02:05');
  expect(await runs()).toHaveLength(1);
  await timeline.pool.query('update reconciliation_run set position = null');
  await looks('11-04T02:06');
  expect(await runs()).toHaveLength(2);
});

it('is left to the next night by a process that starts at noon, and has nothing to do without dossiers', async () => {
  await looks('11-03T02:00');
  await timeline.append(registration('H15.50-260310-0001'));
  await looks('11-03T12:00');
  expect(await runs()).toEqual([]);
});
