/** @module What a citizen is told of a dossier: where it stands and what it waits for, in plain words. */
import type { Bilingual } from '../errors.ts';
import type { PauseWord, ShownStatus } from './status.ts';

export const STATUS_WORDS: Readonly<Record<ShownStatus, Bilingual>> = {
  submitted: { vi: 'Đã nộp, đang chờ tiếp nhận', en: 'Submitted, waiting to be accepted' },
  accepted: { vi: 'Đã tiếp nhận', en: 'Accepted' },
  processing: { vi: 'Đang giải quyết', en: 'Being processed' },
  paused: { vi: 'Đang tạm dừng giải quyết', en: 'Paused' },
  rejected: { vi: 'Không được tiếp nhận', en: 'Not accepted' },
  withdrawn: { vi: 'Đã rút hồ sơ', en: 'Withdrawn' },
  stopped: { vi: 'Đã dừng giải quyết', en: 'Stopped' },
  completed: { vi: 'Đã có kết quả, chờ trả', en: 'The result is ready' },
  returned: { vi: 'Đã trả kết quả', en: 'The result was handed over' },
};

/** What a pause waits for, and what the citizen can do. */
export const PAUSE_WORDS: Readonly<Record<PauseWord, Bilingual>> = {
  supplement: {
    vi: 'Hồ sơ còn thiếu giấy tờ. Xem phiếu yêu cầu bổ sung và nộp thêm tại nơi đã nộp hồ sơ.',
    en: 'Papers are missing. See the request for them, and hand them in where the dossier was submitted.',
  },
  'financial-obligation': {
    vi: 'Chờ xác định hoặc nộp nghĩa vụ tài chính. Khi có thông báo, nộp tiền theo thông báo; nộp xong hồ sơ được giải quyết tiếp.',
    en: 'What is to be paid is being determined, or waits to be paid. Once you are notified, pay; then the dossier goes on.',
  },
  consultation: {
    vi: 'Đang chờ ý kiến của cơ quan khác. Ông/bà không phải làm gì thêm.',
    en: 'Another agency is being consulted. There is nothing for you to do.',
  },
  other: {
    vi: 'Hồ sơ đang chờ một bước ở ngoài cơ quan giải quyết. Liên hệ nơi đã nộp hồ sơ nếu cần biết thêm.',
    en: 'A step outside the agency is being waited for. Ask where the dossier was submitted for more.',
  },
};
