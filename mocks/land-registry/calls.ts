/** @module The calls that VBDLIS makes to the province, as bodies; instants come in UTC, in one of its two spellings by call. */
import { toDotNet, toUtcIso } from '../times.ts';

export type Operation =
  | 'TiepNhanHoSoChoMotCua'
  | 'ChuyenHoSo'
  | 'YeuCauBoSungHoSo'
  | 'NhanBoSungHoSo'
  | 'GuiKetQuaThue'
  | 'KetThucHoSo'
  | 'YeuCauCapNhatHoSo'
  | 'ThongBaoNhapSaiThuTuc';

/** A document for which a dossier waits. */
export interface WaitingDocument {
  readonly vanBanPhatSinhId: string;
  /** 0 supplement, 2 citizen's obligation, 3 extension, 4 paused, 5 tax determination, 6 posting. */
  readonly loaiVanBanPhatSinh: number;
  readonly ngayVanBan: string;
  readonly CreatedDate: string;
  readonly duongDanFile: string;
  readonly tenFile: string;
}

const OFFICER = 'cb-vpdk-01';

export const forwarded = (receipt: string, at: number, dueAt: number | null, note: string, status: string) => ({
  SoBienNhan: receipt,
  MaCanBoChuyen: OFFICER,
  MaCanBoNhan: 'cb-vpdk-02',
  MaTrangThai: status,
  NoiDungXuLy: note,
  NgayChuyen: toUtcIso(at),
  HanXuLy: dueAt === null ? null : toUtcIso(dueAt),
  DanhSachTapTin: [],
});

export const supplementAsked = (
  receipt: string,
  at: number,
  paused: boolean,
  note: string,
  documents: readonly WaitingDocument[],
) => ({
  SoBienNhan: receipt,
  NgayChoBoSung: toDotNet(at),
  MaCanBoXuLy: OFFICER,
  LaTamDung: paused,
  GhiChu: note,
  TapTin: null,
  danhSachVanBanChoBoSung: documents,
});

export const supplementReceived = (receipt: string, at: number, newAppointmentAt: number | null, note: string) => ({
  SoBienNhan: receipt,
  NgayNhanBoSung: toUtcIso(at),
  NgayHenTraMoi: newAppointmentAt === null ? null : toUtcIso(newAppointmentAt),
  GhiChu: note,
});

export const taxResult = (receipt: string, at: number, notice: string, amount: number) => ({
  SoBienNhan: receipt,
  NguoiXuLy: OFFICER,
  NgayCoKetQuaThue: toDotNet(at),
  DanhSachThongBaoThue: [
    {
      SoThongBao: notice,
      NgayThongBao: toDotNet(at),
      TenTieuMuc: 'Lệ phí trước bạ nhà đất',
      SoTien: amount,
      TapTin: { TenGiayTo: 'Thông báo nộp tiền', KieuFile: 'pdf', LinkFile: '', SoBanSao: 0, SoBanChinh: 1 },
    },
  ],
});

export const ended = (receipt: string, at: number, withResult: boolean, note: string) => ({
  SoBienNhan: receipt,
  NgayKetThuc: toUtcIso(at),
  TrangThaiKetThuc: withResult ? 0 : 1,
  GhiChu: note,
  DanhSachGiayToKetQua: withResult
    ? [{ TenGiayTo: 'Giấy chứng nhận quyền sử dụng đất', KieuFile: 'pdf', LinkFile: '', SoBanSao: 0, SoBanChinh: 1 }]
    : [],
});

export const received = (receipt: string, dossier: string, at: number, appointmentAt: number | null) => ({
  SoBienNhan: receipt,
  MaHoSoMotCua: dossier,
  MaCanBoTiepNhan: OFFICER,
  NgayTiepNhan: toDotNet(at),
  NgayHenTra: appointmentAt === null ? null : toDotNet(appointmentAt),
  GhiChu: '',
});

export const updateAsked = (receipt: string, at: number, note: string) => ({
  SoBienNhan: receipt,
  MaCanBoXuLy: OFFICER,
  NgayYeuCau: toDotNet(at),
  NoiDungYeuCau: note,
});

export const wrongProcedure = (receipt: string, at: number, note: string) => ({
  SoBienNhan: receipt,
  MaCanBoXuLy: OFFICER,
  NgayThongBao: toUtcIso(at),
  GhiChu: note,
});
