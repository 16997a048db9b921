/** @module Several reconciliations and processes at once: none waits for another's looks, a day counts once, a cancelled run ends at once. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { PortalClient, PortalPage, PortalView } from '../../src/capabilities/portal.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { Reconciler, type ReconcilerOptions } from '../../src/reconciliation/part.ts';
import { writeStop } from '../../src/reconciliation/repairs.ts';
import { endRun, findRun, insertRun } from '../../src/reconciliation/store.ts';
import { writePause } from '../../src/sync/gate.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { registration } from '../support/commands.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';
const OTHER = 'H15.50-260310-0002';

let timeline: Timeline;
let now = 0;
/** What the portal lists and shows; a dossier that is absent is not there. */
let there: Map<string, PortalView>;
let listed: () => Promise<PortalPage | null>;

beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());
beforeEach(async () => {
  await timeline.empty();
  await timeline.pool.query('truncate reconciliation_run, difference, difference_sighting cascade');
  now = Date.parse('2026-11-03T09:00:00+07:00');
  there = new Map();
  listed = () => Promise.resolve({ rows: [], more: false });
  await timeline.append(registration(CODE));
  await timeline.pool.query('update sync_state set acked_seq = head_seq, exists_there = true');
});

const portal = {
  list: () => listed(),
  read: (code: string) => Promise.resolve(there.get(code) ?? null),
} as Partial<PortalClient> as PortalClient;

const reconciler = (more: Partial<ReconcilerOptions> = {}) =>
  new Reconciler({
    destination: PORTAL,
    db: timeline.pool,
    portal,
    rules: () => ({ profile, catalogue }),
    adopt: () => Promise.resolve(true),
    wake: () => {},
    settleAfterMs: 60_000,
    now: () => now,
    log: silent,
    instance: 'one',
    isOpen: () => true,
    perSecond: 1_000,
    repairsPerMinute: 1_000,
    ...more,
  });

const start = (from: string, to: string, repair = false) =>
  insertRun(
    timeline.pool,
    { destination: PORTAL, agencyCode: 'H15', procedureCode: null, from, to },
    { repair, dryRun: false, requestedBy: 'operator', now },
  );
const run = async (id: string) => (await findRun(timeline.pool, id))!;
const differences = () =>
  timeline.rows<{ kind: string; state: string; repairs: number }>(
    'select kind, state, repairs from difference order by dossier_code, kind',
  );

it('a run that waits for its second looks holds up no later one', async () => {
  const one = reconciler();
  const waiting = await start('2026-03-10', '2026-03-10');
  await one.round();
  now += 1_000;
  const later = await start('2026-03-09', '2026-03-09');
  await one.round();
  await one.round();
  expect(await run(waiting)).toMatchObject({ state: 'running', position: null, compared: 1 });
  expect(await run(later)).toMatchObject({ state: 'done' });

  now += 60_000;
  await one.round();
  expect(await run(waiting)).toMatchObject({ state: 'done' });
  expect(await differences()).toEqual([{ kind: 'missing-at-portal', state: 'confirmed', repairs: 0 }]);
});

it('a look that is due comes before the next day of a long run', async () => {
  const one = reconciler();
  await start('2026-03-10', '2026-03-20');
  await one.round();
  now += 60_000;
  await one.round();
  expect(await differences()).toMatchObject([{ state: 'confirmed' }]);
});

it('a dossier with something on its way is the sync’s to bring, and ends no run late', async () => {
  const one = reconciler();
  const id = await start('2026-03-10', '2026-03-10');
  await one.round();
  await timeline.pool.query('update sync_state set acked_seq = head_seq - 1');
  now += 60_000;
  await one.round();
  expect(await run(id)).toMatchObject({ state: 'done' });
  expect(await differences()).toEqual([]);
});

it('what waits at a destination that is paused is a difference; once it is resumed, it is the sync’s to bring', async () => {
  await timeline.pool.query('update sync_state set acked_seq = 0');
  await writePause(timeline.pool, PORTAL, { since: now, by: 'operator', reason: 'Cổng đang bảo trì', until: null });
  const one = reconciler();
  const id = await start('2026-03-10', '2026-03-10');
  await one.round();
  now += 60_000;
  await one.round();
  expect(await run(id)).toMatchObject({ state: 'done', moving: 0 });
  expect(await differences()).toEqual([{ kind: 'missing-at-portal', state: 'confirmed', repairs: 0 }]);

  await writePause(timeline.pool, PORTAL, null);
  const later = await start('2026-03-10', '2026-03-10');
  await one.round();
  expect(await run(later)).toMatchObject({ moving: 1 });
});

