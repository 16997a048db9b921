/** @module What a province sends to VBDLIS and what it answers, as seen in public source code of one-gate systems; the parcel look-up is assumed. */
import { z } from 'zod';

/** A paper with its file as a link, or with its bytes in base64. */
export interface PaperRecord {
  readonly TenGiayTo: string;
  readonly KieuFile: string | null;
  readonly LinkFile: string | null;
  readonly SoBanSao: number;
  readonly SoBanChinh: number;
  readonly TapTin: { readonly name: string; readonly data: string } | null;
}

/** A dossier handed over. Times are ISO 8601 in UTC. */
export interface TiepNhanHoSo {
  readonly SoBienNhan: string;
  readonly MaHoSoMotCua: string;
  readonly TinhId: number;
  readonly XaId: number;
  readonly NgayTiepNhan: string;
  readonly NgayHenTra: string | null;
  readonly DiaChiTaiSan: string | null;
  readonly ThongTinNguoiNopDon: {
    readonly HoTen: string;
    readonly SoChungMinh: string | null;
    readonly DiaChiChiTiet: string | null;
    readonly SoDienThoai: string | null;
    readonly Email: string | null;
  };
  readonly ThongTinQuyTrinh: { readonly MaQuyTrinh: string; readonly TenQuyTrinh: string };
  readonly ThongTinThuaDat: readonly {
    readonly SoThuTuThua: string;
    readonly SoHieuBanDo: string;
    readonly DienTich: string | null;
    readonly DiaChiChiTiet: string | null;
  }[];
  readonly DanhSachGiayToDinhKem: readonly PaperRecord[];
}

/** What the citizen added. */
export interface CapNhatTrangThaiBoSungHoSo {
  readonly SoBienNhan: string;
  readonly NgayHenTraMoi: string | null;
  readonly GhiChu: string;
  readonly DanhSachGiayToBoSung: readonly PaperRecord[];
}

/** The citizen got the result. */
export interface CapNhatKetQuaTraHoSo {
  readonly SoBienNhan: string;
  readonly NgayTra: string;
}

/** The result is wrong. */
export interface PhanHoiHoSoSaiKetQua {
  readonly SoBienNhan: string;
  readonly NoiDung: string;
  readonly DanhSachGiayToDinhKem: readonly PaperRecord[];
}

/** A parcel by its place on the map, or by the number printed on its certificate. */
export type TraCuuThuaDat =
  | { readonly TinhId: number; readonly XaId: number; readonly SoHieuBanDo: string; readonly SoThuTuThua: string }
  | { readonly SoPhatHanhGCN: string };

const text = z.string().nullish();
const scalar = z.union([z.string(), z.number()]).transform(String);

/** Every answer; whether it was done stands in `status`, with HTTP 200 also for a refusal. */
export const reply = z.looseObject({
  data: z.unknown(),
  status: z.looseObject({ success: z.boolean(), code: scalar.nullish(), message: text }),
});
export type Reply = z.output<typeof reply>;

/** GetThongTinHoSo: where a dossier is there. */
export const dossierData = z.looseObject({
  SoBienNhan: z.string(),
  MaHoSoMotCua: text,
  MaTrangThai: z.string(),
  danhSachVanBanChoBoSung: z.array(z.looseObject({})).nullish(),
});
export type DossierData = z.output<typeof dossierData>;

/** GetDanhMucNguoiDung, GetDanhMucThuTuc, GetDanhMucTrangThai. */
export const officers = z.array(z.looseObject({ MaCanBo: scalar, HoTen: z.string(), MaDonVi: text }));
export const procedures = z.array(z.looseObject({ MaThuTuc: scalar, TenThuTuc: z.string(), MaTTHC: text }));
export const statuses = z.array(z.looseObject({ MaTrangThai: scalar, TenTrangThai: z.string() }));

const area = z
  .union([z.number(), z.string().regex(/^\d+([.,]\d+)?$/)])
  .transform((value) => Number(String(value).replace(',', '.')));

/** TraCuuThuaDat: the parcels found, none where there is no such parcel. */
export const parcels = z.array(
  z.looseObject({
    TinhId: scalar,
    XaId: scalar,
    SoHieuBanDo: scalar,
    SoThuTuThua: scalar,
    DienTich: area,
    DiaChiChiTiet: text,
    DanhSachMucDichSuDung: z
      .array(z.looseObject({ MaLoaiDat: z.string(), TenLoaiDat: text, DienTich: area.nullish(), ThoiHanSuDung: text }))
      .nullish(),
    GiayChungNhan: z.looseObject({ SoPhatHanhGCN: z.string(), SoVaoSo: text, NgayCap: text }).nullish(),
    DanhSachChuSuDung: z
      .array(z.looseObject({ HoTen: z.string(), SoGiayTo: text, LoaiChu: scalar.nullish() }))
      .nullish(),
    HanChe: z.array(z.looseObject({ LoaiHanChe: z.string(), NoiDung: text })).nullish(),
  }),
);
export type ParcelRecord = z.output<typeof parcels>[number];
