/** @module The portal simulator's strictness and memory: what a connector would get wrong must be refused here. */
import { describe, expect, test } from 'vitest';
import { ACCOUNT, dossierRecord, type Json, logIn, progressRecord, startSimulators } from './support.ts';

const CODE = 'H15.50-260202-0001';

async function portalWith(...codes: string[]) {
  const simulators = await startSimulators();
  const portal = await logIn(simulators);
  for (const code of codes) expect((await portal.dossier(dossierRecord(code))).error_code).toBe('0');
  return { simulators, portal };
}

describe('who may call', () => {
  test('a wrong password, no session and a foreign unit are three different refusals', async () => {
    const simulators = await startSimulators();
    const wrong = await simulators.send('POST', '/national-portal/mapi/login', { username: 'h15', password: 'x' });
    expect(wrong.body).toMatchObject({ error_code: '-2' });
    const call = { session: 'none', madonvi: 'H15', service: 'LayDanhSachTTHC' };
    expect((await simulators.send('POST', '/national-portal/mapi/g', call)).body).toMatchObject({ error_code: '-1' });
    const portal = await logIn(simulators);
    expect(await portal.call('LayDanhSachTTHC', { madonvi: 'H16' })).toMatchObject({ error_code: '-2' });
    expect(await portal.call('LayDanhSachTTHC', { madonvi: 'H15.50' })).toMatchObject({ error_code: '0' });
  });

  test('two sessions of one account live side by side', async () => {
    const simulators = await startSimulators();
    const [one, other] = [await logIn(simulators), await logIn(simulators)];
    expect(await other.call('LayDanhMucCoQuan')).toMatchObject({ error_code: '0' });
    expect(await one.call('LayDanhMucLinhVuc')).toMatchObject({ error_code: '0' });
  });

  test('a service that does not exist is told apart from wrong content', async () => {
    const { portal } = await portalWith();
    expect(await portal.call('XoaHoSo')).toMatchObject({ error_code: '-6' });
  });
});

describe('what a dossier must hold', () => {
  const faults: [title: string, change: Json, complaint: string][] = [
    ['a required field is missing', { ChuHoSo: undefined }, 'ChuHoSo'],
    ['a required field is empty', { MaTTHC: '' }, 'MaTTHC'],
    ['a scalar is a number', { LoaiDoiTuong: 1 }, 'LoaiDoiTuong'],
    ['a time is a day that does not exist', { NgayHenTra: '20260230170000' }, 'NgayHenTra'],
    ['a time is RFC 3339', { NgayTiepNhan: '2026-02-02T08:30:00+07:00' }, 'NgayTiepNhan'],
    ['the status is none of the ten', { TrangThaiHoSo: '11' }, 'TrangThaiHoSo'],
    ['the channel is a word', { KenhThucHien: 'online' }, 'KenhThucHien'],
    ['the summary is too long', { TrichYeuHoSo: 'a'.repeat(1001) }, 'TrichYeuHoSo'],
    ['a list is a text', { TaiLieuNop: '' }, 'TaiLieuNop'],
    ['a file name in a list is too long', { TaiLieuNop: [{ TenTepDinhKem: 'a'.repeat(2001) }] }, 'TenTepDinhKem'],
    ['a fee is no amount', { DanhSachLePhi: [{ Gia: '50.000' }] }, 'Gia'],
    ['a field is unknown', { MaHoso: 'x' }, 'MaHoso'],
  ];
  test.each(faults)('it is refused when %s', async (_title, change, complaint) => {
    const { portal, simulators } = await portalWith();
    const answer = await portal.dossier(dossierRecord(CODE, change));
    expect(answer).toMatchObject({ error_code: '-5', message: expect.stringContaining(complaint) });
    expect((await simulators.get(`/_seen/national-portal?dossier=${CODE}`)).body).toEqual({ records: [] });
  });

  test('the counter’s channel may be empty, and empty times are absent ones', async () => {
    const { portal } = await portalWith();
    expect(await portal.dossier(dossierRecord(CODE, { KenhThucHien: '', NgayTra: '' }))).toMatchObject({
      error_code: '0',
    });
  });

  test('a new one that exists must be sent again as an update, an update of none is refused', async () => {
    const { portal } = await portalWith(CODE);
    expect(await portal.dossier(dossierRecord(CODE))).toMatchObject({
      error_code: '3',
      message: expect.stringContaining('đã tồn tại'),
    });
    expect(await portal.dossier(dossierRecord(CODE), true)).toMatchObject({ error_code: '0' });
    expect(await portal.dossier(dossierRecord('H15.50-260202-0002'), true)).toMatchObject({ error_code: '-4' });
  });
});

