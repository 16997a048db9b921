/** @module What the members of a difference are called in papers and tables, which are read in Vietnamese. Pure. */
import { paperTime } from '../deadlines/local-time.ts';
import type { Side } from './compare.ts';
import type { DifferenceState } from './difference-store.ts';
import type { OWNERS, SEVERITIES } from './kinds.ts';

export const OWNER_WORDS: Readonly<Record<(typeof OWNERS)[number], string>> = {
  gateway: 'Cổng kết nối của tỉnh',
  portal: 'Cổng Dịch vụ công quốc gia',
  ministry: 'Bộ, ngành',
  igate: 'Hệ thống một cửa của tỉnh',
  'other-writer': 'Nơi khác cùng ghi',
  'payment-platform': 'Nền tảng thanh toán',
  bank: 'Ngân hàng',
};

export const SEVERITY_WORDS: Readonly<Record<(typeof SEVERITIES)[number], string>> = {
  critical: 'Nghiêm trọng',
  high: 'Cao',
  medium: 'Trung bình',
  low: 'Thấp',
};

export const STATE_WORDS: Readonly<Record<DifferenceState, string>> = {
  found: 'mới thấy một lần',
  confirmed: 'đã xác nhận, chưa khắc phục',
  repairing: 'đang đồng bộ lại',
  repaired: 'đã khắc phục',
  evidence: 'đồng bộ lại không khắc phục được, cần bên nhận xử lý',
  closed: 'đã đóng',
  ignored: 'tạm bỏ qua',
};

const SIDE_WORDS: Readonly<Record<string, string>> = {
  status: 'trạng thái',
  occurredAt: 'thời điểm',
  appointmentAt: 'ngày hẹn trả',
  channel: 'hình thức nộp',
  results: 'số kết quả',
  count: 'số bản ghi',
  alias: 'số hồ sơ',
  procedureCode: 'mã TTHC',
  agencyCode: 'mã cơ quan',
  references: 'mã giao dịch',
  amount: 'số tiền',
  state: 'tình trạng',
};

const CHANNELS: Readonly<Record<string, string>> = {
  online: 'trực tuyến',
  counter: 'trực tiếp',
  post: 'bưu chính công ích',
};

/** What one side shows, in a line. @param codeName what a status code of the destination is called */
export function sideWords(side: Side | null, codeName: (code: string) => string): string {
  if (side === null) return 'không có';
  const shown = (name: string, value: Side[string]): string => {
    if (value === null) return 'không có';
    if (name.endsWith('At')) return paperTime(Number(value));
    const text = String(value);
    if (name === 'channel') return CHANNELS[text] ?? text;
    const called = name === 'status' ? codeName(text) : text;
    return called === text ? text : `${text} – ${called}`;
  };
  return Object.entries(side)
    .map(([name, value]) => `${SIDE_WORDS[name] ?? name}: ${shown(name, value)}`)
    .join('; ');
}
