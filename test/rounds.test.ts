/** @module Rounds follow each other, never two at once, whatever becomes of them. */
import { expect, it } from 'vitest';
import { Rounds } from '../src/rounds.ts';
import { until } from './support/until.ts';

it('follow each other after one that failed, and one that has more to do at once', async () => {
  const done: string[] = [];
  const outcomes: (() => Promise<unknown>)[] = [
    () => Promise.reject(new Error('the database is away')),
    () => Promise.resolve(true),
    () => Promise.resolve(false),
  ];
  const rounds = new Rounds({
    everyMs: 1,
    round: () => {
      done.push('round');
      return outcomes.shift()?.() ?? Promise.resolve();
    },
    failed: (error) => done.push((error as Error).message),
  });
  rounds.start();
  await until('there were four rounds', () => done.filter((one) => one === 'round').length >= 4);
  await rounds.stop();
  expect(done.slice(0, 5)).toEqual(['round', 'the database is away', 'round', 'round', 'round']);
});

it('are stopped once the one under way has ended, and none follows', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let begun = 0;
  const rounds = new Rounds({
    everyMs: 1,
    firstAfterMs: 0,
    round: () => {
      begun++;
      return promise;
    },
    failed: () => {},
  });
  rounds.start();
  await until('a round is under way', () => begun === 1);
  let isStopped = false;
  const stopping = rounds.stop().then(() => {
    isStopped = true;
  });
  expect(rounds.isStopping).toBe(true);
  await Promise.resolve();
  expect(isStopped).toBe(false);
  resolve(true);
  await stopping;
  expect(begun).toBe(1);
});
