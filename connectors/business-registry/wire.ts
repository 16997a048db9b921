/**
 * @module What the national business registry sends: the certificate of an enterprise (observed) and the listing of the
 * steps of its dossiers (assumed, README). Numbers come as texts and as numbers.
 */
import { z } from 'zod';

export const TOKEN_PATH = '/token';
export const ENTERPRISE = 'chiTietDoanhNghiep';
export const STEPS = 'danhSachTrangThaiHoSo';
export const PAGE = 100;

const text = z.union([z.string(), z.number()]).transform(String);
/** Absent, null and empty say the same: nothing. */
const maybe = text
  .nullish()
  .transform((value) => (value === undefined || value === null || value === '' ? null : value));
const listOf = <S extends z.ZodType>(item: S) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const certificate = z.looseObject({
  MaNoiBo: maybe,
  MaSoDoanhNghiep: z.string(),
  SoGCNDKKD: maybe,
  MaLoaiHinhDN: text,
  LoaiHinhDN: maybe,
  TenTiengViet: z.string(),
  TenNuocNgoai: maybe,
  TenVietTat: maybe,
  NgayDangKyLanDau: maybe,
  NgayDangKyThayDoi: maybe,
  SoLanDangKyThayDoi: maybe,
  TinhTrangPhapLy: listOf(
    z.looseObject({
      MaTinhTrangPhapLy: text,
      TinhTrangPhapLy: maybe,
      NgayBatDauTamNgung: maybe,
      NgayKetThucTamNgung: maybe,
      LyDoTamNgung: maybe,
    }),
  ),
  DaiDienPhapLuat: listOf(
    z.looseObject({
      ThongTinCaNhan: listOf(
        z.looseObject({
          HoVaTen: z.string(),
          MaLoaiGiayToChungThuc: maybe,
          SoGiayChungThuc: maybe,
          NgayCap: maybe,
          NoiCap: maybe,
          QuocTich: maybe,
        }),
      ),
    }),
  ),
  DiaChiTruSo: listOf(
    z.looseObject({
      DiaChi: listOf(
        z.looseObject({ MaTinhThanh: maybe, MaQuanHuyen: maybe, MaPhuongXa: maybe, DiaChi: maybe, SoNha: maybe }),
      ),
    }),
  ),
  NganhNgheKinhDoanh: listOf(
    z.looseObject({ MaNganh: text, TenNganh: maybe, LaNganhChinh: z.union([text, z.boolean()]) }),
  ),
});
export type Certificate = z.output<typeof certificate>;

/** Empty where no enterprise has the code. */
export const enterpriseAnswer = z.looseObject({ GetEntCert: z.array(certificate) });

/** A page of steps; each is read by itself, so that a bad one holds up no other. */
export const stepsAnswer = z.looseObject({
  TongSo: z.coerce.number().int().nonnegative(),
  DanhSach: z.array(z.unknown()),
});

/** One step of a dossier; times `dd/MM/yyyy HH:mm:ss` in Viet Nam's time. */
export const step = z.looseObject({
  SoHoSo: text,
  MaHoSoMotCua: maybe,
  MaTTHC: maybe,
  MaCoQuan: maybe,
  MaSoDoanhNghiep: maybe,
  TenDoanhNghiep: maybe,
  HinhThucNop: maybe,
  ThanhToanTrucTuyen: maybe,
  KenhThanhToan: maybe,
  TrangThai: text,
  NgayNop: maybe,
  NgayTiepNhan: maybe,
  NgayHenTra: maybe,
  ThoiDiemXuLy: z.string(),
  ThoiDiemCapNhat: z.string(),
  NguoiXuLy: maybe,
  GhiChu: maybe,
});
export type Step = z.output<typeof step>;
