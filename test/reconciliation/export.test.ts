/** @module An uploaded export of the portal: what it tells is compared, what it cannot tell or what has moved since is not judged. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findExport } from '../../src/reconciliation/export-store.ts';
import { takeExport } from '../../src/reconciliation/export-take.ts';
import { Reconciler } from '../../src/reconciliation/part.ts';
import { findRun, insertRun } from '../../src/reconciliation/store.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { runOf } from '../support/reconciling.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { bytesOf, workbook } from '../support/workbook.ts';

let timeline: Timeline;
let now = 0;
beforeAll(async () => {
  timeline = await openTimeline(() => at('03-12T09:00'));
});
afterAll(() => timeline.close());
beforeEach(async () => {
  await timeline.empty();
  await timeline.pool.query('truncate reconciliation_run, difference, difference_sighting, portal_export cascade');
  now = at('03-20T09:00');
});

const code = (n: number): string => `H15.50-260310-000${n}`;
const words = { headers: { status: ['Tình trạng xử lý'] }, statuses: { 'Chờ thuế': '6' } };

const take = (content: string | Buffer, asOf = '03-20T08:00') =>
  takeExport(
    { db: timeline.pool, words, profile, bytesAtMost: 1_000_000, now: () => now },
    (async function* () {
      yield Buffer.from(content);
    })(),
    {
      destination: PORTAL,
      fileName: null,
      asOf: at(asOf),
      from: '2026-03-10',
      to: '2026-03-10',
      agencyCode: 'H15',
      procedureCode: null,
      clientId: 'operator',
      officer: null,
    },
  );

/** Every dossier of ours is where the sync left it, delivered long before any export. */
const settle = () =>
  timeline.pool.query(
    "update sync_state set acked_seq = head_seq, exists_there = true, acked_at = '2026-03-12T09:00:00+07:00'",
  );

/** Without a connection to the portal, as where nothing but exports is to be had. */
async function reconcile(exportId: number): Promise<string> {
  const scope = { destination: PORTAL, agencyCode: 'H15', procedureCode: null, from: '2026-03-10', to: '2026-03-10' };
  const id = await insertRun(timeline.pool, scope, {
    repair: true,
    dryRun: false,
    requestedBy: 'operator',
    now,
    exportId,
  });
  const part = new Reconciler({
    destination: PORTAL,
    db: timeline.pool,
    seal: testSeal,
    portal: null,
    rules: () => ({ profile, catalogue }),
    adopt: () => Promise.resolve(false),
    appender: timeline.appender(),
    wake: () => {},
    settleAfterMs: 60_000,
    now: () => now,
    log: silent,
    instance: 'one',
    isOpen: () => true,
    perSecond: 1_000,
    repairsPerMinute: 1_000,
  });
  while ((await findRun(timeline.pool, id))!.state === 'running') {
    await part.round();
    now += 30_000;
  }
  return id;
}
const differences = () =>
  timeline.rows<{ kind: string; dossier: string; state: string }>(
    'select kind, dossier_code as dossier, state from difference order by dossier_code, kind',
  );

it('names what differs by what it tells, and what only one side has', async () => {
  for (let n = 1; n <= 6; n++) await timeline.append(registration(code(n)));
  await timeline.append(status(code(4), 'paused', '03-11T09:00'));
  await timeline.append(status(code(5), 'paused', '03-11T09:00'));
  await settle();
  const taken = await take(
    [
      'Danh sách hồ sơ đồng bộ,,,,',
      'Mã hồ sơ,Chủ hồ sơ,Tình trạng xử lý,Ngày hẹn trả,Ghi chú',
      `${code(1)},Nguyễn Văn An,Được tiếp nhận,31/03/2026,`,
      `${code(2)},Nguyễn Văn An,Đang xử lý,30/03/2026,`,
      `${code(4)},Nguyễn Văn An,Chờ thuế,31/03/2026,`,
      `${code(5)},Nguyễn Văn An,4,31/03/2026,`,
      // A word that nobody knows tells nothing.
      `${code(6)},Nguyễn Văn An,Chờ trăng lên,31/03/2026,`,
      `${code(7)},Nguyễn Văn An,2,31/03/2026,`,
      `${code(7)},Nguyễn Văn An,4,31/03/2026,`,
    ].join('\n'),
  );
  expect(taken).toMatchObject({
    rows: 6,
    repeated: 1,
    unread: 1,
    faults: [{ row: 7, column: 'status' }],
    tells: ['code', 'status', 'appointmentAt'],
    ignoredColumns: ['Chủ hồ sơ', 'Ghi chú'],
  });
  const id = await reconcile(taken.id);
  expect(await differences()).toEqual([
    { kind: 'appointment-differs', dossier: code(2), state: 'confirmed' },
    { kind: 'status-stale', dossier: code(2), state: 'confirmed' },
    { kind: 'missing-at-portal', dossier: code(3), state: 'confirmed' },
    { kind: 'pause-lost', dossier: code(5), state: 'confirmed' },
    { kind: 'missing-here', dossier: code(7), state: 'confirmed' },
  ]);
  expect(await runOf(timeline, id)).toMatchObject({ state: 'done', way: 'export', compared: 7, inStep: 3 });
});

it('judges nothing that has moved since it was made, here or there', async () => {
  for (let n = 1; n <= 3; n++) await timeline.append(registration(code(n)));
  await settle();
  await timeline.pool.query(
    "update sync_state set acked_at = '2026-03-20T07:59:30+07:00' where dossier_id = (select id from dossier where code = $1)",
    [code(1)],
  );
  await timeline.pool.query(
    "update timeline_entry set recorded_at = '2026-03-20T08:30:00+07:00' where dossier_id = (select id from dossier where code = $1)",
    [code(2)],
  );
  const id = await reconcile((await take('code,status\nH15.99-260310-0001,4\n')).id);
  expect(await differences()).toEqual([
    { kind: 'missing-at-portal', dossier: code(3), state: 'confirmed' },
    { kind: 'missing-here', dossier: 'H15.99-260310-0001', state: 'confirmed' },
  ]);
  expect(await runOf(timeline, id)).toMatchObject({ compared: 2, unchecked: 2 });
});

it('is read from a workbook and from NDJSON as from CSV, to the second where the file tells it', async () => {
  await timeline.append(registration(code(1)));
  await settle();
  const late = ['Số hồ sơ', 'Hạn trả kết quả'];
  const book = await take(await bytesOf(workbook([late, [code(1), '31/03/2026 17:00:01']])));
  const lines = await take(`{"Mã hồ sơ":"${code(1)}","Ngày hẹn trả":"20260331170001"}\n`);
  for (const { id } of [book, lines]) {
    const { rows } = await timeline.pool.query(
      'select appointment_to as told from portal_export_row where export_id = $1',
      [id],
    );
    expect(rows).toEqual([{ told: 'second' }]);
  }
  await reconcile(lines.id);
  expect(await differences()).toEqual([{ kind: 'appointment-differs', dossier: code(1), state: 'confirmed' }]);
});

it('leaves nothing behind of a file that cannot be read or is cut off', async () => {
  await expect(take('Mã hồ sơ,Chủ hồ sơ\nH15.50-260310-0001,Nguyễn Văn An')).rejects.toMatchObject({
    code: 'validation',
  });
  await expect(take(Buffer.alloc(2_000_000, 'a'))).rejects.toMatchObject({ code: 'payload-too-large' });
  expect(await findExport(timeline.pool, 1)).toBeNull();
  expect(await timeline.rows('select from portal_export')).toEqual([]);
});
