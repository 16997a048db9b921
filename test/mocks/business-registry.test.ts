/** @module The business registry's simulator: certificates by code, and each step of a dossier listed by when it was written down. */
import { expect, test } from 'vitest';
import { type Json, type Running, startSimulators } from './support.ts';

async function registry() {
  const simulators = await startSimulators();
  const answer = await fetch(`${simulators.url}/business-registry/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('h15:h15')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const get = async (path: string): Promise<{ status: number; body: Json }> => {
    const response = await fetch(`${simulators.url}/business-registry${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
  return { simulators, get };
}

const act = (simulators: Running, name: string, more: Json = {}) =>
  simulators.send('POST', '/_act/business-registry', { act: name, dossier: 'H15.50-260310-0001', ...more });
const steps = (body: Json): Json[] => body.DanhSach as Json[];

test('an enterprise is told by its code, a branch by its own, and an unknown one is an empty list', async () => {
  const { get } = await registry();
  const { body } = await get('/chiTietDoanhNghiep?msdn=9900003708');
  expect(body).toMatchObject({ GetEntCert: [{ MaSoDoanhNghiep: '9900003708', DaiDienPhapLuat: [{}] }] });
  const branch = await get('/chiTietDoanhNghiep?msdn=9900003708-001');
  expect(branch.body).toMatchObject({ GetEntCert: [{ MaSoDoanhNghiep: '9900003708-001', MaLoaiHinhDN: 'BR' }] });
  expect((await get('/chiTietDoanhNghiep?msdn=9900003709')).body).toEqual({ GetEntCert: [] });
  expect((await get('/chiTietDoanhNghiep?msdn=12')).status).toBe(400);
});

test('each step is a record of its own; paying online is one that leaves the status as it is', async () => {
  const { simulators, get } = await registry();
  await act(simulators, 'open', { at: '2026-03-10T14:30:05+07:00' });
  await act(simulators, 'pay-online');
  await act(simulators, 'accept', { appointmentAt: '2026-03-13T17:00:00+07:00' });
  const { body } = await get('/danhSachTrangThaiHoSo?tuThoiDiem=20260301000000');
  expect(body.TongSo).toBe('3');
  expect(steps(body)).toMatchObject([
    { TrangThai: '1', HinhThucNop: '1', ThanhToanTrucTuyen: '0', NgayNop: '10/03/2026 14:30:05', NgayHenTra: '' },
    { TrangThai: '1', ThanhToanTrucTuyen: '1', KenhThanhToan: '1' },
    { TrangThai: '2', ThanhToanTrucTuyen: '1', NgayHenTra: '13/03/2026 17:00:00' },
  ]);
});

test('a listing has pages, begins at a time, and may show a step later than the time that stands in it', async () => {
  const { simulators, get } = await registry();
  for (const name of ['open', 'accept', 'process']) await act(simulators, name);
  const paged = await get('/danhSachTrangThaiHoSo?tuThoiDiem=20260301000000&trang=2&soBanGhi=2');
  expect([paged.body.TongSo, steps(paged.body).length]).toEqual(['3', 1]);
  expect(steps((await get('/danhSachTrangThaiHoSo?tuThoiDiem=20990101000000')).body)).toEqual([]);
  await simulators.send('PUT', '/_settings/business-registry', { visibleAfterMs: 60_000 });
  expect(steps((await get('/danhSachTrangThaiHoSo?tuThoiDiem=20260301000000')).body)).toEqual([]);
});

test('a token that has expired is answered 401', async () => {
  const { simulators, get } = await registry();
  await simulators.send('PUT', '/_faults/business-registry', { expireTokens: true });
  expect((await get('/chiTietDoanhNghiep?msdn=9900003708')).status).toBe(401);
});
