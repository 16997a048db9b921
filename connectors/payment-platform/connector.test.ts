import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type PaymentProvider, type SettlementItem, UnreadableSettlement } from '../../src/capabilities/payments.ts';
import { failureOf, joined } from '../../test/support/connector.ts';
import connector from './connector.ts';

const SECRET = 'khoa-bi-mat';
const AT = Date.parse('2026-03-10T15:04:05+07:00');
const REQUEST: Parameters<PaymentProvider['create']>[0] = {
  reference: 'LT260310150405A1B2C3',
  askedAt: AT,
  amount: 250_000,
  dossierCode: 'H15.50-260310-0001',
  procedure: { code: '1.005129', name: 'Đăng ký biến động' },
  agency: { code: 'H15.50', name: 'UBND xã Krông Pắc' },
  account: { number: '9990000000001', bankCode: 'BIDV', holder: 'Trung tâm Phục vụ hành chính công' },
  payer: { name: 'Nguyễn Văn An', personalId: '066090000123', address: 'Thôn 4', ip: '203.0.113.7' },
  items: [
    { code: 'LP01', name: 'Lệ phí', kind: 'charge', amount: 50_000 },
    { code: 'PH01', name: 'Phí thẩm định', kind: 'fee', amount: 200_000 },
  ],
  bankCode: null,
};
const ASKED = { reference: REQUEST.reference, askedAt: AT };

/** A checksum worked out by hand: the fields one after the other. */
const proof = (...fields: string[]): string =>
  createHash('sha256')
    .update(`${fields.join('|')}|${SECRET}`)
    .digest('hex');

