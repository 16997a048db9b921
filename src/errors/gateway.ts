/** @module Where the gateway itself fails, or has too much to do. */
import { gateway, row } from './declaration.ts';

export const gatewayErrors = {
  internal: row(500, 'gateway', false, [
    'Lỗi của cổng kết nối',
    'The gateway failed',
    'Báo quản trị kèm mã truy vết (traceId); không phải lỗi của bên gọi.',
    'Tell the operator the traceId; the caller did nothing wrong.',
  ]),
  'queue-full': gateway(
    503,
    'Cổng kết nối đang quá tải',
    'The gateway has too much in hand',
    'Gửi lại đúng yêu cầu này sau số giây ở Retry-After; chưa có gì được lưu.',
    'Send the same call again after Retry-After; nothing of it was stored.',
  ),
  overloaded: gateway(
    503,
    'Cổng kết nối đang quá tải',
    'The gateway has more to do than it can',
    'Gửi lại đúng yêu cầu này sau số giây ở Retry-After; chưa có gì được xử lý.',
    'Send the same call again after Retry-After; nothing of it was done.',
  ),
  'bulkhead-full': gateway(
    503,
    'Quá nhiều yêu cầu cùng lúc tới hệ thống đích',
    'Too many calls to this upstream at once',
    'Gửi lại sau số giây ở Retry-After.',
    'Send it again after Retry-After.',
  ),
  'database-unavailable': gateway(
    503,
    'Cơ sở dữ liệu của cổng tạm thời không truy cập được',
    "The gateway's database cannot be reached",
    'Gửi lại sau số giây ở Retry-After; chưa có gì được xác nhận.',
    'Send it again after Retry-After; nothing was confirmed.',
  ),
  'audit-unavailable': gateway(
    503,
    'Không ghi được nhật ký truy cập',
    'The audit log cannot be written',
    'Gửi lại sau; dữ liệu chỉ được trả khi lượt truy cập đã vào nhật ký.',
    'Try later; data is given out only once the access is in the log.',
  ),
} as const;
