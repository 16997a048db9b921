import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/capabilities/exchange.ts';
import { failureOf, joined, run } from '../../test/support/connector.ts';
import { handed } from '../../test/support/handed.ts';
import connector from './connector.ts';
import type { Step } from './wire.ts';

const CODE = 'H15.50-260310-0001';
const ENV = { USERNAME: 'h15', PASSWORD: 'mat', PROVINCE: '66' };
const AT = Date.parse('2026-03-11T09:00:00+07:00');

const BIRTH = handed(
  {
    kind: 'birth',
    child: {
      name: 'Nguyễn Minh Khôi',
      sex: 'female',
      birthDate: '2026-03-01',
      birthplace: { provinceCode: '66', communeCode: '24490', detail: 'Trung tâm Y tế' },
    },
    mother: { name: 'Dương Kim Châu', birthDate: '1990-09-02', personalId: '066190990001' },
    asker: { name: 'Nguyễn Văn An', relation: 'Cha', identityPaper: { number: 'B1234567', issuedOn: '2020-01-31' } },
    copies: 2,
  },
  [
    { name: 'Giấy chứng sinh', kind: 3, replacesEarlier: true, file: { name: 'gcs.pdf', data: 'JVBERg==' } },
    { name: 'Giấy không kèm tệp' },
  ],
  '1.001193',
);

function system(env: Record<string, string> = {}) {
  const { context, at, probe } = joined(connector, { ...ENV, ...env });
  const logIn = (token: string): void => {
    at.post('/login', { userName: 'h15', password: 'mat' }).reply(200, {
      token,
      refreshToken: `r-${token}`,
      refreshTokenExpiryTime: '20260311210000',
    });
  };
  return { at, probe, logIn, context, provider: connector.exchange!(context) };
}

const done = { status: '1', statusDescription: 'Thành công', errorCode: '', errorDescription: '' };
const step = (trangThai: string, thoiGianThucHien: string, more: Partial<Step> = {}) => ({
  maHoSoMCDT: CODE,
  errors: null,
  trangThai,
  thoiGianThucHien,
  ghiChu: null,
  ketQuaXuLy: null,
  nguoiXuLy: 'Trần Thị Hạnh',
  chucDanh: null,
  phongBanXuLy: null,
  noiDungXuLy: null,
  hanBoSungHoSo: null,
  ...more,
});

