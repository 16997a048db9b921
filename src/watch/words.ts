/** @module What alerts, misuse flags and late causes are called, in Vietnamese and English. */
import type { LateCause } from '../deadlines/attribution.ts';
import type { MisuseKind } from '../deadlines/misuse.ts';
import type { Holder } from './holder.ts';
import type { AlertKind, Role } from './rules.ts';

interface Words {
  readonly vi: string;
  readonly en: string;
}

export const ALERT_WORDS: Readonly<Record<AlertKind, Words>> = {
  'awaiting-acceptance': { vi: 'Chờ tiếp nhận quá 2 giờ làm việc', en: 'Awaiting acceptance' },
  'not-accepted': { vi: 'Chưa tiếp nhận trong 8 giờ làm việc', en: 'Not accepted in time' },
  'due-soon': { vi: 'Sắp đến hạn', en: 'Due soon' },
  'due-today': { vi: 'Đến hạn hôm nay', en: 'Due today' },
  overdue: { vi: 'Quá hạn', en: 'Overdue' },
  'apology-owed': { vi: 'Cần văn bản xin lỗi và hẹn lại (mẫu 04)', en: 'Apology and new date owed (form 04)' },
  'extension-repeated': { vi: 'Gia hạn lần thứ hai', en: 'Extended a second time' },
  'paused-too-long': { vi: 'Tạm dừng quá lâu', en: 'Paused too long' },
  'close-suggested': { vi: 'Quá hạn bổ sung: đề nghị xem xét kết thúc', en: 'No supplement: consider closing' },
  forgotten: { vi: 'Tiếp tục xử lý nhưng chưa có bước nào', en: 'No step since it was resumed' },
  'no-answer': { vi: 'Nơi nhận chưa phản hồi', en: 'No answer from where it was handed to' },
  'sync-late': { vi: 'Đồng bộ chậm', en: 'Synchronised late' },
  'other-writer': { vi: 'Nơi khác cũng ghi hồ sơ này', en: 'Somebody else writes this dossier there' },
  'clock-offset': { vi: 'Đồng hồ hệ thống gửi lệch 7 giờ', en: 'The source tells UTC as local time' },
  'subscription-paused': { vi: 'Không gửi được webhook tới bên nhận', en: 'A subscriber cannot be reached' },
  'client-expiring': { vi: 'Ứng dụng sắp hết thời hạn sử dụng', en: 'A client will soon be refused' },
  'certificate-expiring': { vi: 'Chứng thư TLS sắp hết hạn', en: 'A TLS certificate will soon end' },
  'subscription-disabled': { vi: 'Bên nhận webhook không nhận nữa (410)', en: 'A subscriber wants nothing more (410)' },
  'many-persons-read': { vi: 'Một cán bộ đọc dữ liệu của nhiều người', en: 'One officer read many persons' },
  'read-without-dossier': {
    vi: 'Đọc dữ liệu cá nhân không theo hồ sơ nào',
    en: 'Personal data read without a dossier',
  },
  'read-out-of-hours': { vi: 'Đọc dữ liệu cá nhân ngoài giờ làm việc', en: 'Personal data read out of office hours' },
  'catalogue-differs': { vi: 'Danh mục có sai lệch mới', en: 'A catalogue differs anew' },
  'incident-answer-late': { vi: 'Sự cố quá hạn trả lời', en: 'An incident’s answer is overdue' },
};

export const ROLE_WORDS: Readonly<Record<Role, Words>> = {
  officer: { vi: 'Cán bộ xử lý', en: 'Officer' },
  'head-of-unit': { vi: 'Người đứng đầu bộ phận', en: 'Head of unit' },
  'committee-office': { vi: 'Văn phòng Ủy ban nhân dân', en: "Office of the People's Committee" },
};

export const HOLDER_WORDS: Readonly<Record<Holder, Words>> = {
  citizen: { vi: 'Người dân, doanh nghiệp', en: 'Citizen or enterprise' },
  'tax-office': { vi: 'Cơ quan thuế', en: 'Tax office' },
  'other-agency': { vi: 'Cơ quan khác', en: 'Another agency' },
  'own-agency': { vi: 'Cơ quan giải quyết', en: 'The agency itself' },
};

export const FLAG_WORDS: Readonly<Record<MisuseKind, Words>> = {
  'back-dated': { vi: 'Ghi lùi ngày', en: 'Back-dated' },
  'last-day': { vi: 'Tạm dừng vào ngày đến hạn', en: 'Paused on the last day' },
  'after-due': { vi: 'Tạm dừng sau khi quá hạn', en: 'Paused after the due date' },
  undocumented: { vi: 'Không có văn bản kèm theo', en: 'Without a document' },
  'without-legal-basis': { vi: 'Không có căn cứ pháp lý', en: 'Without legal basis' },
  repeated: { vi: 'Tạm dừng lặp lại', en: 'Repeated' },
  'ended-near-due': { vi: 'Kết thúc không có kết quả sát ngày hẹn', en: 'Ended without a result near the due date' },
  'apology-repeated': { vi: 'Xin lỗi, hẹn lại quá một lần', en: 'Apology repeated' },
  'apology-late': { vi: 'Xin lỗi, hẹn lại muộn', en: 'Apology late' },
};

export const CAUSE_WORDS: Readonly<Record<LateCause, Words>> = {
  'sync-lag': { vi: 'Đồng bộ chậm', en: 'Sync lag' },
  'upstream-outage': { vi: 'Hệ thống ngoài gián đoạn', en: 'Upstream outage' },
  'waiting-for-citizen': { vi: 'Chờ người dân', en: 'Waiting for the citizen' },
  'other-agency': { vi: 'Cơ quan khác', en: 'Other agency' },
  officer: { vi: 'Cán bộ xử lý', en: 'Officer' },
};
