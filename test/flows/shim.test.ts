/** @module An iGate that can only change an address posts the portal's wire to the gateway: everything stands at the portal once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

interface Said {
  readonly error_code: string | number;
  readonly message: string;
  readonly session?: string;
  readonly data?: Record<string, unknown> & { DanhSachTienDo?: { TrangThai: string; ThoiDiemXuLy: string }[] };
}

let product: Product;
let session: string;
beforeAll(async () => {
  product = await startProduct({ SHIM_STATUS_AFTER_MS: '300' });
  session = (await post('login', { username: 'igate', password: 'secret-of-the-test-igate' })).session!;
});
afterAll(() => product.stop());

async function post(path: 'login' | 'g', body: object): Promise<Said> {
  const answer = await fetch(`${product.url}/shim/national-portal/mapi/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', dstcode: 'VN:COM:DVCQG' },
    body: JSON.stringify(body),
  });
  expect(answer.headers.get('content-type')).toContain('application/json');
  return (await answer.json()) as Said;
}
const call = (service: string, body: object): Promise<Said> => post('g', { session, madonvi: 'H15', service, ...body });

const dossier = (MaHoSo: string, more: object = {}): object => ({
  MaHoSo,
  MaTTHC: '1.005129',
  TenTTHC: 'Đăng ký biến động đất đai',
  MaLinhVuc: 'G15-DD',
  TenLinhVuc: 'Đất đai',
  KenhThucHien: '2',
  ChuHoSo: 'Nguyễn Văn An',
  LoaiDoiTuong: '1',
  SoGiayToChuHoSo: '066090000123',
  NgayNopHoSo: '20260310080000',
  NgayTiepNhan: '20260310083000',
  TrangThaiHoSo: '2',
  DonViXuLy: 'Chi nhánh Văn phòng đăng ký đất đai',
  GhiChu: 'Nộp bổ sung bản đồ',
  ...more,
});
const synchronise = (isUpdating: boolean, ...data: object[]): Promise<Said> =>
  call('DongBoHoSoMC', { isUpdating: isUpdating ? 'True' : 'False', data });
const progress = (...records: [code: string, status: string, time: string][]): Promise<Said> =>
  call('CapNhatTienDoHoSoMC', {
    data: records.map(([MaHoSo, TrangThai, ThoiDiemXuLy]) => ({
      MaHoSo,
      TrangThai,
      ThoiDiemXuLy,
      NguoiXuLy: 'Lê Thị Bình',
      ChucDanh: 'Chuyên viên',
      PhongBanXuLy: 'Một cửa',
      NoiDungXuLy: 'Chuyển xử lý',
    })),
  });

interface Seen {
  readonly service: string;
  readonly status: string;
  readonly occurredAt: string | null;
  readonly effect: boolean;
}
const seen = async (code: string): Promise<Seen[]> =>
  (await product.ask<{ records: Seen[] }>(`/_seen/national-portal?dossier=${code}`)).records;
const steps = async (code: string): Promise<string[]> =>
  (await seen(code))
    .filter(({ service }) => service === 'CapNhatTienDoHoSoMC')
    .map(({ status, occurredAt }) => `${status} ${occurredAt}`);
const inStep = (code: string) =>
  until(`${code} is in step`, async () => {
    const { destinations } = await product.igate<{ destinations: { state: string; ackedSeq: number }[] }>(
      'GET',
      `/v1/dossiers/${code}/sync`,
    );
    return destinations[0]!.state === 'in-step' && destinations[0]!.ackedSeq > 0;
  });

describe('an iGate that speaks the portal’s wire', () => {
  it('logs in as a client of the gateway, and is refused in the portal’s words', async () => {
    expect(await post('login', { username: 'igate', password: 'wrong' })).toMatchObject({ error_code: '-2' });
    expect(await post('login', { username: 'nobody', password: 'x' })).toMatchObject({ error_code: '-2' });
    expect(session).toMatch(/^[\w-]+$/);
    for (const wrong of ['', 'abc', `${session}x`])
      expect(await post('g', { session: wrong, madonvi: 'H15', service: 'TraCuuHoSo' })).toMatchObject({
        error_code: '-1',
      });
    expect(await call('XoaHoSo', {})).toMatchObject({ error_code: '-6' });
    expect(await post('g', { session, madonvi: 'H26', service: 'LayDanhMucCoQuan' })).toMatchObject({
      error_code: '-2',
    });
  });

  it('posts, the land registry pauses and resumes, it posts again: the portal shows each step once, in order, and loses nothing', async () => {
    const code = 'H15.50-260310-0001';
    const papers = {
      TaiLieuNop: [
        {
          TepDinhKemId: 'F-1',
          MaThanhPhanHoSo: 'K1',
          TenTepDinhKem: 'Đơn đăng ký',
          DuocSoHoa: '1',
          DuocLayTuKhoDMQG: '1',
        },
      ],
      DanhSachLePhi: [{ MaPhiLePhi: 'LP01', TenPhiLePhi: 'Lệ phí', Gia: '50000', LoaiPhiLePhi: '2', HinhThucThu: '1' }],
    };
    expect(await synchronise(false, dossier(code, papers))).toEqual({ error_code: '0', message: 'Thành công' });
    expect(await synchronise(false, dossier(code, papers))).toMatchObject({
      error_code: '-3',
      message: expect.stringContaining('đã tồn tại'),
    });
    expect(await progress([code, '2', '20260310083100'], [code, '4', '20260311080000'])).toMatchObject({
      error_code: '0',
    });
    expect(await progress([code, '4', '20260311080000'])).toMatchObject({ error_code: '0' });
    await inStep(code);

    await product.act('land-registry', {
      act: 'pause',
      dossier: code,
      reason: 'financial-obligation',
      at: '2026-03-12T09:00:00+07:00',
    });
    await product.act('land-registry', { act: 'resume', dossier: code, at: '2026-03-16T09:00:00+07:00' });
    expect(await synchronise(true, dossier(code, { TrangThaiHoSo: '4' }))).toMatchObject({ error_code: '0' });
    expect(await progress([code, '9', '20260320100000'], [code, '10', '20260320140000'])).toMatchObject({
      error_code: '0',
    });
    expect(
      await synchronise(
        true,
        dossier(code, { TrangThaiHoSo: '10', NgayKetThucXuLy: '20260320100000', NgayTra: '20260320140000' }),
      ),
    ).toMatchObject({ error_code: '0' });
    await until('the portal has the end', async () => (await steps(code)).some((step) => step.startsWith('10 ')));
    await inStep(code);

    expect(await steps(code)).toEqual([
      '1 2026-03-10T08:00:00+07:00',
      '2 2026-03-10T08:30:00+07:00',
      '4 2026-03-11T08:00:00+07:00',
      '6 2026-03-12T09:00:00+07:00',
      '4 2026-03-16T09:00:00+07:00',
      '9 2026-03-20T10:00:00+07:00',
      '10 2026-03-20T14:00:00+07:00',
    ]);
    expect((await seen(code)).filter(({ effect }) => !effect)).toEqual([]);
    expect(await product.atPortal(code)).toMatchObject({
      ChuHoSo: 'Nguyễn Văn An',
      SoGiayToChuHoSo: '066090000123',
      DonViXuLy: 'Chi nhánh Văn phòng đăng ký đất đai',
      GhiChu: 'Nộp bổ sung bản đồ',
      TrangThaiHoSo: '10',
      NgayKetThucXuLy: '20260320100000',
      TaiLieuNop: [
        expect.objectContaining({
          TepDinhKemId: 'F-1',
          TenTepDinhKem: 'Đơn đăng ký',
          DuocLayTuKhoDMQG: '1',
          DuocSoHoa: '1',
        }),
      ],
      DanhSachLePhi: [expect.objectContaining({ MaPhiLePhi: 'LP01', Gia: '50000', HinhThucThu: '1' })],
    });

    const looked = await call('TraCuuHoSo', { MaHoSo: code });
    expect(looked).toMatchObject({ error_code: '0', data: { MaHoSo: code, TrangThaiHoSo: '10' } });
    expect(looked.data!.DanhSachTienDo).toHaveLength(7);
    const { events } = await product.igate<{ events: { source: string; officer: { name: string } | null }[] }>(
      'GET',
      `/v1/dossiers/${code}/timeline`,
    );
    expect(new Set(events.map(({ source }) => source))).toEqual(new Set(['igate', 'land-registry', 'gateway']));
    expect(events.some(({ officer }) => officer?.name === 'Lê Thị Bình')).toBe(true);
  });

  it('tells a status without its step: it stands at the portal all the same, once', async () => {
    const code = 'H15.50-260310-0002';
    await synchronise(false, dossier(code));
    await progress([code, '4', '20260311080000']);
    const supplement = {
      DanhSachHoSoBoSung: [
        { HoSoBoSungId: 'BS1', NgayBoSung: '20260312090000', NoiDungBoSung: 'Bản sao giấy chứng nhận' },
      ],
    };
    for (let times = 0; times < 2; times += 1)
      expect(await synchronise(true, dossier(code, { TrangThaiHoSo: '5', ...supplement }))).toMatchObject({
        error_code: '0',
      });
    await until('the portal shows it', async () => (await steps(code)).includes('5 2026-03-12T09:00:00+07:00'));
    await synchronise(true, dossier(code, { TrangThaiHoSo: '5', ...supplement }));
    await inStep(code);
    expect((await steps(code)).filter((step) => step.startsWith('5 '))).toHaveLength(1);
    expect((await seen(code)).filter(({ effect }) => !effect)).toEqual([]);
  });

  it('changes the date of return: the new one counts from then on', async () => {
    const code = 'H15.50-260310-0003';
    await synchronise(false, dossier(code, { NgayHenTra: '20260331170000' }));
    for (let times = 0; times < 2; times += 1) await synchronise(true, dossier(code, { NgayHenTra: '20260403170000' }));
    const { clock } = await product.igate<{ clock: { appointmentAt: string; basis: string } }>(
      'GET',
      `/v1/dossiers/${code}`,
    );
    expect(clock).toMatchObject({ appointmentAt: '2026-04-03T17:00:00+07:00', basis: 'ministry' });
    await until(
      'the portal has it',
      async () => (await product.atPortal<{ NgayHenTra: string }>(code)).NgayHenTra === '20260403170000',
    );
  });

  it('is told what is wrong in the portal’s words, and nothing of a bad batch is taken', async () => {
    const good = dossier('H15.50-260310-0100');
    const bad = dossier('H15.50-260310-0101', { NgayTiepNhan: '2026-03-10' });
    expect(await synchronise(false, good, bad)).toEqual({
      error_code: '-5',
      message: 'Dữ liệu không hợp lệ: H15.50-260310-0101: Trường NgayTiepNhan không đúng định dạng yyyyMMddHHmmss',
    });
    for (const [more, why] of [
      [{ ChuHoSo: '' }, 'Trường ChuHoSo là bắt buộc'],
      [{ ChuHoSo: undefined }, 'Trường ChuHoSo là bắt buộc'],
      [{ KenhThucHien: '7' }, 'Trường KenhThucHien có giá trị không hợp lệ'],
      [{ LaCai: 'x' }, 'Trường LaCai không có trong đặc tả'],
      [{ TaiLieuNop: [{ La: 'x' }] }, 'Trường La của TaiLieuNop không có trong đặc tả'],
      [{ DanhSachLePhi: [{ Gia: '1.5' }] }, 'Trường DanhSachLePhi.Gia phải là số tiền'],
      [{ MaHoSo: 'so-1' }, 'mã hồ sơ phải có dạng'],
      [{ MaTTHC: 'abc' }, 'mã TTHC'],
      [{ NgayNopHoSo: '20260311080000' }, 'NgayNopHoSo sau NgayTiepNhan'],
    ] as const)
      expect((await synchronise(false, dossier('H15.50-260310-0102', more))).message).toContain(why);
    for (const data of [undefined, [], 'x', Array.from({ length: 1001 }, () => good)])
      expect(await call('DongBoHoSoMC', { isUpdating: 'False', data })).toMatchObject({ error_code: '-5' });
    expect(await synchronise(false, dossier('H26.50-260310-0001'))).toMatchObject({ error_code: '-2' });
    expect(await progress(['H15.50-260310-0199', '4', '20260311080000'])).toMatchObject({ error_code: '-4' });
    await expect(product.igate('GET', '/v1/dossiers/H15.50-260310-0100')).rejects.toThrow('404');
    const early = await (async () => {
      await synchronise(false, good);
      return progress(['H15.50-260310-0100', '4', '20260301080000']);
    })();
    expect(early).toMatchObject({ error_code: '-5', message: expect.stringContaining('H15.50-260310-0100') });
  });

  it('speaks of a dossier that the portal had before the gateway stood here: it is adopted', async () => {
    const code = 'H15.50-260310-0200';
    await product.act('national-portal', { act: 'invent-dossier', dossier: code });
    expect(await progress([code, '4', '20260311080000'])).toMatchObject({ error_code: '0' });
    await until(
      'it is known',
      async () => (await product.igate<{ incomplete: boolean }>('GET', `/v1/dossiers/${code}`)).incomplete === false,
    );
    await until('the portal has the step', async () => (await steps(code)).includes('4 2026-03-11T08:00:00+07:00'));
  });

  it('goes on writing by itself, through the gateway, what is not yet the gateway’s to send', async () => {
    const code = 'H15.51-260310-0300';
    await product.igate('PUT', '/v1/sync-policies', {
      items: [{ destination: 'national-portal', agency: 'H15.51', mode: 'observe' }],
      reason: 'H15.51 còn gửi thẳng',
    });
    expect(await synchronise(false, dossier(code))).toMatchObject({ error_code: '0' });
    expect(await synchronise(false, dossier(code))).toMatchObject({ error_code: expect.stringMatching(/^-?3$/) });
    expect(await progress([code, '4', '20260311080000'])).toMatchObject({ error_code: '0' });
    expect(await seen(code)).toMatchObject([
      { service: 'DongBoHoSoMC', status: '2', effect: true },
      { service: 'CapNhatTienDoHoSoMC', status: '4', effect: true },
    ]);
    const { data } = await call('TraCuuHoSo', { MaHoSo: code });
    expect(data!.DanhSachTienDo).toMatchObject([{ TrangThai: '4', NguoiXuLy: 'Lê Thị Bình' }]);
  });
});
