import { expect, it } from 'vitest';
import { Arrivals } from '../../src/feed/arrivals.ts';
import { until } from '../support/until.ts';

const never = new AbortController().signal;

it('wakes those for whom the feed has grown, and leaves the others waiting', async () => {
  let last = 5;
  let asked = 0;
  const arrivals = new Arrivals({
    lastPosition: async () => {
      asked += 1;
      return last;
    },
    everyMs: 1,
  });
  const woken: string[] = [];
  const patience = new AbortController();
  const early = arrivals.wait(5, never).then(() => woken.push('early'));
  const late = arrivals.wait(9, patience.signal).then(() => woken.push('late'));
  await until('the feed was looked at several times', () => asked > 3);
  expect(woken).toEqual([]);
  last = 9;
  await early;
  expect(woken).toEqual(['early']);
  patience.abort();
  await late;
  expect(woken).toEqual(['early', 'late']);
});

it('asks one question for all who wait, and none when nobody does', async () => {
  let asked = 0;
  let last = 0;
  const arrivals = new Arrivals({
    lastPosition: async () => {
      asked += 1;
      return last;
    },
    everyMs: 1,
  });
  const all = Promise.all(Array.from({ length: 50 }, () => arrivals.wait(0, never)));
  await until('somebody looked', () => asked > 0);
  last = 1;
  const before = asked;
  await all;
  expect(asked - before).toBeLessThanOrEqual(2);
  last = 2;
  await arrivals.wait(1, never);
});

it('wakes everybody when the database cannot be asked, so that each hears of it', async () => {
  const arrivals = new Arrivals({ lastPosition: () => Promise.reject(new Error('gone')), everyMs: 1 });
  await expect(arrivals.wait(0, never)).resolves.toBeUndefined();
});
