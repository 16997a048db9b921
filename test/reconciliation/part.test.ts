/** @module Several reconciliations and processes at once: none waits for another's looks, a day counts once, a cancelled run ends at once. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { writeStop } from '../../src/reconciliation/repairs.ts';
import { endRun } from '../../src/reconciliation/store.ts';
import { writePause } from '../../src/sync/gate.ts';
import { registration } from '../support/commands.ts';
import { NOTHING, Reconciling, rowOf } from '../support/reconciling.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';
const OTHER = 'H15.50-260310-0002';

let timeline: Timeline;
let scene: Reconciling;

beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());
beforeEach(async () => {
  scene = new Reconciling(timeline);
  await scene.empty();
  await timeline.append(registration(CODE));
  await scene.settle();
});

const start = (from: string, to: string, repair = false) => scene.start(from, to, { repair });
const differences = async () =>
  (await scene.differences()).map(({ kind, state, repairs }) => ({ kind, state, repairs }));

it('a run that waits for its second looks holds up no later one', async () => {
  const one = scene.reconciler();
  const waiting = await start('2026-03-10', '2026-03-10');
  await one.round();
  scene.now += 1_000;
  const later = await start('2026-03-09', '2026-03-09');
  await one.round();
  await one.round();
  expect(await scene.run(waiting)).toMatchObject({ state: 'running', position: null, compared: 1 });
  expect(await scene.run(later)).toMatchObject({ state: 'done' });

  scene.now += 60_000;
  await one.round();
  expect(await scene.run(waiting)).toMatchObject({ state: 'done' });
  expect(await differences()).toEqual([{ kind: 'missing-at-portal', state: 'confirmed', repairs: 0 }]);
});

it('a look that is due comes before the next day of a long run', async () => {
  const one = scene.reconciler();
  await start('2026-03-10', '2026-03-20');
  await one.round();
  scene.now += 60_000;
  await one.round();
  expect(await differences()).toMatchObject([{ state: 'confirmed' }]);
});

it('a dossier with something on its way is the sync’s to bring, and ends no run late', async () => {
  const one = scene.reconciler();
  const id = await start('2026-03-10', '2026-03-10');
  await one.round();
  await timeline.pool.query('update sync_state set acked_seq = head_seq - 1');
  scene.now += 60_000;
  await one.round();
  expect(await scene.run(id)).toMatchObject({ state: 'done' });
  expect(await differences()).toEqual([]);
});

it('what waits at a destination that is paused is a difference; once it is resumed, it is the sync’s to bring', async () => {
  await timeline.pool.query('update sync_state set acked_seq = 0');
  await writePause(timeline.pool, PORTAL, {
    since: scene.now,
    by: 'operator',
    reason: 'Cổng đang bảo trì',
    until: null,
  });
  const one = scene.reconciler();
  const id = await start('2026-03-10', '2026-03-10');
  await one.round();
  scene.now += 60_000;
  await one.round();
  expect(await scene.run(id)).toMatchObject({ state: 'done', moving: 0 });
  expect(await differences()).toEqual([{ kind: 'missing-at-portal', state: 'confirmed', repairs: 0 }]);

  await writePause(timeline.pool, PORTAL, null);
  const later = await start('2026-03-10', '2026-03-10');
  await one.round();
  expect(await scene.run(later)).toMatchObject({ moving: 1 });
});

it('counts a day once, whoever else took it over meanwhile', async () => {
  const id = await start('2026-03-10', '2026-03-10');
  const other = scene.reconciler({ instance: 'two' });
  scene.list = async () => {
    scene.list = () => Promise.resolve(NOTHING);
    // Its lease runs out while the portal thinks: another process compares the day.
    await timeline.pool.query("update reconciliation_run set lease_until = '2026-01-01'");
    await other.round();
    return NOTHING;
  };
  await scene.reconciler().round();
  expect(await scene.run(id)).toMatchObject({ compared: 1, position: null });
});

it('is left at once when it was cancelled', async () => {
  const id = await start('2026-03-10', '2026-03-11');
  let pages = 0;
  scene.list = async () => {
    pages++;
    scene.now += 5_000;
    await endRun(timeline.pool, id, 'cancelled', scene.now);
    return { rows: [rowOf(`H15.50-260310-900${pages}`)], more: true };
  };
  expect(await scene.reconciler().round()).toBe(false);
  expect(pages).toBe(1);
  expect(await scene.run(id)).toMatchObject({ state: 'cancelled', compared: 0 });
});

it('waits for a portal that struggles, and goes on from its day', async () => {
  const id = await start('2026-03-10', '2026-03-10');
  const facts = { upstream: PORTAL, operation: 'list', outcome: 'not-done' } as const;
  scene.list = () => Promise.reject(new UpstreamError('unavailable', facts));
  const one = scene.reconciler();
  expect(await one.round()).toBe(false);
  expect(await scene.run(id)).toMatchObject({ state: 'running', position: '2026-03-10', compared: 0 });
  let asked = 0;
  scene.list = () => {
    asked++;
    return Promise.resolve(NOTHING);
  };
  expect(await one.round()).toBe(false);
  expect(asked).toBe(0);
  scene.now += 1_000;
  expect(await one.round()).toBe(true);
  expect(await scene.run(id)).toMatchObject({ position: null, compared: 1 });
});

it('mends the others where one dossier cannot be taken over', async () => {
  const view = { statusCode: '2', appointmentAt: null, progress: [], results: [], kept: {}, fields: {} };
  scene.there.set(OTHER, { ...view, isPaidOnline: false });
  scene.list = () =>
    Promise.resolve({
      rows: [rowOf(OTHER)],
      more: false,
    });
  const facts = { upstream: PORTAL, operation: 'read', outcome: 'not-done' } as const;
  const one = scene.reconciler({ adopt: () => Promise.reject(new UpstreamError('timeout', facts)) });
  await start('2026-03-10', '2026-03-10', true);
  await one.round();
  scene.now += 60_000;
  await one.round();
  expect(await differences()).toMatchObject([
    { kind: 'missing-at-portal', state: 'repairing', repairs: 1 },
    { kind: 'missing-here', state: 'repairing', repairs: 0 },
  ]);
  const [sync] = await timeline.rows<{ acked: number; generation: number }>(
    'select acked_seq as acked, generation from sync_state',
  );
  expect(sync).toEqual({ acked: 0, generation: 1 });
});

it('mends nothing while repairs are stopped, and no more dossiers a minute than allowed', async () => {
  await timeline.append(registration(OTHER));
  await timeline.pool.query('update sync_state set acked_seq = head_seq, exists_there = true');
  await writeStop(timeline.pool, PORTAL, { since: scene.now, by: 'operator', reason: 'Cổng đang kiểm tra dữ liệu' });
  const one = scene.reconciler({ repairsPerMinute: 1 });
  await start('2026-03-10', '2026-03-10', true);
  await one.round();
  const states = async (): Promise<string[]> => (await differences()).map(({ state }) => state).sort();
  scene.now += 60_000;
  await one.round();
  // They are named, and nobody asks the portal about them again before they may be mended.
  expect(await states()).toEqual(['confirmed', 'confirmed']);
  scene.now += 600_000;
  await one.round();
  expect(await timeline.rows('select looks from difference')).toEqual([{ looks: 1 }, { looks: 1 }]);
  await writeStop(timeline.pool, PORTAL, null);
  await one.round();
  expect(await states()).toEqual(['confirmed', 'repairing']);
  // The one that is being mended needs no further look meanwhile.
  await timeline.pool.query("update difference set look_at = null where state = 'repairing'");
  // Another process has no further leave of its own.
  await scene.reconciler({ instance: 'two', repairsPerMinute: 1 }).round();
  expect(await states()).toEqual(['confirmed', 'repairing']);
  scene.now += 61_000;
  await one.round();
  expect(await states()).toEqual(['repairing', 'repairing']);
});
