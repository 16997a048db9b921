/** @module The words of an explanation, in Vietnamese and English (glossary of the domain). */

import type { Basis, DeadlineInput, Limit, OursDifference, PortalDifference } from './types.ts';

export interface Words {
  vi: string;
  en: string;
}

const WEEKDAYS: readonly Words[] = [
  { vi: 'Chủ nhật', en: 'Sunday' },
  { vi: 'thứ Hai', en: 'Monday' },
  { vi: 'thứ Ba', en: 'Tuesday' },
  { vi: 'thứ Tư', en: 'Wednesday' },
  { vi: 'thứ Năm', en: 'Thursday' },
  { vi: 'thứ Sáu', en: 'Friday' },
  { vi: 'thứ Bảy', en: 'Saturday' },
];

const UNITS: Record<Limit['unit'], Words> = {
  'working-day': { vi: 'ngày làm việc', en: 'working days' },
  day: { vi: 'ngày', en: 'calendar days' },
  'working-hour': { vi: 'giờ làm việc', en: 'working hours' },
  hour: { vi: 'giờ', en: 'hours' },
  month: { vi: 'tháng', en: 'months' },
};

const REASONS: Readonly<Record<string, Words>> = {
  supplement: { vi: 'yêu cầu bổ sung, hoàn thiện hồ sơ', en: 'supplement' },
  'supplement-intake': { vi: 'yêu cầu bổ sung khi tiếp nhận', en: 'supplement at intake' },
  'supplement-appraisal': { vi: 'yêu cầu bổ sung khi thẩm định', en: 'supplement at appraisal' },
  'financial-obligation': { vi: 'thực hiện nghĩa vụ tài chính', en: 'financial obligation' },
  'tax-determination': { vi: 'chờ cơ quan thuế xác định nghĩa vụ tài chính', en: 'awaiting tax' },
  'citizen-payment': { vi: 'chờ thực hiện nghĩa vụ tài chính', en: 'awaiting payment' },
  consultation: { vi: 'lấy ý kiến', en: 'consultation' },
  'linked-agency': { vi: 'chờ cơ quan liên thông', en: 'linked agency' },
  'field-inspection': { vi: 'kiểm tra thực địa', en: 'on-site check' },
  'expert-examination': { vi: 'giám định', en: 'expert examination' },
  'public-posting': { vi: 'niêm yết công khai', en: 'public posting' },
  'violation-handling': { vi: 'xử lý vi phạm', en: 'handling of a violation' },
  'inheritance-division': { vi: 'phân chia thừa kế', en: 'division of an inheritance' },
  extension: { vi: 'gia hạn', en: 'extension' },
  'force-majeure': { vi: 'bất khả kháng', en: 'force majeure' },
  other: { vi: 'lý do khác', en: 'other' },
};

const BASES: Record<Basis, Words> = {
  computed: { vi: 'tính theo quy định', en: 'computed' },
  slip: { vi: 'theo giấy tiếp nhận và hẹn trả', en: 'by the slip' },
  ministry: { vi: 'văn bản của bộ, ngành', en: 'the ministry' },
  'form-04': { vi: 'văn bản xin lỗi và gia hạn (mẫu 04)', en: 'form 04' },
};

const DECIDED: Record<NonNullable<DeadlineInput['decided']>['by'], Words> = {
  dossier: { vi: 'thời hạn riêng của hồ sơ', en: "the dossier's own limit" },
  'fast-track': { vi: 'luồng xanh', en: 'fast track' },
  province: { vi: 'tỉnh cắt giảm', en: 'cut by the province' },
};

const DIFFERENCES: Record<OursDifference | PortalDifference, Words> = {
  'slip-later': { vi: 'giấy hẹn muộn hơn', en: 'the slip is later' },
  'slip-earlier': { vi: 'giấy hẹn sớm hơn', en: 'the slip is earlier' },
  'documented-later': { vi: 'văn bản hẹn muộn hơn', en: 'the documented date is later' },
  'documented-earlier': { vi: 'văn bản hẹn sớm hơn', en: 'the documented date is earlier' },
  'supplement-repeated': {
    vi: 'yêu cầu bổ sung hơn một lần: Cổng coi là quá hạn',
    en: 'more than one supplement: the portal calls it overdue',
  },
  'supplement-restarts': {
    vi: 'Cổng trừ thời gian bổ sung, luật tính lại từ đầu',
    en: 'the portal subtracts the supplement, the law counts anew',
  },
  'supplement-without-effect': {
    vi: 'Cổng trừ thời gian bổ sung, thủ tục này thì không',
    en: 'the portal subtracts the supplement, this procedure does not',
  },
  'documented-date': { vi: 'có văn bản hẹn ngày mới', en: 'a new date was documented' },
  'pause-not-subtracted': { vi: 'Cổng không trừ lần tạm dừng này', en: 'the portal does not subtract this pause' },
  'rounded-to-close': {
    vi: 'ngày hẹn làm tròn đến hết giờ làm việc',
    en: 'the date is rounded to the close of offices',
  },
};

/** A day of the week, 0 Sunday to 6 Saturday. */
export function weekdayWords(weekday: number): Words {
  return WEEKDAYS[weekday]!;
}

/** A limit with its amount; Vietnamese writes the decimal with a comma. */
export function unitWords({ amount, unit }: Limit): Words {
  const words = UNITS[unit];
  return { vi: `${String(amount).replace('.', ',')} ${words.vi}`, en: `${amount} ${words.en}` };
}

/** A pause reason; one that stands in no list is shown by its code. */
export function reasonWords(reason: string): Words {
  return REASONS[reason] ?? { vi: reason, en: reason };
}

/** Why another limit than the procedure's own stands, with the decision's number; nothing where it is its own. */
export function decidedWords(decided: NonNullable<DeadlineInput['decided']> | null): Words {
  if (decided === null) return { vi: '', en: '' };
  const by = DECIDED[decided.by];
  const { decision } = decided;
  if (decision === null) return { vi: ` (${by.vi})`, en: ` (${by.en})` };
  return { vi: ` (${by.vi}, ${decision})`, en: ` (${by.en}, ${decision})` };
}

export function basisWords(basis: Basis): Words {
  return BASES[basis];
}

export function differenceWords(name: OursDifference | PortalDifference): Words {
  return DIFFERENCES[name];
}
