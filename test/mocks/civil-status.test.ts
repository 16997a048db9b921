/** @module The civil status system's simulator: its log-in, its forms, its records by numbers, its register. */
import { describe, expect, test } from 'vitest';
import { type Json, type Running, startSimulators } from './support.ts';

const CODE = 'H15.50-260310-0001';

const birth = (maHoSoMCDT: string, form: Json = {}): Json => ({
  maDonVi: '24154',
  maTinh: '66',
  module: 'LTKS',
  maHoSoMCDT,
  ngayTiepNhan: '20260310083000',
  data: JSON.stringify({
    nksHoTen: 'Nguyễn Minh Khôi',
    nksGioiTinh: '1',
    nksNgaySinh: '01/03/2026',
    meHoTen: 'Trần Thị Lan',
    nycHoTen: 'Nguyễn Văn An',
    nycQuanHe: 'Cha',
    nycSoGiayToTuyThan: '066090000123',
    ...form,
  }),
  fileDinhKem: [],
});

async function civilStatus() {
  const simulators = await startSimulators();
  const token = await logIn(simulators);
  const call = async (path: string, body: Json, bearer = token): Promise<{ status: number; body: Json }> => {
    const response = await fetch(`${simulators.url}/civil-status${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
  return {
    simulators,
    call,
    act: (act: Json) => simulators.send('POST', '/_act/civil-status', { dossier: CODE, ...act }),
    records: async (...codes: string[]): Promise<Json[]> =>
      (await call('/layKetQua', { maDinhDanhHoSo: codes, maTinh: '66', module: 'LTKS' })).body.value as Json[],
  };
}

const logIn = async (at: Running): Promise<string> =>
  (await at.send('POST', '/civil-status/login', { userName: 'h15', password: 'h15' })).body.token as string;

describe('the civil status system', () => {
  test('asks for a log-in, and for another one when tokens are made to expire', async () => {
    const { simulators, call } = await civilStatus();
    expect((await simulators.send('POST', '/civil-status/login', { userName: 'h15', password: 'x' })).status).toBe(401);
    expect((await call('/layKetQua', {}, 'other')).status).toBe(401);
    expect((await call('/layKetQua', {})).status).toBe(200);
  });

  test('takes a birth once, and tells a repeat of it', async () => {
    const { call, records, simulators } = await civilStatus();
    expect((await call('/dongBoHoSo', birth(CODE))).body).toMatchObject({ status: '1' });
    expect((await call('/dongBoHoSo', birth(CODE))).body).toMatchObject({ status: '1' });
    expect(await records(CODE)).toMatchObject([{ maHoSoMCDT: CODE, trangThai: '1', errors: null }]);
    const { records: seen } = (await simulators.get(`/_seen/civil-status?dossier=${CODE}`)).body as { records: Json[] };
    expect(seen.map(({ effect }) => effect)).toEqual([true, false]);
  });

  test.each([
    ['a form without the child', birth(CODE, { nksHoTen: '' }), 'data.nksHoTen'],
    ['a time in another form', { ...birth(CODE), ngayTiepNhan: '2026-03-10' }, 'ngayTiepNhan'],
    ['a form that is no JSON', { ...birth(CODE), data: '{' }, 'data.'],
  ])('refuses %s with HTTP 200 and status 0', async (_title, body, path) => {
    const { call } = await civilStatus();
    expect((await call('/dongBoHoSo', body)).body).toMatchObject({
      status: '0',
      errorCode: 'DU_LIEU_KHONG_HOP_LE',
      errorDescription: expect.stringContaining(path),
    });
  });

  test('goes on by itself when the awaited supplement comes, and ends with the paper', async () => {
    const { call, records, act } = await civilStatus();
    await call('/dongBoHoSo', birth(CODE));
    await act({ act: 'request-supplement' });
    await call('/dongBoHoSo', birth(CODE, { nksNgaySinh: '02/03/2026' }));
    await act({ act: 'result-ready' });
    const told = await records(CODE);
    expect(told.map(({ trangThai }) => trangThai)).toEqual(['1', '2', '3', '4']);
    expect(told[1]).toMatchObject({ hanBoSungHoSo: expect.stringMatching(/^\d{14}$/) });
    expect(told[3]).toMatchObject({ ketQuaXuLy: { nksHoTen: 'Nguyễn Minh Khôi', giayKhaiSinh: expect.any(String) } });
  });

  test('tells the faulty record of a batch beside the others', async () => {
    const { call, records, act } = await civilStatus();
    await call('/dongBoHoSo', birth(CODE));
    await call('/dongBoHoSo', birth('H15.50-260310-0002'));
    await act({ act: 'break' });
    expect(await records(CODE, 'H15.50-260310-0002', 'H15.50-260310-0003')).toMatchObject([
      { maHoSoMCDT: CODE, errors: expect.any(String), trangThai: null },
      { maHoSoMCDT: 'H15.50-260310-0002', errors: null, trangThai: '1' },
      { maHoSoMCDT: 'H15.50-260310-0003', errors: 'Hồ sơ không tồn tại' },
    ]);
    await act({ act: 'mend' });
    expect(await records(CODE)).toMatchObject([{ trangThai: '1' }]);
  });

  test('tells only where a dossier is now where the setting says so', async () => {
    const { simulators, call, records, act } = await civilStatus();
    await call('/dongBoHoSo', birth(CODE));
    await act({ act: 'process' });
    expect((await simulators.send('PUT', '/_settings/civil-status', { tellsSteps: false })).status).toBe(200);
    expect((await records(CODE)).map(({ trangThai }) => trangThai)).toEqual(['3']);
    expect((await simulators.send('PUT', '/_settings/civil-status', { tellsStep: false })).status).toBe(400);
  });

  test('finds births and marriages of the invented people, and what was registered here', async () => {
    const { call, act } = await civilStatus();
    const lookUp = async (body: Json) => (await call('/traCuuHoTich', body)).body.value as Json[];
    expect(await lookUp({ loaiViec: 'KS', soDinhDanh: '066090000123' })).toMatchObject([
      { nksHoTen: 'Nguyễn Văn An', nksNgaySinh: '17/05/1990' },
    ]);
    expect(await lookUp({ loaiViec: 'KH', soDinhDanh: '066090000123' })).toMatchObject([{ voHoTen: 'Dương Kim Châu' }]);
    expect(await lookUp({ loaiViec: 'KT', soDinhDanh: '066090000123' })).toEqual([]);
    await call('/dongBoHoSo', birth(CODE));
    await act({ act: 'result-ready' });
    const { ketQuaXuLy } = (
      (await call('/layKetQua', { maDinhDanhHoSo: [CODE], maTinh: '66', module: 'LTKS' })).body.value as Json[]
    ).at(-1) as { ketQuaXuLy: Json };
    const { soDangKy, quyenSo, soDinhDanh } = ketQuaXuLy;
    const [entry] = await lookUp({ loaiViec: 'KS', soDangKy, quyenSo });
    expect(entry).toMatchObject({ nksHoTen: 'Nguyễn Minh Khôi', soDinhDanh });
    expect(entry).not.toHaveProperty('giayKhaiSinh');
  });
});
