/** @module The fields of the portal's records and what each may hold (VPCP guide v1.4 of 2020, and code up to 2025). */

/**
 * `time` is `yyyyMMddHHmmss`, `code` visible ASCII without spaces, `amount` đồng in digits; a set of words is all that the
 * field may say. All may be empty unless required.
 */
type Content = 'text' | 'code' | 'time' | 'amount' | ReadonlySet<string>;

export interface Field {
  readonly content: Content;
  readonly longest: number;
  readonly required: boolean;
}

export type Fields = ReadonlyMap<string, Field>;

const ORDINARY = 500;
const LONG = 4000;

const words = (...allowed: string[]): ReadonlySet<string> => new Set(allowed);
const optional = (content: Content = 'text', longest = ORDINARY): Field => ({ content, longest, required: false });
const required = (content: Content = 'text', longest = ORDINARY): Field => ({ content, longest, required: true });
const texts = (...names: string[]): [string, Field][] => names.map((name) => [name, optional()]);

export const STATUS_CODES = words('1', '2', '3', '4', '5', '6', '7', '8', '9', '10');
const CHANNELS = words('1', '2', '3');
const YES_NO = words('0', '1');

export const DOSSIER_FIELDS: Fields = new Map([
  ['MaHoSo', required('code', 60)],
  ['MaTTHC', required('code', 60)],
  ['TenTTHC', required('text', 2000)],
  ['MaLinhVuc', required('code', 60)],
  ['TenLinhVuc', required()],
  ['KenhThucHien', required(CHANNELS)],
  ['ChuHoSo', required()],
  ['LoaiDoiTuong', required(words('1', '2', '3', '4'))],
  ['NgayTiepNhan', required('time')],
  ['TrangThaiHoSo', required(STATUS_CODES)],
  ['DonViXuLy', required()],
  ...texts('MaDoiTuong', 'SoGiayToChuHoSo', 'Email', 'Fax', 'SoDienThoai', 'ThongTinTra', 'NoiNopHoSo'),
  ['TrichYeuHoSo', optional('text', 1000)],
  ['GhiChu', optional('text', LONG)],
  ['NgayNopHoSo', optional('time')],
  ['NgayHenTra', optional('time')],
  ['NgayTra', optional('time')],
  ['NgayKetThucXuLy', optional('time')],
  ['NgayTuChoi', optional('time')],
  ['HinhThuc', optional(YES_NO)],
  ['HoSoCoThanhPhanSoHoa', optional(YES_NO)],
  ['TaiKhoanDuocXacThucVoiVNeID', optional(YES_NO)],
  ['DuocThanhToanTrucTuyen', optional(words('0', '1', '2'))],
]);

/** The counter's channel may be written as an empty text. */
export const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['KenhThucHien']);

/** A dossier's lists; all fields of their items are optional. */
export const DOSSIER_LISTS: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['DinhDanhCHS', new Map(texts('LoaiDinhDanh', 'SoDinhDanh'))],
  [
    'TaiLieuNop',
    new Map([
      ...texts('TepDinhKemId', 'MaThanhPhanHoSo', 'MaKetQuaThayThe'),
      ['TenTepDinhKem', optional('text', 2000)],
      ['DuongDanTaiTepTin', optional('text', LONG)],
      ['DuocSoHoa', optional(YES_NO)],
      ['DuocTaiSuDung', optional(YES_NO)],
      ['DuocLayTuKhoDMQG', optional(YES_NO)],
    ]),
  ],
  [
    'DanhSachLePhi',
    new Map([...texts('TenPhiLePhi', 'MaPhiLePhi', 'HinhThucThu', 'LoaiPhiLePhi'), ['Gia', optional('amount', 15)]]),
  ],
  [
    'DanhSachHoSoBoSung',
    new Map([
      ...texts('HoSoBoSungId', 'NguoiYeuCauBoSung', 'NguoiTiepNhanBoSung', 'TrangThaiBoSung'),
      ['NoiDungBoSung', optional('text', LONG)],
      ['ThongTinTiepNhan', optional('text', LONG)],
      ['NgayBoSung', optional('time')],
      ['NgayTiepNhanBoSung', optional('time')],
      ['NgayHenTraTruoc', optional('time')],
      ['NgayHenTraMoi', optional('time')],
    ]),
  ],
  [
    'DanhSachGiayToKetQua',
    new Map([
      ...texts('MaThanhPhanHoSo', 'GiayToId', 'MaGiayToKetQua'),
      ['TenGiayTo', optional('text', 2000)],
      ['DuongDanTepTinKetQua', optional('text', LONG)],
    ]),
  ],
  ['DSKetNoiCSDL', new Map(texts('MaCSDL'))],
]);

export const PROGRESS_FIELDS: Fields = new Map([
  ['MaHoSo', required('code', 60)],
  ['ThoiDiemXuLy', required('time')],
  ['TrangThai', required(STATUS_CODES)],
  ...texts('NguoiXuLy', 'ChucDanh', 'PhongBanXuLy'),
  ['NoiDungXuLy', optional('text', LONG)],
  ['NgayBatDau', optional('time')],
  ['NgayKetThucTheoQuyDinh', optional('time')],
]);
