import { describe, expect, it } from 'vitest';
import { failureOf, joined, run } from '../../test/support/connector.ts';
import connector from './connector.ts';
import { readSteps } from './steps.ts';

const CODE = '9900003708';
const CERTIFICATE = {
  MaNoiBo: 'NB-1',
  MaSoDoanhNghiep: CODE,
  SoGCNDKKD: CODE,
  MaLoaiHinhDN: 'JSC',
  LoaiHinhDN: 'Công ty cổ phần',
  TenTiengViet: 'Công ty Cổ phần Gỗ Bình Minh',
  TenNuocNgoai: '',
  TenVietTat: null,
  NgayDangKyLanDau: '2022-02-09T00:00:00',
  NgayDangKyThayDoi: '2025-11-19T00:00:00',
  SoLanDangKyThayDoi: '2',
  TinhTrangPhapLy: [{ MaTinhTrangPhapLy: '1', TinhTrangPhapLy: 'Đang hoạt động' }],
  DaiDienPhapLuat: [
    {
      ThongTinCaNhan: [
        {
          HoVaTen: 'DƯƠNG KIM CHÂU',
          MaLoaiGiayToChungThuc: '2',
          SoGiayChungThuc: '066190990001',
          NgayCap: '2021-06-15T00:00:00',
          NoiCap: '',
          QuocTich: 'VN',
        },
      ],
    },
  ],
  DiaChiTruSo: [{ DiaChi: [{ MaTinhThanh: '66', MaQuanHuyen: '', MaPhuongXa: '24310', DiaChi: '', SoNha: '390' }] }],
  NganhNgheKinhDoanh: [{ MaNganh: '1610', TenNganh: 'Cưa, xẻ gỗ', LaNganhChinh: '1' }],
};

/** The connector over a registry that gives tokens and answers an enterprise as told. */
function registry(...answers: unknown[]) {
  const { context, at, probe } = joined(connector, { CLIENT_ID: 'khoa', CLIENT_SECRET: 'mat' });
  at.post('/token', { grant_type: 'client_credentials' })
    .basicAuth({ user: 'khoa', pass: 'mat' })
    .reply(200, { access_token: 't1', expires_in: '3600' });
  for (const answer of answers)
    at.get('/chiTietDoanhNghiep')
      .query({ msdn: CODE })
      .matchHeader('authorization', 'Bearer t1')
      .reply(200, answer as object);
  const ask = () => run(connector, 'getEnterprise', context, { enterpriseCode: CODE });
  return { context, at, probe, ask };
}

