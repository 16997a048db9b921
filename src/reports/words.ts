/** @module The names of the report's figures, as the provinces print them. */
import type { Bilingual } from '../errors.ts';
import type { Count } from './decree-45.ts';

const words = (vi: string, en: string): Bilingual => ({ vi, en });

export const COUNT_WORDS: Readonly<Record<Count | 'onlinePercent' | 'digitisedPercent' | 'onTimePercent', Bilingual>> =
  {
    openBefore: words('Tồn từ kỳ trước', 'Open from before'),
    received: words('Tiếp nhận trong kỳ', 'Received in the period'),
    receivedOnline: words('Tiếp nhận trực tuyến', 'Received online'),
    receivedInPersonOrPost: words('Tiếp nhận trực tiếp, qua bưu chính', 'Received at the counter or by post'),
    receivedDigitised: words('Hồ sơ đã số hóa thành phần', 'Received with every paper digitised'),
    resolved: words('Đã giải quyết trong kỳ', 'Resolved in the period'),
    resolvedOfPeriod: words('Đã giải quyết, tiếp nhận trong kỳ', 'Resolved, received in the period'),
    resolvedOfEarlierPeriod: words('Đã giải quyết, tồn từ kỳ trước', 'Resolved, open from before'),
    resolvedOnTime: words('Giải quyết đúng hạn, trước hạn', 'Resolved on time'),
    resolvedLate: words('Giải quyết quá hạn', 'Resolved late'),
    inProgress: words('Đang giải quyết, tiếp nhận trong kỳ', 'In progress, received in the period'),
    inProgressOnTime: words('Đang giải quyết, trong hạn', 'In progress, within time'),
    inProgressLate: words('Đang giải quyết, quá hạn', 'In progress, overdue'),
    inProgressOfEarlierPeriod: words('Đang giải quyết, tồn từ kỳ trước', 'In progress, open from before'),
    onlinePercent: words('Tỷ lệ tiếp nhận trực tuyến (%)', 'Received online, per cent'),
    digitisedPercent: words('Tỷ lệ số hóa hồ sơ (%)', 'Digitised, per cent'),
    onTimePercent: words('Tỷ lệ giải quyết đúng hạn (%)', 'Resolved on time, per cent'),
  };
