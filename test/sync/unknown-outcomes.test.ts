import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProvince, type Province } from '../support/province.ts';
import { openTimeline, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';

const codes = Array.from({ length: 12 }, (_, i) => `H15.50-260310-${1001 + i}`);

/** Progress records that the portal had already. */
async function repeated(province: Province, all: readonly string[]): Promise<unknown[]> {
  const seen = await Promise.all(all.map((code) => province.seen(code)));
  return seen.flat().filter(({ service, effect }) => service === 'CapNhatTienDoHoSoMC' && !effect);
}

/** Lets every row in step be read back now. */
const dueForReadBack = () => timeline.pool.query("update sync_state set verify_at = now() - interval '1 second'");

describe('D5: an outcome that nobody knows', () => {
  it.each([
    ['answers are lost', { lostAnswerRate: 0.3 }, 'lostAnswerRate'],
    ['effects come late', { lateEffectMs: 50, lostAnswerRate: 0.3 }, 'lateEffectMs'],
    ['part of a batch is kept', { partialBatchRate: 0.3 }, 'partialBatchRate'],
    ['answers are cut short', { truncateRate: 0.3 }, 'truncateRate'],
    ['answers are garbled', { malformedRate: 0.3 }, 'malformedRate'],
    ['pages come instead of answers', { htmlRate: 0.3 }, 'htmlRate'],
    ['connections break', { resetRate: 0.3 }, 'resetRate'],
    ['the portal errs', { errorRate: 0.3 }, 'errorRate'],
  ])('loses, doubles and disorders nothing while %s', async (_title, faults, fired) => {
    const province = await openProvince(timeline);
    for (const code of codes) await province.register(code);
    await province.faults({ ...faults, seed: 7 });
    await province.drain();
    for (const code of codes) await province.tell(code, 'paused', '03-16T08:00');
    await until('the fault has struck', async () => ((await province.stats()).faultsFired[fired] ?? 0) > 0);
    await province.faults({});
    for (const code of codes) await province.tell(code, 'resumed', '03-18T08:00');
    await province.inStep();
    for (const code of codes) {
      expect(await province.progress(code)).toEqual(['1', '2', '6', '4']);
      expect(await province.kept(code)).toMatchObject({ TrangThaiHoSo: '4', NgayHenTra: '20260402170000' });
    }
    expect(await repeated(province, codes)).toEqual([]);
  });

  it('repeats at most what was unknown, and calls it unverified, where the portal tells no progress', async () => {
    const province = await openProvince(timeline);
    await province.settings({ readsProgress: false });
    await province.register(CODE);
    await province.drain();
    await province.inStep();
    await province.faults({ lostAnswerRate: 1 });
    await province.tell(CODE, 'paused', '03-16T08:00');
    await until('an outcome is unknown', async () => (await province.rowOf(CODE)).unknown);
    await province.faults({});
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6']);
    await dueForReadBack();
    await province.verifier().round();
    expect(await province.rowOf(CODE)).toMatchObject({ unverified: true, generation: 0 });
  });
});

describe('a read-back', () => {
  it('finds what the portal dropped in silence, repairs it, and finds nothing the second time', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    const drain = await province.drain();
    await province.inStep();
    await province.faults({ silentDropRate: 1 });
    await province.tell(CODE, 'paused', '03-16T08:00');
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2']);
    await province.faults({});
    const verifier = province.verifier(drain.wake);
    await until('the pause is there', async () => {
      await verifier.round();
      return (await province.progress(CODE)).includes('6');
    });
    await province.inStep();
    expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '6' });

    const { generation } = await province.rowOf(CODE);
    await dueForReadBack();
    expect(await verifier.round()).toBe(1);
    expect((await province.rowOf(CODE)).generation).toBe(generation);
  });

  it('does not send for ever what the portal keeps dropping: a case for people is only looked at', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    const drain = await province.drain();
    await province.inStep();
    await province.faults({ silentDropRate: 1 });
    await province.tell(CODE, 'paused', '03-16T08:00');
    await province.inStep();
    await dueForReadBack();
    let isCase = true;
    const verifier = province.verifier(drain.wake, { isForPeople: () => Promise.resolve(isCase) });
    expect(await verifier.round()).toBe(1);
    expect(await province.rowOf(CODE)).toMatchObject({ generation: 0 });
    expect(await verifier.round()).toBe(0);
    // Somebody has acted.
    isCase = false;
    await province.faults({});
    await dueForReadBack();
    await verifier.round();
    await until('the pause is there', async () => (await province.progress(CODE)).at(-1) === '6');
  });

  it('repairs a new dossier that the portal dropped in silence', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.faults({ silentDropRate: 1 });
    await province.drain();
    await until('the portal answered done', async () => (await province.stats()).byService.DongBoHoSoMC);
    await province.faults({});
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2']);
  });

  it('repairs a pause that the portal forgot and an appointment that it changed', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.tell(CODE, 'paused', '03-16T08:00');
    const drain = await province.drain();
    await province.inStep();
    await province.act({ act: 'forget-pause', dossier: CODE });
    await province.act({ act: 'set-appointment', dossier: CODE, at: '2026-05-05T17:00:00+07:00' });
    const verifier = province.verifier(drain.wake);
    await until('the pause is there again', async () => {
      await verifier.round();
      return (await province.progress(CODE)).join() === '1,2,6,6';
    });
    await province.inStep();
    expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '6', NgayHenTra: '20260331170000' });
  });

  it('knows a supplement that was voided after it was sent, and does not repair it for ever', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    const [paused] = await province.tell(CODE, 'paused', '03-16T08:00', { reason: 'supplement' });
    const drain = await province.drain();
    await province.inStep();
    await timeline.append({
      type: 'void',
      code: CODE,
      seq: paused && 'seq' in paused ? paused.seq : 0,
      reason: 'Nhầm hồ sơ',
      document: null,
      author: 'operator',
      agencies: null,
    });
    await province.tell(CODE, 'processing', '03-18T08:00');
    await province.inStep();
    // Code 5 stands there for good, and the portal adds its two days by itself.
    expect(await province.kept(CODE)).toMatchObject({ NgayHenTra: '20260327170000' });
    const { generation } = await province.rowOf(CODE);
    await dueForReadBack();
    expect(await province.verifier(drain.wake).round()).toBe(1);
    expect(await province.rowOf(CODE)).toMatchObject({ generation, unverified: false });
  });
});
