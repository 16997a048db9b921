import { describe, expect, it } from 'vitest';
import { failureOf, joined, run } from '../../test/support/connector.ts';
import { handed } from '../../test/support/handed.ts';
import connector from './connector.ts';

const CODE = 'H15.50-260310-0001';
const AT = Date.parse('2026-03-30T10:00:00+07:00');

const LAND = handed(
  {
    kind: 'land',
    provinceCode: '66',
    communeCode: '24490',
    parcels: [{ mapSheet: '12', number: '345', area: 250.5, address: 'Thôn 4' }],
  },
  [
    { name: 'Đơn đăng ký', originals: 1, file: { name: 'don.PDF', data: 'JVBERg==' } },
    { name: 'Bản vẽ', copies: 2, file: { name: 'ban-ve.dwg', link: 'https://luutru.example.vn/ban-ve.dwg' } },
  ],
);

const done = (data: unknown = 1) => ({ data, status: { success: true, code: 'OK', type: 'SUCCESS', message: '' } });
const refused = (code: string, message: string) => ({ data: null, status: { success: false, code, message } });

const PROCESSES = done([
  { MaThuTuc: 'CN', TenThuTuc: 'Chuyển nhượng', MaTTHC: '2.000889' },
  { MaThuTuc: 'DKBD', TenThuTuc: 'Đăng ký biến động', MaTTHC: '1.005129.000.00.00.H15' },
]);

function registry(env: Record<string, string> = {}) {
  const { context, at, probe } = joined(connector, env);
  return {
    at,
    probe,
    context,
    provider: connector.exchange!(context),
    ask: (id: string, input: object) => run(connector, id, context, input),
  };
}

describe('a dossier handed over', () => {
  it('goes out in its words, with times in UTC and the process that its catalogue has for the procedure', async () => {
    const { at, provider } = registry();
    at.get('/GetDanhMucThuTuc').reply(200, PROCESSES);
    at.post('/TiepNhanHoSo', {
      SoBienNhan: CODE,
      MaHoSoMotCua: CODE,
      TinhId: 66,
      XaId: 24490,
      NgayTiepNhan: '2026-03-10T01:30:00Z',
      NgayHenTra: '2026-03-31T10:00:00Z',
      DiaChiTaiSan: null,
      ThongTinNguoiNopDon: {
        HoTen: 'Nguyễn Văn An',
        SoChungMinh: '066090000123',
        DiaChiChiTiet: null,
        SoDienThoai: '0900000000',
        Email: null,
      },
      ThongTinQuyTrinh: { MaQuyTrinh: 'DKBD', TenQuyTrinh: 'Đăng ký biến động' },
      ThongTinThuaDat: [{ SoThuTuThua: '345', SoHieuBanDo: '12', DienTich: '250.5', DiaChiChiTiet: 'Thôn 4' }],
      DanhSachGiayToDinhKem: [
        {
          TenGiayTo: 'Đơn đăng ký',
          KieuFile: 'pdf',
          LinkFile: null,
          SoBanSao: 0,
          SoBanChinh: 1,
          TapTin: { name: 'don.PDF', data: 'JVBERg==' },
        },
        {
          TenGiayTo: 'Bản vẽ',
          KieuFile: 'dwg',
          LinkFile: 'https://luutru.example.vn/ban-ve.dwg',
          SoBanSao: 2,
          SoBanChinh: 0,
          TapTin: null,
        },
      ],
    }).reply(200, done());
    expect(await provider.submit(LAND)).toBe(CODE);
  });

  it('is known there by the receipt number, where it has one, and goes through the process that is named', async () => {
    const { at, provider } = registry({ PATH_SUBMIT: '/vbdlis/tiepnhan' });
    at.post('/vbdlis/tiepnhan', (body) => body.SoBienNhan === 'BN-7' && body.ThongTinQuyTrinh.MaQuyTrinh === 'X').reply(
      200,
      done(),
    );
    const content = { ...LAND.content, receiptNumber: 'BN-7', process: { code: 'X', name: 'Khác' } };
    expect(await provider.submit({ ...LAND, content: content as typeof LAND.content })).toBe('BN-7');
  });

  it('asks for its catalogue once', async () => {
    const { at, provider } = registry();
    at.get('/GetDanhMucThuTuc').once().reply(200, PROCESSES);
    at.post('/TiepNhanHoSo').twice().reply(200, done());
    await provider.submit(LAND);
    expect(await provider.submit(LAND)).toBe(CODE);
  });

  it('is not sent where the catalogue has no process for its procedure', async () => {
    const { at, provider } = registry();
    at.get('/GetDanhMucThuTuc').reply(200, done([]));
    const error = await failureOf(provider.submit(LAND));
    expect(error).toMatchObject({ kind: 'rejected', facts: { outcome: 'not-done' } });
  });

  it('that is refused is refused in its words', async () => {
    const { at, provider } = registry();
    at.get('/GetDanhMucThuTuc').reply(200, PROCESSES);
    at.post('/TiepNhanHoSo').reply(200, refused('DA_TON_TAI', 'Số biên nhận thuộc hồ sơ khác'));
    const error = await failureOf(provider.submit(LAND));
    expect(error).toMatchObject({
      kind: 'rejected',
      facts: { outcome: 'not-done', words: 'Số biên nhận thuộc hồ sơ khác' },
    });
  });

  it.each([
    ['a page', 200, '<html></html>'],
    ['a code that is true in words', 200, { data: 1, status: { success: 'true' } }],
    ['nothing', 200, ''],
  ])('answered %s is an unknown outcome', async (_title, status, body) => {
    const { at, provider } = registry();
    at.get('/GetDanhMucThuTuc').reply(200, PROCESSES);
    at.post('/TiepNhanHoSo').reply(status, body);
    expect(await failureOf(provider.submit(LAND))).toMatchObject({ kind: 'contract', facts: { outcome: 'unknown' } });
  });

  it('carries a token where the installation has one', async () => {
    const { at, provider } = registry({ OAUTH_PATH: '/token', CLIENT_ID: 'khoa', CLIENT_SECRET: 'mat' });
    at.post('/token').basicAuth({ user: 'khoa', pass: 'mat' }).reply(200, { access_token: 't1' });
    at.get('/GetDanhMucThuTuc').matchHeader('authorization', 'Bearer t1').reply(200, PROCESSES);
    at.post('/TiepNhanHoSo').matchHeader('authorization', 'Bearer t1').reply(200, done());
    expect(await provider.submit(LAND)).toBe(CODE);
  });
});

