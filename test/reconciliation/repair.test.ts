/** @module Repair through the sync: only what is missing is sent again, to a portal that tells its progress and to one that does not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adoptFrom } from '../../src/reconciliation/adopt.ts';
import { Reconciler } from '../../src/reconciliation/part.ts';
import { findRun, insertRun } from '../../src/reconciliation/store.ts';
import { sendMissing } from '../../src/sync/store.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { status } from '../support/commands.ts';
import { openProvince, type Province } from '../support/province.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';
const DAY = '2026-03-10';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

/** A dossier that paused and went on, in step with the portal. */
async function inStep(): Promise<{ province: Province; repair: () => Promise<void> }> {
  const province = await openProvince(timeline);
  await timeline.pool.query('truncate reconciliation_run, difference, difference_sighting cascade');
  const { wake } = await province.drain({ settings: { readBackAfterMs: 600_000 } });
  await province.register(CODE);
  await timeline.append(
    status(CODE, 'processing', '03-11T08:00'),
    status(CODE, 'paused', '03-12T08:00'),
    status(CODE, 'resumed', '03-13T08:00'),
  );
  await province.inStep();
  const { client } = province.connect();
  const appender = timeline.appender();
  const part = new Reconciler({
    destination: PORTAL,
    db: timeline.pool,
    seal: testSeal,
    portal: client,
    rules: () => ({ profile, catalogue }),
    adopt: adoptFrom(client, appender),
    appender,
    wake,
    settleAfterMs: 100,
    now: Date.now,
    log: silent,
    instance: 'one',
    isOpen: () => true,
    perSecond: 10_000,
    repairsPerMinute: 1_000,
  });
  const repair = async (): Promise<void> => {
    const scope = { destination: PORTAL, agencyCode: 'H15', procedureCode: null, from: DAY, to: DAY };
    const how = { repair: true, dryRun: false, requestedBy: 'operator', now: Date.now() };
    const id = await insertRun(timeline.pool, scope, how);
    while ((await findRun(timeline.pool, id))!.state === 'running')
      if (!(await part.round())) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return { province, repair };
}
const states = () => timeline.rows('select kind, state, repairs from difference order by kind');
const recordsOf = async (province: Province): Promise<number> =>
  (await province.seen(CODE)).filter(({ service }) => service === 'CapNhatTienDoHoSoMC').length;

it('a portal that tells no progress gets none of it twice', async () => {
  const { province, repair } = await inStep();
  await province.settings({ readsProgress: false });
  const before = await recordsOf(province);
  for (let once = 0; once < 2; once++) {
    await province.act({ act: 'set-channel', dossier: CODE, channel: 'counter' });
    await repair();
    await province.inStep();
    expect(await states()).toEqual([{ kind: 'channel-differs', state: 'repaired', repairs: 1 }]);
    expect(await recordsOf(province)).toBe(before);
  }
  // One that it has not at all is told everything.
  await province.act({ act: 'forget-dossier', dossier: CODE });
  await repair();
  expect(await recordsOf(province)).toBe(2 * before);
});

it('sent again twice is sent again once', async () => {
  const { province } = await inStep();
  const before = await recordsOf(province);
  await province.act({ act: 'forget-pause', dossier: CODE });
  const ids = (await timeline.rows<{ id: number }>('select id from dossier')).map(({ id }) => id);
  for (let once = 0; once < 2; once++)
    expect(await sendMissing(timeline.pool, PORTAL, ids, Date.now())).toEqual(new Set(ids));
  await province.inStep();
  expect(await recordsOf(province)).toBe(before + 1);
  expect((await province.stats()).duplicates).toBe(0);
});

it('what others told the portal is told by no repair', async () => {
  const { province, repair } = await inStep();
  const before = await recordsOf(province);
  await timeline.pool.query('update sync_state set believed_seqs = sent_seqs');
  // They told of the pause in their own way, and of nothing that we would know again.
  await province.act({ act: 'forget-pause', dossier: CODE });
  await province.act({ act: 'set-channel', dossier: CODE, channel: 'counter' });
  await repair();
  await province.inStep();
  expect(await states()).toEqual([{ kind: 'channel-differs', state: 'repaired', repairs: 1 }]);
  expect(await recordsOf(province)).toBe(before);
  await repair();
  expect(await states()).toEqual([{ kind: 'channel-differs', state: 'repaired', repairs: 1 }]);
});

it('what a listing shows of a broken order is mended, and the second run finds nothing', async () => {
  const { province, repair } = await inStep();
  await province.act({ act: 'disorder-progress', dossier: CODE });
  await repair();
  await province.inStep();
  const mended = [{ kind: 'order-broken', state: 'repaired', repairs: 1 }];
  expect(await states()).toEqual(mended);
  expect((await province.stats()).duplicates).toBe(0);
  await repair();
  expect(await states()).toEqual(mended);
});
