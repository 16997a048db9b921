import { describe, expect, it } from 'vitest';
import type { EventCommand } from '../../src/capabilities/exchange.ts';
import connector from './connector.ts';

/** Tuesday 2026-03-10 09:00 in Viet Nam. */
const RECEIVED = Date.parse('2026-03-10T09:00:00+07:00');
const AT = Date.parse('2026-03-10T08:30:00+07:00');
const DOT_NET = `/Date(${AT})/`;
const UTC = '2026-03-10T01:30:00Z';
const RECEIPT = { SoBienNhan: 'BN-2026-000123' };

function map(operation: string, message: unknown, environment: Record<string, string> = {}, receivedAt = RECEIVED) {
  return connector.webhook!.map({
    operation,
    body: Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)),
    receivedAt,
    settings: connector.settings.parse(environment),
    language: 'en',
  });
}

function commandOf(...args: Parameters<typeof map>): EventCommand {
  const mapped = map(...args);
  if (!('commands' in mapped)) throw new Error(JSON.stringify(mapped));
  expect(mapped.commands).toHaveLength(1);
  return mapped.commands[0]!;
}

const pause = (documents?: unknown, more: object = {}) => ({
  ...RECEIPT,
  NgayChoBoSung: DOT_NET,
  LaTamDung: true,
  ...(documents === undefined ? {} : { danhSachVanBanChoBoSung: documents }),
  ...more,
});

