/** @module Acceptance scenario 1: a financial obligation, paused for two reasons, resumed with a documented date across Tết 2026. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const time = (local: string): string => `2026-${local}:00+07:00`;

interface Progress {
  readonly TrangThai: string;
  readonly ThoiDiemXuLy: string;
  readonly NoiDungXuLy: string;
}

interface AtPortal {
  readonly TrangThaiHoSo: string;
  readonly NgayHenTra: string;
  readonly DanhSachTienDo: readonly Progress[];
  readonly DanhSachHoSoBoSung: readonly Readonly<Record<string, string>>[];
}

/** iGate registers the dossier: Monday 2 February, 15 working days, due on Monday 2 March, since Tết takes the week from the 16th. */
async function register(code: string): Promise<void> {
  await product.igate('PUT', `/v1/dossiers/${code}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    channel: 'online',
    submittedAt: time('02-02T08:00'),
    receivedAt: time('02-02T08:30'),
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
  });
}

const land = (code: string, act: string, at: string, more: object = {}): Promise<void> =>
  product.act('land-registry', { act, dossier: code, at: time(at), ...more });

/** Waits until the portal has had these statuses, in this order. */
const shown = (code: string, ...statuses: string[]): Promise<unknown> =>
  until(`the portal shows ${statuses.join(', ')} of ${code}`, async () => {
    const { records } = await product.ask<{ records: { service: string; status: string }[] }>(
      `/_seen/national-portal?dossier=${code}`,
    );
    const told = records.filter(({ service }) => service === 'CapNhatTienDoHoSoMC').map(({ status }) => status);
    return told.join() === statuses.join();
  });

const inStep = (code: string): Promise<unknown> =>
  until(`${code} is in step`, async () => {
    const { destinations } = await product.igate<{ destinations: { state: string }[] }>(
      'GET',
      `/v1/dossiers/${code}/sync`,
    );
    return destinations.every(({ state }) => state === 'in-step');
  });

const judged = (code: string): Promise<{ onTime: boolean; appointmentAt: string; subtractedMinutes: number }> =>
  product.ask(`/national-portal/_judge?dossier=${code}`);

/** The land registry pauses for the tax office, then for the citizen's payment, then goes on with a new date. */
async function pauseForMoney(code: string): Promise<void> {
  await land(code, 'pause', '02-09T08:00', { reason: 'tax-determination' });
  await shown(code, '1', '2', '6');
  await land(code, 'pause', '02-12T08:00', { reason: 'citizen-payment' });
  await shown(code, '1', '2', '6', '6');
  await land(code, 'resume', '02-25T08:00', { newAppointmentAt: time('03-20T17:00') });
  await shown(code, '1', '2', '6', '6', '4');
}

describe('a dossier paused for tax determination and then for the citizen’s payment', () => {
  const code = 'H15.50-260202-0001';
  beforeAll(async () => {
    await register(code);
    await pauseForMoney(code);
    await inStep(code);
  });

  it('shows both reasons apart and in order at the portal, each at its own time', async () => {
    const { DanhSachTienDo } = await product.atPortal<AtPortal>(code);
    expect(
      DanhSachTienDo.slice(2).map(({ TrangThai, ThoiDiemXuLy, NoiDungXuLy }) => [TrangThai, ThoiDiemXuLy, NoiDungXuLy]),
    ).toEqual([
      ['6', '20260209080000', expect.stringContaining('chờ cơ quan thuế xác định nghĩa vụ tài chính')],
      ['6', '20260212080000', expect.stringContaining('chờ thực hiện nghĩa vụ tài chính')],
      ['4', '20260225080000', 'Đang xử lý'],
    ]);
  });

  it('keeps them apart in its own timeline', async () => {
    const { events } = await product.igate<{
      events: { status: string | null; pauseReason: string | null; source: string; effect: boolean }[];
    }>('GET', `/v1/dossiers/${code}/timeline`);
    expect(
      events
        .filter(({ source }) => source === 'land-registry')
        .map(({ status, pauseReason, effect }) => [status, pauseReason, effect]),
    ).toEqual([
      ['paused', 'tax-determination', true],
      ['paused', 'citizen-payment', true],
      ['resumed', null, true],
    ]);
  });

  it('has the documented appointment, with the count by law beside it, across Tết', async () => {
    const dossier = await product.igate<{ status: string; clock: Record<string, unknown> }>(
      'GET',
      `/v1/dossiers/${code}`,
    );
    expect(dossier).toMatchObject({
      status: 'processing',
      clock: {
        appointmentAt: time('03-20T17:00'),
        basis: 'ministry',
        // Seven working days of pause, from the 9th to the 25th.
        ours: time('03-11T17:00'),
        provisional: false,
      },
    });
    expect((await product.atPortal<AtPortal>(code)).NgayHenTra).toBe('20260320170000');
  });

  it('is on time at the portal, where without its pause it is late', async () => {
    const without = 'H15.50-260202-0002';
    await register(without);
    for (const one of [code, without]) await land(one, 'complete', '03-18T10:00');
    await shown(code, '1', '2', '6', '6', '4', '9');
    await shown(without, '1', '2', '9');
    await Promise.all([inStep(code), inStep(without)]);
    expect(await judged(code)).toMatchObject({
      onTime: true,
      appointmentAt: time('03-20T17:00'),
      subtractedMinutes: 0,
    });
    expect(await judged(without)).toMatchObject({ onTime: false });
  });

  it('stays late where it is truly late', async () => {
    const twin = 'H15.50-260202-0003';
    await register(twin);
    await pauseForMoney(twin);
    await land(twin, 'complete', '03-23T08:00');
    await shown(twin, '1', '2', '6', '6', '4', '9');
    await inStep(twin);
    expect(await judged(twin)).toMatchObject({ onTime: false, appointmentAt: time('03-20T17:00') });
  });
});

describe('a dossier with one supplement of two working days', () => {
  const supplemented = async (code: string, end: string): Promise<void> => {
    await register(code);
    await land(code, 'pause', '02-09T08:00', { reason: 'supplement' });
    await land(code, 'resume', '02-11T08:00');
    await land(code, 'complete', end);
    await shown(code, '1', '2', '5', '4', '9');
    await inStep(code);
  };

  it('is credited with it once: on time to its moved appointment, late after it', async () => {
    const [onTime, late] = ['H15.50-260202-0004', 'H15.50-260202-0005'];
    await supplemented(onTime, '03-04T16:59');
    await supplemented(late, '03-05T08:00');
    const kept = await product.atPortal<AtPortal>(onTime);
    expect(kept.NgayHenTra).toBe('20260302170000');
    expect(kept.DanhSachHoSoBoSung).toMatchObject([
      { NgayHenTraTruoc: '20260302170000', NgayHenTraMoi: '20260304170000' },
    ]);
    expect(await judged(onTime)).toMatchObject({ onTime: true, subtractedMinutes: 960 });
    expect(await judged(late)).toMatchObject({ onTime: false, subtractedMinutes: 960 });
  });
});
