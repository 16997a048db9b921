/** @module Why something did not arrive, in Vietnamese: by the kind of the failure, the portal's code, or the words that we have for it. */
import { element } from './element.js';

/** Kinds of failures of an upstream, and why one is not called. */
const KINDS = {
  unavailable: 'Không kết nối được',
  timeout: 'Không trả lời trong thời gian cho phép',
  auth: 'Từ chối tài khoản của tỉnh',
  rejected: 'Từ chối nội dung',
  exists: 'Báo đã có sẵn',
  contract: 'Trả lời sai định dạng',
  maintenance: 'Đang bảo trì',
  quota: 'Hết lượt gọi cho phép',
  busy: 'Đang có quá nhiều cuộc gọi cùng lúc',
};

/** The portal's error codes. */
const CODES = {
  '-1': 'Phiên đăng nhập vào Cổng đã hết',
  '-2': 'Cổng không cho tài khoản của tỉnh thực hiện',
  '-4': 'Cổng không có hồ sơ hoặc thủ tục này',
  '-5': 'Cổng không nhận nội dung',
  '-6': 'Cổng không có dịch vụ này',
  '-7': 'Hết lượt gọi Cổng cho phép',
  '-8': 'Cổng đang bảo trì',
  '-99': 'Cổng gặp lỗi khi xử lý',
  3: 'Cổng báo hồ sơ đã tồn tại',
};

/** What the gateway itself says of a call. */
const OURS = {
  'answered what is no UTF-8': 'Trả lời có ký tự không đọc được',
  'answered more than is read': 'Trả lời quá dài',
  'gave no answer in time': KINDS.timeout,
  'could not be reached': KINDS.unavailable,
  'broke the connection off': 'Ngắt kết nối giữa chừng',
  'asked not to be called yet': 'Đề nghị chưa gọi lại',
  'has as many calls under way as we allow': KINDS.busy,
  'had no room in time': KINDS.busy,
  'the breaker is open': 'Đang gián đoạn, chờ nối lại',
  'is used up as far as we may': KINDS.quota,
  'does not have a dossier that it acknowledged':
    'Cổng đã xác nhận hồ sơ nhưng nay không còn hồ sơ này; đang gửi lại từ đầu',
  // To those that are told of changes.
  'no connection was made in time': 'Không kết nối được trong thời gian cho phép',
  'nothing listens there': 'Địa chỉ nhận không hoạt động',
  'its host name is unknown': 'Tên máy chủ không tồn tại',
  'its host name could not be resolved': 'Không tra được tên máy chủ',
  'there is no way to its host': 'Không có đường mạng tới máy chủ',
  'there is no way to its network': 'Không có đường mạng tới máy chủ',
  'TLS could not be agreed on': 'Không thiết lập được kênh mã hóa',
  'its certificate is self-signed': 'Chứng thư số tự ký',
  'its certificate is of an unknown authority': 'Chứng thư số do tổ chức không được tin cậy cấp',
  'its certificate has expired': 'Chứng thư số đã hết hạn',
  'its certificate is for another name': 'Chứng thư số cấp cho tên khác',
  'no answer in time': KINDS.timeout,
  'the connection was broken off': 'Ngắt kết nối giữa chừng',
  // Of what could not be applied.
  'occurredAt is before the dossier was submitted': 'Thời điểm xảy ra trước khi nộp hồ sơ',
  'occurredAt is more than 5 minutes after its receipt': 'Thời điểm xảy ra muộn hơn lúc nhận tin quá 5 phút',
};

/** Parts of sentences of ours, before what they name. */
const BEGINNINGS = [
  [/^systemic-refusal: /, 'Cổng từ chối hàng loạt'],
  [/^HTTP (\d{3})\b/, (found) => `Trả lời mã lỗi HTTP ${found[1]}`],
  [/^(\S+) belongs to more than one dossier$/, (found) => `Số ${found[1]} thuộc nhiều hồ sơ`],
  [/^(.+) is not known here$/, (found) => `${found[1]} chưa được đăng ký`],
  [/^event \S+ of \S+ came before with other content$/, 'Mã sự kiện này đã dùng cho nội dung khác'],
  [/^\S+ must wait until .+ is verified$/, 'Phải chờ xác minh xong thông tin của hồ sơ'],
  [/^[a-z-]+ \S+: ([a-z]+)$/, (found) => KINDS[found[1]] ?? null],
];

export const kindOfFailure = (kind) => KINDS[kind] ?? kind;

/** What stored words of a failure mean; null where they speak for themselves. */
export function meaningOf(words) {
  if (words in OURS) return OURS[words];
  const code = /^(-?\d+): /.exec(words)?.[1];
  if (code !== undefined && code in CODES) return CODES[code];
  for (const [pattern, meaning] of BEGINNINGS) {
    const found = pattern.exec(words);
    if (found) return typeof meaning === 'string' ? meaning : meaning(found);
  }
  return null;
}

/** The meaning, and behind it the words as they came. */
export function failure(words) {
  const meaning = meaningOf(words);
  if (meaning === null) return element('p', { class: 'aside' }, words);
  return element(
    'p',
    { class: 'aside' },
    `${meaning} `,
    element('q', { class: 'original', lang: /^[ -~]+$/.test(words) ? 'en' : null }, words),
  );
}
