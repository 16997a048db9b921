/** @module Dossiers that an import adopts: what somebody else has told the portal is not told again. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Adoption, Baseline } from '../../src/dossiers/commands.ts';
import type { ReportedStatus } from '../../src/dossiers/status.ts';
import { at, registration, status } from '../support/commands.ts';
import { openProvince, type Province } from '../support/province.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
let province: Province;
beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());
beforeEach(async () => {
  province = await openProvince(timeline);
  // The old connection has posted it: each record some seconds after the time that iGate knows.
  const { client } = province.connect();
  await timeline.append(registration(CODE));
  const drain = await province.drain();
  await province.inStep();
  await drain.stop();
  await timeline.empty();
  const progress = {
    code: CODE,
    text: 'Đang xử lý',
    officer: '',
    title: '',
    department: '',
    startedAt: null,
    dueAt: null,
  };
  await client.progress([{ ...progress, at: at('03-11T09:00:17'), statusCode: '4' }]);
  before = await province.stats();
});

const CODE = 'H15.50-260310-0001';
let before: Awaited<ReturnType<Province['stats']>>;

/** A line of an import: the registration and what happened since, in one transaction. */
const adopt = (adoption: Adoption, ...events: [ReportedStatus, string][]) =>
  timeline.appender().append({
    commands: [
      registration(CODE, { mode: 'adopt', adoption }),
      ...events.map(([told, time]) => status(CODE, told, time, { adoption })),
    ],
    raw: null,
  });
const baseline = (more: Partial<Baseline> = {}): Baseline => ({
  destination: PORTAL,
  status: 'processing',
  pause: null,
  statusCode: '4',
  appointmentAt: undefined,
  asOf: at('03-15T00:00'),
  ...more,
});
/** What was written to the portal since the old connection stopped. */
const written = async (): Promise<Record<string, number>> => {
  const { byService } = await province.stats();
  const services = ['DongBoHoSoMC', 'CapNhatTienDoHoSoMC'];
  return Object.fromEntries(services.map((name) => [name, (byService[name] ?? 0) - (before.byService[name] ?? 0)]));
};
/** The times of the progress that the portal shows. */
const times = async (): Promise<number[]> =>
  (await province.connect().client.read(CODE))!.progress!.map((record) => record.at);
const THERE = ['03-10T08:00', '03-10T08:30', '03-11T09:00:17'].map(at);

it('adopted alone, nothing is sent or asked; what happens later is, once', async () => {
  await adopt({ mode: 'adopt', baseline: null }, ['processing', '03-11T09:00']);
  await province.drain();
  const { calls } = await province.stats();
  expect(await province.rowOf(CODE)).toMatchObject({ ackedSeq: 4, headSeq: 4, unknown: false });
  expect(calls).toBe(before.calls);

  await timeline.append(status(CODE, 'paused', '03-12T16:00'));
  await province.inStep();
  expect(await times()).toEqual([...THERE, at('03-12T16:00')]);
  // Read back, it shows what is believed and what was sent: nothing is repeated.
  await timeline.pool.query("update sync_state set verify_at = 'epoch'");
  expect(await province.verifier().round()).toBe(1);
  expect(await province.rowOf(CODE)).toMatchObject({ ackedSeq: 5, generation: 0, unverified: false });
  expect(await written()).toEqual({ DongBoHoSoMC: 0, CapNhatTienDoHoSoMC: 1 });
});

it('where the baseline shows what we have, nothing is sent', async () => {
  await adopt({ mode: 'adopt-and-sync', baseline: baseline({ appointmentAt: at('03-31T17:00') }) }, [
    'processing',
    '03-11T09:00',
  ]);
  expect(await province.behind()).toBe(0);
  const [row] = await timeline.rows(
    'select seen_status as status, seen_appointment_at as "appointmentAt", seen_at as "seenAt" from sync_state',
  );
  expect(row).toEqual({ status: '4', appointmentAt: at('03-31T17:00'), seenAt: at('03-15T00:00') });
});

it.each<[string, Partial<Baseline>, object]>([
  ['another status', { status: 'accepted', statusCode: '2' }, { act: 'set-status', status: '2' }],
  [
    'another appointment',
    { appointmentAt: at('03-30T17:00') },
    { act: 'set-appointment', at: '2026-03-30T17:00:00+07:00' },
  ],
])('where the baseline shows %s, the snapshot alone is sent', async (_title, shown, act) => {
  await province.act({ ...act, dossier: CODE });
  await adopt({ mode: 'adopt-and-sync', baseline: baseline(shown) }, ['processing', '03-11T09:00']);
  await province.drain();
  await province.inStep();
  expect(await written()).toEqual({ DongBoHoSoMC: 1, CapNhatTienDoHoSoMC: 0 });
});

it('what happened after the baseline is sent', async () => {
  await adopt(
    { mode: 'adopt-and-sync', baseline: baseline() },
    ['processing', '03-11T09:00'],
    ['paused', '03-16T16:00'],
  );
  await province.drain();
  await province.inStep();
  expect(await times()).toEqual([...THERE, at('03-16T16:00')]);
});

it('without a baseline the portal is asked first, and told what it lacks; a step that was timed otherwise is there', async () => {
  await adopt({ mode: 'adopt-and-sync', baseline: null }, ['processing', '03-11T09:00'], ['paused', '03-16T16:00']);
  expect(await province.rowOf(CODE)).toMatchObject({ ackedSeq: 0, unknown: true });
  await province.drain();
  await province.inStep();
  expect(await times()).toEqual([...THERE, at('03-16T16:00')]);
});

it('the same again changes nothing, and a dossier registered live stays as it is', async () => {
  const adoption: Adoption = { mode: 'adopt', baseline: null };
  await timeline.append(registration(CODE, { fields: { summary: 'đăng ký trực tiếp' } }));
  const adopting = () => timeline.append(registration(CODE, { mode: 'adopt', adoption }));
  expect(await adopting()).toMatchObject([{ outcome: 'unchanged' }]);
  expect(await province.rowOf(CODE)).toMatchObject({ ackedSeq: 0 });
  // An event of the file that nobody had told yet: believed, while the rest goes on its way.
  const event = status(CODE, 'processing', '03-11T09:00', { eventId: 'of-the-file', adoption });
  expect(await timeline.append(event, event)).toMatchObject([{ outcome: 'accepted' }, { outcome: 'duplicate' }]);
  await province.drain();
  await province.inStep();
  expect(await written()).toEqual({ DongBoHoSoMC: expect.any(Number), CapNhatTienDoHoSoMC: 0 });
  expect(await until('the portal has it', () => province.kept(CODE))).toMatchObject({
    TrichYeuHoSo: 'đăng ký trực tiếp',
  });
});