describe('a dossier handed over', () => {
  it('goes out as its form, after a log-in', async () => {
    const { at, logIn, provider } = system();
    let sent: { data: string; [name: string]: unknown } | null = null;
    logIn('t1');
    at.post('/dongBoHoSo', (body) => {
      sent = body;
      return true;
    })
      .matchHeader('authorization', 'Bearer t1')
      .reply(200, done);
    expect(await provider.submit(BIRTH)).toBe(CODE);
    const { data, ...envelope } = sent!;
    expect(envelope).toEqual({
      maDonVi: '24490',
      maTinh: '66',
      module: 'LTKS',
      maHoSoLT: null,
      maHoSoMCDT: CODE,
      ngayTiepNhan: '20260310083000',
      fileDinhKem: [
        {
          id: 1,
          loaiGiayTo: 3,
          tenGiayTo: 'Giấy chứng sinh',
          tenTepDinhKem: 'gcs.pdf',
          huyGiayTo: 1,
          duLieuTepDinhKem: 'JVBERg==',
        },
      ],
    });
    expect(JSON.parse(data)).toMatchObject({
      nksHoTen: 'Nguyễn Minh Khôi',
      nksGioiTinh: '2',
      nksNgaySinh: '01/03/2026',
      nksNoiSinh: { maTinh: '66', maXa: '24490', dcChiTiet: 'Trung tâm Y tế' },
      meHoTen: 'Dương Kim Châu',
      meLoaiGiayToTuyThan: '1',
      meSoDDCN: '066190990001',
      nycHoTen: 'Nguyễn Văn An',
      nycQuanHe: 'Cha',
      nycLoaiGiayToTuyThan: '9',
      nycSoGiayToTuyThan: 'B1234567',
      nycNgayCapGiayToTuyThan: '31/01/2020',
      soLuongBanSao: 2,
    });
  });

  it.each<[string, string, Content, object]>([
    [
      'a death',
      'LTKT',
      {
        kind: 'death',
        deceased: { name: 'Lê Văn Bình', sex: 'male', residence: { communeCode: '24154' } },
        diedOn: '2026-03-09',
        diedAt: '04:30',
        place: { detail: 'Tại nhà' },
        asker: { name: 'Lê Thị Hoa', relation: 'Con' },
        copies: 0,
      },
      {
        nktHoTen: 'Lê Văn Bình',
        nktGioiTinh: '1',
        nktNgayChet: '09/03/2026',
        nktGioPhutChet: '04:30',
        nycQuanHe: 'Con',
      },
    ],
    [
      'a marriage',
      'LTKH',
      {
        kind: 'marriage',
        husband: { name: 'Nguyễn Văn Nam', birthDate: '1995-02-03', marriages: 1, residence: { communeCode: '24154' } },
        wife: { name: 'Trần Thị Lan', birthDate: '1997-08-09', marriages: 2 },
        copies: 0,
      },
      {
        chongHoTen: 'Nguyễn Văn Nam',
        chongSoLanKH: 1,
        voHoTen: 'Trần Thị Lan',
        voNgaySinh: '09/08/1997',
        voSoLanKH: 2,
      },
    ],
  ])('%s has a form of its own', async (_title, module, content, form) => {
    const { at, logIn, provider } = system();
    let sent: { data: string } | null = null;
    logIn('t1');
    at.post('/dongBoHoSo', (body) => {
      sent = body;
      return body.module === module && body.maDonVi === '24154';
    }).reply(200, done);
    await provider.submit(handed(content, [], '1.000656'));
    expect(JSON.parse(sent!.data)).toMatchObject(form);
  });

  it('that is refused is refused in its words, though HTTP says 200', async () => {
    const { at, logIn, provider } = system();
    logIn('t1');
    at.post('/dongBoHoSo').reply(200, { ...done, status: '0', errorDescription: 'data.nksHoTen: thiếu' });
    expect(await failureOf(provider.submit(BIRTH))).toMatchObject({
      kind: 'rejected',
      facts: { outcome: 'not-done', words: 'data.nksHoTen: thiếu' },
    });
  });

  it('is sent once more with the next token when the first is refused', async () => {
    const { at, logIn, provider } = system();
    logIn('t1');
    at.post('/dongBoHoSo').matchHeader('authorization', 'Bearer t1').reply(401, { message: 'hết hạn' });
    at.post('/refresh-token', { token: 't1', refreshToken: 'r-t1' }).reply(200, { token: 't2', refreshToken: 'r-t2' });
    at.post('/dongBoHoSo').matchHeader('authorization', 'Bearer t2').reply(200, done);
    expect(await provider.submit(BIRTH)).toBe(CODE);
  });

  it('logs in anew where the former session is worth nothing any more', async () => {
    const { at, logIn, provider } = system();
    logIn('t1');
    at.post('/dongBoHoSo').reply(401, {});
    at.post('/refresh-token').reply(401, {});
    logIn('t3');
    at.post('/dongBoHoSo').matchHeader('authorization', 'Bearer t3').reply(200, done);
    expect(await provider.submit(BIRTH)).toBe(CODE);
  });

  it('takes a supplement as the dossier with the new papers, and a withdrawal only where it has a place for it', async () => {
    const { at, logIn, provider } = system({ PATH_WITHDRAW: '/rutHoSo' });
    logIn('t1');
    const papers = BIRTH.papers.slice(0, 1);
    at.post('/dongBoHoSo', (body) => body.fileDinhKem.length === 1).reply(200, done);
    at.post('/rutHoSo', { maHoSoMCDT: CODE, lyDo: 'Đổi ý' }).reply(200, done);
    const item = { number: CODE, submission: { ...BIRTH, papers: [] } };
    await provider.acts.supplement!(item, { at: AT, note: null, papers, newAppointmentAt: null });
    await provider.acts.withdraw!(item, { at: AT, reason: 'Đổi ý' });
    expect(connector.exchange!(system().context).acts.withdraw).toBeUndefined();
  });
});

describe('a question about many', () => {
  const ref = (number: string, kind: 'birth' | 'death' = 'birth') => ({ number, kind });

  it('is one call for each matter, answered in the order of the question', async () => {
    const { at, logIn, provider } = system();
    logIn('t1');
    at.post('/layKetQua', { maDinhDanhHoSo: ['A', 'C'], maTinh: '66', module: 'LTKS' }).reply(200, {
      status: 1,
      value: [
        { ...step('3', '20260311090000'), maHoSoMCDT: 'C' },
        { ...step('6', '20260311090000'), maHoSoMCDT: 'A' },
      ],
    });
    at.post('/layKetQua', { maDinhDanhHoSo: ['B'], maTinh: '66', module: 'LTKT' }).reply(200, { status: 1, value: [] });
    const told = await provider.track!.read([ref('A'), ref('B', 'death'), ref('C')]);
    expect(told.map(({ statusThere, fault }) => statusThere ?? fault)).toEqual([
      'Từ chối tiếp nhận',
      'hệ thống không trả lời về hồ sơ này',
      'Đang xử lý',
    ]);
  });

  it('keeps the others where one record has errors or an odd shape', async () => {
    const { at, logIn, provider } = system();
    logIn('t1');
    at.post('/layKetQua').reply(200, {
      status: 1,
      value: [
        { maHoSoMCDT: 'A', errors: 'Đang đồng bộ', trangThai: null },
        { maHoSoMCDT: 'B', trangThai: { code: 3 } },
        { ...step('3', '20260311090000'), maHoSoMCDT: 'C' },
        'x',
      ],
    });
    const told = await provider.track!.read([ref('A'), ref('B'), ref('C')]);
    expect(told.map(({ fault }) => fault)).toEqual(['Đang đồng bộ', 'bản ghi không đọc được', null]);
  });

  it.each([
    ['is refused', { status: 0, statusDescription: 'cần 1 đến 50 mã', value: [] }, 'rejected'],
    ['is answered otherwise', { value: [] }, 'contract'],
  ])('that %s fails as a whole', async (_title, body, kind) => {
    const { at, logIn, provider } = system();
    logIn('t1');
    at.post('/layKetQua').reply(200, body);
    expect(await failureOf(provider.track!.read([ref('A')]))).toMatchObject({ kind });
  });
});

