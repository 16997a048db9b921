/** @module Following things at a system that never calls: how often, in which batches, and what a failure costs the others. */
import { describe, expect, it } from 'vitest';
import { type Heard, type Next, Poller, type PollerOptions } from '../../src/connector/poller.ts';
import { UpstreamError, type UpstreamErrorFacts, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { MINUTE, SECOND } from '../../src/units.ts';
import { silent } from '../support/timeline.ts';

interface Thing {
  readonly id: string;
  readonly intervalMs: number;
}

const NOW = Date.parse('2026-03-10T09:00:00+07:00');

const failure = (kind: UpstreamFailure, facts: Partial<UpstreamErrorFacts> = {}) =>
  new UpstreamError(kind, { upstream: 'there', operation: 'poll', outcome: 'not-done', ...facts });

/** A poller over things in memory. */
function following(
  due: Thing[],
  ask: (items: readonly Thing[]) => Promise<readonly Heard[]>,
  more: Partial<PollerOptions<Thing>> = {},
) {
  const asked: string[] = [];
  const nexts = new Map<string, Next>();
  const poller = new Poller<Thing>({
    name: 'there',
    batch: 3,
    minMs: 1 * MINUTE,
    maxMs: 10 * MINUTE,
    everyMs: 1 * SECOND,
    claim: async (limit) => due.splice(0, limit),
    ask(items) {
      asked.push(items.map(({ id }) => id).join(''));
      return ask(items);
    },
    async settle(items, all) {
      for (const [i, { id }] of items.entries()) nexts.set(id, all[i]!);
    },
    log: silent,
    now: () => NOW,
    random: () => 0.5,
    ...more,
  });
  return { poller, asked, nexts };
}

const things = (ids: string, intervalMs = 4 * MINUTE): Thing[] => [...ids].map((id) => ({ id, intervalMs }));

describe('what is followed', () => {
  it.each<[Heard, Next]>([
    ['news', { inMs: 1 * MINUTE, intervalMs: 1 * MINUTE }],
    ['nothing-new', { inMs: 6 * MINUTE, intervalMs: 6 * MINUTE }],
    ['faulty', { inMs: 6 * MINUTE, intervalMs: 6 * MINUTE }],
    ['ended', { inMs: null, intervalMs: 4 * MINUTE }],
  ])('is asked about again by what was heard: %s', async (heard, next) => {
    const { poller, nexts } = following(things('a'), async () => [heard]);
    await poller.round();
    expect(nexts.get('a')).toEqual(next);
  });

  it('is never left alone for longer than the longest time', async () => {
    const { poller, nexts } = following(things('a', 9 * MINUTE), async () => ['nothing-new']);
    await poller.round();
    expect(nexts.get('a')).toEqual({ inMs: 10 * MINUTE, intervalMs: 10 * MINUTE });
  });

  it('is asked about in batches until nothing is due', async () => {
    const { poller, asked } = following(things('abcdefg'), async (items) => items.map(() => 'nothing-new'));
    await poller.round();
    expect(asked).toEqual(['abc', 'def', 'g']);
  });
});

describe('a system that is down', () => {
  it('is asked once a round, and what was asked about keeps its pace', async () => {
    const { poller, asked, nexts } = following(things('abcdef'), () => Promise.reject(failure('unavailable')));
    await poller.round();
    expect(asked).toEqual(['abc']);
    expect(nexts.get('b')).toEqual({ inMs: 1 * MINUTE, intervalMs: 4 * MINUTE });
  });

  it('is left alone until the end that it announced', async () => {
    const until = NOW + 30 * MINUTE;
    const { poller, nexts } = following(things('a'), () => Promise.reject(failure('maintenance', { until })));
    await poller.round();
    expect(nexts.get('a')?.inMs).toBe(30 * MINUTE);
  });
});

it('one thing on which the answer breaks holds up no other', async () => {
  const { poller, asked, nexts } = following(things('abc'), async (items) => {
    if (items.some(({ id }) => id === 'b')) throw failure('contract', { outcome: 'unknown' });
    return items.map(() => 'news');
  });
  await poller.round();
  expect(asked).toEqual(['abc', 'a', 'b', 'c']);
  expect([nexts.get('a')?.intervalMs, nexts.get('b')?.intervalMs, nexts.get('c')?.intervalMs]).toEqual([
    1 * MINUTE,
    6 * MINUTE,
    1 * MINUTE,
  ]);
});

it('a system whose every answer is broken is asked about no more than one batch in a round', async () => {
  const { poller, asked } = following(things('abcdef'), () => Promise.reject(failure('contract')));
  await poller.round();
  expect(asked).toEqual(['abc', 'a', 'b', 'c']);
});

it('an answer that could not be kept is asked for again', async () => {
  const { poller, nexts } = following(things('ab'), () => Promise.reject(new Error('the database is away')));
  await expect(poller.round()).rejects.toThrow('the database is away');
  expect(nexts.get('a')?.inMs).toBe(1 * MINUTE);
});
