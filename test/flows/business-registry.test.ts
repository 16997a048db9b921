/** @module Dossiers that the business registry works on: asked for, and shown at the portal as submitted and paid online. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

interface AtPortal {
  readonly KenhThucHien: string;
  readonly DuocThanhToanTrucTuyen?: string;
  readonly TrangThaiHoSo: string;
  readonly NgayHenTra: string;
  readonly DanhSachTienDo: readonly { readonly TrangThai: string; readonly ThoiDiemXuLy: string }[];
}

const registry = (code: string, act: string, more: object = {}): Promise<void> =>
  product.act('business-registry', { act, dossier: code, ...more });
const shown = async (code: string, wanted: Partial<AtPortal>): Promise<AtPortal> => {
  await until(`the portal shows ${JSON.stringify(wanted)} of ${code}`, async () => {
    const there = await product.atPortal<AtPortal | undefined>(code);
    return (
      there !== undefined && Object.entries(wanted).every(([name, value]) => there[name as keyof AtPortal] === value)
    );
  });
  return product.atPortal<AtPortal>(code);
};

it('a dossier that it tells of is opened, and reaches the portal as online and paid online, step by step', async () => {
  const code = 'H15.50-260310-0001';
  await registry(code, 'open', { at: '2026-03-10T08:00:00+07:00', channel: 'online' });
  await registry(code, 'accept', { at: '2026-03-10T14:30:05+07:00', appointmentAt: '2026-03-13T17:00:00+07:00' });
  await shown(code, { TrangThaiHoSo: '2', KenhThucHien: '2', NgayHenTra: '20260313170000' });
  await registry(code, 'pay-online');
  await shown(code, { DuocThanhToanTrucTuyen: '1' });
  await registry(code, 'process', { at: '2026-03-11T09:00:00+07:00' });
  await registry(code, 'approve', { at: '2026-03-12T15:00:00+07:00' });
  const { DanhSachTienDo } = await shown(code, { TrangThaiHoSo: '9' });
  expect(DanhSachTienDo.map(({ TrangThai, ThoiDiemXuLy }) => [TrangThai, ThoiDiemXuLy])).toEqual([
    ['1', '20260310080000'],
    ['2', '20260310143005'],
    ['4', '20260311090000'],
    ['9', '20260312150000'],
  ]);
});

it('a dossier that the counter registered is corrected to online, and stays so', async () => {
  const code = 'H15.50-260310-0002';
  const registered = {
    procedureCode: '2.001610',
    agencyCode: 'H15.50',
    channel: 'counter',
    submittedAt: '2026-03-10T08:00:00+07:00',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'enterprise', name: 'Công ty Cổ phần Gỗ Bình Minh', enterpriseCode: '9900003708' },
  };
  await product.igate('PUT', `/v1/dossiers/${code}`, registered);
  await shown(code, { KenhThucHien: '1' });
  await registry(code, 'process', { at: '2026-03-11T09:00:00+07:00', channel: 'online', paidVia: 'agency' });
  await shown(code, { KenhThucHien: '2', DuocThanhToanTrucTuyen: '2' });
  await product.igate('PUT', `/v1/dossiers/${code}`, registered);
  expect(await product.igate('GET', `/v1/dossiers/${code}`)).toMatchObject({ channel: 'online' });
});

it('a step that it shows later than its own time, while it falters, is not lost', async () => {
  const code = 'H15.50-260310-0003';
  await product.set('/_settings/business-registry', { visibleAfterMs: 3_000 });
  await registry(code, 'open', { at: '2026-03-10T08:00:00+07:00' });
  await registry(code, 'accept', { at: '2026-03-10T08:30:00+07:00' });
  await product.set('/_faults/business-registry', { errorRate: 0.3, malformedRate: 0.2, expireTokens: true, seed: 5 });
  await product.set('/_settings/business-registry', { visibleAfterMs: 0 });
  await registry('H15.50-260310-0004', 'open');
  await product.set('/_faults/business-registry', {});
  expect(await shown(code, { TrangThaiHoSo: '2' })).toMatchObject({ KenhThucHien: '2' });
});
