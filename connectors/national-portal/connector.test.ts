import { describe, expect, it } from 'vitest';
import type { PortalClient, PortalSnapshot } from '../../src/capabilities/portal.ts';
import { contextOf } from '../../src/connector/connections.ts';
import type { Client } from '../../src/connector/define.ts';
import type { UpstreamCall } from '../../src/connector/upstream.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import connector from './connector.ts';
import { changedFields, changedNames, merge, toMerged, toNewRecord, toProgress, toRecord, toView } from './mapping.ts';

const at = (time: string): number => Date.parse(`${time}+07:00`);

const snapshot = (more: Partial<PortalSnapshot> = {}): PortalSnapshot => ({
  code: 'H15.50-260310-0001',
  owns: null,
  procedure: { code: '1.005129', name: 'Đăng ký biến động đất đai', sector: { code: 'G15-DD', name: 'Đất đai' } },
  statusCode: '4',
  submittedAt: at('2026-03-10T08:00:00'),
  receivedAt: at('2026-03-10T14:30:05'),
  appointmentAt: at('2026-03-31T17:00:00'),
  finishedAt: null,
  rejectedAt: null,
  returnedAt: null,
  agencyName: 'UBND phường Tân Lập',
  fields: { channel: 'online', applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123' } },
  supplements: [],
  ...more,
});

const withFields = (fields: PortalSnapshot['fields']) =>
  toRecord(snapshot({ fields: { ...snapshot().fields, ...fields } }));

describe('a dossier’s record', () => {
  it('says everything as texts', () => {
    const record = toRecord(snapshot());
    expect(record).toMatchObject({
      MaHoSo: 'H15.50-260310-0001',
      MaTTHC: '1.005129',
      KenhThucHien: '2',
      LoaiDoiTuong: '1',
      ChuHoSo: 'Nguyễn Văn An',
      DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '066090000123' }],
      NgayNopHoSo: '20260310080000',
      NgayTiepNhan: '20260310143005',
      NgayHenTra: '20260331170000',
      NgayKetThucXuLy: '',
      TrangThaiHoSo: '4',
      DonViXuLy: 'UBND phường Tân Lập',
    });
    for (const value of Object.values(record)) expect(typeof value === 'string' || Array.isArray(value)).toBe(true);
  });

  it.each([
    ['counter', '1'],
    ['online', '2'],
    ['post', '3'],
  ] as const)('by channel %s is %s', (channel, code) => {
    expect(withFields({ channel }).KenhThucHien).toBe(code);
  });

  it.each([
    ['citizen', '1'],
    ['enterprise', '2'],
    ['household', '2'],
    ['state-body', '3'],
    ['organisation', '4'],
  ] as const)('of a %s is %s', (kind, code) => {
    expect(withFields({ applicant: { kind, name: 'x' } }).LoaiDoiTuong).toBe(code);
  });

  it.each([
    'http://10.0.0.5/a.pdf',
    'https://10.0.0.5/a.pdf',
    'https://192.168.1.2/a.pdf',
    'https://172.20.0.1/a.pdf',
    'https://127.0.0.1/a.pdf',
    'https://169.254.1.1/a.pdf',
    'https://[fd00::1]/a.pdf',
    'https://localhost/a.pdf',
    'https://fileserver/a.pdf',
    'https://files.local/a.pdf',
    'file:///srv/a.pdf',
    '\\\\fileserver\\a.pdf',
  ])('never carries %s, which opens nowhere else, as a link', (fileRef) => {
    const record = withFields({ components: [{ name: 'Đơn', fileRef }], results: [{ name: 'Kết quả', fileRef }] });
    expect(JSON.stringify(record)).not.toContain('a.pdf');
  });

  it('carries a link that everyone can open', () => {
    expect(
      withFields({ components: [{ name: 'Đơn', fileRef: 'https://files.example.vn/a.pdf' }] }).TaiLieuNop,
    ).toMatchObject([{ DuongDanTaiTepTin: 'https://files.example.vn/a.pdf' }]);
  });

  it('says a supplement with the dates around it', () => {
    const { DanhSachHoSoBoSung } = toRecord(
      snapshot({
        supplements: [
          {
            id: 'BS3',
            askedBy: 'land-registry',
            content: 'bổ sung',
            askedAt: at('2026-03-16T08:00:00'),
            receivedAt: null,
            appointmentBefore: at('2026-03-31T17:00:00'),
            appointmentAfter: null,
          },
        ],
      }),
    );
    expect(DanhSachHoSoBoSung).toEqual([
      {
        HoSoBoSungId: 'BS3',
        NguoiYeuCauBoSung: 'land-registry',
        NoiDungBoSung: 'bổ sung',
        NgayBoSung: '20260316080000',
        NgayTiepNhanBoSung: '',
        TrangThaiBoSung: '0',
        NgayHenTraTruoc: '20260331170000',
        NgayHenTraMoi: '',
      },
    ]);
  });
});

