/** @module Where an outside system fails, or is not connected. */
import { row, upstream, upstreamLater } from './declaration.ts';

export const upstreamErrors = {
  'provider-not-configured': row(501, 'gateway', false, [
    'Tỉnh chưa kết nối hệ thống này',
    'The province has not connected this system',
    'Hỏi quản trị đặt địa chỉ và tài khoản cho kết nối nêu ở upstream, hoặc chọn provider khác.',
    'Ask the operator to set the address and account of the connector named in upstream, or choose another provider.',
  ]),
  'upstream-auth': upstream(
    502,
    'Hệ thống đích từ chối tài khoản của tỉnh',
    "The upstream refused the province's credentials",
    'Báo quản trị kiểm tra tài khoản kết nối với hệ thống nêu ở upstream.',
    'Tell the operator to check the credentials for the system named in upstream.',
  ),
  'upstream-rejected': upstream(
    502,
    'Hệ thống đích từ chối yêu cầu',
    'The upstream rejected the request',
    'Xem lời từ chối trong detail, sửa dữ liệu rồi gửi lại.',
    'Read its words in detail, correct the data and send it again.',
  ),
  'upstream-contract': upstream(
    502,
    'Hệ thống đích trả lời sai định dạng đã thống nhất',
    "The upstream's answer broke its contract",
    'Báo quản trị kèm traceId; hệ thống đích có thể vừa thay đổi.',
    'Tell the operator the traceId; the upstream may have changed its interface.',
  ),
  'upstream-unavailable': upstreamLater(
    503,
    'Hệ thống đích đang gián đoạn',
    'The upstream is down',
    'Gửi lại sau số giây ở Retry-After; trạng thái các kết nối xem tại /status.',
    'Send it again after Retry-After; see /status for the state of the connections.',
  ),
  'upstream-maintenance': upstreamLater(
    503,
    'Hệ thống đích đang bảo trì',
    'The upstream is under maintenance',
    'Gửi lại sau khi hết bảo trì (Retry-After).',
    'Send it again after the maintenance (Retry-After).',
  ),
  'upstream-quota': upstreamLater(
    503,
    'Hệ thống đích tạm giới hạn số lượt gọi',
    "The upstream's quota is used up",
    'Gửi lại sau số giây ở Retry-After.',
    'Send it again after Retry-After.',
  ),
  'upstream-timeout': upstreamLater(
    504,
    'Hệ thống đích không trả lời kịp',
    'The upstream did not answer in time',
    'Với thao tác ghi, hỏi lại kết quả trước khi gửi lại; với thao tác đọc, gửi lại sau.',
    'For a write, ask for its outcome before sending it again; for a read, try later.',
  ),
} as const;
