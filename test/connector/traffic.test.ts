/** @module What real calls tell of an upstream: shares, kinds and durations of the last five minutes, also over several processes. */
import { beforeEach, expect, it } from 'vitest';
import { durationBelow, mergeTraffic, PROBE, Traffic } from '../../src/connector/traffic.ts';

let now: number;
let traffic: Traffic;

beforeEach(() => {
  now = 1_700_000_000_000;
  traffic = new Traffic(() => now);
});

it('counts failures by kind and operation, and takes a refusal for an answer', () => {
  traffic.called('verify', 'ok', 12);
  traffic.called('verify', 'rejected', 8);
  traffic.called('verify', 'timeout', 900);
  now += 1_000;
  traffic.called('token', 'auth', 3);
  traffic.called('verify', 'busy', 0);
  expect(traffic.report()).toMatchObject({
    calls: 5,
    failures: 2,
    byKind: { timeout: 1, auth: 1 },
    byOperation: { verify: { calls: 4, failures: 1 }, token: { calls: 1, failures: 1 } },
    lastFailure: { operation: 'token', kind: 'auth', at: now },
    lastSuccessAt: now,
  });
});

it('forgets what is older than five minutes, but not when it last worked', () => {
  traffic.called('verify', 'ok', 12);
  const then = now;
  now += 5 * 60_000 + 10_000;
  expect(traffic.report()).toMatchObject({ calls: 0, lastSuccessAt: then, lastFailure: null });
});

it('does not take the health call for traffic', () => {
  traffic.called(PROBE, 'timeout', 200);
  expect(traffic.report()).toMatchObject({ calls: 0, failures: 0, lastFailure: null });
  expect(traffic.lastCallAt).toBe(now);
});

it('tells half and nearly all of the durations by their bounds, of several processes as of one', () => {
  for (let n = 0; n < 9; n++) traffic.called('verify', 'ok', 9);
  const other = new Traffic(() => now);
  other.called('verify', 'ok', 700);
  const both = mergeTraffic([traffic.report(), other.report()]);
  expect([durationBelow(0.5, both), durationBelow(0.95, both)]).toEqual([10, 1000]);
  other.called('verify', 'timeout', 60_000);
  expect(durationBelow(1, other.report())).toBeNull();
  expect(durationBelow(0.5, new Traffic(() => now).report())).toBeNull();
});