describe('who owns which field', () => {
  const kept = {
    MaHoSo: 'H15.50-260310-0001',
    NgayHenTra: '20260402170000',
    TrangThaiHoSo: '2',
    ChuHoSo: 'Trần Thị Lan',
  };

  it('lays only what is ours over what the portal keeps', () => {
    const merged = toMerged(kept, snapshot({ owns: ['appointment'] }));
    expect(merged).toEqual({ ...kept, NgayHenTra: '20260331170000' });
    expect(changedFields(kept, merged)).toEqual(['appointment']);
    expect(toMerged(kept, snapshot())).toMatchObject({ TrangThaiHoSo: '4', ChuHoSo: 'Nguyễn Văn An' });
  });

  it('gives a new dossier what the portal takes none without, and of the rest what is ours', () => {
    const record = toNewRecord(
      snapshot({ owns: ['status', 'fees'], fields: { ...snapshot().fields, summary: 'Trích yếu', fees: [] } }),
    );
    expect(record).toMatchObject({
      MaTTHC: '1.005129',
      ChuHoSo: 'Nguyễn Văn An',
      TrangThaiHoSo: '4',
      DanhSachLePhi: [],
    });
    for (const name of ['TrichYeuHoSo', 'NgayHenTra', 'TaiLieuNop', 'DanhSachHoSoBoSung'])
      expect(record).not.toHaveProperty(name);
  });

  it('calls nothing changed where only what is empty is said', () => {
    const merged = toMerged(kept, snapshot());
    const empty = { ...merged, NgayTra: '', DanhSachLePhi: [], GhiChu: '' };
    expect(
      changedNames(Object.fromEntries(Object.entries(merged).filter(([, value]) => value.length > 0)), empty),
    ).toEqual([]);
    expect(changedNames(kept, { ...kept, GhiChu: 'Đã liên hệ' })).toEqual(['GhiChu']);
  });
});

it('a progress record says one step with its own time', () => {
  const progress = {
    code: 'H15.50-260310-0001',
    at: at('2026-03-16T13:00:00'),
    statusCode: '6',
    text: 'Chờ thuế',
    officer: 'Lê Thị Bình',
    title: 'Chuyên viên',
    department: 'Phòng Đăng ký',
    startedAt: null,
    dueAt: null,
  };
  expect(toProgress(progress)).toEqual({
    MaHoSo: 'H15.50-260310-0001',
    NguoiXuLy: 'Lê Thị Bình',
    ChucDanh: 'Chuyên viên',
    ThoiDiemXuLy: '20260316130000',
    PhongBanXuLy: 'Phòng Đăng ký',
    NoiDungXuLy: 'Chờ thuế',
    TrangThai: '6',
    NgayBatDau: '',
    NgayKetThucTheoQuyDinh: '',
  });
});

describe('the merge before a write', () => {
  const paper = { MaThanhPhanHoSo: 'K9', TenTepDinhKem: 'Của công dân.pdf', TepDinhKemId: 'x' };

  it('keeps every entry that others put into a list, and updates ours in its place', () => {
    const ours = withFields({ components: [{ code: 'K1', name: 'Đơn', digitised: true }] });
    const kept = {
      TaiLieuNop: [paper, { MaThanhPhanHoSo: 'K1', TenTepDinhKem: 'Đơn', TepDinhKemId: 'y', DuocSoHoa: '0' }],
    };
    expect(merge(kept, ours).TaiLieuNop).toEqual([
      paper,
      expect.objectContaining({ MaThanhPhanHoSo: 'K1', TepDinhKemId: 'y', DuocSoHoa: '1' }),
    ]);
  });

  it('keeps a list that we have nothing of: a list left out is assumed to be emptied', () => {
    expect(merge({ DanhSachLePhi: [{ MaPhiLePhi: 'F' }] }, toRecord(snapshot())).DanhSachLePhi).toEqual([
      { MaPhiLePhi: 'F' },
    ]);
  });

  it('keeps a text of theirs where ours is empty, but not an end that is none any more', () => {
    const merged = merge(
      { ThongTinTra: 'bưu điện', Email: 'a@example.vn', NgayKetThucXuLy: '20260320100000' },
      toRecord(snapshot()),
    );
    expect(merged).toMatchObject({ ThongTinTra: 'bưu điện', Email: 'a@example.vn', NgayKetThucXuLy: '' });
  });

  it('is the same again when nothing has changed', () => {
    const once = merge({ TaiLieuNop: [paper] }, toRecord(snapshot()));
    expect(merge(once, toRecord(snapshot()))).toEqual(once);
  });
});