describe('what follows', () => {
  const item = { number: CODE, submission: LAND };

  it('is told in its own calls', async () => {
    const { at, provider } = registry();
    const papers = LAND.papers.slice(0, 1);
    at.post('/CapNhatTrangThaiBoSungHoSo', {
      SoBienNhan: CODE,
      NgayHenTraMoi: '2026-03-30T03:00:00Z',
      GhiChu: 'Đã bổ sung',
      DanhSachGiayToBoSung: [
        {
          TenGiayTo: 'Đơn đăng ký',
          KieuFile: 'pdf',
          LinkFile: null,
          SoBanSao: 0,
          SoBanChinh: 1,
          TapTin: { name: 'don.PDF', data: 'JVBERg==' },
        },
      ],
    }).reply(200, done());
    at.post('/CapNhatKetQuaTraHoSo', { SoBienNhan: CODE, NgayTra: '2026-03-30T03:00:00Z' }).reply(200, done());
    at.post('/PhanHoiHoSoSaiKetQua', { SoBienNhan: CODE, NoiDung: 'Sai tên', DanhSachGiayToDinhKem: [] }).reply(
      200,
      done(),
    );
    await provider.acts.supplement!(item, { at: AT, note: 'Đã bổ sung', papers, newAppointmentAt: AT });
    await provider.acts['hand-over']!(item, { at: AT });
    await provider.acts['wrong-result']!(item, { at: AT, reason: 'Sai tên', papers: [] });
    expect(provider.acts.withdraw).toBeUndefined();
  });

  it.each([
    ['submit', 'TN', [], 'done'],
    ['supplement', 'CBS', [{ loaiVanBanPhatSinh: 0 }], 'not-done'],
    ['supplement', 'DXL', [], 'done'],
    ['hand-over', 'KT', [], 'not-done'],
    ['hand-over', 'DTKQ', [], 'done'],
    ['wrong-result', 'DTKQ', [], 'not-done'],
    ['wrong-result', 'DXL', [], 'done'],
  ] as const)('after a lost answer, %s is read from the state %s: %s', async (act, MaTrangThai, waiting, state) => {
    const { at, provider } = registry({ READS_DOSSIERS: 'true' });
    const data = { SoBienNhan: CODE, MaHoSoMotCua: CODE, MaTrangThai, danhSachVanBanChoBoSung: waiting };
    at.get('/GetThongTinHoSo').query({ SoBienNhan: CODE }).reply(200, done(data));
    expect(await provider.wasDone(act, { ...item, number: null }, { at: AT } as never)).toMatchObject({ state });
  });

  it('after a lost answer, a dossier that is not there was not taken in', async () => {
    const { at, provider } = registry({ READS_DOSSIERS: 'true' });
    at.get('/GetThongTinHoSo').query(true).reply(200, refused('KHONG_TIM_THAY', 'Không tìm thấy hồ sơ'));
    expect(await provider.wasDone('submit', { ...item, number: null }, { at: AT })).toEqual({ state: 'not-done' });
  });

  it('is sent again where nobody can ask it: it keeps one dossier for each number', async () => {
    const { provider } = registry();
    const found = await provider.wasDone('submit', { ...item, number: null }, { at: AT });
    expect(found).toEqual({ state: 'unclear', mayRepeat: true });
  });
});