describe('every operation says in our terms what happened', () => {
  it('ChuyenHoSo: a step of the work, with who has it now and until when', () => {
    const message = {
      ...RECEIPT,
      MaCanBoChuyen: 'cb-01',
      MaCanBoNhan: 'cb-02',
      MaTrangThai: 'DXL',
      NoiDungXuLy: 'Chuyển thẩm định',
      NgayChuyen: UTC,
      HanXuLy: '2026-03-13T10:00:00Z',
      DanhSachTapTin: [],
    };
    expect(commandOf('ChuyenHoSo', message)).toEqual({
      type: 'event',
      source: 'land-registry',
      ref: { code: null, alias: { system: 'land-registry', code: 'BN-2026-000123' } },
      eventId: null,
      operation: 'ChuyenHoSo',
      bodyDigest: null,
      kind: 'status',
      status: 'processing',
      reason: null,
      outcome: null,
      occurredAt: AT,
      appointment: null,
      body: {
        note: 'Chuyển thẩm định',
        officer: { id: 'cb-02' },
        handedOverBy: 'cb-01',
        statusThere: 'DXL',
        stepDueAt: '2026-03-13T17:00:00+07:00',
      },
      opens: 'ministry',
      known: null,
      onFault: 'quarantine',
      agencies: null,
    });
  });

  it('YeuCauBoSungHoSo with LaTamDung: a pause with the document it waits for', () => {
    const documents = [{ vanBanPhatSinhId: 'VB-1', loaiVanBanPhatSinh: 5, ngayVanBan: DOT_NET }];
    expect(commandOf('YeuCauBoSungHoSo', pause(documents, { GhiChu: 'Chờ thuế', MaCanBoXuLy: 'cb-01' }))).toMatchObject(
      {
        kind: 'status',
        status: 'paused',
        reason: 'tax-determination',
        occurredAt: AT,
        body: { note: 'Chờ thuế', officer: { id: 'cb-01' }, document: { number: 'VB-1', date: '2026-03-10' } },
      },
    );
  });

  it('YeuCauBoSungHoSo without LaTamDung: a supplement asked for', () => {
    expect(commandOf('YeuCauBoSungHoSo', pause(undefined, { LaTamDung: false }))).toMatchObject({
      status: 'paused',
      reason: 'supplement-appraisal',
      body: { supplementAsked: true },
    });
  });

  it('NhanBoSungHoSo: resumed, with the new appointment as documented by the ministry', () => {
    const message = { ...RECEIPT, NgayNhanBoSung: UTC, NgayHenTraMoi: '2026-03-31T10:00:00Z', GhiChu: 'Đã nộp' };
    expect(commandOf('NhanBoSungHoSo', message)).toMatchObject({
      status: 'resumed',
      occurredAt: AT,
      appointment: { at: Date.parse('2026-03-31T17:00:00+07:00'), basis: 'ministry' },
      body: { note: 'Đã nộp' },
    });
  });

  it('NhanBoSungHoSo without a new appointment: resumed, and the clock goes on by itself', () => {
    expect(commandOf('NhanBoSungHoSo', { ...RECEIPT, NgayNhanBoSung: UTC })).toMatchObject({
      status: 'resumed',
      appointment: null,
    });
  });

  it('NhanBoSungHoSo with a new appointment by its day: the close of that day', () => {
    const message = { ...RECEIPT, NgayNhanBoSung: UTC, NgayHenTraMoi: '31/03/2026' };
    expect(commandOf('NhanBoSungHoSo', message).appointment?.at).toBe(Date.parse('2026-03-31T17:00:00+07:00'));
  });

  it('GuiKetQuaThue: the citizen has to pay, by the notice named', () => {
    const notices = [{ SoThongBao: 'TB-17', NgayThongBao: DOT_NET, SoTien: 1_500_000 }];
    const message = { ...RECEIPT, NguoiXuLy: 'cb-01', NgayCoKetQuaThue: DOT_NET, DanhSachThongBaoThue: notices };
    expect(commandOf('GuiKetQuaThue', message)).toMatchObject({
      status: 'paused',
      reason: 'citizen-payment',
      occurredAt: AT,
      body: { officer: { id: 'cb-01' }, document: { number: 'TB-17', date: '2026-03-10' } },
    });
  });

  it.each([
    [0, 'granted'],
    ['0', 'granted'],
    [1, 'refused'],
  ])('KetThucHoSo with TrangThaiKetThuc %j: completed, %s', (TrangThaiKetThuc, outcome) => {
    const message = { ...RECEIPT, NgayKetThuc: UTC, TrangThaiKetThuc, DanhSachGiayToKetQua: [] };
    expect(commandOf('KetThucHoSo', message)).toMatchObject({ status: 'completed', outcome, occurredAt: AT });
  });

  it('TiepNhanHoSoChoMotCua: accepted, with the dossier code, the reception and the date on the slip', () => {
    const message = {
      ...RECEIPT,
      MaHoSoMotCua: 'H15.50-260310-0001',
      NgayTiepNhan: DOT_NET,
      NgayHenTra: '2026-03-31T10:00:00Z',
    };
    expect(commandOf('TiepNhanHoSoChoMotCua', message)).toMatchObject({
      status: 'accepted',
      ref: { code: 'H15.50-260310-0001', alias: { code: 'BN-2026-000123' } },
      occurredAt: AT,
      appointment: { at: Date.parse('2026-03-31T17:00:00+07:00'), basis: 'slip' },
      known: { receivedAt: '2026-03-10T08:30:00+07:00' },
    });
  });

  it.each([
    [
      'YeuCauCapNhatHoSo',
      { NgayYeuCau: DOT_NET, NoiDungYeuCau: 'Sửa địa chỉ' },
      { asked: 'update', note: 'Sửa địa chỉ' },
    ],
    [
      'ThongBaoNhapSaiThuTuc',
      { NgayThongBao: UTC, GhiChu: 'Sai thủ tục' },
      { asked: 'right-procedure', note: 'Sai thủ tục' },
    ],
  ])('%s: an entry about the dossier that ends no pause', (operation, more, body) => {
    const command = commandOf(operation, { ...RECEIPT, ...more });
    expect(command).toMatchObject({ kind: 'fields', status: null, occurredAt: AT, body });
  });

  it('and there is no operation without a mapping', () => {
    for (const operation of connector.webhook!.operations!)
      expect(map(operation, {}), operation).toMatchObject({ unreadable: expect.anything() });
    expect(connector.webhook!.operations).toHaveLength(8);
  });
});

describe('the reason of a pause', () => {
  it.each([
    [0, 'supplement-appraisal'],
    [2, 'citizen-payment'],
    [3, 'extension'],
    [4, 'other'],
    [5, 'tax-determination'],
    [6, 'public-posting'],
    ['5', 'tax-determination'],
  ])('of a document of kind %j is %s', (loaiVanBanPhatSinh, reason) => {
    expect(commandOf('YeuCauBoSungHoSo', pause([{ loaiVanBanPhatSinh }])).reason).toBe(reason);
  });

  it.each([
    ['carries no list', pause()],
    ['carries an empty list', pause([])],
    ['carries null', pause(null)],
    ['carries a document without a kind', pause([{ vanBanPhatSinhId: 'VB-1' }])],
  ])('is a supplement where the call %s', (_title, message) => {
    expect(commandOf('YeuCauBoSungHoSo', message).reason).toBe('supplement-appraisal');
  });

  it('is that of the newest document', () => {
    const documents = [
      { loaiVanBanPhatSinh: 5, ngayVanBan: '/Date(1773000000000)/' },
      { loaiVanBanPhatSinh: 2, ngayVanBan: DOT_NET },
      { loaiVanBanPhatSinh: 0, ngayVanBan: '2026-01-05T00:00:00Z' },
    ];
    expect(commandOf('YeuCauBoSungHoSo', pause(documents)).reason).toBe('citizen-payment');
  });

  it('is that of the last document where none has a date', () => {
    const documents = [{ loaiVanBanPhatSinh: 5 }, { loaiVanBanPhatSinh: 6 }];
    expect(commandOf('YeuCauBoSungHoSo', pause(documents)).reason).toBe('public-posting');
  });

  it('is found where a release spells the list with a capital letter', () => {
    const message = pause(undefined, { DanhSachVanBanChoBoSung: [{ loaiVanBanPhatSinh: 6 }] });
    expect(commandOf('YeuCauBoSungHoSo', message).reason).toBe('public-posting');
  });

  it.each([1, 7, 'TD'])('of an unknown kind %j is for a person to say', (loaiVanBanPhatSinh) => {
    expect(map('YeuCauBoSungHoSo', pause([{ loaiVanBanPhatSinh }]))).toEqual({
      unmapped: [
        {
          path: '$.danhSachVanBanChoBoSung[0].loaiVanBanPhatSinh',
          message: `the code ${loaiVanBanPhatSinh} stands in no table`,
        },
      ],
      dossierRef: 'BN-2026-000123',
    });
  });
});

