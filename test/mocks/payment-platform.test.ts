/** @module The payment platform's simulator: it takes nothing without its checksum, and what people do there is told, asked, settled. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Json, startGateway, startSimulators } from './support.ts';

const DOSSIER = 'H15.50-260310-0001';
const PREFIX = '/payment-platform';

const now = (): string => new Date(Date.now() + 7 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14);
/** The checksum, worked out here once more by hand. */
const proof = (...fields: unknown[]): string =>
  createHash('sha256')
    .update([...fields, 'h15'].join('|'))
    .digest('hex');

const init = (MaThamChieu: string, more: Json = {}): Json => {
  const message = {
    LoaiBanTin: 'INIT',
    PhienBan: '1.0.6',
    MaDoiTac: 'h15',
    MaThamChieu,
    SoTien: '50000',
    LoaiHinhThanhToan: 'PAY',
    MaKenhThanhToan: '1',
    MaThietBi: '1',
    NgonNgu: 'vi-VN',
    MaTienTe: 'VND',
    MaNganHang: '',
    ThongTinGiaoDich: `Thanh toan ho so ${DOSSIER}`,
    ThoiGianGD: now(),
    Ip: '127.0.0.1',
    ...more,
  };
  return {
    ...message,
    MaXacThuc: proof(...Object.values(message)),
    ThongTinBienLai: {
      MaDichVu: '1.005129.01',
      MaTTHC: '1.005129',
      TenTTHC: 'Đăng ký biến động',
      MaDonVi: 'H15.50',
      MaHoSo: DOSSIER,
      TKThuHuong: '1234567890',
      HoTenNguoiNop: 'Nguyễn Văn An',
      PhiLePhi: [{ LoaiPhiLePhi: '2', MaPhiLePhi: 'LP01', TenPhiLePhi: 'Lệ phí', SoTien: message.SoTien }],
    },
  };
};
const question = (kind: string, { MaThamChieu, ThoiGianGD }: Json): Json => ({
  LoaiBanTin: kind,
  PhienBan: '1.0.6',
  MaDoiTac: 'h15',
  MaThamChieu,
  ThoiGianGD,
  MaXacThuc: proof(kind, '1.0.6', 'h15', MaThamChieu, ThoiGianGD),
});

async function platform() {
  const gateway = await startGateway();
  gateway.answer = { status: 200, body: '{"MaLoi":"00","MoTaLoi":""}' };
  const simulators = await startSimulators({ webhooks: { 'payment-platform': { url: `${gateway.url}/notice` } } });
  const call = async (path: string, body: Json): Promise<Json> =>
    (await simulators.send('POST', PREFIX + path, body)).body;
  const act = async (act: string, more: Json = {}): Promise<Json> =>
    (await simulators.send('POST', '/_act/payment-platform', { act, dossier: DOSSIER, ...more })).body;
  const text = async (path: string, init?: RequestInit): Promise<string> =>
    (await fetch(simulators.url + path, init)).text();
  return { gateway, simulators, call, act, text };
}

test('a payment is asked for, paid at its page, told by a proven notice, and answered as paid with its receipt', async () => {
  const { gateway, call, text, simulators } = await platform();
  const asked = init('LT1');
  const answer = await call('/init', asked);
  expect(answer.error_code).toBe('00');
  const { UrlThanhToan } = JSON.parse(String(answer.message)) as { UrlThanhToan: string };
  const page = new URL(UrlThanhToan);
  expect(UrlThanhToan.startsWith(simulators.url)).toBe(true);
  expect(await text(page.pathname + page.search)).toContain('Chờ thanh toán');
  expect(await call('/query', question('QUERY', asked))).toMatchObject({ MaLoi: '00', TrangThaiGD: '2' });
  expect(await call('/bill', question('GET_BILL', asked))).toMatchObject({ MaLoi: '07', UrlBienLai: '' });

  await text(page.pathname + page.search, { method: 'POST', body: 'act=pay' });
  await expect.poll(() => gateway.received.length).toBe(1);
  const told = gateway.received[0]!.body;
  expect(told).toMatchObject({ LoaiBanTin: 'confirm', MaLoi: '00', MaThamChieu: 'LT1', SoTien: '50000' });
  expect(told.MaXacThuc).toBe(
    proof(
      ...[told.LoaiBanTin, told.MaLoi, told.MaDoiTac, told.MaThamChieu, told.SoTien, told.MaTienTe],
      ...[told.MaGiaoDich, told.MaNganHang, told.ThoiGianGD, told.ThongTinGiaoDich],
    ),
  );
  expect(await call('/query', question('QUERY', asked))).toMatchObject({
    TrangThaiGD: '1',
    MaGiaoDich: told.MaGiaoDich,
  });
  expect(String((await call('/bill', question('GET_BILL', asked))).UrlBienLai)).toContain('/payment-platform/_bill');
});