describe('a parcel', () => {
  const RECORD = {
    TinhId: 66,
    XaId: 24490,
    SoHieuBanDo: '12',
    SoThuTuThua: 345,
    DienTich: '250,5',
    DiaChiChiTiet: 'Thôn 4',
    DanhSachMucDichSuDung: [
      { MaLoaiDat: 'ONT', TenLoaiDat: 'Đất ở', DienTich: 100, ThoiHanSuDung: 'Lâu dài' },
      { MaLoaiDat: 'CLN', DienTich: 150.5, ThoiHanSuDung: '15/10/2063' },
    ],
    GiayChungNhan: { SoPhatHanhGCN: 'SW 01200345', SoVaoSo: 'CS345', NgayCap: '2019-04-14T17:00:00Z' },
    DanhSachChuSuDung: [{ HoTen: 'Nguyễn Văn An', SoGiayTo: '066090000123', LoaiChu: 1 }],
    HanChe: [{ LoaiHanChe: 'THE_CHAP', NoiDung: 'Đang thế chấp' }],
  };

  it('is found by its place, and told in our words', async () => {
    const { at, ask } = registry();
    at.post('/TraCuuThuaDat', { TinhId: 66, XaId: 24490, SoHieuBanDo: '12', SoThuTuThua: '345' }).reply(
      200,
      done([RECORD]),
    );
    const place = { provinceCode: '66', communeCode: '24490', mapSheet: '12', number: '345' };
    expect(await ask('lookUpParcels', { place })).toEqual({
      parcels: [
        {
          provinceCode: '66',
          communeCode: '24490',
          mapSheet: '12',
          number: '345',
          area: 250.5,
          address: 'Thôn 4',
          uses: [
            { code: 'ONT', name: 'Đất ở', area: 100, until: null, lasting: true },
            { code: 'CLN', name: null, area: 150.5, until: '2063-10-15', lasting: false },
          ],
          certificate: { number: 'SW 01200345', entry: 'CS345', issuedOn: '2019-04-15' },
          owners: [{ name: 'Nguyễn Văn An', number: '066090000123', kind: 'person' }],
          restrictions: [{ code: 'THE_CHAP', text: 'Đang thế chấp' }],
        },
      ],
    });
  });

  it('is found by its certificate, or not found', async () => {
    const { at, ask } = registry();
    at.post('/TraCuuThuaDat', { SoPhatHanhGCN: 'SW 01200999' }).reply(200, done([]));
    expect(await ask('lookUpParcels', { certificateNumber: 'SW 01200999' })).toEqual({ parcels: [] });
  });

  it('of another shape is a broken contract that names where', async () => {
    const { at, ask } = registry();
    at.post('/TraCuuThuaDat').reply(200, done([{ ...RECORD, DienTich: 'rộng' }]));
    expect(await failureOf(ask('lookUpParcels', { certificateNumber: 'SW 01200345' }))).toMatchObject({
      kind: 'contract',
      facts: { path: '$[0].DienTich', operation: 'TraCuuThuaDat' },
    });
  });

  it.each([
    ['nothing', {}],
    [
      'both ways',
      {
        place: { provinceCode: '66', communeCode: '24490', mapSheet: '1', number: '1' },
        certificateNumber: 'SW 01200345',
      },
    ],
    ['a map that is no number', { place: { provinceCode: '66', communeCode: '24490', mapSheet: 'A', number: '1' } }],
  ])('is not asked for by %s', (_title, input) => {
    expect(connector.operations![0]!.input!.safeParse(input).success).toBe(false);
  });
});

