/** @module What an upstream allows: seen by operators, heeded before it has to say so, counted over all replicas. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openConnections } from '../../src/connector/connections.ts';
import { reportOf } from '../../src/connector/health.ts';
import { type Limit, mergeLimits, Quota } from '../../src/connector/quota.ts';
import { processStore, type SharedStore } from '../../src/shared/store.ts';
import { stubConnector, stubSettings, stubUpstream } from './stub-upstream.ts';

const at = (time: string): number => Date.parse(`2026-03-10T${time}+07:00`);

const perDay: Limit = {
  id: 'daily',
  title: { vi: 'Hạn mức ngày của tỉnh', en: 'The province’s calls in a day' },
  per: 'day',
  amount: () => 3,
};
const perMinute: Limit = {
  id: 'search',
  title: { vi: 'Tra cứu mỗi phút', en: 'Searches in a minute' },
  per: 'minute',
  amount: () => 1,
  operations: ['search'],
};

let now: number;
let shared: SharedStore;
beforeEach(() => {
  now = at('23:58:30');
  shared = processStore();
});

const quota = (limits: readonly Limit[], settings = {}) =>
  new Quota({ upstream: 'registry', limits, settings, shared, now: () => now });

describe('a limit', () => {
  it('is refused beyond its amount until it begins anew, at midnight in Vietnam', () => {
    const daily = quota([perDay]);
    expect([1, 2, 3].map(() => daily.take('read'))).toEqual([null, null, null]);
    expect(daily.take('read')).toBe(at('23:59:59') + 1_000);
    expect(daily.report()).toEqual([
      { id: 'daily', title: perDay.title, per: 'day', amount: 3, used: 3, resetsAt: at('23:59:59') + 1_000 },
    ]);
    now = at('23:59:59') + 1_000;
    expect(daily.take('read')).toBeNull();
    expect(daily.report()).toMatchObject([{ used: 1 }]);
  });

  it('of some operations leaves the others alone, and what one limit refuses uses up no other', () => {
    const both = quota([perDay, perMinute]);
    expect(both.take('search')).toBeNull();
    expect(both.take('search')).toBe(at('23:59:00'));
    expect(both.take('read')).toBeNull();
    expect(both.report()).toMatchObject([{ used: 2 }, { used: 1 }]);
  });

  it('is a setting: where the installation knows of none there is none', () => {
    const limit: Limit = { ...perDay, amount: ({ DAILY }) => (DAILY as number | undefined) ?? null };
    expect(quota([limit]).report()).toEqual([]);
    expect(quota([limit], { DAILY: 7 }).report()).toMatchObject([{ amount: 7 }]);
  });
});

describe('several replicas', () => {
  it('use one limit together', async () => {
    const [one, other] = [quota([perDay]), quota([perDay])];
    one.take('read');
    one.take('read');
    other.take('read');
    await Promise.resolve();
    await Promise.resolve();
    expect(other.take('read')).not.toBeNull();
  });

  it('are shown as one, without what a report tells of a window that has ended', () => {
    const [one, other] = [quota([perDay]), quota([perDay])];
    one.take('read');
    one.take('read');
    other.take('read');
    expect(mergeLimits([one.report(), other.report()], now)).toMatchObject([{ used: 3 }]);
    expect(mergeLimits([one.report()], at('23:59:59') + 1_000)).toEqual([]);
  });
});

it('a call beyond the limit is not made: it is refused with when to come back, and says nothing of the upstream’s health', async () => {
  const upstream = await stubUpstream();
  const connections = openConnections({
    connectors: [stubConnector('registry', { limits: [perDay] })],
    settingsOf: () => stubSettings.parse({ BASE_URL: upstream.url }),
    now: () => now,
    observed: () => {},
  });
  onTestFinished(async () => {
    await connections.close();
    await upstream.close();
  });
  const connection = connections.get('registry')!;
  const call = (more: { isProbe?: boolean; repeat?: 'harmless' } = {}) =>
    connection.upstream.json({ operation: 'read', method: 'GET', path: '/', ...more });
  for (let i = 0; i < 3; i++) await call();
  await expect(call({ repeat: 'harmless' })).rejects.toMatchObject({
    kind: 'quota',
    facts: { until: at('23:59:59') + 1_000, outcome: 'not-done' },
  });
  expect(upstream.asked).toHaveLength(3);
  expect(connection.upstream.breaker.state).toBe('closed');
  expect(reportOf(connection, null, now).limits).toMatchObject([{ amount: 3, used: 3 }]);
});