it('counts a day once, whoever else took it over meanwhile', async () => {
  const id = await start('2026-03-10', '2026-03-10');
  const other = reconciler({ instance: 'two' });
  listed = async () => {
    listed = () => Promise.resolve({ rows: [], more: false });
    // Its lease runs out while the portal thinks: another process compares the day.
    await timeline.pool.query("update reconciliation_run set lease_until = now() - interval '1 hour'");
    await other.round();
    return { rows: [], more: false };
  };
  await reconciler().round();
  expect(await run(id)).toMatchObject({ compared: 1, position: null });
});

it('is left at once when it was cancelled', async () => {
  const id = await start('2026-03-10', '2026-03-11');
  let pages = 0;
  listed = async () => {
    pages++;
    now += 5_000;
    await endRun(timeline.pool, id, 'cancelled', now);
    return { rows: [], more: true };
  };
  expect(await reconciler().round()).toBe(false);
  expect(pages).toBe(1);
  expect(await run(id)).toMatchObject({ state: 'cancelled', compared: 0 });
});

it('waits for a portal that struggles, and goes on from its day', async () => {
  const id = await start('2026-03-10', '2026-03-10');
  const facts = { upstream: PORTAL, operation: 'list', outcome: 'not-done' } as const;
  listed = () => Promise.reject(new UpstreamError('unavailable', facts));
  const one = reconciler();
  expect(await one.round()).toBe(false);
  expect(await run(id)).toMatchObject({ state: 'running', position: '2026-03-10', compared: 0 });
  listed = () => Promise.resolve({ rows: [], more: false });
  expect(await one.round()).toBe(true);
  expect(await run(id)).toMatchObject({ position: null, compared: 1 });
});

it('mends the others where one dossier cannot be taken over', async () => {
  const view = { statusCode: '2', appointmentAt: null, progress: [], results: 0, kept: {}, fields: {} };
  there.set(OTHER, { ...view, isPaidOnline: false } as PortalView);
  listed = () =>
    Promise.resolve({
      rows: [
        { code: OTHER, statusCode: '2', appointmentAt: null, receivedAt: null, channel: 'online', procedureCode: null },
      ],
      more: false,
    });
  const facts = { upstream: PORTAL, operation: 'read', outcome: 'not-done' } as const;
  const one = reconciler({ adopt: () => Promise.reject(new UpstreamError('timeout', facts)) });
  await start('2026-03-10', '2026-03-10', true);
  await one.round();
  now += 60_000;
  await one.round();
  expect(await differences()).toMatchObject([
    { kind: 'missing-at-portal', state: 'repairing', repairs: 1 },
    { kind: 'missing-here', state: 'repairing', repairs: 1 },
  ]);
  const [sync] = await timeline.rows<{ acked: number; generation: number }>(
    'select acked_seq as acked, generation from sync_state',
  );
  expect(sync).toEqual({ acked: 0, generation: 1 });
});

it('mends nothing while repairs are stopped, and no more dossiers a minute than allowed', async () => {
  await timeline.append(registration(OTHER));
  await timeline.pool.query('update sync_state set acked_seq = head_seq, exists_there = true');
  await writeStop(timeline.pool, PORTAL, { since: now, by: 'operator', reason: 'Cổng đang kiểm tra dữ liệu' });
  const one = reconciler({ repairsPerMinute: 1 });
  await start('2026-03-10', '2026-03-10', true);
  await one.round();
  const states = async (): Promise<string[]> => (await differences()).map(({ state }) => state).sort();
  now += 60_000;
  await one.round();
  expect(await states()).toEqual(['found', 'found']);
  await writeStop(timeline.pool, PORTAL, null);
  now += 60_000;
  await one.round();
  expect(await states()).toEqual(['found', 'repairing']);
  // The one that is being mended needs no further look meanwhile.
  await timeline.pool.query("update difference set look_at = null where state = 'repairing'");
  now += 61_000;
  await one.round();
  expect(await states()).toEqual(['repairing', 'repairing']);
});
