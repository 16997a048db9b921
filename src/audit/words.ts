/** @module What is wrong with the audit log, in Vietnamese and English. */
import type { Bilingual } from '../errors.ts';
import type { ChainFault } from './chain.ts';

/** A sentence for where the chain breaks. */
export function faultWords(fault: ChainFault): Bilingual {
  const { kind, id } = fault;
  switch (kind) {
    case 'changed':
      return { vi: `dòng ${id} đã bị sửa.`, en: `entry ${id} was changed.` };
    case 'doubled':
      return { vi: `có hai dòng ${id}.`, en: `there are two entries ${id}.` };
    case 'order':
      return {
        vi: `dòng ${id} không nối tiếp dòng ${id - 1}: một trong hai đã bị đổi chỗ hoặc thay thế.`,
        en: `entry ${id} does not follow entry ${id - 1}: one of them was moved or replaced.`,
      };
    case 'missing':
      return {
        vi: `thiếu các dòng từ ${id} đến ${fault.to}.`,
        en: `missing from entry ${id} to entry ${fault.to}.`,
      };
    case 'cut':
      return {
        vi: `phần cuối, từ dòng ${id} đến dòng ${fault.to}, đã bị cắt.`,
        en: `the end, from entry ${id} to entry ${fault.to}, was cut off.`,
      };
    case 'head':
      return {
        vi: `dòng cuối ${id} không khớp với đầu chuỗi đã ghi (audit_head).`,
        en: `the last entry ${id} does not match the recorded head (audit_head).`,
      };
    case 'rewritten':
      return {
        vi: `dòng ${id} khác với dòng đã ký số: nhật ký đã bị viết lại đến dòng này.`,
        en: `entry ${id} is not the one that was signed: the log was written anew up to it.`,
      };
    case 'unsigned':
      return {
        vi: `dòng ${id} của tệp đầu chuỗi (AUDIT_HEADS_FILE) không phải do cổng này ký.`,
        en: `line ${id} of the heads file (AUDIT_HEADS_FILE) was not signed by this gateway.`,
      };
    case 'closing':
      return {
        vi: `dòng khép ${id} của các tháng đã hết hạn lưu không phải do cổng này ký.`,
        en: `the closing entry ${id} of the months that have ended was not signed by this gateway.`,
      };
  }
}