it('what the portal shows is told in our terms', () => {
  const view = toView({
    MaHoSo: 'H15.50-260310-0001',
    MaTTHC: '1.005129',
    KenhThucHien: '',
    ChuHoSo: 'Nguyễn Văn An',
    LoaiDoiTuong: '1',
    NgayTiepNhan: '20260310083000',
    NgayHenTra: '20260331170000',
    TrangThaiHoSo: '6',
    DanhSachTienDo: [{ TrangThai: '6', ThoiDiemXuLy: '20260316080000' }],
  });
  expect(view).toMatchObject({
    statusCode: '6',
    appointmentAt: at('2026-03-31T17:00:00'),
    progress: [{ statusCode: '6', at: at('2026-03-16T08:00:00') }],
    fields: { procedureCode: '1.005129', channel: 'counter', receivedAt: '2026-03-10T08:30:00+07:00' },
  });
  expect(toView({ MaHoSo: 'x', TrangThaiHoSo: '2' }).progress).toBeNull();
});

describe('a payment made online', () => {
  it.each([
    ['portal', '1'],
    ['agency', '2'],
    ['none', '0'],
  ] as const)('at %s is DuocThanhToanTrucTuyen %s, whatever the registration says of its fees', (paidOnline, code) => {
    const fees = [
      { code: 'LP01', name: 'Lệ phí', amount: 50_000, kind: 'charge' as const, paidVia: 'counter' as const },
    ];
    const record = toRecord(snapshot({ paidOnline, fields: { ...snapshot().fields, fees } }));
    expect(record.DuocThanhToanTrucTuyen).toBe(code);
    expect(merge({ DuocThanhToanTrucTuyen: '1' }, record).DuocThanhToanTrucTuyen).toBe(code);
  });

  it('that we know nothing of leaves what the portal has', () => {
    expect(merge({ DuocThanhToanTrucTuyen: '1' }, toRecord(snapshot())).DuocThanhToanTrucTuyen).toBe('1');
  });

  it('is told back from what the portal shows', () => {
    const shows = (code?: string): boolean =>
      toView({ MaHoSo: 'x', TrangThaiHoSo: '2', ...(code && { DuocThanhToanTrucTuyen: code }) }).isPaidOnline;
    expect([shows('1'), shows('2'), shows('0'), shows()]).toEqual([true, true, false, false]);
  });
});

/** The connector over an upstream that answers as told; logins succeed. */
function portalAnswering(...answers: unknown[]): { client: PortalClient; calls: UpstreamCall[] } {
  const calls: UpstreamCall[] = [];
  let sessions = 0;
  const upstream: Client = {
    name: 'national-portal',
    text: () => Promise.reject(new Error('the portal answers JSON')),
    async json(call) {
      calls.push(call);
      return call.operation === 'login' ? { error_code: 0, session: `s${++sessions}` } : answers.shift();
    },
  };
  const settings = connector.settings.parse({ USERNAME: 'h15', PASSWORD: 'p', UNIT: 'H15', DSTCODE: 'VN:DVCQG' });
  return { client: connector.portal!(contextOf(connector, { settings, upstream, now: Date.now })), calls };
}

async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UpstreamError)) throw new Error(`no failure of the upstream: ${error}`);
  return error;
}

const DONE = { error_code: '0', message: 'Thành công' };

