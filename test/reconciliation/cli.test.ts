/** @module `lienthong reconcile`: a run started, followed and stopped, what differs shown and decided about, all of it audited. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { faultText } from '../../src/cli/fault.ts';
import { Reconciler } from '../../src/reconciliation/part.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { registration } from '../support/commands.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { typed } from '../support/typed.ts';

const CODE = 'H15.50-260310-0001';
const REASON = 'Đã kiểm tra trên Cổng';
const BY = ['--author', 'cb-01', '--reason', REASON];

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
    appender: timeline.appender(),
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

/** What the command prints. */
async function run<T>(...words: readonly string[]): Promise<T> {
  vi.stubEnv('DATABASE_URL', timeline.database.url);
  vi.stubEnv('ENCRYPTION_KEY', randomBytes(32).toString('base64'));
  vi.stubEnv('AUDIT_KEY', 'a key of the tests, long enough for it');
  const printed = await typed(['reconcile', ...words]).catch((error: unknown) => {
    throw new Error(faultText(error));
  });
  return JSON.parse(printed) as T;
}
const start = (...more: readonly string[]) =>
  run<{ id: string }>(
    ...['start', '--from', '2026-03-10', '--to', '2026-03-10', '--agency', 'H15', '--author', 'cb-01'],
    ...more,
  );
const differences = () => run<{ items: { id: number; kind: string; state: string }[] }>('differences');

it('a list is compared, and each difference is decided about by somebody with a reason', async () => {
  const file = join(folder, 'cổng.csv');
  await writeFile(file, `Mã hồ sơ,Trạng thái\n${CODE},Mới đăng ký\n`);
  const { id } = await start('--export', file, '--as-of', '2026-11-20T08:00+07:00');
  for (let round = 0; round < 4; round++) await part.round();
  expect(await run('show', id)).toMatchObject({
    state: 'done',
    way: 'export',
    compared: 1,
    differences: { 'status-stale': 1 },
  });
  const [found] = (await differences()).items;
  expect(found).toMatchObject({ kind: 'status-stale', state: 'confirmed' });
  expect(await run('differences', '--run', id, '--dossier', CODE)).toMatchObject({ items: [{ id: found!.id }] });
  expect(await run('differences', '--run', id, '--dossier', 'H15.50-260310-0099')).toEqual({ items: [] });
  expect(await run('ignore', String(found!.id), '--until', '2099-01-31T17:00+07:00', ...BY)).toMatchObject({
    state: 'ignored',
  });
  expect(await run('repair', '--kind', 'status-stale', ...BY)).toEqual({ repairing: 1, skipped: 0 });
  expect(await run('repair', String(found!.id), ...BY)).toMatchObject({ state: 'repairing', decidedBy: 'cb-01' });
  expect((await differences()).items).toMatchObject([{ state: 'repairing', decidedBy: 'cb-01' }]);
});

it('a run is stopped with a reason, and the newest runs are shown', async () => {
  const { id } = await start();
  expect(await run('cancel', id, ...BY)).toMatchObject({ state: 'cancelled', error: REASON });
  expect(await run('show')).toMatchObject({ items: [{ id }, {}] });
  const rows = await timeline.rows<{ operation: string; by: string; details: { reason?: string } }>(
    'select operation, client_id as by, details from audit_entry order by id',
  );
  expect(rows.map(({ operation }) => operation)).toEqual([
    'postPortalExport',
    'startReconciliation',
    'ignoreDifference',
    'repairDifferences',
    'repairDifference',
    'startReconciliation',
    'cancelReconciliation',
  ]);
  expect(new Set(rows.map(({ by }) => by))).toEqual(new Set(['cb-01']));
  expect(rows.filter(({ details }) => details.reason === REASON)).toHaveLength(4);
});

it('what cannot be done is said in words', async () => {
  await expect(start('--agency', 'H99')).rejects.toThrow('danh mục không có cơ quan H99');
  await expect(start('--export', join(folder, 'không có.csv'), '--as-of', '2026-11-20T08:00:00+07:00')).rejects.toThrow(
    'Không mở được tệp',
  );
  await expect(start('--destination', 'igate')).rejects.toThrow('Không có hệ thống nhận igate');
  await expect(run('show', '00000000-0000-4000-8000-00000000ffff')).rejects.toThrow('Không có lần đối soát');
  const [known] = (await differences()).items;
  await expect(run('ignore', String(known!.id), '--until', '2020-01-01T00:00+07:00', ...BY)).rejects.toThrow(
    'ở tương lai',
  );
  await expect(run('ignore', '99', '--until', '2099-01-01T00:00+07:00', ...BY)).rejects.toThrow(
    'Không có sai lệch số 99',
  );
});
