/** @module What the national portal sends and takes, as the VPCP guide v1.4 (2020) and code up to 2025 show it: all scalars are strings. */
import { z } from 'zod';

/** Codes of `error_code`. 0, 3 and −3 are seen in the field; the others are an assumption that the README lists. */
export const DONE = new Set(['0', '00']);
export const EXISTS = new Set(['3', '-3']);
export const SESSION_ENDED = new Set(['-1']);
export const NO_RIGHTS = new Set(['-2']);
export const NOT_FOUND = new Set(['-4']);
export const NO_SUCH_SERVICE = new Set(['-6']);
export const QUOTA = new Set(['-7']);
export const MAINTENANCE = new Set(['-8']);
/** The portal itself failed: part of a batch may be kept. */
export const SYSTEM_FAILED = new Set(['-99']);

const code = z.union([z.string(), z.number()]).transform(String);

export const reply = z.looseObject({ error_code: code, message: z.string().nullish() });

export const loginReply = z.looseObject({
  error_code: code,
  message: z.string().nullish(),
  session: z.string().nullish(),
});

const text = z.union([z.string(), z.number(), z.null()]).transform((value) => (value === null ? '' : String(value)));
const texts = z.record(z.string(), text);

const progressView = z.looseObject({
  TrangThai: text,
  ThoiDiemXuLy: z.string(),
  NoiDungXuLy: text.nullish(),
  NguoiXuLy: text.nullish(),
  PhongBanXuLy: text.nullish(),
});

/** A dossier as TraCuuHoSo answers it; lists are kept whole, whatever fields they have. */
export const dossierView = z.looseObject({
  MaHoSo: z.string(),
  MaTTHC: text.nullish(),
  KenhThucHien: text.nullish(),
  ChuHoSo: text.nullish(),
  LoaiDoiTuong: text.nullish(),
  NgayNopHoSo: text.nullish(),
  NgayTiepNhan: text.nullish(),
  NgayHenTra: text.nullish(),
  TrangThaiHoSo: text,
  DonViXuLy: text.nullish(),
  DuocThanhToanTrucTuyen: text.nullish(),
  TaiLieuNop: z.array(texts).nullish(),
  DanhSachLePhi: z.array(texts).nullish(),
  DanhSachHoSoBoSung: z.array(texts).nullish(),
  DanhSachGiayToKetQua: z.array(texts).nullish(),
  DSKetNoiCSDL: z.array(texts).nullish(),
  DinhDanhCHS: z.array(texts).nullish(),
  DanhSachTienDo: z.array(progressView).nullish(),
});
export type DossierView = z.output<typeof dossierView>;

export const lookUpReply = z.looseObject({ error_code: code, message: z.string().nullish(), data: dossierView });

/** A dossier as LayDanhSachHoSo lists it. */
export const listedDossier = dossierView.pick({
  MaHoSo: true,
  MaTTHC: true,
  KenhThucHien: true,
  NgayTiepNhan: true,
  NgayHenTra: true,
  TrangThaiHoSo: true,
});
export type ListedDossier = z.output<typeof listedDossier>;

export const listReply = z.looseObject({
  error_code: code,
  message: z.string().nullish(),
  data: z.array(z.unknown()),
  tongSo: text.nullish(),
});

/** A procedure as LayDanhSachTTHC lists it; whether the real one tells limit and fee is not known. */
const listedProcedure = z.looseObject({
  MaTTHC: z.string(),
  TenTTHC: z.string(),
  MaLinhVuc: text.nullish(),
  TenLinhVuc: text.nullish(),
  ThoiHanGiaiQuyet: text.nullish(),
  DonViThoiHan: text.nullish(),
  MucThu: text.nullish(),
});
export type ListedProcedureRecord = z.output<typeof listedProcedure>;

export const procedureListReply = z.looseObject({
  error_code: code,
  message: z.string().nullish(),
  data: z.array(listedProcedure),
});

/** An agency as LayDanhMucCoQuan lists it. */
const listedAgency = z.looseObject({
  MaCoQuan: z.string(),
  TenCoQuan: text.nullish(),
  MaCoQuanCha: text.nullish(),
});
export type ListedAgencyRecord = z.output<typeof listedAgency>;

export const agencyListReply = z.looseObject({
  error_code: code,
  message: z.string().nullish(),
  data: z.array(listedAgency),
});

/** A record of DongBoHoSoMC. */
export type DossierRecord = Readonly<Record<string, string | readonly Readonly<Record<string, string>>[]>>;

/** A record of CapNhatTienDoHoSoMC. */
export type ProgressRecord = Readonly<Record<string, string>>;

/** The lists of a dossier, with the field by which an entry of each is known again. */
export const LISTS: Readonly<Record<string, readonly string[]>> = {
  TaiLieuNop: ['MaThanhPhanHoSo', 'TenTepDinhKem'],
  DanhSachLePhi: ['MaPhiLePhi'],
  DanhSachHoSoBoSung: ['HoSoBoSungId'],
  DanhSachGiayToKetQua: ['MaGiayToKetQua', 'TenGiayTo'],
  DSKetNoiCSDL: ['MaCSDL'],
  DinhDanhCHS: ['LoaiDinhDanh', 'SoDinhDanh'],
};
