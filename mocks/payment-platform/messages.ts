/** @module The platform's messages: which fields stand in which order under the checksum, and what a call must hold. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { parseCompact } from '../times.ts';

export type Message = Readonly<Record<string, unknown>>;

/** The fields that the checksum covers, in their order; the secret comes last. */
export const FIELDS = {
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
  /** Of the notice, and of the answers that tell a transaction. */
  notice: [
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

export type Request = Exclude<keyof typeof FIELDS, 'notice'>;

/** Lower-case hex SHA-256 over the fields joined by `|`. */
export function checksum(fields: readonly string[], message: Message, secret: string): string {
  const joined = [...fields.map((name) => String(message[name] ?? '')), secret].join('|');
  return createHash('sha256').update(joined, 'utf8').digest('hex');
}

/** Whether `MaXacThuc` is what the fields and the secret give, letter by letter. */
export function isProven(fields: readonly string[], message: Message, secret: string): boolean {
  const given = Buffer.from(String(message.MaXacThuc ?? ''));
  const expected = Buffer.from(checksum(fields, message, secret));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** `MaLoi`, as far as anyone needs to tell them apart (assumed but for 00). */
export const CODE = {
  done: '00',
  proof: '01',
  taken: '02',
  absent: '03',
  content: '04',
  clock: '05',
  refused: '06',
  notYet: '07',
  failed: '99',
} as const;

export interface Complaint {
  readonly code: string;
  readonly message: string;
}

const REQUIRED: Readonly<Record<Request, readonly string[]>> = {
  INIT: ['MaThamChieu', 'SoTien', 'ThoiGianGD', 'ThongTinGiaoDich', 'Ip', 'ThongTinBienLai'],
  QUERY: ['MaThamChieu', 'ThoiGianGD'],
  GET_BILL: ['MaThamChieu', 'ThoiGianGD'],
  REFUND: ['MaThamChieu', 'MaThamChieuGoc', 'MaGiaoDich', 'SoTien', 'ThoiGianGD'],
};
const RECEIPT_REQUIRED = ['MaDichVu', 'MaTTHC', 'TenTTHC', 'MaDonVi', 'MaHoSo', 'TKThuHuong', 'HoTenNguoiNop'];
const LONGEST_NAME = 250;
/** A time written with a 12-hour clock, or in UTC, is hours off. */
const CLOCK_WINDOW = 15 * 60_000;

/** Amounts are texts of digits, without sign, point or leading zero. */
export const amountOf = (value: unknown): number | null =>
  typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : null;

/** What is wrong with a request, in the order in which the platform looks; null when it can be worked on. */
export function complaintOf(
  kind: Request,
  message: unknown,
  partner: { readonly key: string; readonly secret: string },
  now: number,
): Complaint | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return { code: CODE.content, message: 'Nội dung phải là một đối tượng JSON' };
  const record = message as Message;
  if (record.LoaiBanTin !== kind) return { code: CODE.content, message: `LoaiBanTin phải là ${kind}` };
  if (record.MaDoiTac !== partner.key) return { code: CODE.proof, message: 'Không có đối tác này' };
  if (!isProven(FIELDS[kind], record, partner.secret)) return { code: CODE.proof, message: 'Sai mã xác thực' };
  for (const name of REQUIRED[kind])
    if (record[name] === undefined || record[name] === null || record[name] === '')
      return { code: CODE.content, message: `Thiếu ${name}` };
  const at = typeof record.ThoiGianGD === 'string' ? parseCompact(record.ThoiGianGD) : null;
  if (at === null) return { code: CODE.content, message: 'ThoiGianGD phải theo dạng yyyyMMddHHmmss' };
  if (kind === 'INIT' && Math.abs(now - at) > CLOCK_WINDOW)
    return { code: CODE.clock, message: 'ThoiGianGD lệch quá 15 phút' };
  if ((kind === 'INIT' || kind === 'REFUND') && amountOf(record.SoTien) === null)
    return { code: CODE.content, message: 'SoTien phải là số nguyên dương' };
  return kind === 'INIT' ? receiptComplaint(record) : null;
}

function receiptComplaint(message: Message): Complaint | null {
  const receipt = message.ThongTinBienLai as Message;
  for (const name of RECEIPT_REQUIRED)
    if (typeof receipt[name] !== 'string' || receipt[name] === '')
      return { code: CODE.content, message: `Thiếu ThongTinBienLai.${name}` };
  if (String(receipt.TenTTHC).length > LONGEST_NAME)
    return { code: CODE.content, message: `ThongTinBienLai.TenTTHC dài quá ${LONGEST_NAME} ký tự` };
  if (receipt.MaDichVu !== `${receipt.MaTTHC}.01`)
    return { code: CODE.content, message: 'MaDichVu phải là MaTTHC thêm .01' };
  const fees = Array.isArray(receipt.PhiLePhi) ? (receipt.PhiLePhi as readonly Message[]) : [];
  const amounts = fees.map(({ SoTien }) => amountOf(SoTien));
  if (amounts.length === 0 || amounts.includes(null))
    return { code: CODE.content, message: 'PhiLePhi phải có số tiền nguyên dương' };
  const sum = amounts.reduce<number>((total, amount) => total + amount!, 0);
  return sum === amountOf(message.SoTien) ? null : { code: CODE.content, message: 'Tổng PhiLePhi khác SoTien' };
}