describe('a call', () => {
  it('logs in once, and carries session, unit, service and dstcode', async () => {
    const { client, calls } = portalAnswering(DONE, DONE);
    await client.create([snapshot()]);
    await client.progress([]);
    expect(calls.map(({ operation }) => operation)).toEqual(['login', 'DongBoHoSoMC', 'CapNhatTienDoHoSoMC']);
    expect(calls[1]).toMatchObject({
      path: '/mapi/g',
      headers: { dstcode: 'VN:DVCQG' },
      json: { session: 's1', madonvi: 'H15', service: 'DongBoHoSoMC', isUpdating: 'False' },
    });
  });

  it('logs in again once when its session has ended', async () => {
    const ended = { error_code: '-1', message: 'Phiên hết hạn' };
    const { client, calls } = portalAnswering(ended, DONE);
    await client.progress([]);
    expect(calls.filter(({ operation }) => operation === 'login')).toHaveLength(2);
    expect(await failureOf(portalAnswering(ended, ended).client.progress([]))).toMatchObject({ kind: 'auth' });
  });

  it('writes nothing where the portal has it already', async () => {
    const { client, calls } = portalAnswering(DONE);
    await client.update([{ snapshot: snapshot(), kept: { ...merge({}, toRecord(snapshot())) } }]);
    expect(calls).toEqual([]);
  });

  it.each([
    ['3', 'Hồ sơ đã tồn tại', 'exists', 'not-done'],
    ['-3', 'Hồ sơ đã tồn tại', 'exists', 'not-done'],
    ['-2', 'Không có quyền', 'auth', 'not-done'],
    ['-5', 'Dữ liệu không hợp lệ', 'rejected', 'not-done'],
    ['-7', 'Vượt quá số lượng', 'quota', 'not-done'],
    ['-8', 'Bảo trì', 'maintenance', 'not-done'],
    ['-99', 'Có lỗi xảy ra', 'unavailable', 'unknown'],
    ['-42', 'Mã lạ', 'rejected', 'not-done'],
  ])('refused with %s is no success in disguise', async (error_code, message, kind, outcome) => {
    const error = await failureOf(portalAnswering({ error_code, message }).client.create([snapshot()]));
    expect(error).toMatchObject({ kind, facts: { outcome, words: `${error_code}: ${message}` } });
  });

  it('about a dossier that the portal does not know answers null', async () => {
    expect(await portalAnswering({ error_code: '-4', message: 'Không tìm thấy' }).client.read('x')).toBeNull();
  });

  it('for a listing gives rows, and says whether another page follows; a portal without one is told from an empty one', async () => {
    const row = { MaHoSo: 'H15.50-260310-0001', KenhThucHien: '2', TrangThaiHoSo: '6', NgayTiepNhan: '20260310083000' };
    const { client, calls } = portalAnswering({ ...DONE, data: [row], tongSo: '1001' }, { ...DONE, data: [] });
    expect(await client.list('2026-03-10', '2026-03-11', 1)).toEqual({
      rows: [
        {
          code: 'H15.50-260310-0001',
          statusCode: '6',
          appointmentAt: null,
          receivedAt: at('2026-03-10T08:30:00'),
          channel: 'online',
          procedureCode: null,
        },
      ],
      more: true,
    });
    expect(calls.at(-1)!.json).toMatchObject({ TuNgay: '20260310', DenNgay: '20260311', TrangHienTai: '1' });
    expect(await client.list('2026-03-10', '2026-03-11', 1)).toEqual({ rows: [], more: false });
    const refused = portalAnswering({ error_code: '-6', message: 'Dịch vụ không tồn tại' });
    expect(await refused.client.list('2026-03-10', '2026-03-11', 1)).toBeNull();
  });

  it.each([
    ['no code', {}, '$.error_code'],
    ['no data', { error_code: '0' }, '$.data'],
    [
      'a status of another shape',
      { error_code: '0', data: { MaHoSo: 'x', TrangThaiHoSo: [] } },
      '$.data.TrangThaiHoSo',
    ],
    ['no object at all', 'xin chào', '$'],
  ])('answered with %s is a broken contract that names the place', async (_title, answer, path) => {
    expect(await failureOf(portalAnswering(answer).client.read('x'))).toMatchObject({
      kind: 'contract',
      facts: { path },
    });
  });
});

describe('a listing', () => {
  /** A page as the portal answers it. */
  function listing(data: readonly object[], total?: string) {
    const upstream = {
      breaker: null,
      json: (call: UpstreamCall) =>
        Promise.resolve(
          call.operation === 'login'
            ? { error_code: 0, session: 's' }
            : { error_code: 0, data, ...(total === undefined ? {} : { tongSo: total }) },
        ),
    };
    const settings = connector.settings.parse({});
    return connector.portal!(contextOf(connector, { settings, upstream: upstream as never, now: Date.now }));
  }
  const row = (n: number): object => ({ MaHoSo: `H15.50-260310-${String(n).padStart(4, '0')}`, TrangThaiHoSo: '2' });
  const rows = (n: number): object[] => Array.from({ length: n }, (_, i) => row(i));
  const more = async (page: number, data: object[], total?: string) =>
    (await listing(data, total).list('2026-03-10', '2026-03-10', page))!.more;

  it('ends where page and total agree, goes on where one of them is wrong, and ends with an empty page', async () => {
    expect(await more(2, rows(100), '600')).toBe(false);
    expect(await more(1, rows(500), '500')).toBe(true);
    expect(await more(1, rows(500), '0')).toBe(true);
    expect(await more(1, rows(200), '450')).toBe(true);
    expect(await more(3, [], '1000000')).toBe(false);
    expect(await more(1, rows(200))).toBe(false);
    expect(await more(1, rows(500))).toBe(true);
  });

  it('leaves out the rows that cannot be read, unless they are most of it', async () => {
    const broken = { MaHoSo: 17, TrangThaiHoSo: '2' };
    const page = await listing([broken, ...rows(3)], '4').list('2026-03-10', '2026-03-10', 1);
    expect(page!.rows).toHaveLength(3);
    expect(page!.more).toBe(false);
    const nothing = listing(
      Array.from({ length: 20 }, () => broken),
      '20',
    ).list('2026-03-10', '2026-03-10', 1);
    await expect(nothing).rejects.toMatchObject({ kind: 'contract' });
  });
});
