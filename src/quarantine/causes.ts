/** @module Why something is in quarantine, in words, and what to do about it. */
import type { Bilingual } from '../errors.ts';

interface Cause {
  readonly title: Bilingual;
  readonly suggestion: Bilingual;
}

const cause = (title: Bilingual, suggestion: Bilingual): Cause => ({ title, suggestion });

const CAUSES: Readonly<Record<string, Cause>> = {
  'alias-ambiguous': cause(
    { vi: 'Hai hồ sơ mang cùng số', en: 'Two dossiers carry the same number' },
    {
      vi: 'Hai hồ sơ mang cùng số: sửa số ở một hồ sơ rồi thử lại.',
      en: 'Two dossiers carry the number: correct one, then retry.',
    },
  ),
  'unmapped-code': cause(
    { vi: 'Mã chưa có trong bảng mã', en: 'A code that the connector does not know' },
    {
      vi: 'Hệ thống gửi mã chưa có trong bảng mã: bổ sung bảng mã rồi thử lại.',
      en: 'The sender uses a code that the table lacks: extend it, then retry.',
    },
  ),
  'event-id-reused': cause(
    { vi: 'Mã sự kiện trùng nhưng nội dung khác', en: 'The event id came before with other content' },
    {
      vi: 'Cùng mã sự kiện nhưng khác nội dung: hỏi lại hệ thống gửi, rồi loại bỏ bản sai.',
      en: 'Ask the sender which of the two is right, then discard the wrong one.',
    },
  ),
  'implausible-time': cause(
    { vi: 'Thời điểm không hợp lý', en: 'A time that cannot be' },
    {
      vi: 'Thời điểm không hợp lý: kiểm tra đồng hồ hoặc múi giờ của hệ thống gửi.',
      en: 'Look at the sender’s clock or time zone, and have it reported rightly.',
    },
  ),
  unreadable: cause(
    { vi: 'Không đọc được bản tin', en: 'The message cannot be read' },
    {
      vi: 'Không đọc được nội dung: xem bản gốc, liên hệ hệ thống gửi.',
      en: 'The shape is unknown: look at the original and ask the sender.',
    },
  ),
  'unknown-dossier': cause(
    { vi: 'Hồ sơ chưa được đăng ký', en: 'The dossier is not registered' },
    { vi: 'Hồ sơ chưa được đăng ký: đăng ký hồ sơ rồi thử lại.', en: 'Register the dossier, then retry.' },
  ),
  'unverified-field': cause(
    { vi: 'Chờ xác minh thông tin của hồ sơ', en: 'Facts of the dossier are not verified yet' },
    {
      vi: 'Chờ xác minh xong thông tin của hồ sơ, sự kiện được áp dụng tự động; hoặc sửa thông tin sai.',
      en: 'Applied by itself once the facts are verified; or correct what is wrong.',
    },
  ),
  'unknown-payment': cause(
    { vi: 'Giao dịch không ai yêu cầu', en: 'A payment that nobody here asked for' },
    {
      vi: 'Nền tảng báo một giao dịch mà cổng không yêu cầu: đối chiếu mã tham chiếu với nền tảng.',
      en: 'The platform tells of a payment that nobody here asked for: trace its reference there.',
    },
  ),
  'append-failed': cause(
    { vi: 'Cơ sở dữ liệu từ chối', en: 'The database refused it' },
    { vi: 'Cơ sở dữ liệu từ chối: xem chi tiết, báo bộ phận kỹ thuật.', en: 'See the detail, tell the engineers.' },
  ),
};

/** By the reason that the item carries; one that is not known here stands for itself. */
export const causeOf = (reason: string): Cause =>
  CAUSES[reason] ?? cause({ vi: reason, en: reason }, { vi: '', en: '' });
