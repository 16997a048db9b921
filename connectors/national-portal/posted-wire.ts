/** @module What an iGate posts to the portal (VPCP guide v1.4 of 2020, and code up to 2025): the fields, what each may hold, and what the portal says of one that is wrong. */
import { z } from 'zod';
import { fromCompactTime } from '../../src/connector/shim.ts';

const ORDINARY = 500;
const LONG = 4000;

/** Texts as they are, numbers as texts, null as empty. */
const scalar = z.preprocess(
  (value) => (value === null ? '' : typeof value === 'number' ? String(value) : value),
  z.string({ error: ({ input }) => (input === undefined ? 'là bắt buộc' : 'phải là chuỗi ký tự') }),
);
const text = (longest = ORDINARY) => scalar.refine((value) => value.length <= longest, `dài quá ${longest} ký tự`);
const holding = (holds: (value: string) => boolean, complaint: string) =>
  scalar.refine((value) => value === '' || holds(value), complaint);
const time = holding((value) => fromCompactTime(value) !== null, 'không đúng định dạng yyyyMMddHHmmss');
const oneOf = (...words: string[]) => holding((value) => words.includes(value), 'có giá trị không hợp lệ');
const code = holding((value) => /^[\x21-\x7e]{1,60}$/.test(value), 'có ký tự không cho phép');
const amount = holding((value) => /^\d{1,15}$/.test(value), 'phải là số tiền');
const yesNo = oneOf('0', '1');
const STATUSES = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];

const optional = <T extends z.ZodType<string>>(field: T) => field.optional();
const required = <T extends z.ZodType<string>>(field: T) =>
  z.preprocess((value) => value ?? '', field).refine((value) => value !== '', 'là bắt buộc');

const list = <S extends Record<string, z.ZodType>>(shape: S) =>
  z
    .array(z.strictObject(shape), { error: 'phải là một danh sách' })
    .nullish()
    .transform((items) => items ?? undefined);
const plain = optional(text());
const texts = <N extends string>(...names: N[]) =>
  Object.fromEntries(names.map((name) => [name, plain])) as Record<N, typeof plain>;

/** A record of DongBoHoSoMC. An absent and an empty field say nothing; the counter's channel may be empty. */
export const postedDossier = z.strictObject({
  MaHoSo: required(code),
  MaTTHC: required(code),
  TenTTHC: required(text(2000)),
  MaLinhVuc: required(code),
  TenLinhVuc: required(text()),
  KenhThucHien: oneOf('1', '2', '3'),
  ChuHoSo: required(text()),
  LoaiDoiTuong: required(oneOf('1', '2', '3', '4')),
  NgayTiepNhan: required(time),
  TrangThaiHoSo: required(oneOf(...STATUSES)),
  DonViXuLy: required(text()),
  ...texts('MaDoiTuong', 'SoGiayToChuHoSo', 'Email', 'Fax', 'SoDienThoai', 'ThongTinTra', 'NoiNopHoSo'),
  TrichYeuHoSo: optional(text(1000)),
  GhiChu: optional(text(LONG)),
  NgayNopHoSo: optional(time),
  NgayHenTra: optional(time),
  NgayTra: optional(time),
  NgayKetThucXuLy: optional(time),
  NgayTuChoi: optional(time),
  HinhThuc: optional(yesNo),
  HoSoCoThanhPhanSoHoa: optional(yesNo),
  TaiKhoanDuocXacThucVoiVNeID: optional(yesNo),
  DuocThanhToanTrucTuyen: optional(oneOf('0', '1', '2')),
  DinhDanhCHS: list(texts('LoaiDinhDanh', 'SoDinhDanh')),
  TaiLieuNop: list({
    ...texts('TepDinhKemId', 'MaThanhPhanHoSo', 'MaKetQuaThayThe'),
    TenTepDinhKem: optional(text(2000)),
    DuongDanTaiTepTin: optional(text(LONG)),
    DuocSoHoa: optional(yesNo),
    DuocTaiSuDung: optional(yesNo),
    DuocLayTuKhoDMQG: optional(yesNo),
  }),
  DanhSachLePhi: list({ ...texts('TenPhiLePhi', 'MaPhiLePhi', 'HinhThucThu', 'LoaiPhiLePhi'), Gia: optional(amount) }),
  DanhSachHoSoBoSung: list({
    ...texts('HoSoBoSungId', 'NguoiYeuCauBoSung', 'NguoiTiepNhanBoSung', 'TrangThaiBoSung'),
    NoiDungBoSung: optional(text(LONG)),
    ThongTinTiepNhan: optional(text(LONG)),
    NgayBoSung: optional(time),
    NgayTiepNhanBoSung: optional(time),
    NgayHenTraTruoc: optional(time),
    NgayHenTraMoi: optional(time),
  }),
  DanhSachGiayToKetQua: list({
    ...texts('MaThanhPhanHoSo', 'GiayToId', 'MaGiayToKetQua'),
    TenGiayTo: optional(text(2000)),
    DuongDanTepTinKetQua: optional(text(LONG)),
  }),
  DSKetNoiCSDL: list(texts('MaCSDL')),
});
export type PostedDossier = z.output<typeof postedDossier>;

/** A record of CapNhatTienDoHoSoMC. */
export const postedProgress = z.strictObject({
  MaHoSo: required(code),
  ThoiDiemXuLy: required(time),
  TrangThai: required(oneOf(...STATUSES)),
  ...texts('NguoiXuLy', 'ChucDanh', 'PhongBanXuLy'),
  NoiDungXuLy: optional(text(LONG)),
  NgayBatDau: optional(time),
  NgayKetThucTheoQuyDinh: optional(time),
});
export type PostedProgress = z.output<typeof postedProgress>;

const LARGEST_BATCH = 1000;

/** The whole of a post is read before any of it is taken; null where it is no list of records. */
export function readPosts<T>(schema: z.ZodType<T>, data: unknown): { records: T[] } | { complaint: string } {
  if (!Array.isArray(data) || data.length === 0 || data.length > LARGEST_BATCH)
    return { complaint: `data phải là danh sách từ 1 đến ${LARGEST_BATCH} bản ghi` };
  const records: T[] = [];
  for (const value of data) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) return { complaint: `${nameOf(value)}${complaintOf(parsed.error.issues[0]!)}` };
    records.push(parsed.data);
  }
  return { records };
}

/** The portal names the field and never the record; with a batch that leaves its sender searching. */
const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'MaHoSo' in value && typeof value.MaHoSo === 'string'
    ? `${value.MaHoSo.slice(0, 60)}: `
    : '';

function complaintOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.filter((step) => typeof step === 'string').join('.');
  if (issue.code === 'unrecognized_keys') {
    const where = path === '' ? '' : ` của ${path}`;
    return `Trường ${issue.keys[0]}${where} không có trong đặc tả`;
  }
  if (path === '') return 'Bản ghi phải là một đối tượng';
  return `Trường ${path} ${issue.message}`;
}