it('an unknown way of ending is for a person to say', () => {
  const message = { ...RECEIPT, NgayKetThuc: UTC, TrangThaiKetThuc: 9 };
  expect(map('KetThucHoSo', message)).toMatchObject({ unmapped: [{ path: '$.TrangThaiKetThuc' }] });
});

describe('the time of a push', () => {
  const at = (NgayChuyen: unknown, environment = {}) =>
    commandOf('ChuyenHoSo', { ...RECEIPT, NgayChuyen }, environment).occurredAt;

  it.each([
    ['/Date(ms)/', DOT_NET],
    ['/Date(ms)/ with an offset, which only says where it was written', `/Date(${AT}+0700)/`],
    ['milliseconds as a number', AT],
    ['ISO in UTC', UTC],
    ["ISO with .NET's seven digits", '2026-03-10T01:30:00.0000000Z'],
    ['ISO with an offset', '2026-03-10T08:30:00+07:00'],
    ['ISO with an offset without a colon', '2026-03-10T08:30:00+0700'],
    ['ISO west of Greenwich', '2026-03-09T20:30:00-05:00'],
    ['ISO without a zone', '2026-03-10T01:30:00'],
    ['ISO with a blank and no seconds', '2026-03-10 01:30'],
    ['printed', '10/03/2026 01:30:00'],
    ['printed in twelve hours', '10/03/2026 1:30:00 SA'],
  ])('is read from %s', (_title, written) => {
    expect(at(written)).toBe(AT);
  });

  it.each([
    ['ISO', '2026-03-10T08:30:00'],
    ['printed', '10/03/2026 08:30:00'],
    ['with its zone, which it keeps', UTC],
  ])('%s without a zone is local where the installation says so', (_title, written) => {
    expect(at(written, { TIMES_ARE: 'local' })).toBe(AT);
  });

  it.each([
    ['01:30:00 CH', '13:30'],
    ['01:30:00 PM', '13:30'],
    ['13:30:00 CH', '13:30'],
    ['12:05:00 SA', '00:05'],
    ['12:05:00 CH', '12:05'],
    ['11:59:00 am', '11:59'],
  ])('%s is not taken for the other half of the day', (written, meant) => {
    expect(at(`09/03/2026 ${written}`, { TIMES_ARE: 'local' })).toBe(Date.parse(`2026-03-09T${meant}:00+07:00`));
  });

  it('by its day only is the receipt when that is the same day, told apart by its content', () => {
    const message = { ...RECEIPT, NgayChuyen: '2026-03-10' };
    const command = commandOf('ChuyenHoSo', message);
    expect(command.occurredAt).toBe(RECEIVED);
    expect(command.bodyDigest).toMatch(/^[\w-]{22}$/);
    expect(commandOf('ChuyenHoSo', message).bodyDigest).toBe(command.bodyDigest);
    expect(commandOf('ChuyenHoSo', { ...message, NoiDungXuLy: 'x' }).bodyDigest).not.toBe(command.bodyDigest);
  });

  it.each(['2026-03-09', '09/03/2026'])('by an earlier day only (%s) is the close of that day', (written) => {
    expect(at(written)).toBe(Date.parse('2026-03-09T17:00:00+07:00'));
  });

  it('belongs to the local day: one o’clock at night is still yesterday in UTC', () => {
    const receivedAt = Date.parse('2026-03-10T01:00:00+07:00');
    const command = commandOf('ChuyenHoSo', { ...RECEIPT, NgayChuyen: '2026-03-10' }, {}, receivedAt);
    expect(command.occurredAt).toBe(receivedAt);
  });

  it('that is absent from a mere notice is the receipt', () => {
    const command = commandOf('ThongBaoNhapSaiThuTuc', { ...RECEIPT, GhiChu: 'Sai thủ tục' });
    expect(command).toMatchObject({ occurredAt: RECEIVED, bodyDigest: expect.any(String) });
  });

  it.each(['0001-01-01T00:00:00', '/Date(-62135596800000)/', '1900-01-01', '', null])(
    'that says "none" as .NET does (%j) is no appointment',
    (NgayHenTraMoi) => {
      const command = commandOf('NhanBoSungHoSo', { ...RECEIPT, NgayNhanBoSung: UTC, NgayHenTraMoi });
      expect(command.appointment).toBeNull();
    },
  );

  it.each([
    '2026-02-30T08:00:00Z',
    '2026-03-10T24:00:00Z',
    '2026-03-10T08:60:00Z',
    '10/13/2026 08:00:00',
    '10/03/2026 00:30:00 CH',
    '10/03/2026 13:30:00 SA',
    '10-03-2026',
    'hôm nay',
    '/Date(abc)/',
    20260310,
    true,
    {},
  ])('%j can not be read', (NgayChuyen) => {
    expect(map('ChuyenHoSo', { ...RECEIPT, NgayChuyen })).toMatchObject({
      unreadable: [{ path: '$.NgayChuyen', message: 'the time can not be read' }],
    });
  });
});

