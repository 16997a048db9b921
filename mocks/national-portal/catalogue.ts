/** @module The portal's catalogues: a small invented province with procedures as they are named in the field. */
import type { Texts } from './validate.ts';

interface Sector {
  readonly code: string;
  readonly name: string;
}

interface Procedure {
  readonly code: string;
  readonly name: string;
  readonly sector: string;
  /** Working days. */
  readonly limit: number;
  /** Đồng; 0: no fee. */
  readonly fee: number;
}

const SECTORS: readonly Sector[] = [
  { code: 'G15-DD', name: 'Đất đai' },
  { code: 'G03-HT', name: 'Hộ tịch' },
  { code: 'G03-CT', name: 'Chứng thực' },
  { code: 'G03-LLTP', name: 'Lý lịch tư pháp' },
  { code: 'G05-DN', name: 'Thành lập và hoạt động của doanh nghiệp, hộ kinh doanh' },
  { code: 'G10-VT', name: 'Đường bộ' },
  { code: 'G11-XD', name: 'Hoạt động xây dựng, nhà ở' },
  { code: 'G09-BTXH', name: 'Bảo trợ xã hội' },
  { code: 'G12-TC', name: 'Tài chính, ngân sách' },
];

const PROCEDURES: readonly Procedure[] = [
  {
    code: '1.005129',
    name: 'Đăng ký biến động quyền sử dụng đất, tài sản gắn liền với đất',
    sector: 'G15-DD',
    limit: 15,
    fee: 50_000,
  },
  {
    code: '1.004227',
    name: 'Đăng ký biến động do thay đổi thông tin về người được cấp Giấy chứng nhận',
    sector: 'G15-DD',
    limit: 10,
    fee: 30_000,
  },
  {
    code: '2.000889',
    name: 'Đăng ký biến động do chuyển nhượng, thừa kế, tặng cho quyền sử dụng đất',
    sector: 'G15-DD',
    limit: 10,
    fee: 50_000,
  },
  {
    code: '1.004238',
    name: 'Xóa đăng ký cho thuê, góp vốn bằng quyền sử dụng đất',
    sector: 'G15-DD',
    limit: 3,
    fee: 0,
  },
  { code: '1.001193', name: 'Đăng ký khai sinh', sector: 'G03-HT', limit: 1, fee: 0 },
  { code: '1.000894', name: 'Đăng ký kết hôn', sector: 'G03-HT', limit: 1, fee: 0 },
  { code: '1.000656', name: 'Đăng ký khai tử', sector: 'G03-HT', limit: 1, fee: 0 },
  { code: '1.004873', name: 'Cấp Giấy xác nhận tình trạng hôn nhân', sector: 'G03-HT', limit: 3, fee: 15_000 },
  { code: '2.000815', name: 'Chứng thực bản sao từ bản chính', sector: 'G03-CT', limit: 1, fee: 2_000 },
  {
    code: '2.000488',
    name: 'Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam',
    sector: 'G03-LLTP',
    limit: 10,
    fee: 200_000,
  },
  { code: '2.001610', name: 'Đăng ký thành lập doanh nghiệp tư nhân', sector: 'G05-DN', limit: 3, fee: 50_000 },
  { code: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh', sector: 'G05-DN', limit: 3, fee: 100_000 },
  {
    code: '1.002801',
    name: 'Đổi Giấy phép lái xe do ngành Giao thông vận tải cấp',
    sector: 'G10-VT',
    limit: 5,
    fee: 135_000,
  },
  { code: '1.010039', name: 'Cấp Giấy phép kinh doanh vận tải bằng xe ô tô', sector: 'G10-VT', limit: 5, fee: 200_000 },
  { code: '1.009974', name: 'Cấp Giấy phép xây dựng mới', sector: 'G11-XD', limit: 20, fee: 75_000 },
  {
    code: '1.010009',
    name: 'Thông báo nhà ở hình thành trong tương lai đủ điều kiện được bán',
    sector: 'G11-XD',
    limit: 15,
    fee: 0,
  },
  {
    code: '1.001776',
    name: 'Thực hiện, điều chỉnh, thôi hưởng trợ cấp xã hội hàng tháng',
    sector: 'G09-BTXH',
    limit: 22,
    fee: 0,
  },
  { code: '2.002206', name: 'Đăng ký mã số đơn vị có quan hệ với ngân sách', sector: 'G12-TC', limit: 2, fee: 0 },
];

const COMMUNES = [
  'Buôn Ma Thuột',
  'Tân An',
  'Tân Lập',
  'Thành Nhất',
  'Ea Kao',
  'Hòa Phú',
  'Ea Kar',
  'Krông Pắc',
  'Ea Súp',
  'Buôn Đôn',
];

/** LayDanhMucCoQuan. */
export const agencies: readonly Texts[] = [
  { MaCoQuan: 'H15', TenCoQuan: 'Ủy ban nhân dân tỉnh', MaCoQuanCha: '', CapCoQuan: '1' },
  { MaCoQuan: 'H15.12', TenCoQuan: 'Sở Nông nghiệp và Môi trường', MaCoQuanCha: 'H15', CapCoQuan: '2' },
  ...COMMUNES.map((name, i) => ({
    MaCoQuan: `H15.${50 + i}`,
    TenCoQuan: `Ủy ban nhân dân ${name}`,
    MaCoQuanCha: 'H15',
    CapCoQuan: '2',
  })),
];

/** LayDanhMucLinhVuc. */
export const sectors: readonly Texts[] = SECTORS.map(({ code, name }) => ({ MaLinhVuc: code, TenLinhVuc: name }));

const sectorName = (code: string): string => SECTORS.find((sector) => sector.code === code)!.name;

/** LayDanhSachTTHC, and LayThuTuc for one. */
export const procedures: readonly Texts[] = PROCEDURES.map(({ code, name, sector, limit, fee }) => ({
  MaTTHC: code,
  TenTTHC: name,
  MaLinhVuc: sector,
  TenLinhVuc: sectorName(sector),
  ThoiHanGiaiQuyet: String(limit),
  DonViThoiHan: 'Ngày làm việc',
  MucThu: String(fee),
}));

/** The national part by which codes are compared: `1.005129` of `1.005129.000.00.00.H22`. */
const nationalPart = (code: string): string => /^\d\.\d{6}/.exec(code)?.[0] ?? code;

export const procedureOf = (code: string): Texts | undefined =>
  procedures.find(({ MaTTHC }) => MaTTHC === nationalPart(code));

/** The limit of a procedure in working days; null when it is not in the catalogue. */
export function limitOf(code: string): number | null {
  const known = procedureOf(code);
  return known ? Number(known.ThoiHanGiaiQuyet) : null;
}
