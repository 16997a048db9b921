import { describe, expect, it } from 'vitest';
import type { PortalSnapshot } from '../../src/capabilities/portal.ts';
import type { KnownDossier, RegisterCommand, ShimGateway, ShimSender } from '../../src/connector/shim.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { toRecord } from './mapping.ts';
import type { Upstream } from './pass-on.ts';
import { toAppointment, toExpected, toRegistration, toStep } from './posted-mapping.ts';
import { type PostedDossier, postedDossier, postedProgress } from './posted-wire.ts';
import { shim } from './shim.ts';

const at = (time: string): number => Date.parse(`${time}+07:00`);
const NOW = at('2026-03-20T09:00:00');
const CODE = 'H15.50-260310-0001';
const sender: ShimSender = { clientId: 'igate', agencies: ['H15'], mayRead: true, mayWrite: true };
const names = {
  agencyNamed: (name: string) => (name === 'UBND phường Tân Lập' ? 'H15.50' : name === 'Sở Tư pháp' ? 'H15.12' : null),
  knowsProcedure: (code: string) => code === '1.005129',
};

const post = (more: object = {}): PostedDossier =>
  postedDossier.parse({
    MaHoSo: CODE,
    MaTTHC: '1.005129',
    TenTTHC: 'Đăng ký biến động đất đai',
    MaLinhVuc: 'G15-DD',
    TenLinhVuc: 'Đất đai',
    KenhThucHien: '2',
    ChuHoSo: 'Nguyễn Văn An',
    LoaiDoiTuong: '1',
    NgayTiepNhan: '20260310083000',
    TrangThaiHoSo: '2',
    DonViXuLy: 'UBND phường Tân Lập',
    ...more,
  });

const registered = (posted: PostedDossier, known: KnownDossier | null = null): RegisterCommand =>
  toRegistration(posted, known, sender, names);
const knownAs = (fields: KnownDossier['fields'], more: Partial<KnownDossier> = {}): KnownDossier => ({
  isRegistered: true,
  fields,
  origin: 'igate',
  isTransferred: false,
  told: { status: 'accepted', reason: null },
  appointment: null,
  ...more,
});

/** What the portal is sent of a dossier with these fields. */
const sent = (fields: PortalSnapshot['fields']) =>
  toRecord({
    code: CODE,
    owns: null,
    procedure: { code: '1.005129', name: 'Đăng ký biến động đất đai', sector: { code: 'G15-DD', name: 'Đất đai' } },
    statusCode: '2',
    submittedAt: fields.submittedAt ? Date.parse(fields.submittedAt) : null,
    receivedAt: fields.receivedAt ? Date.parse(fields.receivedAt) : null,
    appointmentAt: fields.appointment ? Date.parse(fields.appointment.at) : null,
    finishedAt: null,
    rejectedAt: null,
    returnedAt: null,
    agencyName: 'UBND phường Tân Lập',
    fields,
    supplements: [],
  });

