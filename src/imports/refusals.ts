/** @module Why the append refused a line, in the words of the error file. */
import type { CommandResult, RefusalCode } from '../dossiers/commands.ts';

const WORDS: Readonly<Record<RefusalCode, string>> = {
  'alias-ambiguous': 'mã tham chiếu trỏ tới nhiều hồ sơ',
  'unmapped-code': 'mã trạng thái không có trong bảng chuyển đổi',
  'event-id-reused': 'mã sự kiện đã dùng cho nội dung khác',
  'implausible-time': 'thời điểm không hợp lý: trước ngày nộp hồ sơ, hoặc sau hiện tại hơn 5 phút',
  unreadable: 'không đọc được',
  'unknown-dossier': 'hồ sơ chưa được đăng ký',
  'append-failed': 'cơ sở dữ liệu từ chối nội dung của dòng (kiểm tra ký tự lạ)',
  'unverified-field': 'hồ sơ đang chờ xác minh thông tin, chưa nhận được diễn biến này',
  'not-verifiable': 'không có kết nối nào xác minh được thông tin này',
  'dossier-not-found': 'hồ sơ chưa được đăng ký',
  'forbidden-agency': 'cơ quan không thuộc phạm vi được giao',
  'alias-taken': 'mã tham chiếu đã thuộc về hồ sơ khác',
  conflict: 'hồ sơ đã được thay bằng hồ sơ khác, hoặc vừa được người khác ghi',
  'precondition-required': 'hồ sơ đã có, cần sửa qua giao diện lập trình',
  'precondition-failed': 'hồ sơ vừa được người khác thay đổi',
  'reason-required': 'thiếu lý do',
  'entry-not-found': 'không có diễn biến này',
  'entry-not-voidable': 'diễn biến này không thể thu hồi',
};

/** The words for a result; null where the append took it. */
export function refusalOf(result: CommandResult): string | null {
  if (result.outcome === 'refused') return WORDS[result.code];
  return result.outcome === 'quarantined' ? WORDS[result.reason] : null;
}

export const COULD_NOT_BE_WRITTEN = WORDS['append-failed'];
