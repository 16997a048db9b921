/** @module The second look: what it shows besides, the lives of a difference, whose word it needs, and what is not ours to judge. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PortalView } from '../../src/capabilities/portal.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { toListedAnswers } from '../../src/reconciliation/answers.ts';
import { ignore, listDifferences, markRepairing } from '../../src/reconciliation/read-store.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { registration, status } from '../support/commands.ts';
import { Reconciling, rowOf } from '../support/reconciling.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';
const DAY = '2026-03-10';
const WORD = { by: 'cb-01', reason: 'Đã kiểm tra trên Cổng' };

let timeline: Timeline;
let scene: Reconciling;
beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());
beforeEach(async () => {
  scene = new Reconciling(timeline);
  await scene.empty();
  await timeline.append(registration(CODE), status(CODE, 'processing', '03-11T09:00'));
  await scene.settle();
  await scene.shows(CODE);
});

/** The portal lists and shows the dossier otherwise than it should. */
async function spoil(more: Partial<PortalView>): Promise<void> {
  const view = { ...(await scene.viewOf(CODE)), ...more };
  scene.there.set(CODE, view);
  const { statusCode, appointmentAt } = view;
  scene.list = () => Promise.resolve({ rows: [rowOf(CODE, { statusCode, appointmentAt })], more: false });
}
const mended = () => scene.shows(CODE);
const reconcile = async (repair = false) => scene.ended(await scene.start(DAY, DAY, { repair }));
const lives = () =>
  timeline.rows<{ id: number; state: string; first: number; confirmed: number | null; repaired: number | null }>(
    'select id, state, first_seen_at as first, confirmed_at as confirmed, repaired_at as repaired from difference',
  );
const idOf = async (): Promise<number> => (await lives())[0]!.id;

describe('a listing', () => {
  it('leads to what only the dossier itself shows: an order that was broken', async () => {
    const { progress } = await scene.viewOf(CODE);
    await spoil({ statusCode: '2', progress: progress!.toReversed() });
    expect(await reconcile(true)).toMatchObject({ state: 'done' });
    expect(await scene.differences()).toMatchObject([{ kind: 'order-broken', state: 'evidence' }]);
  });

  it('that has a dossier under another day hides nothing of it', async () => {
    const view = await scene.viewOf(CODE);
    scene.there.set(CODE, { ...view, fields: { channel: 'counter' } });
    await reconcile();
    expect(await scene.differences()).toMatchObject([{ kind: 'channel-differs', state: 'confirmed' }]);
  });

  it('names a number of no known form, for those who answer for all', async () => {
    await spoil({});
    const { list } = scene;
    const strange = 'BN/0001-26';
    scene.there.set(strange, await scene.viewOf(CODE));
    scene.list = async (...asked) => ({ rows: [rowOf(strange), ...(await list(...asked))!.rows], more: false });
    await reconcile();
    expect(await timeline.rows('select dossier_code as code, agencies from difference')).toEqual([
      { code: strange, agencies: ['H15'] },
    ]);
  });
});

describe('a difference that was over', () => {
  it('keeps its life when it is seen once more and was none, and no run counts it', async () => {
    await spoil({ statusCode: '2' });
    await reconcile(true);
    await mended();
    await timeline.pool.query("update difference set state = 'closed', look_at = null");
    const before = await lives();
    await spoil({ statusCode: '2' });
    const id = await scene.start(DAY, DAY);
    const part = scene.reconciler();
    await part.round();
    await mended();
    await scene.ended(id, part);
    expect(await lives()).toEqual(before);
    expect(await timeline.rows('select from difference_sighting where run_id = $1', [id])).toEqual([]);
  });

  it('that a case was about is not removed by a look, and begins anew when it is confirmed', async () => {
    await spoil({ statusCode: '2' });
    await reconcile();
    await timeline.pool.query(
      `with made as (insert into incident (number, title, state, opened_at, opened_by, opened_reason)
         values ('SC-2026-0001', 'Cổng hiện sai', 'closed', now(), 'cb-01', 'x') returning id)
       insert into incident_difference select made.id, difference.id from made, difference`,
    );
    await timeline.pool.query(
      "update difference set state = 'closed', confirmed_at = now(), look_at = null, decided_by = 'cb-01'",
    );
    const [before] = await lives();
    await reconcile();
    const [after] = await lives();
    expect(after).toMatchObject({ id: before!.id, state: 'confirmed', repaired: null });
    expect(after!.first).toBeGreaterThan(before!.first);
  });

  it('stands again, or is over, when the time for which it was ignored ends', async () => {
    await spoil({ statusCode: '2' });
    await reconcile();
    await ignore(timeline.pool, await idOf(), { ...WORD, until: scene.now + 3_600_000 });
    // Seen meanwhile, it is looked at by nobody and keeps no run open.
    expect(await reconcile()).toMatchObject({ state: 'done' });
    expect(await scene.differences()).toMatchObject([{ state: 'ignored' }]);
    scene.now += 3_700_000;
    await scene.reconciler().round();
    expect(await scene.differences()).toMatchObject([{ state: 'confirmed' }]);
    await ignore(timeline.pool, await idOf(), { ...WORD, until: scene.now + 1_000 });
    await mended();
    scene.now += 2_000;
    await scene.reconciler().round();
    expect(await scene.differences()).toMatchObject([{ state: 'repaired' }]);
  });
});