interface Told {
  readonly [field: string]: string | number;
}
/** The answer to QUERY or REFUND, its checksum right. */
function told(more: Told = {}): Told {
  const fields: Told = {
    LoaiBanTin: 'QUERY',
    MaLoi: '00',
    MaDoiTac: 'H15',
    MaThamChieu: REQUEST.reference,
    SoTien: '250000',
    MaTienTe: 'VND',
    MaGiaoDich: 'PP1',
    MaNganHang: 'BIDV',
    ThoiGianGD: '20260310150405',
    ThongTinGiaoDich: 'Thanh toan',
    ...more,
  };
  const order = ['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'SoTien', 'MaTienTe', 'MaGiaoDich', 'MaNganHang'];
  const values = [...order, 'ThoiGianGD', 'ThongTinGiaoDich'].map((name) => String(fields[name]));
  return { TrangThaiGD: '1', MoTaLoi: '', ...fields, MaXacThuc: proof(...values) };
}

function platform(env: Record<string, string> = {}) {
  const { context, at, probe } = joined(connector, { PARTNER: 'H15', SECRET, PAYER_PROVINCE: 'Đắk Lắk', ...env });
  const bodies: Record<string, unknown>[] = [];
  const answers = (path: string, body: object, status = 200): void => {
    at.post(path, (sent) => bodies.push(sent as Record<string, unknown>) > 0).reply(status, body);
  };
  return { provider: connector.payments!(context), probe, answers, bodies };
}

describe('INIT', () => {
  it('carries the fields in the agreed order under a lower-case checksum, with a 24-hour time in Viet Nam', async () => {
    const { provider, answers, bodies } = platform();
    answers('/init', { error_code: '00', message: JSON.stringify({ UrlThanhToan: 'https://pay.example.vn/x' }) });
    expect(await provider.create(REQUEST)).toEqual({ pageUrl: 'https://pay.example.vn/x' });
    const [sent] = bodies;
    expect(sent!.MaXacThuc).toBe(
      proof(
        ...['INIT', '1.0.6', 'H15', REQUEST.reference, '250000', 'PAY', '1', '1', 'vi-VN', 'VND', ''],
        ...['Thanh toan ho so H15.50-260310-0001', '20260310150405', '203.0.113.7'],
      ),
    );
    expect(sent!.ThongTinBienLai).toMatchObject({
      MaDichVu: '1.005129.01',
      MaTTHC: '1.005129',
      MaDonVi: 'H15.50',
      MaHoSo: 'H15.50-260310-0001',
      TKThuHuong: '9990000000001',
      HoTenNguoiNop: 'Nguyễn Văn An',
      SoCMNDNguoiNop: '066090000123',
      HuyenNguoiNop: '',
      TinhNguoiNop: 'Đắk Lắk',
      PhiLePhi: [
        { LoaiPhiLePhi: '2', MaPhiLePhi: 'LP01', SoTien: '50000' },
        { LoaiPhiLePhi: '1', MaPhiLePhi: 'PH01', SoTien: '200000' },
      ],
    });
  });

  it('cuts a name that is longer than the platform takes', async () => {
    const { provider, answers, bodies } = platform();
    answers('/init', { error_code: 0, message: JSON.stringify({ UrlThanhToan: 'https://pay.example.vn/x' }) });
    await provider.create({ ...REQUEST, procedure: { code: '1.005129', name: 'x'.repeat(300) } });
    expect((bodies[0]!.ThongTinBienLai as { TenTTHC: string }).TenTTHC).toHaveLength(250);
  });

  it.each([
    ['a refusal', { error_code: '02', message: 'Trùng mã tham chiếu' }, 'rejected', 'not-done'],
    ['a wrong checksum of ours', { error_code: '01', message: 'Sai mã xác thực' }, 'auth', 'not-done'],
    ['a message that is no JSON', { error_code: '00', message: 'OK' }, 'contract', 'unknown'],
    ['no page', { error_code: '00', message: '{}' }, 'contract', 'unknown'],
    [
      'a page that is no address',
      { error_code: '00', message: '{"UrlThanhToan":"javascript:x"}' },
      'contract',
      'unknown',
    ],
    ['another shape', { status: 'ok' }, 'contract', 'unknown'],
  ])('answered with %s fails as what it is', async (_title, answer, kind, outcome) => {
    const { provider, answers } = platform();
    answers('/init', answer);
    const error = await failureOf(provider.create(REQUEST));
    expect({ kind: error.kind, outcome: error.facts.outcome }).toEqual({ kind, outcome });
  });

  it('is never sent twice by itself', async () => {
    const { provider, answers } = platform();
    answers('/init', { message: 'Lỗi hệ thống' }, 500);
    expect((await failureOf(provider.create(REQUEST))).facts.outcome).toBe('unknown');
  });
});

describe('QUERY', () => {
  it('repeats the reference and the time of the payment', async () => {
    const { provider, answers, bodies } = platform();
    answers('/query', told());
    await provider.query(ASKED);
    expect(bodies[0]).toEqual({
      LoaiBanTin: 'QUERY',
      PhienBan: '1.0.6',
      MaDoiTac: 'H15',
      MaThamChieu: REQUEST.reference,
      ThoiGianGD: '20260310150405',
      MaXacThuc: proof('QUERY', '1.0.6', 'H15', REQUEST.reference, '20260310150405'),
    });
  });

  it.each([
    ['1', 'paid'],
    ['2', 'waiting'],
    ['3', 'unclear'],
    ['4', 'failed'],
  ])('answered with TrangThaiGD %s is %s', async (TrangThaiGD, status) => {
    const { provider, answers } = platform();
    answers('/query', { ...told(), TrangThaiGD });
    expect(await provider.query(ASKED)).toMatchObject({
      status,
      amount: 250_000,
      transactionId: 'PP1',
      bankCode: 'BIDV',
    });
  });

  it('takes an amount as a number, and no amount as none', async () => {
    const { provider, answers } = platform();
    answers('/query', told({ SoTien: 250_000 }));
    answers('/query', told({ SoTien: '' }));
    expect((await provider.query(ASKED)).amount).toBe(250_000);
    expect((await provider.query(ASKED)).amount).toBeNull();
  });

  it('that the platform knows nothing of is absent only when it proves so', async () => {
    const { provider, answers } = platform();
    answers('/query', told({ MaLoi: '03' }));
    answers('/query', { MaLoi: '03', MoTaLoi: 'Không tìm thấy' });
    expect((await provider.query(ASKED)).status).toBe('absent');
    expect((await failureOf(provider.query(ASKED))).kind).toBe('contract');
  });

  it.each([
    ['a wrong checksum', { ...told(), MaXacThuc: 'f'.repeat(64) }, '$.MaXacThuc'],
    ['a checksum in capitals', { ...told(), MaXacThuc: String(told().MaXacThuc).toUpperCase() }, '$.MaXacThuc'],
    ['an amount changed on the way', { ...told(), SoTien: '2500000' }, '$.MaXacThuc'],
    ['another payment than the one asked about', told({ MaThamChieu: 'LT2' }), '$.MaThamChieu'],
    ['a status in no table', { ...told(), TrangThaiGD: '9' }, '$.TrangThaiGD'],
    ['an amount with points', told({ SoTien: '250.000' }), '$.SoTien'],
    ['an amount with an exponent', told({ SoTien: '25e4' }), '$.SoTien'],
    ['a negative amount', told({ SoTien: '-250000' }), '$.SoTien'],
    ['an amount with a fraction', told({ SoTien: 250_000.5 }), '$.SoTien'],
  ])('answered with %s is not believed, and the place is named', async (_title, answer, path) => {
    const { provider, answers } = platform();
    answers('/query', answer);
    const error = await failureOf(provider.query(ASKED));
    expect({ kind: error.kind, path: error.facts.path }).toEqual({ kind: 'contract', path });
  });

  it('proven with the former secret is believed while one is introduced', async () => {
    const { provider, answers } = platform({ SECRET: 'moi', SECRET_PREVIOUS: SECRET });
    answers('/query', told());
    expect((await provider.query(ASKED)).status).toBe('paid');
  });
});

describe('GET_BILL', () => {
  it.each([
    [{ MaLoi: '00', UrlBienLai: 'https://bill.example.vn/1' }, 'https://bill.example.vn/1'],
    [{ MaLoi: '00', UrlBienLai: '' }, null],
    [{ MaLoi: '07', MoTaLoi: 'Chưa có biên lai' }, null],
  ])('answered with %j gives %s', async (answer, url) => {
    const { provider, answers } = platform();
    answers('/bill', answer);
    expect(await provider.bill(ASKED)).toBe(url);
  });

  it('that leads to no address is not believed', async () => {
    const { provider, answers } = platform();
    answers('/bill', { MaLoi: '00', UrlBienLai: 'file:///etc/passwd' });
    expect((await failureOf(provider.bill(ASKED))).kind).toBe('contract');
  });
});

describe('REFUND', () => {
  const REFUND = {
    reference: 'LTR1',
    askedAt: AT,
    paymentReference: REQUEST.reference,
    transactionId: 'PP1',
    amount: 250_000,
    reason: 'Nộp thừa',
  };

  it('names both references, the transaction and its whole amount under its checksum', async () => {
    const { provider, answers, bodies } = platform();
    answers('/refund', told({ LoaiBanTin: 'REFUND', MaThamChieu: 'LTR1' }));
    expect(await provider.refund(REFUND)).toMatchObject({ status: 'refunded' });
    expect(bodies[0]).toMatchObject({
      LyDo: 'Nộp thừa',
      MaXacThuc: proof('REFUND', '1.0.6', 'H15', 'LTR1', REQUEST.reference, 'PP1', '250000', '20260310150405'),
    });
  });

  it.each([
    ['3', 'waiting'],
    ['4', 'refused'],
  ])('with TrangThaiGD %s is %s', async (TrangThaiGD, status) => {
    const { provider, answers } = platform();
    answers('/query', { ...told({ MaThamChieu: 'LTR1' }), TrangThaiGD });
    expect(await provider.queryRefund(REFUND)).toMatchObject({ status });
  });
});

it('the health call asks about nobody’s payment, and an unknown one is health', async () => {
  const { probe, answers, bodies } = platform();
  answers('/query', told({ MaLoi: '03', MaThamChieu: 'LIENTHONG-PROBE' }));
  await probe();
  expect(bodies[0]).toMatchObject({ MaThamChieu: 'LIENTHONG-PROBE' });
});

describe('a notice', () => {
  const notice = (more: Told = {}): Told => {
    const { TrangThaiGD: _, ...rest } = told({ LoaiBanTin: 'confirm', ThoiGianGD: '20260310160000', ...more });
    return rest;
  };
  const bytes = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));
  const settings = connector.settings.parse({ SECRET });
  const map = (message: unknown) =>
    connector.webhook!.map({ operation: null, body: bytes(message), receivedAt: AT, settings, language: 'vi' });

  it('of a payment tells what was paid, when and how', () => {
    expect(map(notice())).toEqual({
      payments: [
        {
          reference: REQUEST.reference,
          status: 'paid',
          transactionId: 'PP1',
          amount: 250_000,
          bankCode: 'BIDV',
          at: Date.parse('2026-03-10T16:00:00+07:00'),
          words: null,
        },
      ],
    });
  });

  it('with any other MaLoi tells that it failed', () => {
    expect(map(notice({ MaLoi: '99' }))).toMatchObject({ payments: [{ status: 'failed' }] });
  });

  it('without an amount, or with one that is no whole number, is unreadable', () => {
    for (const SoTien of ['', '250.000', '0x10', '1e6'])
      expect(map(notice({ SoTien }))).toMatchObject({ unreadable: [{ path: '$.SoTien' }] });
  });

  it('is proven by any secret that is right now, and by no other', () => {
    const { proves } = connector.webhook!;
    expect(proves!(bytes(notice()), ['moi', SECRET])).toBe(true);
    expect(proves!(bytes(notice()), ['moi'])).toBe(false);
    expect(proves!(bytes(notice()), [])).toBe(false);
    expect(proves!(bytes({ ...notice(), SoTien: '2500000' }), [SECRET])).toBe(false);
    expect(proves!(bytes({ ...notice(), MaXacThuc: undefined }), [SECRET])).toBe(false);
    expect(proves!(Buffer.from('[]'), [SECRET])).toBe(false);
    expect(proves!(Buffer.from('{'), [SECRET])).toBe(false);
  });
});