describe('a batch', () => {
  test('with one bad record is refused whole, without saying which; the log says it', async () => {
    const logged: Json[] = [];
    const simulators = await startSimulators({}, (facts) => logged.push(facts));
    const portal = await logIn(simulators);
    const codes = ['0001', '0002', '0003'].map((n) => `H15.50-260202-${n}`);
    const data = codes.map((code, i) => dossierRecord(code, i === 1 ? { TrangThaiHoSo: '99' } : {}));
    const answer = await portal.call('DongBoHoSoMC', { isUpdating: 'False', data });
    expect(answer.error_code).toBe('-5');
    for (const code of codes) expect(JSON.stringify(answer)).not.toContain(code);
    for (const code of codes)
      expect(await portal.call('TraCuuHoSo', { MaHoSo: code })).toMatchObject({ error_code: '-4' });
    expect(logged).toContainEqual(expect.objectContaining({ system: 'national-portal', index: 1 }));
  });

  test('of progress for a dossier that is not there is refused whole', async () => {
    const { portal } = await portalWith(CODE);
    const answer = await portal.progress([CODE, '4', '20260203080000'], ['H15.50-260202-0009', '4', '20260203080000']);
    expect(answer).toMatchObject({ error_code: '-4' });
    expect((await portal.lookUp(CODE)).DanhSachTienDo).toEqual([]);
  });
});

describe('what is kept', () => {
  test('lists that an update leaves out are emptied, or kept where the setting says so', async () => {
    const { simulators, portal } = await portalWith();
    const papers = { TaiLieuNop: [{ TepDinhKemId: '1', TenTepDinhKem: 'Đơn.pdf' }] };
    await portal.dossier(dossierRecord(CODE, papers));
    await simulators.send('PUT', '/_settings/national-portal', { keepsAbsentLists: true });
    await portal.dossier(dossierRecord(CODE), true);
    expect(await portal.lookUp(CODE)).toMatchObject(papers);
    await simulators.send('PUT', '/_settings/national-portal', { keepsAbsentLists: false });
    await portal.dossier(dossierRecord(CODE), true);
    expect(await portal.lookUp(CODE)).toMatchObject({ TaiLieuNop: [] });
  });

  test('the status follows the newest progress by time, or the last to arrive', async () => {
    const { simulators, portal } = await portalWith(CODE);
    await portal.progress([CODE, '6', '20260205080000']);
    await portal.progress([CODE, '4', '20260204080000']);
    expect(await portal.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
    await simulators.send('PUT', '/_settings/national-portal', { currentBy: 'arrival' });
    await portal.progress([CODE, '4', '20260204090000']);
    expect(await portal.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '4' });
    await portal.dossier(dossierRecord(CODE, { TrangThaiHoSo: '9' }), true);
    expect(await portal.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '9' });
  });

  test('the progress list is told only where the setting says so', async () => {
    const { simulators, portal } = await portalWith(CODE);
    await portal.progress([CODE, '4', '20260204080000']);
    expect((await portal.lookUp(CODE)).DanhSachTienDo).toEqual([progressRecord([CODE, '4', '20260204080000'])]);
    await simulators.send('PUT', '/_settings/national-portal', { readsProgress: false });
    expect(await portal.lookUp(CODE)).not.toHaveProperty('DanhSachTienDo');
  });

  test('what repeats an earlier record is shown and marked, never hidden', async () => {
    const { simulators, portal } = await portalWith(CODE);
    await portal.progress([CODE, '6', '20260312160000']);
    await portal.progress([CODE, '6', '20260312160000']);
    await portal.dossier(dossierRecord(CODE, { TrangThaiHoSo: '6' }), true);
    const { records } = (await simulators.get(`/_seen/national-portal?dossier=${CODE}`)).body as { records: Json[] };
    expect(records).toEqual([
      expect.objectContaining({
        service: 'DongBoHoSoMC',
        status: '2',
        appointmentAt: '2026-03-10T17:00:00+07:00',
        effect: true,
      }),
      expect.objectContaining({
        service: 'CapNhatTienDoHoSoMC',
        status: '6',
        occurredAt: '2026-03-12T16:00:00+07:00',
        effect: true,
      }),
      expect.objectContaining({
        service: 'CapNhatTienDoHoSoMC',
        status: '6',
        occurredAt: '2026-03-12T16:00:00+07:00',
        effect: false,
      }),
      expect.objectContaining({ service: 'DongBoHoSoMC', status: '6', effect: false }),
    ]);
    const all = await (await fetch(`${simulators.url}/_seen/national-portal`)).text();
    const lines = all
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);
    expect(lines).toEqual(records.map((record) => ({ dossier: CODE, ...record })));
    expect((await simulators.get('/_stats/national-portal')).body).toMatchObject({
      calls: 5,
      effects: 2,
      duplicates: 2,
      refusals: 0,
      byService: { login: 1, DongBoHoSoMC: 2, CapNhatTienDoHoSoMC: 2 },
    });
  });

  test('a listing gives the dossiers received in a period, page by page, in the order of their codes', async () => {
    const codes = ['0003', '0001', '0002'].map((n) => `H15.50-260202-${n}`);
    const { simulators, portal } = await portalWith(...codes);
    await portal.dossier(dossierRecord('H15.50-260301-0001', { NgayTiepNhan: '20260301083000' }));
    const period = { TuNgay: '20260202', DenNgay: '20260228', SoBanGhi: '2' };
    const pages = [];
    for (const TrangHienTai of ['1', '2', '3'])
      pages.push(await portal.call('LayDanhSachHoSo', { ...period, TrangHienTai }));
    expect(pages.map(({ tongSo }) => tongSo)).toEqual(['3', '3', '3']);
    expect(pages.flatMap(({ data }) => (data as Json[]).map(({ MaHoSo }) => MaHoSo))).toEqual([...codes].sort());
    await simulators.send('PUT', '/_settings/national-portal', { lists: false });
    expect(await portal.call('LayDanhSachHoSo', period)).toMatchObject({ error_code: '-6' });
  });

  test('the catalogues name the demo’s land procedure and its agencies', async () => {
    const { portal } = await portalWith();
    expect(await portal.call('LayThuTuc', { maTTHC: '1.005129' })).toMatchObject({
      error_code: '0',
      data: { MaTTHC: '1.005129', ThoiHanGiaiQuyet: '15' },
    });
    expect(await portal.call('LayThuTuc', { maTTHC: '9.999999' })).toMatchObject({ error_code: '-4' });
    const agencies = (await portal.call('LayDanhMucCoQuan')).data as Json[];
    expect(agencies.map(({ MaCoQuan }) => MaCoQuan)).toEqual(
      expect.arrayContaining(['H15', 'H15.12', 'H15.50', 'H15.59']),
    );
    expect((await portal.call('LayDanhSachTTHC')).data).toHaveProperty('length', 18);
  });
});

