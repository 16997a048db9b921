/** @module What a dossier, its timeline or its feed does not allow. */
import { caller, callerLater } from './declaration.ts';

export const dossierErrors = {
  'dossier-not-found': caller(
    404,
    'Không tìm thấy hồ sơ',
    'The dossier is not known here',
    'Kiểm tra mã hồ sơ; hồ sơ chưa đăng ký thì đăng ký bằng PUT /v1/dossiers/{code}.',
    'Check the dossier code; register an unknown dossier with PUT /v1/dossiers/{code}.',
  ),
  'act-not-offered': caller(
    409,
    'Hệ thống đích không nhận thao tác này',
    'The system takes no such act',
    'Báo cho đơn vị nêu ở upstream bằng cách khác (văn bản, điện thoại); hồ sơ vẫn được theo dõi như trước.',
    'Tell the office named in upstream by other means; the dossier is followed as before.',
  ),
  'alias-taken': caller(
    409,
    'Mã tham chiếu đã thuộc về hồ sơ khác',
    'The alias belongs to another dossier',
    'Bỏ mã tham chiếu bị trùng hoặc sửa ở hồ sơ đang giữ mã đó.',
    'Leave the alias out, or take it from the dossier that holds it.',
  ),
  'alias-ambiguous': caller(
    409,
    'Mã tham chiếu trỏ tới nhiều hồ sơ',
    'The alias points to more than one dossier',
    'Dùng mã hồ sơ đầy đủ thay cho mã tham chiếu.',
    'Use the full dossier code instead of the alias.',
  ),
  'event-id-reused': caller(
    409,
    'Mã sự kiện đã dùng cho nội dung khác',
    'The event id was used for other content',
    'Cấp mã mới cho sự kiện mới; gửi lại sự kiện cũ với đúng nội dung cũ.',
    'Give a new event a new id; resend an old one with its old content.',
  ),
  'cursor-expired': caller(
    410,
    'Cursor đã quá thời gian lưu',
    'The cursor is older than what is kept',
    'Có thể đã mất thay đổi: đọc lại các hồ sơ cần thiết, rồi tiếp tục từ cursor nêu trong câu trả lời.',
    'Changes may have been missed: read the dossiers that matter again, then go on from the cursor in the answer.',
  ),
  'unverified-field': callerLater(
    409,
    'Hồ sơ còn thông tin chưa xác minh',
    'The dossier holds facts that are not verified yet',
    'Chờ xác minh tự động (xem verification của hồ sơ), hoặc sửa thông tin sai rồi gửi lại.',
    'Wait for the verification, which runs by itself (verification of the dossier), or correct what is wrong, then send it again.',
  ),
} as const;