it('a word given while a look is under way is not lost', async () => {
  await spoil({ statusCode: '2' });
  await reconcile();
  await timeline.pool.query('update difference set look_at = to_timestamp($1::float8 / 1000)', [scene.now]);
  const { read } = scene;
  scene.read = async (code) => {
    await markRepairing(timeline.pool, [await idOf()], { ...WORD, now: scene.now });
    return read(code);
  };
  const part = scene.reconciler();
  await part.round();
  scene.read = read;
  expect(await scene.differences()).toMatchObject([{ state: 'repairing', repairs: 0 }]);
  await part.round();
  expect(await scene.differences()).toMatchObject([{ state: 'repairing', repairs: 1 }]);
});

it('a process that dies in mid-repair leaves no repair that never was: the next one mends, and counts that', async () => {
  await spoil({ statusCode: '2' });
  await scene.start(DAY, DAY, { repair: true });
  const dying = scene.reconciler({
    reached() {
      throw new Error('killed');
    },
  });
  await dying.round();
  for (let death = 0; death < 4; death++) {
    scene.now += 600_000;
    await expect(dying.round()).rejects.toThrow('killed');
  }
  expect(await scene.differences()).toMatchObject([{ state: 'found', repairs: 0 }]);
  expect(await scene.generationOf(CODE)).toBe(0);
  scene.now += 600_000;
  await scene.reconciler().round();
  expect(await scene.differences()).toMatchObject([{ state: 'repairing', repairs: 1 }]);
  expect(await scene.generationOf(CODE)).toBe(1);
});

it('what could not be taken over, for the portal was not reached, counts as no repair', async () => {
  const strange = 'H15.50-260310-0009';
  scene.there.set(strange, await scene.viewOf(CODE));
  scene.list = () => Promise.resolve({ rows: [rowOf(CODE), rowOf(strange)], more: false });
  await scene.start(DAY, DAY, { repair: true });
  const facts = { upstream: PORTAL, operation: 'read', outcome: 'not-done' } as const;
  const part = scene.reconciler({ adopt: () => Promise.reject(new UpstreamError('timeout', facts)) });
  for (let round = 0; round < 6; round++) {
    await part.round();
    scene.now += 60_000;
  }
  expect((await scene.differences()).filter(({ code }) => code === strange)).toMatchObject([
    { kind: 'missing-here', state: 'repairing', repairs: 0 },
  ]);
});

it('a report asked for beside a repair does not keep it from repairing', async () => {
  await spoil({ statusCode: '2' });
  const part = scene.reconciler();
  const repair = await scene.start(DAY, DAY, { repair: true });
  await part.round();
  const report = await scene.start(DAY, DAY, { repair: true, dryRun: true });
  await part.round();
  scene.now += 60_000;
  await part.round();
  expect(await scene.differences()).toMatchObject([{ state: 'repairing', repairs: 1 }]);
  await mended();
  expect(await scene.ended(repair, part)).toMatchObject({ state: 'done' });
  expect(await scene.ended(report, part)).toMatchObject({ state: 'done' });
});

describe('what was recorded late', () => {
  const late = (n: number) =>
    timeline.pool.query('update timeline_entry set recorded_at = $1 where seq < $2', ['2026-03-11T10:00:00+07:00', n]);

  it('is written by no repair of something else', async () => {
    // Received in November, of March: the pause alone was recorded so late.
    await timeline.append(status(CODE, 'paused', '03-12T09:00'));
    await scene.settle();
    await late(4);
    await timeline.pool.query(
      "update timeline_entry set late_reported = true, recorded_at = now() where status = 'paused'",
    );
    const view = await scene.viewOf(CODE);
    await spoil({
      statusCode: '4',
      progress: view.progress!.filter(({ statusCode }) => statusCode !== '6'),
      fields: { channel: 'counter' },
    });
    await reconcile(true);
    expect(await scene.differences()).toMatchObject([
      { kind: 'channel-differs', state: 'confirmed', repairs: 0 },
      { kind: 'pause-lost', state: 'confirmed', repairs: 0 },
    ]);
    const everything = { runId: null, kinds: null, state: null, dossierCode: null, agency: null, seenBefore: null };
    const rows = await listDifferences(timeline.pool, { ...everything, own: ['H15.50'], after: 0, limit: 10 });
    expect(await toListedAnswers(timeline.pool, rows, catalogue, scene.now)).toMatchObject([
      { kind: 'pause-lost', backDated: true },
      { kind: 'channel-differs', backDated: false },
    ]);
    scene.there.delete(CODE);
    scene.list = () => Promise.resolve({ rows: [], more: false });
    await reconcile(true);
    expect(await scene.generationOf(CODE)).toBe(0);

    // Where it stands there, something else is mended as ever.
    await spoil({ fields: { channel: 'counter' } });
    scene.list = () => Promise.resolve(null);
    await scene.start(DAY, DAY, { repair: true });
    const part = scene.reconciler();
    await part.round();
    scene.now += 60_000;
    await part.round();
    expect(await scene.generationOf(CODE)).toBe(1);
  });
});