test('the published evaluation counts what is on time, by agency, and leaves out what it cannot know', async () => {
  const [early, late] = ['H15.50-260202-0001', 'H15.51-260202-0001'] as const;
  const { simulators, portal } = await portalWith(early);
  await portal.dossier(dossierRecord(late, { DonViXuLy: 'H15.51', KenhThucHien: '1' }));
  await portal.progress([early, '9', '20260302080000'], [late, '9', '20260312080000']);
  const ask = async (name: string, body: Json) =>
    simulators.send('POST', `/national-portal/reporting/evaluation/${name}`, {
      rootDepartmentId: 'H15',
      year: 2026,
      ...body,
    });
  const { body } = await ask('dvc-progress-tree', { timeType: 'quarter', quarter: 1 });
  const onTime = (numerator: number, denominator: number, points: number) => ({
    groups: [{ code: 'TDGQ', max: 20, parts: [{ name: 'on-time', max: 20, numerator, denominator, points }] }],
  });
  expect(body.data).toMatchObject({
    ...onTime(1, 2, 10),
    children: [
      { departmentId: 'H15.50', ...onTime(1, 1, 20) },
      { departmentId: 'H15.51', ...onTime(0, 1, 0) },
    ],
  });
  const overview = (await ask('service-results', { timeType: 'year' })).body.data as { groups: Json[] };
  expect(overview.groups.map(({ code, max }) => [code, max])).toEqual([
    ['CKMB', 18],
    ['TDGQ', 20],
    ['CLGQ', 12],
    ['TTTT', 10],
    ['MDSH', 22],
    ['MDHL', 18],
  ]);
  expect((await ask('dvc-progress-tree', { timeType: 'month', month: 1 })).body.data).toMatchObject({ dossiers: 0 });
  expect(await ask('dvc-progress-tree', { timeType: 'quarter', quarter: 5 })).toMatchObject({ status: 400 });
});

