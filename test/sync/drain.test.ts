import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProvince } from '../support/province.ts';
import { openTimeline, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

// Dossiers are of March 2026 and received when the test runs.
let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';
const codes = (count: number): string[] => Array.from({ length: count }, (_, i) => `H15.50-260310-${1001 + i}`);

describe('history and snapshot', () => {
  it('tells a dossier’s history in order, then the true snapshot', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.tell(CODE, 'paused', '03-16T08:00');
    await province.tell(CODE, 'paused', '03-17T08:00', { reason: 'citizen-payment' });
    await province.drain();
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6', '6']);
    await province.tell(CODE, 'resumed', '03-18T08:00');
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6', '6', '4']);
    expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '4', NgayHenTra: '20260402170000' });
    expect((await province.stats()).duplicates).toBe(0);
  });

  it('tells a late entry as a past record, after which the snapshot is true again', async () => {
    const province = await openProvince(timeline);
    await province.settings({ currentBy: 'arrival' });
    await province.register(CODE);
    await province.drain();
    await province.tell(CODE, 'completed', '03-20T08:00');
    await province.inStep();
    await province.tell(CODE, 'processing', '03-12T08:00');
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '9', '4']);
    expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '9' });
  });

  it('updates a dossier that the portal has already, instead of failing or doubling it', async () => {
    const province = await openProvince(timeline);
    await province.act({ act: 'invent-dossier', dossier: CODE });
    await province.register(CODE, { summary: 'Tách thửa' });
    await province.drain();
    await province.inStep();
    expect(await province.kept(CODE)).toMatchObject({ ChuHoSo: 'Nguyễn Văn An', TrichYeuHoSo: 'Tách thửa' });
    // The acceptance stood there already.
    expect(await province.progress(CODE)).toEqual(['1']);
  });

  it('keeps the papers, fees and results that others put at the portal', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE, { components: [{ code: 'K1', name: 'Đơn đăng ký', digitised: true }] });
    await province.drain();
    await province.inStep();
    await province.act({ act: 'add-paper', dossier: CODE });
    const before = (await province.kept(CODE))!;
    await province.tell(CODE, 'paused', '03-16T08:00');
    await province.tell(CODE, 'resumed', '03-18T08:00');
    await province.inStep();
    const after = (await province.kept(CODE))!;
    expect(after).toMatchObject({ NgayHenTra: '20260402170000' });
    for (const list of ['TaiLieuNop', 'DanhSachLePhi', 'DanhSachGiayToKetQua'])
      expect(after[list]).toEqual(before[list]);
    expect(after.TaiLieuNop).toHaveLength(2);
  });

  it('creates a dossier anew that the portal has forgotten', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.drain();
    await province.inStep();
    await province.act({ act: 'forget-dossier', dossier: CODE });
    await province.tell(CODE, 'paused', '03-16T08:00');
    await province.inStep();
    expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
    expect((await province.rowOf(CODE)).blockedReason).toBeNull();
  });
});

describe('D3: what is refused', () => {
  it('one poisoned dossier of a hundred is blocked alone, in the portal’s words, until it is corrected', async () => {
    const province = await openProvince(timeline);
    const all = codes(100);
    const poisoned = all[37]!;
    for (const code of all)
      await province.register(code, code === poisoned ? { applicant: { kind: 'citizen', name: 'x'.repeat(501) } } : {});
    await province.drain();
    const words = await until(
      'the poisoned one is blocked',
      async () => (await province.rowOf(poisoned)).blockedReason,
    );
    expect(words).toMatch(/^-5: .*ChuHoSo/);
    await until('the others are in step', async () => (await province.behind()) === 1);
    for (const code of all.filter((one) => one !== poisoned)) expect(await province.progress(code)).toEqual(['1', '2']);
    await province.register(poisoned, { applicant: { kind: 'citizen', name: 'Nguyễn Văn An' } });
    await province.inStep();
    expect(await province.progress(poisoned)).toEqual(['1', '2']);
  });

  it('does not take a portal that refuses everybody for poisoned dossiers: it pauses, and blocks nobody', async () => {
    const province = await openProvince(timeline);
    const all = codes(20);
    for (const code of all) await province.register(code, { applicant: { kind: 'citizen', name: 'x'.repeat(501) } });
    await province.drain();
    const pause = await until('the destination is paused', async () => {
      const [found] = await timeline.rows<{ by: string; reason: string }>(
        'select paused_by as by, paused_reason as reason from destination where paused_since is not null',
      );
      return found;
    });
    expect(pause).toMatchObject({ by: 'gateway', reason: expect.stringMatching(/^systemic-refusal: -5: .*ChuHoSo/) });
    await until('nobody is blocked or under way', async () => {
      const rows = await Promise.all(all.map((code) => province.rowOf(code)));
      return rows.every(({ blockedReason, leased }) => blockedReason === null && !leased);
    });
  });
});
