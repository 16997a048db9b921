/** @module Days that are compared side by side: each counts once, and none before those ahead of it. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { registration } from '../support/commands.ts';
import { NOTHING, Reconciling } from '../support/reconciling.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';

const DAYS = ['2026-03-10', '2026-03-11', '2026-03-12'] as const;
const [FIRST, SECOND, THIRD] = DAYS;
const codeOn = (day: string): string => `H15.50-${day.slice(2).replaceAll('-', '')}-0001`;

let timeline: Timeline;
let scene: Reconciling;
/** Days as they were listed. */
let listed: string[];

beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());
beforeEach(async () => {
  scene = new Reconciling(timeline);
  await scene.empty();
  for (const day of DAYS)
    await timeline.append(registration(codeOn(day), { fields: { receivedAt: `${day}T08:00:00+07:00` } }));
  await scene.settle();
  await scene.shows(...DAYS.map(codeOn));
  listed = [];
});

const positionOf = async (id: string): Promise<unknown> => {
  const { position, compared } = await scene.run(id);
  return { position, compared };
};

it('a day that could not be listed holds back what was compared behind it, which is not listed again', async () => {
  let failures = 2;
  scene.list = (day) => {
    listed.push(day);
    if (day !== SECOND || failures === 0) return Promise.resolve(NOTHING);
    failures--;
    return Promise.reject(
      new UpstreamError('unavailable', { upstream: PORTAL, operation: 'list', outcome: 'not-done' }),
    );
  };
  const one = scene.reconciler();
  const id = await scene.start(FIRST, THIRD);
  // It is listed while the one before it is compared, and once more beside the one behind it.
  for (const rest of [0, 1_000]) {
    scene.now += rest;
    await one.round();
    expect(await positionOf(id)).toEqual({ position: SECOND, compared: 1 });
  }
  expect(listed).toEqual([FIRST, SECOND, SECOND, THIRD]);
  scene.now += 2_000;
  await one.round();
  expect(await positionOf(id)).toEqual({ position: null, compared: 3 });
  expect(listed.toSorted()).toEqual([FIRST, SECOND, SECOND, SECOND, THIRD]);
});

it('a listing that is there no longer is gone on with code by code, from the day that it lacks', async () => {
  scene.list = (day) => {
    listed.push(day);
    return Promise.resolve(day === FIRST ? NOTHING : null);
  };
  const asked: string[] = [];
  const { read } = scene;
  scene.read = (code) => {
    asked.push(code);
    return read(code);
  };
  const one = scene.reconciler({ perSecond: 8 });
  const id = await scene.start(FIRST, THIRD);
  for (let rounds = 0; rounds < 5 && (await scene.run(id)).position !== null; rounds++) await one.round();
  expect(await positionOf(id)).toEqual({ position: null, compared: 3 });
  expect(await scene.run(id)).toMatchObject({ way: 'by-code', inStep: 2 });
  // The day that was begun beside it was asked about in vain, once.
  expect(asked.toSorted()).toEqual([codeOn(SECOND), codeOn(THIRD), codeOn(THIRD)]);
});