describe('a settlement file', () => {
  const HEAD = 'STT,LoaiGD,MaThamChieu,MaGiaoDich,SoTien,MaTienTe,MaNganHang,MaDonVi,ThoiGianGD,NgayQuyetToan';
  const GOOD = '1,TT,LT1,PP1,50000,VND,BIDV,H15.50,20260310143005,20260311';
  async function* inPieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
    const all = Buffer.from(text);
    for (let from = 0; from < all.length; from += size) yield all.subarray(from, from + size);
  }
  async function read(text: string, size?: number): Promise<SettlementItem[]> {
    const { provider } = platform();
    const items: SettlementItem[] = [];
    for await (const item of provider.readSettlement(inPieces(text, size))) items.push(item);
    return items;
  }

  it('is read line by line, however it is cut, with a mark before it and Windows line ends', async () => {
    const items = await read(
      `\uFEFF${HEAD}\r\n${GOOD}\r\n2,HT,LTR1,PP2,50000,VND,,,20260310150000,20260311\r\nTONG,2,,,0,VND,,,,\r\n`,
    );
    expect(items).toEqual([
      {
        line: 2,
        is: 'line',
        read: {
          kind: 'payment',
          reference: 'LT1',
          transactionId: 'PP1',
          amount: 50_000,
          bankCode: 'BIDV',
          agencyCode: 'H15.50',
          at: Date.parse('2026-03-10T14:30:05+07:00'),
          settledOn: '2026-03-11',
        },
      },
      expect.objectContaining({ line: 3, read: expect.objectContaining({ kind: 'refund', bankCode: null }) }),
      { line: 4, is: 'total', lines: 2, sum: 0 },
    ]);
  });

  it('may have its columns in another order, and semicolons', async () => {
    const cells = HEAD.split(',').toReversed();
    const items = await read(`${cells.join(';')}\n${GOOD.split(',').toReversed().join(';')}`);
    expect(items).toMatchObject([{ read: { reference: 'LT1', amount: 50_000 } }]);
  });

  it.each([
    ['LoaiGD', GOOD.replace('TT', 'XX')],
    ['SoTien', GOOD.replace('50000', '50.000')],
    ['SoTien', GOOD.replace('50000', '"50,000"')],
    ['SoTien', GOOD.replace('50000', '0')],
    ['SoTien', GOOD.replace('50000', '-50000')],
    ['SoTien', GOOD.replace('50000', '')],
    ['MaTienTe', GOOD.replace('VND', 'USD')],
    ['MaThamChieu', GOOD.replace('LT1', '')],
    ['MaGiaoDich', GOOD.replace('PP1', '')],
    ['ThoiGianGD', GOOD.replace('20260310143005', '20260310253005')],
    ['NgayQuyetToan', GOOD.replace('20260311', '20260231')],
    ['line', `${GOOD},more`],
    ['line', '1,TT,"LT1,PP1'],
  ])('names %s of a bad line and reads on: %s', async (path, bad) => {
    const items = await read(`${HEAD}\n${bad}\n${GOOD}\n`);
    expect(items).toMatchObject([
      { line: 2, is: 'fault', faults: [{ path }] },
      { line: 3, is: 'line' },
    ]);
  });

  it('that lacks a column, or is empty, or never ends a line is none', async () => {
    for (const text of ['', HEAD.replace('SoTien', 'Tien'), '<html>', 'x'.repeat(70_000)])
      await expect(read(text, 65_536)).rejects.toThrow(UnreadableSettlement);
  });
});