test.each([
  ['a wrong checksum', { ...init('LT2'), MaXacThuc: 'f'.repeat(64) }, '01'],
  [
    'a checksum in capitals',
    (({ MaXacThuc, ...rest }) => ({ ...rest, MaXacThuc: String(MaXacThuc).toUpperCase() }))(init('LT2')),
    '01',
  ],
  ['an amount changed on the way', { ...init('LT2'), SoTien: '5000' }, '01'],
  ['an amount that is no whole number', init('LT2', { SoTien: '50.000' }), '04'],
  ['a time with a 12-hour clock or in UTC', init('LT2', { ThoiGianGD: '20200101030000' }), '05'],
])('refuses %s', async (_title, message, code) => {
  const { call } = await platform();
  expect(await call('/init', message)).toMatchObject({ error_code: code });
});

test('the same INIT again is the same page, or is taken, as its setting says', async () => {
  const { call, simulators } = await platform();
  const asked = init('LT3');
  const first = await call('/init', asked);
  expect(await call('/init', asked)).toEqual(first);
  expect((await simulators.get(`/_seen/payment-platform?dossier=${DOSSIER}`)).body.records).toMatchObject([
    { service: 'INIT', effect: true },
    { service: 'INIT', effect: false },
  ]);
  await simulators.send('PUT', '/_settings/payment-platform', { repeatsInit: false });
  expect(await call('/init', asked)).toMatchObject({ error_code: '02' });
});

test('a question with another time than the payment had is about no payment', async () => {
  const { call } = await platform();
  const asked = init('LT4');
  await call('/init', asked);
  const other = question('QUERY', { ...asked, ThoiGianGD: '20260310030000' });
  expect(await call('/query', other)).toMatchObject({ MaLoi: '03', TrangThaiGD: '' });
});

test('what was debited without being recorded, paid twice, given back or never asked for stands on the day’s file', async () => {
  const { call, act, text } = await platform();
  const asked = init('LT5');
  await call('/init', asked);
  expect(await act('debit-without-recording')).toMatchObject({ status: '4', pushed: true });
  expect(await call('/query', question('QUERY', asked))).toMatchObject({ TrangThaiGD: '4', MaGiaoDich: '' });
  await call('/init', init('LT6'));
  await act('pay-twice');
  const { reference } = await act('invent-settlement', { amount: 70_000, date: '20260311' });
  const { path } = await act('settle', { date: '20260311' });
  const lines = (await text(String(path))).trimEnd().split('\n');
  expect(lines.map((line) => line.split(',')[2])).toEqual(['MaThamChieu', reference, 'LT5', 'LT6', 'LT6', '']);
  expect(lines.at(-1)).toBe('TONG,4,,,220000,VND,,,,');

  const [, , , transaction] = lines[2]!.split(',');
  const refund = {
    LoaiBanTin: 'REFUND',
    PhienBan: '1.0.6',
    MaDoiTac: 'h15',
    MaThamChieu: 'LTR1',
    MaThamChieuGoc: 'LT5',
    MaGiaoDich: transaction,
    SoTien: '50000',
    ThoiGianGD: now(),
  };
  const proven = { ...refund, MaXacThuc: proof(...Object.values(refund)), LyDo: 'Trừ tiền không thành công' };
  expect(await call('/refund', { ...proven, MaXacThuc: 'x' })).toMatchObject({ MaLoi: '01' });
  expect(await call('/refund', proven)).toMatchObject({ MaLoi: '00', TrangThaiGD: '1' });
  await act('settle', { date: '20260312' });
  expect(await text(`${PREFIX}/_settlement?date=20260312`)).toContain('HT,LTR1,');
});
