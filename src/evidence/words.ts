/** @module What statuses, outcomes and members are called in an evidence pack, which is read in Vietnamese. */
import type { Profile } from '../sync/profile.ts';

export const STATUS_WORDS: Readonly<Record<string, string>> = {
  submitted: 'Mới đăng ký',
  accepted: 'Được tiếp nhận',
  processing: 'Đang xử lý',
  paused: 'Tạm dừng',
  resumed: 'Tiếp tục xử lý',
  rejected: 'Không được tiếp nhận',
  withdrawn: 'Công dân yêu cầu rút hồ sơ',
  stopped: 'Dừng giải quyết hồ sơ',
  completed: 'Đã xử lý xong',
  returned: 'Đã trả kết quả',
  reopened: 'Mở lại hồ sơ',
};

const PAUSE_WORDS: Readonly<Record<string, string>> = {
  supplement: 'Yêu cầu bổ sung giấy tờ',
  'financial-obligation': 'Yêu cầu thực hiện nghĩa vụ tài chính',
};

/** What a code of the destination is called. */
export function codeWords({ statusCodes, pauses }: Pick<Profile, 'statusCodes' | 'pauses'>, code: string): string {
  const status = Object.entries(statusCodes).find(([, one]) => one === code)?.[0];
  if (status !== undefined) return STATUS_WORDS[status] ?? code;
  const pause = Object.entries(pauses).find(([, one]) => one.code === code)?.[0];
  return (pause === undefined ? undefined : PAUSE_WORDS[pause]) ?? code;
}

export const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  acknowledged: 'Cổng xác nhận đã nhận',
  retry: 'Không thành công, gửi lại sau',
  unknown: 'Chưa rõ kết quả',
  blocked: 'Bị từ chối',
  released: 'Chưa gửi',
};

export const ENTRY_WORDS: Readonly<Record<string, string>> = {
  fields: 'Cập nhật thông tin hồ sơ',
  appointment: 'Thay đổi ngày hẹn trả',
  payment: 'Thanh toán',
  result: 'Kết quả giải quyết',
  transfer: 'Chuyển xử lý',
  void: 'Hủy mục ghi sai',
  claim: 'Nơi khác ghi',
};

/** Where an entry came from, where it is no connector's. */
export const SOURCE_WORDS: Readonly<Record<string, string>> = {
  igate: 'Hệ thống một cửa của tỉnh',
  gateway: 'Cổng kết nối của tỉnh',
  operator: 'Người vận hành',
};

export const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  document: 'văn bản',
  email: 'thư điện tử',
  phone: 'điện thoại',
  system: 'hệ thống hỗ trợ',
  other: 'khác',
};