describe('after a lost answer', () => {
  const item = { number: null, submission: BIRTH };

  it.each([
    ['submit', [step('1', '20260311090000')], 'done'],
    ['submit', [{ maHoSoMCDT: CODE, errors: 'Hồ sơ không tồn tại', trangThai: null }], 'not-done'],
    ['submit', [{ maHoSoMCDT: CODE, errors: 'Đang đồng bộ', trangThai: null }], 'unclear'],
    ['supplement', [step('2', '20260311090000')], 'not-done'],
    ['supplement', [step('2', '20260311090000'), step('3', '20260311090100')], 'done'],
    ['withdraw', [step('3', '20260311090000')], 'not-done'],
    ['withdraw', [step('6', '20260311090000')], 'done'],
  ] as const)('%s is read from its records: %j is %s', async (act, value, state) => {
    const { at, logIn, provider } = system();
    logIn('t1');
    at.post('/layKetQua').reply(200, { status: 1, value });
    expect(await provider.wasDone(act, item, {} as never)).toMatchObject({ state });
  });
});

it('gives the paper when the result is fetched', async () => {
  const { at, logIn, provider } = system();
  logIn('t1');
  const ketQuaXuLy = { soDangKy: '7', quyenSo: '01/2026', ngayDangKy: '11/03/2026', giayKhaiSinh: 'JVBERg==' };
  at.post('/layKetQua').reply(200, {
    status: 1,
    value: [step('3', '20260311080000'), step('4', '20260311090000', { ketQuaXuLy } as never)],
  });
  expect(await provider.results!({ number: CODE, submission: BIRTH }, new AbortController().signal)).toEqual([
    {
      name: 'Giấy khai sinh',
      number: '7/01/2026',
      issuedOn: '2026-03-11',
      file: { name: 'giay-khai-sinh.pdf', mediaType: 'application/pdf', data: 'JVBERg==' },
      link: null,
    },
  ]);
});

describe('its books', () => {
  it('are looked up by the personal number, or by number and book', async () => {
    const { at, logIn, context } = system();
    logIn('t1');
    at.post('/traCuuHoTich', { loaiViec: 'KS', soDinhDanh: '066090000123' }).reply(200, {
      status: 1,
      value: [
        {
          loaiViec: 'KS',
          soDangKy: 12,
          quyenSo: '01/1990',
          ngayDangKy: '28/12/1990',
          soDinhDanh: '066090000123',
          nksHoTen: 'Nguyễn Văn An',
          nksNgaySinh: '17/05/1990',
          meHoTen: 'Trần Thị Lan',
        },
      ],
    });
    at.post('/traCuuHoTich', { loaiViec: 'KH', soDangKy: '3', quyenSo: '01/2020' }).reply(200, {
      status: 1,
      value: [],
    });
    expect(await run(connector, 'lookUpCivilRecords', context, { kind: 'birth', personalId: '066090000123' })).toEqual({
      records: [
        {
          kind: 'birth',
          number: '12',
          book: '01/1990',
          registeredOn: '1990-12-28',
          registeredAt: null,
          persons: [
            { role: 'child', name: 'Nguyễn Văn An', personalId: '066090000123', birthDate: '1990-05-17', diedOn: null },
            { role: 'mother', name: 'Trần Thị Lan', personalId: null, birthDate: null, diedOn: null },
          ],
        },
      ],
    });
    const entry = { number: '3', book: '01/2020' };
    expect(await run(connector, 'lookUpCivilRecords', context, { kind: 'marriage', entry })).toEqual({ records: [] });
  });

  it.each([{}, { personalId: '06609000012' }, { personalId: '066090000123', entry: { number: '1', book: '1' } }])(
    'are not asked with %j',
    (more) => {
      expect(connector.operations![0]!.input!.safeParse({ kind: 'birth', ...more }).success).toBe(false);
    },
  );
});

it('its health call is a log-in', async () => {
  const { logIn, probe } = system();
  logIn('t1');
  await expect(probe()).resolves.toBeUndefined();
});