describe('a post of a dossier', () => {
  it('comes to the portal as it was posted, whatever our own shape has no place for', () => {
    const whole = post({
      NgayNopHoSo: '20260310080000',
      NgayHenTra: '20260331170000',
      SoGiayToChuHoSo: '066090000123',
      DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '066090000123' }],
      SoDienThoai: '0900000000',
      Email: 'an@example.vn',
      Fax: '02620000000',
      MaDoiTuong: 'DT-1',
      TrichYeuHoSo: 'Biến động',
      ThongTinTra: 'Bưu điện',
      HinhThuc: '1',
      GhiChu: 'Giao buổi sáng',
      NoiNopHoSo: '2',
      HoSoCoThanhPhanSoHoa: '1',
      TaiKhoanDuocXacThucVoiVNeID: '1',
      DuocThanhToanTrucTuyen: '1',
      TaiLieuNop: [
        {
          TepDinhKemId: 'F-1',
          MaThanhPhanHoSo: 'K1',
          TenTepDinhKem: 'Đơn',
          DuongDanTaiTepTin: 'https://files.example.vn/1.pdf',
          DuocSoHoa: '1',
          DuocTaiSuDung: '0',
          DuocLayTuKhoDMQG: '1',
          MaKetQuaThayThe: 'KQ1',
        },
        { TepDinhKemId: 'F-2', MaThanhPhanHoSo: 'K2' },
      ],
      DanhSachLePhi: [
        { MaPhiLePhi: 'LP01', TenPhiLePhi: 'Lệ phí', HinhThucThu: '1', Gia: '50000', LoaiPhiLePhi: '1' },
        { TenPhiLePhi: 'Không mã', Gia: '1000' },
      ],
      DanhSachGiayToKetQua: [
        { GiayToId: 'G-1', TenGiayTo: 'Giấy chứng nhận', MaGiayToKetQua: 'KQ2', MaThanhPhanHoSo: 'K9' },
      ],
      DSKetNoiCSDL: [{ MaCSDL: 'CSDLDC' }],
    });
    const { fields } = registered(whole);
    expect(sent(fields)).toEqual({
      ...whole,
      NgayKetThucXuLy: '',
      NgayTra: '',
      NgayTuChoi: '',
      DanhSachHoSoBoSung: [],
      DanhSachGiayToKetQua: [{ ...whole.DanhSachGiayToKetQua![0], DuongDanTepTinKetQua: '' }],
    });
    expect(fields).toMatchObject({
      agencyCode: 'H15.50',
      channel: 'online',
      applicant: { kind: 'citizen', personalId: '066090000123', vneidVerified: true },
      appointment: { at: '2026-03-31T17:00:00+07:00', basis: 'slip' },
      components: [{ code: 'K1', name: 'Đơn', digitised: true, reused: false, resultCode: 'KQ1' }],
      fees: [{ code: 'LP01', amount: 50000, kind: 'fee' }],
    });
  });

  it.each([
    ['a passport', { SoGiayToChuHoSo: 'B1234567' }],
    ['a number that no person can have', { SoGiayToChuHoSo: '066999999999' }],
    ['two numbers', { SoGiayToChuHoSo: '066090000123', DinhDanhCHS: [{ LoaiDinhDanh: '9', SoDinhDanh: '240123456' }] }],
    ['a telephone that is none', { SoDienThoai: '0900 000 000 (gọi giờ hành chính)' }],
    ['an address of mail that is none', { Email: 'không có' }],
    [
      'a procedure that no catalogue knows',
      { MaTTHC: '1.999999', TenTTHC: 'Việc khác', MaLinhVuc: 'K', TenLinhVuc: 'Khác' },
    ],
    ['an office that no catalogue knows', { DonViXuLy: 'Tổ một cửa' }],
  ])('with %s is not refused for it, and says so at the portal', (_what, more) => {
    const posted = post(more);
    const { MaTTHC: _, ...said } = more as Record<string, unknown>;
    expect(sent(registered(posted).fields)).toMatchObject(said);
  });

  it('sets what it says and leaves what it leaves empty', () => {
    const first = registered(
      post({ GhiChu: 'Một', TaiLieuNop: [{ TenTepDinhKem: 'Đơn', TepDinhKemId: 'F-1' }] }),
    ).fields;
    const known = knownAs({ ...first, applicant: { ...first.applicant!, kind: 'household', birthDate: '1990-05-17' } });
    const again = registered(
      post({ ChuHoSo: 'Nguyễn Văn Bình', LoaiDoiTuong: '2', GhiChu: '', TaiLieuNop: [] }),
      known,
    ).fields;
    expect(again.applicant).toEqual({ kind: 'household', name: 'Nguyễn Văn Bình', birthDate: '1990-05-17' });
    expect(again).not.toHaveProperty('components');
    expect(sent({ ...first, ...again })).toMatchObject({
      GhiChu: 'Một',
      LoaiDoiTuong: '2',
      TaiLieuNop: [{ TenTepDinhKem: 'Đơn', TepDinhKemId: 'F-1' }],
    });
  });

  it('does not bring back what was taken away by other means', () => {
    const { fields } = registered(post({ TaiLieuNop: [{ TenTepDinhKem: 'Đơn', TepDinhKemId: 'F-1' }] }));
    expect(sent({ ...fields, components: [] }).TaiLieuNop).toEqual([]);
  });

  it('never carries a link that opens inside the province only', () => {
    const { fields } = registered(
      post({ TaiLieuNop: [{ TenTepDinhKem: 'Đơn', DuongDanTaiTepTin: 'http://10.0.0.5/a.pdf' }] }),
    );
    expect(JSON.stringify(sent(fields))).not.toContain('10.0.0.5');
  });

  it('is not accepted yet when it is only registered, or was turned away', () => {
    expect(registered(post({ TrangThaiHoSo: '1' })).fields).toMatchObject({ submittedAt: '2026-03-10T08:30:00+07:00' });
    expect(registered(post({ TrangThaiHoSo: '1' })).fields).not.toHaveProperty('receivedAt');
    expect(registered(post({ TrangThaiHoSo: '3' })).fields).not.toHaveProperty('receivedAt');
    expect(registered(post({ TrangThaiHoSo: '4' })).fields.receivedAt).toBe('2026-03-10T08:30:00+07:00');
  });

  it('names the agency that works on it, unless another was told to have it', () => {
    const posted = post({ DonViXuLy: 'Sở Tư pháp' });
    const routing = { receiving: 'H15.50', resolving: 'H15.12', returning: 'H15.50' };
    const { fields } = registered(posted);
    expect(fields.routing).toEqual(routing);
    expect(registered(posted, knownAs(fields)).fields).not.toHaveProperty('routing');
    const moved = knownAs({ ...fields, routing: { ...routing, resolving: 'H15.55' } }, { isTransferred: true });
    expect(registered(posted, moved).fields).not.toHaveProperty('routing');
  });

  it('moves the date of return only where it is another than was told last', () => {
    const posted = post({ NgayHenTra: '20260403170000' });
    const told = (time: string) => knownAs({}, { appointment: { at: at(time), times: 2 } });
    expect(toAppointment(posted, null, sender, NOW)).toBeNull();
    expect(toAppointment(posted, told('2026-04-03T17:00:00'), sender, NOW)).toBeNull();
    expect(toAppointment(post(), told('2026-04-03T17:00:00'), sender, NOW)).toBeNull();
    expect(toAppointment(posted, told('2026-03-31T17:00:00'), sender, NOW)).toMatchObject({
      occurredAt: NOW,
      appointment: { at: at('2026-04-03T17:00:00'), basis: 'ministry' },
    });
  });

  it.each([
    ['2', null, null],
    ['4', { status: 'accepted', reason: null }, { status: 'processing', occurredAt: NOW }],
    ['4', { status: 'resumed', reason: null }, null],
    ['5', { status: 'paused', reason: 'supplement-appraisal' }, null],
    ['6', { status: 'paused', reason: 'supplement' }, { status: 'paused', reason: 'financial-obligation' }],
    ['9', { status: 'processing', reason: null }, { status: 'completed', occurredAt: at('2026-03-19T10:00:00') }],
  ] as const)('with status %s after %j waits for its step: %j', (TrangThaiHoSo, told, expected) => {
    const posted = post({ TrangThaiHoSo, NgayKetThucXuLy: '20260319100000' });
    const status = toExpected(posted, knownAs({}, { told }), NOW);
    if (expected === null) expect(status).toBeNull();
    else expect(status).toMatchObject(expected);
  });
});

