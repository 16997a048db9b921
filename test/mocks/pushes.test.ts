/** @module What the ministries' systems push: their own wire, their own clock, again and again until taken, in order. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { type Json, type Running, type StandInGateway, startGateway, startSimulators } from './support.ts';

const CODE = 'H15.50-260310-0001';
const AT = '2026-03-12T16:00:00+07:00';
const AT_MS = Date.parse(AT);
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const TAKEN = { status: 200, body: '{"Result":1,"Message":""}' };

async function registry(): Promise<{ gateway: StandInGateway; simulators: Running; act(more: Json): Promise<Json> }> {
  const gateway = await startGateway();
  const url = `${gateway.url}/v1/webhooks/land-registry/{operation}/the-code`;
  const simulators = await startSimulators({ webhooks: { 'land-registry': { url } } });
  return {
    gateway,
    simulators,
    act: async (more) =>
      (await simulators.send('POST', '/_act/land-registry', { dossier: CODE, at: AT, ...more })).body,
  };
}

describe('the land registry', () => {
  test.each([
    ['supplement', false, 0],
    ['financial-obligation', true, 5],
    ['tax-determination', true, 5],
    ['citizen-payment', true, 2],
    ['extension', true, 3],
    ['consultation', true, 4],
    ['public-posting', true, 6],
  ])('pauses for %s with LaTamDung %s and kind %i', async (reason, paused, kind) => {
    const { gateway, act } = await registry();
    expect(await act({ act: 'pause', reason })).toEqual({
      pushed: true,
      answer: { status: 200, body: { Result: 1, Message: '' } },
    });
    expect(gateway.received).toHaveLength(1);
    const { path, body } = gateway.received[0]!;
    expect(path).toBe('/v1/webhooks/land-registry/YeuCauBoSungHoSo/the-code');
    expect(body).toMatchObject({
      SoBienNhan: CODE,
      NgayChoBoSung: `/Date(${AT_MS})/`,
      LaTamDung: paused,
      danhSachVanBanChoBoSung: [{ loaiVanBanPhatSinh: kind, ngayVanBan: `/Date(${AT_MS})/` }],
    });
  });

  test.each([
    [{ act: 'receive' }, 'TiepNhanHoSoChoMotCua', { MaHoSoMotCua: CODE, NgayTiepNhan: `/Date(${AT_MS})/` }],
    [{ act: 'forward' }, 'ChuyenHoSo', { NgayChuyen: '2026-03-12T09:00:00Z', MaTrangThai: 'DXL' }],
    [
      { act: 'tax-notice', amount: 120_000 },
      'GuiKetQuaThue',
      { NgayCoKetQuaThue: `/Date(${AT_MS})/`, DanhSachThongBaoThue: [{ SoTien: 120_000 }] },
    ],
    [
      { act: 'resume', newAppointmentAt: '2026-03-31T17:00:00+07:00' },
      'NhanBoSungHoSo',
      { NgayNhanBoSung: '2026-03-12T09:00:00Z', NgayHenTraMoi: '2026-03-31T10:00:00Z' },
    ],
    [{ act: 'resume' }, 'NhanBoSungHoSo', { NgayHenTraMoi: null }],
    [{ act: 'complete' }, 'KetThucHoSo', { NgayKetThuc: '2026-03-12T09:00:00Z', TrangThaiKetThuc: 0 }],
    [{ act: 'reject' }, 'KetThucHoSo', { TrangThaiKetThuc: 1 }],
    [{ act: 'request-update' }, 'YeuCauCapNhatHoSo', { NgayYeuCau: `/Date(${AT_MS})/` }],
    [{ act: 'wrong-procedure' }, 'ThongBaoNhapSaiThuTuc', { NgayThongBao: '2026-03-12T09:00:00Z' }],
  ])('tells of %j by %s', async (act, operation, body) => {
    const { gateway, act: perform } = await registry();
    expect(await perform(act)).toMatchObject({ pushed: true });
    expect(gateway.received[0]!.path).toContain(`/${operation}/`);
    expect(gateway.received[0]!.body).toMatchObject({ SoBienNhan: CODE, ...body });
  });

  test('has a number of its own for a dossier and can be asked back by it', async () => {
    const { gateway, simulators, act } = await registry();
    await act({ act: 'pause', reason: 'citizen-payment', receiptNumber: 'BN-2026-000123' });
    await act({ act: 'forward' });
    expect(gateway.received.map(({ body }) => body.SoBienNhan)).toEqual(['BN-2026-000123', 'BN-2026-000123']);
    const { body } = await simulators.get('/land-registry/GetThongTinHoSo?SoBienNhan=BN-2026-000123');
    expect(body).toMatchObject({
      data: { MaHoSoMotCua: CODE, danhSachVanBanChoBoSung: [{ loaiVanBanPhatSinh: 2 }] },
      status: { success: true },
    });
    expect(await act({ act: 'forward', receiptNumber: 'other' })).toMatchObject({
      message: expect.stringContaining('BN-2026-000123'),
    });
  });

  test('takes the province’s calls, marks a repeat, refuses what is incomplete', async () => {
    const { simulators } = await registry();
    const call = (operation: string, body: Json) => simulators.send('POST', `/land-registry/${operation}`, body);
    const dossier = {
      SoBienNhan: 'BN-1',
      MaHoSoMotCua: CODE,
      TinhId: 66,
      XaId: 24154,
      NgayTiepNhan: '2026-03-10T01:30:00Z',
      NgayHenTra: `/Date(${AT_MS})/`,
      ThongTinNguoiNopDon: { HoTen: 'Nguyễn Văn An' },
      ThongTinQuyTrinh: { MaQuyTrinh: 'DKBD', TenQuyTrinh: 'Đăng ký biến động' },
    };
    expect((await call('TiepNhanHoSo', dossier)).body).toMatchObject({ status: { success: true } });
    expect((await call('TiepNhanHoSo', dossier)).body).toMatchObject({ status: { success: true } });
    expect((await call('TiepNhanHoSo', { ...dossier, NgayTiepNhan: '10/03/2026' })).body).toMatchObject({
      status: { success: false, code: 'DU_LIEU_SAI' },
    });
    expect((await call('TiepNhanHoSo', { ...dossier, MaHoSoMotCua: 'H15.50-260310-0002' })).body).toMatchObject({
      status: { code: 'DA_TON_TAI' },
    });
    expect(
      (await call('CapNhatKetQuaTraHoSo', { SoBienNhan: 'BN-9', NgayTra: '2026-03-30T03:00:00Z' })).body,
    ).toMatchObject({
      status: { code: 'KHONG_TIM_THAY' },
    });
    expect((await simulators.get(`/_seen/land-registry?dossier=${CODE}`)).body.records).toEqual([
      expect.objectContaining({
        service: 'TiepNhanHoSo',
        occurredAt: '2026-03-10T08:30:00+07:00',
        appointmentAt: AT,
        effect: true,
      }),
      expect.objectContaining({ service: 'TiepNhanHoSo', effect: false }),
    ]);
    expect((await simulators.get('/_stats/land-registry')).body).toMatchObject({
      calls: 5,
      effects: 1,
      duplicates: 1,
      refusals: 3,
    });
  });

  test.each(['GetDanhMucNguoiDung', 'GetDanhMucThuTuc', 'GetDanhMucTrangThai'])(
    'serves its catalogue %s',
    async (name) => {
      const { simulators } = await registry();
      const { body } = await simulators.get(`/land-registry/${name}`);
      expect((body.data as unknown[]).length).toBeGreaterThan(0);
    },
  );

  test('writes its own wrong clock into what it pushes', async () => {
    const { gateway, simulators, act } = await registry();
    await simulators.send('PUT', '/_faults/land-registry', { clockSkewMs: 600_000 });
    await act({ act: 'complete' });
    expect(gateway.received[0]!.body).toMatchObject({ NgayKetThuc: '2026-03-12T09:10:00Z' });
  });

  test('refuses an act it does not know, and a reason it does not know', async () => {
    const { act } = await registry();
    expect(await act({ act: 'dance' })).toMatchObject({ message: expect.stringContaining('tax-notice') });
    expect(await act({ act: 'pause', reason: 'tired' })).toMatchObject({
      message: expect.stringContaining('consultation'),
    });
    expect(await act({ act: 'pause', reason: 'other', kind: 9 })).toMatchObject({
      message: expect.stringContaining('kind'),
    });
    expect(await act({ act: 'complete', at: 'now' })).toMatchObject({ message: expect.stringContaining('RFC 3339') });
  });
});

describe('a push that is not taken', () => {
  test.each([
    ['the gateway is down', null],
    ['the answer is an error', { status: 503, body: '' }],
    ['VBDLIS is answered Result 0', { status: 200, body: '{"Result":0,"Message":"chưa"}' }],
  ])('is sent again when %s, before what came after it', async (_title, answer) => {
    const { gateway, act } = await registry();
    gateway.answer = answer;
    const first = await act({ act: 'pause', reason: 'supplement' });
    expect(first).toMatchObject({ pushed: false });
    gateway.answer = TAKEN;
    expect(await act({ act: 'resume' })).toMatchObject({ pushed: true });
    const operations = gateway.received.map(({ path }) => path.split('/').at(-2));
    expect(operations).toEqual(['YeuCauBoSungHoSo', 'YeuCauBoSungHoSo', 'NhanBoSungHoSo']);
    expect(gateway.received[0]!.text, 'the same message').toBe(gateway.received[1]!.text);
  });

  test('holds up its own dossier only', async () => {
    const { gateway, act } = await registry();
    gateway.answer = null;
    await act({ act: 'forward' });
    gateway.answer = TAKEN;
    expect(await act({ act: 'forward', dossier: 'H15.50-260310-0002' })).toMatchObject({ pushed: true });
  });

  test('is forgotten by a reset', async () => {
    const { gateway, simulators, act } = await registry();
    gateway.answer = null;
    await act({ act: 'pause', reason: 'supplement' });
    await simulators.send('POST', '/_reset', undefined);
    gateway.answer = TAKEN;
    await act({ act: 'complete' });
    expect(gateway.received.at(-1)!.path).toContain('KetThucHoSo');
    expect(gateway.received).toHaveLength(2);
  });
});

test('a system that nobody listens to acts in silence', async () => {
  const simulators = await startSimulators();
  const { status, body } = await simulators.send('POST', '/_act/land-registry', { act: 'forward', dossier: CODE });
  expect(status).toBe(200);
  expect(body).toEqual({ pushed: false, answer: null, reason: expect.stringContaining('webhook') });
});

describe('the coordination system', () => {
  async function coordination() {
    const gateway = await startGateway();
    gateway.answer = { status: 202, body: '{"accepted":1,"duplicates":0,"held":0,"quarantined":0}' };
    const simulators = await startSimulators({
      webhooks: { coordination: { url: `${gateway.url}/v1/webhooks/coordination`, secret: SECRET } },
    });
    const act = async (more: Json): Promise<Json> =>
      (await simulators.send('POST', '/_act/coordination', { dossier: CODE, at: AT, ...more })).body;
    return { gateway, simulators, act };
  }

  test.each([
    [{ act: 'accept' }, { status: 'accepted' }],
    [{ act: 'process' }, { status: 'processing' }],
    [
      { act: 'pause', reason: 'consultation' },
      { status: 'paused', pauseReason: 'consultation' },
    ],
    [
      { act: 'resume', newAppointmentAt: '2026-03-31T17:00:00+07:00' },
      { status: 'resumed', newAppointmentAt: '2026-03-31T17:00:00+07:00' },
    ],
    [{ act: 'complete' }, { status: 'completed' }],
    [{ act: 'reject' }, { status: 'rejected' }],
    [{ act: 'withdraw' }, { status: 'withdrawn' }],
    [{ act: 'stop' }, { status: 'stopped' }],
  ])('signs what it tells of %j', async (what, data) => {
    const { gateway, act } = await coordination();
    expect(await act(what)).toMatchObject({ pushed: true, answer: { status: 202 } });
    const { headers, text } = gateway.received[0]!;
    const message = new Webhook(SECRET).verify(text, headers as Record<string, string>) as Json;
    expect(message).toMatchObject({
      type: 'dossier.status.changed',
      data: { dossierCode: CODE, occurredAt: AT, eventId: expect.any(String), ...data },
    });
  });

  test('opens a dossier that nobody registered, with all that is known of it', async () => {
    const { gateway, act } = await coordination();
    await act({ act: 'open', receivedAt: '2026-03-10T08:30:00+07:00' });
    expect(gateway.received[0]!.body.data).toMatchObject({
      status: 'accepted',
      procedureCode: '1.005129',
      agencyCode: 'H15.50',
      receivedAt: '2026-03-10T08:30:00+07:00',
      applicant: { kind: 'citizen', personalId: expect.stringMatching(/^\d{12}$/) },
    });
  });

  test('tells of a transfer from one agency to another', async () => {
    const { gateway, act } = await coordination();
    await act({ act: 'transfer', fromAgency: 'H15.50', toAgency: 'H15.12' });
    expect(gateway.received[0]!.body).toMatchObject({
      type: 'dossier.transferred',
      data: { fromAgency: 'H15.50', toAgency: 'H15.12' },
    });
  });

  test('sends the same message under the same id until it is taken', async () => {
    const { gateway, act } = await coordination();
    gateway.answer = { status: 503, body: '' };
    expect(await act({ act: 'accept' })).toMatchObject({ pushed: false, answer: { status: 503 } });
    gateway.answer = { status: 202, body: '{}' };
    await expect.poll(() => gateway.received.length, { timeout: 10_000 }).toBe(2);
    const [first, second] = gateway.received;
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.text).toBe(first!.text);
  });

  test('takes a status back and marks a repeat', async () => {
    const { simulators } = await coordination();
    const send = (more: Json = {}) =>
      simulators.send('POST', '/coordination/dossiers/status', {
        dossierCode: CODE,
        status: 'completed',
        occurredAt: AT,
        ...more,
      });
    expect(await send()).toMatchObject({ status: 202 });
    expect(await send()).toMatchObject({ status: 202 });
    expect(await send({ status: 'finished' })).toMatchObject({ status: 422 });
    expect((await simulators.get('/_stats/coordination')).body).toMatchObject({
      effects: 1,
      duplicates: 1,
      refusals: 1,
    });
    expect((await simulators.get(`/coordination/dossiers?code=${CODE}`)).body).toMatchObject({ status: 'completed' });
  });
});