it('its catalogues are lists of codes and names', async () => {
  const { at, ask, probe } = registry();
  at.get('/GetDanhMucThuTuc').reply(200, PROCESSES);
  at.get('/GetDanhMucNguoiDung').reply(200, done([{ MaCanBo: 'cb-1', HoTen: 'Lê Quốc Sơn', MaDonVi: 'VP' }]));
  at.get('/GetDanhMucTrangThai')
    .twice()
    .reply(200, done([{ MaTrangThai: 1, TenTrangThai: 'Đã tiếp nhận' }]));
  expect(await ask('readLandCatalogue', { catalogue: 'processes' })).toMatchObject({
    items: [{ code: 'CN', of: '2.000889' }, {}],
  });
  expect(await ask('readLandCatalogue', { catalogue: 'officers' })).toEqual({
    items: [{ code: 'cb-1', name: 'Lê Quốc Sơn', of: 'VP' }],
  });
  expect(await ask('readLandCatalogue', { catalogue: 'statuses' })).toEqual({
    items: [{ code: '1', name: 'Đã tiếp nhận', of: null }],
  });
  await probe();
});

it('tells which procedures it takes, each once, and nothing else of them', async () => {
  const { at, context } = registry();
  const twice = { MaThuTuc: 'DKBD2', TenThuTuc: 'Đăng ký biến động, rút gọn', MaTTHC: '2.000889' };
  const ofNone = { MaThuTuc: 'NB', TenThuTuc: 'Quy trình nội bộ' };
  at.get('/GetDanhMucThuTuc').reply(200, done([...(PROCESSES.data as object[]), twice, ofNone]));
  const source = connector.catalogue!(context);
  const untold = { name: null, sector: null, limit: null, fees: null, unread: [] };
  expect(await source.listProcedures!()).toEqual([
    { ...untold, code: '2.000889' },
    { ...untold, code: '1.005129.000.00.00.H15' },
  ]);
  expect(source.covers).toBe('own');
  expect(source.listAgencies).toBeUndefined();
});

it.each(['http://luutru.example.vn/a.pdf', 'https://10.1.2.3/a.pdf', 'https://luutru/a.pdf', 'file:///a.pdf'])(
  'a paper at %s is refused: it opens nowhere but here',
  (link) => {
    expect(() => handed(LAND.content, [{ name: 'Đơn', file: { name: 'a.pdf', link } }])).toThrow();
  },
);

describe('what it tells of a dossier that it has', () => {
  const told = (operation: string, message: object) => {
    const mapped = connector.webhook!.map({
      operation,
      body: Buffer.from(JSON.stringify({ SoBienNhan: CODE, ...message })),
      receivedAt: AT,
      settings: connector.settings.parse({}),
      language: 'en',
    });
    return 'commands' in mapped ? mapped.commands[0]!.body : mapped;
  };

  it('names every document that it waits for', () => {
    const documents = [
      { vanBanPhatSinhId: 'VB-1', loaiVanBanPhatSinh: 0, ngayVanBan: '2026-03-10T02:00:00Z', tenFile: 'phieu.pdf' },
      { vanBanPhatSinhId: 'VB-2', loaiVanBanPhatSinh: 5, ngayVanBan: '2026-03-11T02:00:00Z' },
    ];
    const message = { NgayChoBoSung: '2026-03-11T02:00:00Z', LaTamDung: true, danhSachVanBanChoBoSung: documents };
    expect(told('YeuCauBoSungHoSo', message)).toMatchObject({
      waitingFor: [
        { number: 'VB-1', date: '2026-03-10', reason: 'supplement-appraisal', fileName: 'phieu.pdf' },
        { number: 'VB-2', date: '2026-03-11', reason: 'tax-determination' },
      ],
    });
  });

  it('names the results of its end', () => {
    const DanhSachGiayToKetQua = [
      { TenGiayTo: 'Giấy chứng nhận', LinkFile: 'https://vbdlis.example.vn/1.pdf' },
      { TenGiayTo: '', LinkFile: '' },
    ];
    const message = { NgayKetThuc: '2026-03-30T02:00:00Z', TrangThaiKetThuc: 0, DanhSachGiayToKetQua };
    expect(told('KetThucHoSo', message)).toEqual({
      results: [{ name: 'Giấy chứng nhận', link: 'https://vbdlis.example.vn/1.pdf' }],
    });
  });
});