describe('a post of a step', () => {
  const step = (more: object = {}) =>
    toStep(
      postedProgress.parse({
        MaHoSo: CODE,
        ThoiDiemXuLy: '20260316130000',
        TrangThai: '6',
        NoiDungXuLy: 'Chờ thuế',
        ...more,
      }),
      sender,
      false,
    );

  it('is an event with its own time, words and officer', () => {
    expect(step({ NguoiXuLy: 'Lê Thị Bình', PhongBanXuLy: 'Một cửa', NgayBatDau: '20260316080000' })).toMatchObject({
      source: 'igate',
      status: 'paused',
      reason: 'financial-obligation',
      occurredAt: at('2026-03-16T13:00:00'),
      onFault: 'refuse',
      agencies: ['H15'],
      body: {
        officer: { name: 'Lê Thị Bình', department: 'Một cửa' },
        reasonText: 'Chờ thuế',
        stepStartedAt: '2026-03-16T08:00:00+07:00',
      },
    });
  });

  it('is the same event when it comes again, another when it says something else', () => {
    expect(step()!.eventId).toBe(step()!.eventId);
    expect(step()!.eventId).not.toBe(step({ NoiDungXuLy: 'Chờ nộp tiền' })!.eventId);
    expect(step()!.eventId).not.toBe(step({ ThoiDiemXuLy: '20260316130001' })!.eventId);
  });

  it('says nothing that the registration has not said by its dates', () => {
    expect(step({ TrangThai: '1' })).toBeNull();
    expect(step({ TrangThai: '2' })).toBeNull();
  });
});

