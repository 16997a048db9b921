/** @module One code at a time: a day goes on after the last code that was asked about, whatever interrupts it, and every run has its turn. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { progressOf } from '../../src/reconciliation/answers.ts';
import { claimRun, releaseRun } from '../../src/reconciliation/store.ts';
import { registration, status } from '../support/commands.ts';
import { Reconciling } from '../support/reconciling.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';

const DAY = '2026-03-10';
const MANY = 40;
const code = (n: number): string => `H15.50-260310-${String(n).padStart(4, '0')}`;
const codes = Array.from({ length: MANY }, (_, n) => code(n + 1));

let timeline: Timeline;
let scene: Reconciling;
/** What the portal was asked about, in order. */
let asked: string[];
beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());
beforeEach(async () => {
  scene = new Reconciling(timeline);
  await scene.empty();
  await timeline.append(...codes.map((one) => registration(one)));
  await scene.settle();
  await scene.shows(...codes);
  asked = [];
  scene.list = () => Promise.resolve(null);
  answers(() => true);
});

const failure = (kind: 'timeout' | 'contract') =>
  new UpstreamError(kind, { upstream: PORTAL, operation: 'read', outcome: 'not-done' });

/** So many questions make a part of a day. */
const perSecond = 8;

/** Answers the questions for which it holds; to the others something else. */
function answers(does: (code: string) => boolean, otherwise: 'timeout' | 'contract' | 'never' = 'timeout'): void {
  scene.read = (one) => {
    asked.push(one);
    if (does(one)) return Promise.resolve(scene.there.get(one) ?? null);
    return otherwise === 'never' ? new Promise(() => {}) : Promise.reject(failure(otherwise));
  };
}
it('a day of which every tenth answer fails comes to its end, and nothing of it is asked twice but what failed', async () => {
  let n = 0;
  answers(() => ++n % 10 !== 0);
  const id = await scene.start(DAY, DAY);
  const run = await scene.ended(id, scene.reconciler({ perSecond: 1_000 }));
  expect(run).toMatchObject({ state: 'done', compared: MANY, inStep: MANY, unchecked: 0 });
  // Of those asked at once with the one that failed, what came after it is asked about again.
  expect(new Set(asked).size).toBe(MANY);
  expect(asked.length).toBeLessThan(MANY + 8 * 6);
});

it('a process that died in the midst of a day is followed by one that goes on behind what was compared', async () => {
  const [, second] = [code(8), code(20)];
  answers((one) => one < second, 'never');
  const id = await scene.start(DAY, DAY);
  // Time flies, so that the pace is none.
  const killed = scene.reconciler({ perSecond, now: () => scene.later(150) });
  void (async () => {
    while (await killed.round());
  })();
  await expect.poll(() => asked.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(20);
  await expect.poll(async () => (await scene.run(id)).state).toBe('running');
  // Its lease runs out; its counts so far stand, once.
  await timeline.pool.query("update reconciliation_run set lease_until = '2026-01-01'");
  const before = asked.length;
  expect(progressOf(await scene.run(id))).toBe(16 / MANY);
  answers(() => true);
  const run = await scene.ended(id, scene.reconciler({ instance: 'two', perSecond: 1_000 }));
  expect(run).toMatchObject({ state: 'done', way: 'by-code', compared: MANY, inStep: MANY });
  expect(asked.slice(before)).not.toContain(code(1));
});

it('a dossier whose answer cannot be read stops no run, and is named as not checked', async () => {
  answers((one) => one !== code(7), 'contract');
  const run = await scene.ended(await scene.start(DAY, DAY));
  expect(run).toMatchObject({ state: 'done', compared: MANY - 1, inStep: MANY - 1, unchecked: 1 });
  expect(await timeline.rows('select dossier_code as code, reason from reconciliation_unchecked')).toEqual([
    { code: code(7), reason: 'unreadable' },
  ]);
});

it('what is at rest is left out and counted, once', async () => {
  for (const one of codes.slice(0, 10)) await timeline.append(status(one, 'completed', '03-20T09:00'));
  await scene.settle();
  await timeline.pool.query("update sync_state set acked_at = '2026-04-01T09:00:00+07:00'");
  const id = await scene.start(DAY, DAY, { extent: 'active' });
  expect(await scene.ended(id, scene.reconciler({ perSecond: 1_000 }))).toMatchObject({ compared: 30, unchecked: 10 });
});

it('of several runs each has its turn: a short one waits for no long one', async () => {
  const claim = async (): Promise<string> => {
    scene.now += 1_000;
    const lease = { instance: 'one', now: scene.now, until: scene.now + 60_000 };
    const run = await claimRun(timeline.pool, PORTAL, lease);
    await releaseRun(timeline.pool, run!.id, 'one');
    return run!.id;
  };
  const long = await scene.start(DAY, '2026-06-30');
  expect(await claim()).toBe(long);
  scene.now += 1_000;
  const short = await scene.start(DAY, DAY);
  expect([await claim(), await claim(), await claim()]).toEqual([long, short, long]);
});
