/** @module Acceptance scenario 2: nothing that others put at the portal is overwritten, and a supplement is credited once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOldConnection } from '../support/old-connection.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const CODE = 'H15.50-260202-2001';
const time = (local: string): string => `2026-${local}:00+07:00`;

type Texts = Readonly<Record<string, string>>;
interface AtPortal {
  readonly TrangThaiHoSo: string;
  readonly NgayHenTra: string;
  readonly DanhSachTienDo: readonly Texts[];
  readonly TaiLieuNop: readonly Texts[];
  readonly DanhSachLePhi: readonly Texts[];
  readonly DanhSachGiayToKetQua: readonly Texts[];
  readonly DanhSachHoSoBoSung: readonly Texts[];
}
interface Dossier {
  readonly notes: readonly string[];
  readonly clock: { readonly appointmentAt: string };
}

/** What the citizen, the payment page and another system put there. */
const PAPERS = ['Đơn đăng ký', 'Giấy chứng nhận', 'Bản đồ thửa đất'].map((name, i) => ({
  TepDinhKemId: `TL-${i + 1}`,
  TenTepDinhKem: `${name}.pdf`,
  MaThanhPhanHoSo: `000.00.00.H15-KQ00000${i + 1}`,
  DuongDanTaiTepTin: `https://files.example.vn/TL-${i + 1}`,
  DuocSoHoa: '1',
  DuocTaiSuDung: '0',
  DuocLayTuKhoDMQG: '0',
  MaKetQuaThayThe: '',
}));
const FEE = { TenPhiLePhi: 'Lệ phí', MaPhiLePhi: 'LP01', HinhThucThu: '1', Gia: '50000', LoaiPhiLePhi: '1' };
const RESULT = {
  TenGiayTo: 'Kết quả của hệ thống khác',
  MaThanhPhanHoSo: '000.00.00.H15-KQ000098',
  GiayToId: 'KQ-1',
  MaGiayToKetQua: 'KQ.H15.000098',
  DuongDanTepTinKetQua: 'https://files.example.vn/KQ-1',
};

const atPortal = (): Promise<AtPortal> => product.atPortal<AtPortal>(CODE);
const dossier = (): Promise<Dossier> => product.igate<Dossier>('GET', `/v1/dossiers/${CODE}`);
const land = (act: string, at: string, more: object = {}): Promise<void> =>
  product.act('land-registry', { act, dossier: CODE, at: time(at), ...more });
const judged = (): Promise<{ onTime: boolean }> =>
  product.ask(`/national-portal/_judge?dossier=${CODE}&asOf=${encodeURIComponent(time('03-20T08:00'))}`);

/** Waits until the portal's newest step is this one, and everything is in step. */
const shown = (status: string, steps: number): Promise<unknown> =>
  until(`the portal shows ${status}`, async () => {
    const { destinations } = await product.igate<{ destinations: { state: string }[] }>(
      'GET',
      `/v1/dossiers/${CODE}/sync`,
    );
    const { DanhSachTienDo, TrangThaiHoSo } = await atPortal();
    return (
      destinations.every(({ state }) => state === 'in-step') &&
      TrangThaiHoSo === status &&
      DanhSachTienDo.length === steps
    );
  });

describe('a dossier of the portal with three digitised papers, a fee and a result', () => {
  beforeAll(async () => {
    const portal = await openOldConnection(product.simulators);
    await portal.dossier(
      {
        MaHoSo: CODE,
        NgayNopHoSo: '20260202080000',
        NgayTiepNhan: '20260202083000',
        TaiLieuNop: PAPERS,
        DanhSachLePhi: [FEE],
        DanhSachGiayToKetQua: [RESULT],
      },
      false,
    );
    await product.igate('PUT', `/v1/dossiers/${CODE}`, {
      procedureCode: '1.005129',
      agencyCode: 'H15.50',
      channel: 'online',
      origin: 'portal',
      submittedAt: time('02-02T08:00'),
      receivedAt: time('02-02T08:30'),
      applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
    });
    await shown('2', 2);
  });

  it('keeps all of it through a pause and a resume', async () => {
    await land('pause', '02-09T08:00', { reason: 'supplement' });
    await shown('5', 3);
    await land('resume', '02-11T08:00');
    await shown('4', 4);
    expect(await atPortal()).toMatchObject({
      TaiLieuNop: PAPERS,
      DanhSachLePhi: [FEE],
      DanhSachGiayToKetQua: [RESULT],
    });
  });

  it('is credited with the supplement once: by the portal’s own formula, not by the appointment too', async () => {
    const { NgayHenTra, DanhSachHoSoBoSung } = await atPortal();
    expect((await dossier()).clock.appointmentAt).toBe(time('03-04T17:00'));
    expect(NgayHenTra).toBe('20260302170000');
    expect(DanhSachHoSoBoSung).toMatchObject([
      { NgayHenTraTruoc: '20260302170000', NgayHenTraMoi: '20260304170000', TrangThaiBoSung: '1' },
    ]);
  });

  it('warns of a second supplement before there is one, and names it when there is', async () => {
    expect((await dossier()).notes).toContain('second-supplement-late-at-portal');
    await land('pause', '02-25T08:00', { reason: 'supplement' });
    await shown('5', 5);
    await land('resume', '02-26T08:00');
    await shown('4', 6);
    const { notes } = await dossier();
    expect(notes).toContain('portal-formula');
    expect(notes).not.toContain('second-supplement-late-at-portal');
    // The truth is told: two supplements, and the portal calls it late whatever is sent.
    const { DanhSachTienDo, DanhSachHoSoBoSung, TaiLieuNop, DanhSachLePhi, DanhSachGiayToKetQua } = await atPortal();
    expect(DanhSachTienDo.map(({ TrangThai }) => TrangThai)).toEqual(['1', '2', '5', '4', '5', '4']);
    expect(DanhSachHoSoBoSung).toHaveLength(2);
    expect((await judged()).onTime).toBe(false);
    expect({ TaiLieuNop, DanhSachLePhi, DanhSachGiayToKetQua }).toEqual({
      TaiLieuNop: PAPERS,
      DanhSachLePhi: [FEE],
      DanhSachGiayToKetQua: [RESULT],
    });
  });
});