describe('what is passed on', () => {
  const gateway: ShimGateway = {
    logIn: async () => 's',
    senderOf: async () => sender,
    covers: () => true,
    known: async () => new Map(),
    carries: () => false,
    agencyNamed: names.agencyNamed,
    knowsProcedure: names.knowsProcedure,
    append: async () => {
      throw new Error('nothing is ours to append');
    },
    expect: async () => {},
  };
  const ask = async (upstream: Upstream, body: object) => {
    const call = {
      path: '/mapi/g',
      now: NOW,
      body: Buffer.from(JSON.stringify({ session: 's', madonvi: 'H15.50', ...body })),
    };
    return shim.answer(call, gateway, upstream);
  };
  const portal = (...answers: (object | UpstreamError)[]) => {
    const calls: Record<string, unknown>[] = [];
    let sessions = 0;
    const upstream = {
      settings: { UNIT: 'H15', DSTCODE: 'VN' },
      credentials: {
        token: async () => 'own',
        async withToken<T>(work: (token: string) => Promise<T>) {
          try {
            return await work(`own-${++sessions}`);
          } catch (error) {
            if (!(error instanceof UpstreamError) || error.kind !== 'auth') throw error;
            return work(`own-${++sessions}`);
          }
        },
      },
      upstream: {
        name: 'national-portal',
        async json(call: { json: Record<string, unknown> }) {
          calls.push(call.json);
          const answer = answers.shift()!;
          if (answer instanceof UpstreamError) throw answer;
          return answer;
        },
      },
    } as unknown as NonNullable<Upstream>;
    return { upstream, calls };
  };
  const look = { service: 'TraCuuHoSo', MaHoSo: CODE };

  it('goes under the province’s session and the sender’s unit, and the answer comes back as it is', async () => {
    const answer = { error_code: '0', message: 'Thành công', data: { MaHoSo: CODE, La: ['gì', 1] } };
    const { upstream, calls } = portal({ error_code: '-1' }, answer);
    expect(await ask(upstream, look)).toMatchObject({
      status: 200,
      body: answer,
      operation: 'TraCuuHoSo',
      dossiers: [CODE],
    });
    expect(calls).toEqual([
      { session: 'own-1', madonvi: 'H15.50', service: 'TraCuuHoSo', MaHoSo: CODE },
      { session: 'own-2', madonvi: 'H15.50', service: 'TraCuuHoSo', MaHoSo: CODE },
    ]);
  });

  const failure = (outcome: 'not-done' | 'unknown') =>
    new UpstreamError('unavailable', { upstream: 'national-portal', operation: 'x', outcome });
  it.each([
    ['is away', failure('not-done'), 503, '-8'],
    ['gives no answer', failure('unknown'), 200, '-99'],
  ])('is answered in the portal’s words when it %s', async (_what, error, status, code) => {
    expect(await ask(portal(error).upstream, look)).toMatchObject({ status, body: { error_code: code } });
  });

  it('is told to be impossible where no portal is configured', async () => {
    expect(await ask(null, look)).toMatchObject({ status: 503, body: { error_code: '-8' } });
  });

  it('of a post that is not ours to write is exactly what was posted, and its refusal the portal’s own', async () => {
    const data = [{ ...post({ SoDienThoai: '0900000000' }), KenhThucHien: 2 }];
    const { upstream, calls } = portal({ error_code: '-5', message: 'Trường X' });
    expect((await ask(upstream, { service: 'DongBoHoSoMC', isUpdating: 'False', data })).body).toEqual({
      error_code: '-5',
      message: 'Trường X',
    });
    expect(calls[0]).toMatchObject({ isUpdating: 'False', data: JSON.parse(JSON.stringify(data)) });
  });
});