it('what is refused differs, though nothing that is compared shows it', async () => {
  await timeline.pool.query("update sync_state set acked_seq = head_seq - 1, blocked_reason = '−5: Sai định dạng'");
  await spoil({});
  await reconcile(true);
  expect(await timeline.rows('select kind, state, cause from difference')).toEqual([
    { kind: 'delivery-refused', state: 'evidence', cause: '−5: Sai định dạng' },
  ]);
  // Its words may name anybody.
  expect(await timeline.rows("select from difference where cause not like 'sealed:%'")).toEqual([]);
  expect(await scene.generationOf(CODE)).toBe(0);
});

it('what is not ours to write there is nobody’s difference', async () => {
  await spoil({ statusCode: '2', appointmentAt: null, fields: { channel: 'counter' } });
  const rules = () => ({ profile, catalogue, owns: () => ['appointment'] as const });
  await scene.ended(await scene.start(DAY, DAY), scene.reconciler({ rules }));
  expect(await scene.differences()).toMatchObject([{ kind: 'appointment-differs' }]);
});

it('two dossiers that a system would find by one number are named, also where one of them is known to any by it', async () => {
  const other = 'H15.50-260310-0002';
  await timeline.append(registration(other));
  await scene.settle();
  await timeline.pool.query(
    `insert into dossier_alias (system, code, dossier_id) select case code when $1 then '*' else 'land-registry' end, 'BN-1', id from dossier`,
    [CODE],
  );
  await scene.shows(CODE, other);
  scene.list = () => Promise.resolve(null);
  await reconcile();
  expect(await scene.differences()).toMatchObject([
    { code: CODE, kind: 'alias-collision', state: 'confirmed' },
    { code: other, kind: 'alias-collision', state: 'confirmed' },
  ]);
});

describe('a portal that struggles', () => {
  const facts = { upstream: PORTAL, operation: 'read', outcome: 'not-done' } as const;

  it('is asked less and less, and as late as it asks for', async () => {
    await spoil({ statusCode: '2' });
    const id = await scene.start(DAY, DAY);
    const part = scene.reconciler();
    await part.round();
    const asked: number[] = [];
    scene.read = () => {
      asked.push(scene.now);
      return Promise.reject(
        new UpstreamError('quota', { ...facts, until: asked.length > 6 ? scene.now + 300_000 : null }),
      );
    };
    scene.now += 60_000;
    const began = scene.now;
    for (; scene.now < began + 600_000; scene.now += 500) await part.round();
    // Once each time its difference is due anew; then as late as it said.
    expect(asked.length).toBeLessThanOrEqual(8);
    scene.read = (code) => Promise.resolve(scene.there.get(code) ?? null);
    expect(await scene.ended(id, part)).toMatchObject({ state: 'done' });
    expect(await scene.differences()).toMatchObject([{ state: 'confirmed' }]);
  });

  it('is not asked about the others once it has failed for one', async () => {
    for (let n = 2; n <= 60; n++) await timeline.append(registration(`H15.50-260310-00${String(n).padStart(2, '0')}`));
    await scene.settle();
    await scene.start(DAY, DAY);
    const part = scene.reconciler();
    await part.round();
    let asked = 0;
    scene.read = () => {
      asked++;
      return Promise.reject(new UpstreamError('timeout', facts));
    };
    scene.now += 60_000;
    await part.round();
    expect(asked).toBeLessThanOrEqual(8);
  });
});

it('a dossier whose answer nobody can read ends its run, and is named as not checked', async () => {
  scene.read = () =>
    Promise.reject(new UpstreamError('contract', { upstream: PORTAL, operation: 'read', outcome: 'unknown' }));
  const run = await reconcile(true);
  expect(run).toMatchObject({ state: 'done', unchecked: 1 });
  expect(await scene.differences()).toEqual([]);
  expect(
    await timeline.rows('select dossier_code as code, reason from reconciliation_unchecked where run_id = $1', [
      run.id,
    ]),
  ).toEqual([{ code: CODE, reason: 'unreadable' }]);
});
