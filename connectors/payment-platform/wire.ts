/**
 * @module What the payment platform takes and says, as seen in public source code of provincial systems. Only INIT, QUERY,
 * GET_BILL and the notice are observed; REFUND and the settlement file are assumed.
 */
import { z } from 'zod';

export const VERSION = '1.0.6';

/** `MaLoi` and `error_code` of what was done. */
export const DONE: ReadonlySet<string> = new Set(['00', '0', 'SUCCESSFUL']);

/** The fields under the checksum, in their order; the secret comes last. */
export const CHECKED = {
  INIT: [
    'LoaiBanTin',
    'PhienBan',
    'MaDoiTac',
    'MaThamChieu',
    'SoTien',
    'LoaiHinhThanhToan',
    'MaKenhThanhToan',
    'MaThietBi',
    'NgonNgu',
    'MaTienTe',
    'MaNganHang',
    'ThongTinGiaoDich',
    'ThoiGianGD',
    'Ip',
  ],
  QUERY: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'],
  GET_BILL: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'],
  REFUND: ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'MaThamChieuGoc', 'MaGiaoDich', 'SoTien', 'ThoiGianGD'],
  /** Of the notice, and of every answer that tells of a transaction. */
  transaction: [
    'LoaiBanTin',
    'MaLoi',
    'MaDoiTac',
    'MaThamChieu',
    'SoTien',
    'MaTienTe',
    'MaGiaoDich',
    'MaNganHang',
    'ThoiGianGD',
    'ThongTinGiaoDich',
  ],
} as const;
export type MessageKind = Exclude<keyof typeof CHECKED, 'transaction'>;

/** What the province sends; all scalars are texts. */
export interface InitMessage {
  readonly LoaiBanTin: 'INIT';
  readonly PhienBan: string;
  readonly MaDoiTac: string;
  readonly MaThamChieu: string;
  readonly SoTien: string;
  readonly LoaiHinhThanhToan: 'PAY';
  readonly MaKenhThanhToan: '1';
  readonly MaThietBi: '1';
  readonly NgonNgu: 'vi-VN';
  readonly MaTienTe: 'VND';
  readonly MaNganHang: string;
  readonly ThongTinGiaoDich: string;
  readonly ThoiGianGD: string;
  readonly Ip: string;
  readonly ThongTinBienLai: {
    readonly MaDichVu: string;
    readonly MaDVC: string;
    readonly TenDVC: string;
    readonly MaTTHC: string;
    readonly TenTTHC: string;
    readonly MaDonVi: string;
    readonly TenDonVi: string;
    readonly MaHoSo: string;
    readonly TKThuHuong: string;
    readonly MaNHThuHuong: string;
    readonly TenTKThuHuong: string;
    readonly MaLoaiHinhThuPhat: string;
    readonly NoiDungThanhToan: string;
    readonly HoTenNguoiNop: string;
    readonly SoCMNDNguoiNop: string;
    readonly DiaChiNguoiNop: string;
    readonly HuyenNguoiNop: string;
    readonly TinhNguoiNop: string;
    readonly PhiLePhi: readonly {
      readonly LoaiPhiLePhi: '1' | '2';
      readonly MaPhiLePhi: string;
      readonly TenPhiLePhi: string;
      readonly SoTien: string;
    }[];
    readonly DSKhoanNop: readonly { readonly NoiDung: string; readonly SoTien: string }[];
  };
}

export interface QuestionMessage {
  readonly LoaiBanTin: 'QUERY' | 'GET_BILL';
  readonly PhienBan: string;
  readonly MaDoiTac: string;
  readonly MaThamChieu: string;
  readonly ThoiGianGD: string;
}

export interface RefundMessage {
  readonly LoaiBanTin: 'REFUND';
  readonly PhienBan: string;
  readonly MaDoiTac: string;
  readonly MaThamChieu: string;
  readonly MaThamChieuGoc: string;
  readonly MaGiaoDich: string;
  readonly SoTien: string;
  readonly LyDo: string;
  readonly ThoiGianGD: string;
}

/** Codes are told as texts or as numbers. */
const code = z.union([z.string(), z.int()]).transform(String);
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : String(value)));

/** The amount as it is written: it stands under the checksum. Whole đồng, without sign, point or exponent. */
const writtenAmount = z
  .union([z.string(), z.int().nonnegative()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : String(value)))
  .refine((digits) => digits === '' || AMOUNT.test(digits), {
    params: { vi: 'số tiền phải là số nguyên đồng', en: 'an amount is whole đồng' },
  });
export const AMOUNT = /^(0|[1-9]\d{0,14})$/;

/** Of INIT: the page stands as JSON inside `message`. */
export const initReply = z.looseObject({ error_code: code, message: z.string() });
export const initPage = z.looseObject({ UrlThanhToan: z.url({ protocol: /^https?$/ }) });

/** What the checksum of an answer or a notice is held against; a refusal carries none. */
export const refusal = z.looseObject({ MaLoi: code, MoTaLoi: text });

const transactionFields = {
  LoaiBanTin: z.string(),
  MaLoi: code,
  MoTaLoi: text,
  MaDoiTac: z.string(),
  MaThamChieu: z.string().min(1).max(100),
  SoTien: writtenAmount,
  MaTienTe: text,
  MaGiaoDich: text,
  MaNganHang: text,
  ThoiGianGD: text,
  ThongTinGiaoDich: text,
  MaXacThuc: z.string().min(1),
};

/** The answer to QUERY and REFUND. */
export const transaction = z.looseObject({ ...transactionFields, TrangThaiGD: text });
export type Transaction = z.output<typeof transaction>;

/** The notice: the platform's own word that a payment was made, or was not. */
export const notice = z.looseObject({
  ...transactionFields,
  SoTien: writtenAmount.refine((digits) => digits !== '', {
    params: { vi: 'thiếu số tiền', en: 'the amount is missing' },
  }),
});
export type Notice = z.output<typeof notice>;

export const billReply = z.looseObject({
  MaLoi: code,
  MoTaLoi: text,
  UrlBienLai: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .nullish()
    .transform((url) => url ?? ''),
});

/** TrangThaiGD. 1, 3 and 4 are observed, 2 is assumed. */
export const STATUS = { '1': 'paid', '2': 'waiting', '3': 'unclear', '4': 'failed' } as const;

/** LoaiGD of a settlement line. */
export const SETTLED_KIND = { TT: 'payment', HT: 'refund' } as const;
export const SETTLEMENT_COLUMNS = [
  'LoaiGD',
  'MaThamChieu',
  'MaGiaoDich',
  'SoTien',
  'MaTienTe',
  'MaNganHang',
  'MaDonVi',
  'ThoiGianGD',
  'NgayQuyetToan',
] as const;
/** Stands first on the line with the file's own count and sum. */
export const TOTAL = 'TONG';
