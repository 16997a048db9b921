/** @module `lienthong reconcile`: a run started, followed and stopped, what differs shown and decided about, all of it audited. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ReconcileAct, reconcileText } from '../../src/cli/reconcile.ts';
import { Reconciler } from '../../src/reconciliation/part.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { registration } from '../support/commands.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';
const BY = { author: 'cb-01', reason: 'Đã kiểm tra trên Cổng' };

let timeline: Timeline;
let folder: string;
let part: Reconciler;
beforeAll(async () => {
  timeline = await openTimeline();
  folder = await mkdtemp(join(tmpdir(), 'lienthong-reconcile-'));
  await timeline.append(registration(CODE));
  await timeline.pool.query(
    "update sync_state set acked_seq = head_seq, exists_there = true, acked_at = '2026-11-02T09:00:00+07:00'",
  );
  await timeline.pool.query("update timeline_entry set recorded_at = '2026-11-02T09:00:00+07:00'");
  let looks = 0;
  part = new Reconciler({
    destination: PORTAL,
    db: timeline.pool,
    seal: testSeal,
    portal: null,
    rules: () => ({ profile, catalogue }),
    adopt: () => Promise.resolve(false),
    wake: () => {},
    settleAfterMs: 1_000,
    // Each round is later than the last one's second look.
    now: () => Date.now() + 10_000 * looks++,
    log: silent,
    instance: 'one',
    isOpen: () => true,
    perSecond: 1_000,
    repairsPerMinute: 1_000,
  });
});
afterAll(async () => {
  await timeline.close();
  await rm(folder, { recursive: true });
});

const run = async <T>(asked: ReconcileAct): Promise<T> =>
  JSON.parse(
    await reconcileText(asked, {
      DATABASE_URL: timeline.database.url,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      AUDIT_KEY: 'a key of the tests, long enough for it',
    }),
  ) as T;
const start = (more: object) =>
  run<{ id: string; state: string }>({
    act: 'start',
    from: '2026-03-10',
    to: '2026-03-10',
    agency: 'H15',
    destination: PORTAL,
    extent: 'all',
    repair: false,
    dryRun: false,
    author: 'cb-01',
    ...more,
  });
const differences = () =>
  run<{ items: { id: number; kind: string; state: string }[] }>({ act: 'differences', after: 0, limit: 100 });

it('a list is compared, and each difference is decided about by somebody with a reason', async () => {
  const file = join(folder, 'cổng.csv');
  await writeFile(file, `Mã hồ sơ,Trạng thái\n${CODE},Mới đăng ký\n`);
  const { id } = await start({ export: file, asOf: '2026-11-20T08:00:00+07:00' });
  for (let round = 0; round < 4; round++) await part.round();
  expect(await run({ act: 'show', run: id })).toMatchObject({
    state: 'done',
    way: 'export',
    compared: 1,
    differences: { 'status-stale': 1 },
  });
  const [found] = (await differences()).items;
  expect(found).toMatchObject({ kind: 'status-stale', state: 'confirmed' });
  const until = '2099-01-31T17:00:00+07:00';
  expect(await run({ act: 'ignore', id: found!.id, until, ...BY })).toMatchObject({ state: 'ignored' });
  expect(await run({ act: 'repair', ids: [found!.id], destination: PORTAL, ...BY })).toEqual({
    repairing: 1,
    skipped: 0,
  });
  expect((await differences()).items).toMatchObject([{ state: 'repairing', decidedBy: 'cb-01' }]);
});

it('a run is stopped with a reason, and the newest runs are shown', async () => {
  const { id } = await start({});
  expect(await run({ act: 'cancel', run: id, ...BY })).toMatchObject({ state: 'cancelled', error: BY.reason });
  expect(await run({ act: 'show', run: null })).toMatchObject({ items: [{ id }, {}] });
  const rows = await timeline.rows<{ operation: string; by: string }>(
    'select operation, client_id as by from audit_entry order by id',
  );
  expect(rows.map(({ operation }) => operation)).toEqual([
    'startReconciliation',
    'ignoreDifference',
    'repairDifferences',
    'startReconciliation',
    'cancelReconciliation',
  ]);
  expect(new Set(rows.map(({ by }) => by))).toEqual(new Set(['cb-01']));
});

it('what cannot be done is said in words', async () => {
  await expect(start({ agency: 'H99' })).rejects.toThrow('Không có cơ quan H99');
  await expect(start({ export: join(folder, 'không có.csv'), asOf: '2026-11-20T08:00:00+07:00' })).rejects.toThrow(
    'Không mở được tệp',
  );
  await expect(run({ act: 'show', run: 'x' })).rejects.toThrow('Không có lần đối soát x');
  await expect(run({ act: 'ignore', id: 1, until: '2020-01-01', ...BY })).rejects.toThrow('ở tương lai');
});