describe('the dossier of a push', () => {
  const refOf = (more: object) => commandOf('ChuyenHoSo', { ...RECEIPT, NgayChuyen: UTC, ...more }).ref;

  it('is known by its receipt number', () => {
    expect(refOf({})).toEqual({ code: null, alias: { system: 'land-registry', code: 'BN-2026-000123' } });
  });

  it('is known by both where the receipt number has the form of a dossier code', () => {
    const code = 'H15.50-260310-0001';
    expect(refOf({ SoBienNhan: code })).toEqual({ code, alias: { system: 'land-registry', code } });
  });

  it('is known by a receipt number that is a number', () => {
    expect(refOf({ SoBienNhan: 202600123 }).alias).toEqual({ system: 'land-registry', code: '202600123' });
  });
});

describe('a push is unreadable', () => {
  it.each([
    ['no JSON', 'x', '$'],
    ['a list', '[]', '$'],
    ['null', 'null', '$'],
    ['no receipt number', { NgayChuyen: UTC }, '$.SoBienNhan'],
    ['an empty receipt number', { SoBienNhan: ' ', NgayChuyen: UTC }, '$.SoBienNhan'],
    ['a list as receipt number', { SoBienNhan: ['x'], NgayChuyen: UTC }, '$.SoBienNhan'],
    ['a receipt number that a double can not hold', '{"SoBienNhan":12345678901234567890}', '$.SoBienNhan'],
    ['no time', RECEIPT, '$.NgayChuyen'],
    ['a time of year 1', { ...RECEIPT, NgayChuyen: '0001-01-01T00:00:00' }, '$.NgayChuyen'],
  ])('with %s', (_title, message, path) => {
    expect(map('ChuyenHoSo', message)).toMatchObject({ unreadable: [{ path }] });
  });

  it('without a time, and says so', () => {
    expect(map('ChuyenHoSo', RECEIPT)).toMatchObject({ unreadable: [{ message: 'the time is missing' }] });
  });

  it('with a list of documents that is none, since the reason stands in it', () => {
    expect(map('YeuCauBoSungHoSo', pause('5'))).toHaveProperty('unreadable');
  });

  it('but not for what decides nothing', () => {
    const message = { ...RECEIPT, NgayChuyen: UTC, NoiDungXuLy: { a: 1 }, HanXuLy: 'x', DanhSachTapTin: 7, Moi: [] };
    expect(commandOf('ChuyenHoSo', message)).toMatchObject({ status: 'processing', body: null });
  });
});

describe('its reply', () => {
  const reply = connector.webhook!.reply!;
  it('says 1 with HTTP 200 when the push is safe here', () => {
    expect(reply.taken([], [])).toEqual({ status: 200, body: { Result: 1, Message: 'Đã tiếp nhận' } });
  });

  it('says 0 with HTTP 503 when it is to come again', () => {
    expect(reply.failed('Quá tải')).toEqual({ status: 503, body: { Result: 0, Message: 'Quá tải' } });
  });
});