describe('an enterprise', () => {
  it('is told in our terms: empty is nothing, counts are numbers, days are days', async () => {
    const { ask } = registry({ GetEntCert: [CERTIFICATE] });
    expect(await ask()).toEqual({
      enterpriseCode: CODE,
      internalNumber: 'NB-1',
      name: 'Công ty Cổ phần Gỗ Bình Minh',
      foreignName: null,
      shortName: null,
      type: { code: 'JSC', name: 'Công ty cổ phần' },
      registeredOn: '2022-02-09',
      changedOn: '2025-11-19',
      changes: 2,
      status: 'active',
      statuses: [{ status: 'active', name: 'Đang hoạt động', suspendedFrom: null, suspendedTo: null, reason: null }],
      representatives: [
        {
          name: 'DƯƠNG KIM CHÂU',
          idKind: 'personal-number',
          idNumber: '066190990001',
          idIssuedOn: '2021-06-15',
          idIssuedBy: null,
          nationality: 'VN',
        },
      ],
      address: { provinceCode: '66', districtCode: null, communeCode: '24310', detail: '390' },
      activities: [{ code: '1610', name: 'Cưa, xẻ gỗ', isMain: true }],
    });
  });

  it.each([
    ['a day at midnight of no zone', '2022-02-09T00:00:00', '2022-02-09'],
    ['a bare day', '2022-02-09', '2022-02-09'],
    ['that midnight told in UTC', '2022-02-08T17:00:00Z', '2022-02-09'],
    ['the year 1 of an empty date', '0001-01-01T00:00:00', null],
    ['nothing', '', null],
  ])('was registered on %s', async (_title, NgayDangKyLanDau, day) => {
    const { ask } = registry({ GetEntCert: [{ ...CERTIFICATE, NgayDangKyLanDau }] });
    expect(await ask()).toMatchObject({ registeredOn: day });
  });

  it('that nobody has is not found', async () => {
    const { ask } = registry({ GetEntCert: [] });
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([
    ['without its list', {}, '$.GetEntCert'],
    ['without a name', { GetEntCert: [{ ...CERTIFICATE, TenTiengViet: undefined }] }, '$.GetEntCert[0].TenTiengViet'],
    [
      'of another code',
      { GetEntCert: [{ ...CERTIFICATE, MaSoDoanhNghiep: '9900001002' }] },
      '$.GetEntCert[0].MaSoDoanhNghiep',
    ],
    [
      'in a state of no table',
      { GetEntCert: [{ ...CERTIFICATE, TinhTrangPhapLy: [{ MaTinhTrangPhapLy: '42' }] }] },
      '$.GetEntCert[0].TinhTrangPhapLy[0].MaTinhTrangPhapLy',
    ],
    [
      'with a day in another order',
      { GetEntCert: [{ ...CERTIFICATE, NgayDangKyLanDau: '09/02/2022' }] },
      '$.GetEntCert[0].NgayDangKyLanDau',
    ],
    [
      'with a count that is none',
      { GetEntCert: [{ ...CERTIFICATE, SoLanDangKyThayDoi: 'hai' }] },
      '$.GetEntCert[0].SoLanDangKyThayDoi',
    ],
  ])('%s is a broken contract that names the place', async (_title, answer, path) => {
    const { ask } = registry(answer);
    const failure = await failureOf(ask());
    expect(failure).toMatchObject({ kind: 'contract', facts: { path } });
    // What came is at hand for whoever finds out what has changed.
    expect(JSON.parse(failure.answer!)).toEqual(JSON.parse(JSON.stringify(answer)));
  });

  it('is asked for by a code whose check digit is right, a branch by its suffix', () => {
    const { params } = connector.operations![0]!;
    for (const enterpriseCode of [CODE, `${CODE}-001`])
      expect(params!.safeParse({ enterpriseCode }).success).toBe(true);
    for (const enterpriseCode of ['9900003709', `${CODE}-000`, `${CODE}-1`, '990000370', '066090000123', ''])
      expect(params!.safeParse({ enterpriseCode }).success).toBe(false);
  });

  it('is asked for again with a new token when the old one has ended', async () => {
    const { context, at } = joined(connector);
    at.post('/token').reply(200, { access_token: 'old' });
    at.get('/chiTietDoanhNghiep').query(true).matchHeader('authorization', 'Bearer old').reply(401, {});
    at.post('/token').reply(200, { access_token: 'new' });
    at.get('/chiTietDoanhNghiep')
      .query(true)
      .matchHeader('authorization', 'Bearer new')
      .reply(200, { GetEntCert: [CERTIFICATE] });
    expect(await run(connector, 'getEnterprise', context, { enterpriseCode: CODE })).toMatchObject({
      status: 'active',
    });
  });
});

it('its health call is a log-in, which asks for nobody', async () => {
  const { probe } = registry();
  await expect(probe()).resolves.toBeUndefined();
});

const STEP = {
  SoHoSo: 'DKKD-1',
  MaHoSoMotCua: 'H15.50-260310-0001',
  MaTTHC: '2.001610',
  MaCoQuan: 'H15.50',
  MaSoDoanhNghiep: CODE,
  TenDoanhNghiep: 'Công ty Cổ phần Gỗ Bình Minh',
  HinhThucNop: '1',
  ThanhToanTrucTuyen: '0',
  KenhThanhToan: '',
  TrangThai: '2',
  NgayNop: '10/03/2026 08:00:00',
  NgayTiepNhan: '10/03/2026 14:30:05',
  NgayHenTra: '13/03/2026 17:00:00',
  ThoiDiemXuLy: '10/03/2026 14:30:05',
  ThoiDiemCapNhat: '10/03/2026 14:31:00',
  NguoiXuLy: 'Phòng Đăng ký kinh doanh',
  GhiChu: '',
};
const at = (time: string): number => Date.parse(`${time}+07:00`);
const commandOf = (more: object) => readSteps([{ ...STEP, ...more }]).commands[0]!;

describe('a listed step', () => {
  it('is an event of its dossier, with what is known of it', () => {
    expect(commandOf({})).toMatchObject({
      source: 'business-registry',
      ref: { code: 'H15.50-260310-0001', alias: { system: 'business-registry', code: 'DKKD-1' } },
      kind: 'status',
      status: 'accepted',
      occurredAt: at('2026-03-10T14:30:05'),
      appointment: { at: at('2026-03-13T17:00:00'), basis: 'slip' },
      opens: 'ministry',
      channel: 'online',
      known: {
        procedureCode: '2.001610',
        agencyCode: 'H15.50',
        channel: 'online',
        submittedAt: '2026-03-10T08:00:00+07:00',
        receivedAt: '2026-03-10T14:30:05+07:00',
        applicant: { kind: 'enterprise', enterpriseCode: CODE },
      },
    });
  });

  it.each([
    ['1', '', { status: 'submitted' }],
    ['2', '10/03/2026 14:30:05', { status: 'accepted' }],
    ['3', '10/03/2026 14:30:05', { status: 'processing' }],
    ['4', '', { status: 'paused', reason: 'supplement-intake' }],
    ['4', '10/03/2026 14:30:05', { status: 'paused', reason: 'supplement-appraisal' }],
    ['5', '10/03/2026 14:30:05', { status: 'resumed' }],
    ['6', '10/03/2026 14:30:05', { status: 'completed', outcome: 'granted' }],
    ['7', '', { status: 'rejected' }],
    ['7', '10/03/2026 14:30:05', { status: 'completed', outcome: 'refused' }],
    ['8', '10/03/2026 14:30:05', { status: 'returned' }],
    ['9', '', { status: 'withdrawn' }],
  ])(
    'with TrangThai %s, accepted at "%s", is never the portal’s code of that number',
    (TrangThai, NgayTiepNhan, told) => {
      expect(commandOf({ TrangThai, NgayTiepNhan })).toMatchObject({ reason: null, outcome: null, ...told });
    },
  );

  it('moves no appointment: the date stands in every step and only the acceptance says whose it is', () => {
    expect(commandOf({ TrangThai: '3' }).appointment).toBeNull();
  });

  it('has the same id whenever it is listed, and another once its content differs', () => {
    expect(commandOf({}).eventId).toBe(commandOf({ ThoiDiemCapNhat: '11/03/2026 09:00:00' }).eventId);
    expect(commandOf({}).eventId).not.toBe(commandOf({ GhiChu: 'Đã sửa ghi chú' }).eventId);
  });

  it('that was paid online tells one payment, however many steps repeat it', () => {
    const paid = { ThanhToanTrucTuyen: '1', KenhThanhToan: '1' };
    const [, first] = readSteps([{ ...STEP, ...paid }]).commands;
    const [, second] = readSteps([
      { ...STEP, ...paid, TrangThai: '3', ThoiDiemCapNhat: '11/03/2026 09:00:00' },
    ]).commands;
    expect(first).toMatchObject({ kind: 'payment', payment: { reference: 'business-registry:DKKD-1', via: 'portal' } });
    expect([second!.eventId, second!.bodyDigest]).toEqual([first!.eventId, first!.bodyDigest]);
    expect(readSteps([{ ...STEP, ThanhToanTrucTuyen: '1', KenhThanhToan: '2' }]).commands[1]).toMatchObject({
      payment: { via: 'agency' },
    });
    expect(readSteps([{ ...STEP, ThanhToanTrucTuyen: '0', KenhThanhToan: '1' }]).commands).toHaveLength(1);
  });

  it.each([
    ['half past midnight', '10/03/2026 00:30:00', '2026-03-10T00:30:00'],
    ['the afternoon', '10/03/2026 14:30:05', '2026-03-10T14:30:05'],
    ['the last second of a day', '31/12/2026 23:59:59', '2026-12-31T23:59:59'],
  ])('has 24 hours, in Viet Nam’s time: %s', (_title, ThoiDiemXuLy, then) => {
    expect(commandOf({ ThoiDiemXuLy }).occurredAt).toBe(at(then));
  });

  it.each([
    ['of twelve hours', { ThoiDiemXuLy: '10/03/2026 02:30:05 CH' }],
    ['with the month first', { ThoiDiemXuLy: '12/31/2026 10:00:00' }],
    ['of a day that is none', { NgayNop: '30/02/2026 10:00:00' }],
    ['with a zone', { ThoiDiemCapNhat: '2026-03-10T07:31:00Z' }],
  ])('with a time %s is kept aside for a person, beside the others', (_title, wrong) => {
    const page = readSteps([
      { ...STEP, ...wrong },
      { ...STEP, SoHoSo: 'DKKD-2' },
    ]);
    expect(page.commands).toHaveLength(1);
    expect(page.aside).toMatchObject([{ reason: 'unreadable', dossierRef: 'H15.50-260310-0001' }]);
  });

  it.each([
    ['TrangThai', '12'],
    ['HinhThucNop', '7'],
    ['KenhThanhToan', 'x'],
    ['TrangThai', 'constructor'],
  ])('with %s of no table is kept aside, never guessed', (member, code) => {
    const { commands, aside } = readSteps([{ ...STEP, [member]: code }]);
    expect(commands).toEqual([]);
    expect(aside).toMatchObject([{ reason: 'unmapped-code', detail: `$.${member}: ${code}` }]);
  });

  it('that is no object, or has no number, is kept aside with the place', () => {
    const { aside } = readSteps([null, { ...STEP, SoHoSo: undefined }]);
    expect(aside.map(({ reason, detail }) => [reason, detail.split(':')[0]])).toEqual([
      ['unreadable', '$'],
      ['unreadable', '$.SoHoSo'],
    ]);
  });

  it('of a dossier whose code is not one is known by the registry’s number alone', () => {
    expect(commandOf({ MaHoSoMotCua: '' }).ref).toEqual({
      code: null,
      alias: { system: 'business-registry', code: 'DKKD-1' },
    });
  });
});

describe('the listing', () => {
  it('is asked from a second on, in Viet Nam’s time, page by page', async () => {
    const { context, at: registryAt } = registry();
    const listing = connector.listing!(context);
    const page = (trang: number) =>
      registryAt.get('/danhSachTrangThaiHoSo').query({ tuThoiDiem: '20260311003000', trang, soBanGhi: 100 });
    page(1).reply(200, { TongSo: '101', DanhSach: Array.from({ length: 100 }, () => STEP) });
    page(2).reply(200, { TongSo: 101, DanhSach: [STEP] });
    const since = Date.parse('2026-03-10T17:30:00Z');
    expect(await listing.list(since, 1)).toMatchObject({ isLast: false, newestAt: at('2026-03-10T14:31:00') });
    expect(await listing.list(since, 2)).toMatchObject({ isLast: true });
  });

  it('of another shape is a broken contract', async () => {
    const { context, at: registryAt } = registry();
    registryAt.get('/danhSachTrangThaiHoSo').query(true).reply(200, { TongSo: 'nhiều', DanhSach: [] });
    expect(await failureOf(connector.listing!(context).list(0, 1))).toMatchObject({
      kind: 'contract',
      facts: { path: '$.TongSo' },
    });
  });
});