describe('acts that spoil', () => {
  test('forgetting a pause puts the former status back and drops the record of it', async () => {
    const { simulators, portal } = await portalWith(CODE);
    await portal.progress([CODE, '4', '20260204080000'], [CODE, '6', '20260205080000']);
    const { status } = await simulators.send('POST', '/_act/national-portal', { act: 'forget-pause', dossier: CODE });
    expect(status).toBe(200);
    expect(await portal.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '4', DanhSachTienDo: [{ TrangThai: '4' }] });
    expect((await simulators.get(`/_seen/national-portal?dossier=${CODE}`)).body.records).toHaveLength(3);
  });

  test('status, channel and appointment change in silence', async () => {
    const { simulators, portal } = await portalWith(CODE);
    const act = (more: Json) => simulators.send('POST', '/_act/national-portal', { dossier: CODE, ...more });
    await act({ act: 'set-status', status: '9' });
    await act({ act: 'set-channel', channel: 'counter' });
    await act({ act: 'set-appointment', at: '2026-04-01T17:00:00+07:00' });
    expect(await portal.lookUp(CODE)).toMatchObject({
      TrangThaiHoSo: '9',
      KenhThucHien: '1',
      NgayHenTra: '20260401170000',
    });
  });

  test('papers, fees and results of others appear beside ours', async () => {
    const { simulators, portal } = await portalWith(CODE);
    await simulators.send('POST', '/_act/national-portal', { act: 'add-paper', dossier: CODE });
    const dossier = await portal.lookUp(CODE);
    for (const list of ['TaiLieuNop', 'DanhSachLePhi', 'DanhSachGiayToKetQua']) expect(dossier[list]).toHaveLength(1);
    const { DanhSachTienDo: _, ...record } = dossier;
    expect(await portal.dossier(record, true), 'what was read can be written back').toMatchObject({ error_code: '0' });
  });

  test('a dossier is forgotten, another is invented from its code', async () => {
    const { simulators, portal } = await portalWith(CODE);
    await simulators.send('POST', '/_act/national-portal', { act: 'forget-dossier', dossier: CODE });
    expect(await portal.call('TraCuuHoSo', { MaHoSo: CODE })).toMatchObject({ error_code: '-4' });
    await simulators.send('POST', '/_act/national-portal', { act: 'invent-dossier', dossier: 'H15.53-260310-9001' });
    expect(await portal.lookUp('H15.53-260310-9001')).toMatchObject({
      DonViXuLy: 'H15.53',
      NgayTiepNhan: '20260310083000',
    });
  });

  test('a wrong act says what is wrong', async () => {
    const { simulators } = await portalWith();
    const act = (body: unknown) => simulators.send('POST', '/_act/national-portal', body);
    expect(await act({ act: 'dance', dossier: CODE })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('forget-pause') },
    });
    expect(await act({ act: 'forget-pause', dossier: CODE })).toMatchObject({ status: 404 });
    expect(await act([])).toMatchObject({ status: 400 });
  });
});

test('resetting empties everything, sessions and settings too', async () => {
  const { simulators, portal } = await portalWith(CODE);
  await simulators.send('PUT', '/_settings/national-portal', { lists: false });
  await simulators.send('PUT', '/_faults/national-portal', { latencyMs: 1 });
  await simulators.send('POST', '/_reset', undefined);
  expect(await portal.call('TraCuuHoSo', { MaHoSo: CODE })).toMatchObject({ error_code: '-1' });
  const again = await logIn(simulators);
  expect(await again.call('TraCuuHoSo', { MaHoSo: CODE })).toMatchObject({ error_code: '-4' });
  expect((await simulators.get('/_settings/national-portal')).body).toMatchObject({ lists: true });
  expect((await simulators.get('/_faults/national-portal')).body).toEqual({});
  expect((await simulators.get('/_seen/national-portal?dossier=x')).body).toEqual({ records: [] });
});

test('unknown settings are refused by name', async () => {
  const simulators = await startSimulators();
  const { status, body } = await simulators.send('PUT', '/_settings/national-portal', {
    list: true,
    currentBy: 'chance',
  });
  expect(status).toBe(400);
  expect(body.message).toContain('list: no such setting');
  expect(body.message).toContain('currentBy');
});

test('the account of the options is the one that may log in', async () => {
  const simulators = await startSimulators({ portal: { username: 'u', password: 'p', madonvi: 'H15' } });
  const login = (username: string, password: string) =>
    simulators.send('POST', '/national-portal/mapi/login', { username, password });
  expect((await login(ACCOUNT.username, ACCOUNT.password)).body).not.toHaveProperty('session');
  expect((await login('u', 'p')).body).toMatchObject({ error_code: 0, session: expect.any(String) });
});
