/** @module Codes and numbers of the field: parse, validate, explain what is wrong (domain.md, "Identifiers"). */

/** Why a code is refused, in both languages; null when it is right. */
export type Fault = { vi: string; en: string } | null;

const AGENCY_NEW = /^[A-Z]\d{2}(\.\d{1,4}){0,4}$/;
const AGENCY_OLD = /^\d{2,3}(\.\d{2,3}){0,4}\.[A-Z]\d{2}$/;
const AGENCY_MAX = 35;

/** What the rules come to as one pattern each, for the document. What needs a calendar or a check digit is not in it. */
export const AGENCY_FORM = { pattern: `${AGENCY_NEW.source}|${AGENCY_OLD.source}`, maxLength: AGENCY_MAX };
export const DOSSIER_FORM = {
  pattern: String.raw`^[A-Z0-9]+(?:\.[A-Z0-9]+)*-(?:20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[A-Z]{0,2}\d{4,}$`,
  maxLength: 60,
};

/** Agency codes of both schemes: `H15.50` (QĐ 20/2020) and the older `000.00.01.H26`. */
export function agencyFault(code: string): Fault {
  if (code.length > AGENCY_MAX)
    return { vi: `mã cơ quan dài quá ${AGENCY_MAX} ký tự`, en: `agency code longer than ${AGENCY_MAX} characters` };
  if (AGENCY_NEW.test(code) || AGENCY_OLD.test(code)) return null;
  return {
    vi: 'mã cơ quan phải như H15.50 hoặc 000.00.01.H26',
    en: 'agency code must look like H15.50 or 000.00.01.H26',
  };
}

/**
 * The codes above one, as both schemes spell them, nearest first: H15.20 and H15 above H15.20.05; 000.00.20.H15,
 * 000.00.00.H15 and H15 above 000.05.20.H15.
 */
export function agencyAncestors(code: string): string[] {
  const groups = code.split('.');
  if (!AGENCY_OLD.test(code)) return groups.slice(1).map((_, i) => groups.slice(0, groups.length - 1 - i).join('.'));
  const above: string[] = [];
  for (const [i, group] of groups.slice(0, -1).entries()) {
    if (/^0+$/.test(group)) continue;
    groups[i] = '0'.repeat(group.length);
    above.push(groups.join('.'));
  }
  return [...above, groups.at(-1)!];
}

const DOSSIER_PROVINCIAL = /^(?<agency>[A-Z0-9]+(?:\.[A-Z0-9]+)*)-(?<date>\d{6})-(?<sequence>\d{4,})$/;
const DOSSIER_CENTRAL = /^(?<agency>[A-Z0-9]+(?:\.[A-Z0-9]+)*)-(?<date>\d{6}|\d{8})-(?<sequence>[A-Z]{0,2}\d{4,})$/;

/** A code as it is written here: people and other systems also write small letters and spaces, some of which nobody sees. */
export const writtenCode = (text: string): string =>
  /[^A-Z0-9.-]/.test(text) ? text.replace(/[\s\p{Cf}]/gu, '').toUpperCase() : text;

/** `<agency>-<yyMMdd>-<sequence>`; the ministries' central systems write `yyyyMMdd` or letters before the sequence (TT 04/2025/TT-VPCP). */
export function parseDossierCode(code: string): { agency: string; date: string; sequence: string } | null {
  if (code.length > 60) return null;
  const match = DOSSIER_PROVINCIAL.exec(code) ?? DOSSIER_CENTRAL.exec(code);
  if (!match?.groups) return null;
  const { agency, date, sequence } = match.groups as { agency: string; date: string; sequence: string };
  const iso =
    date.length === 6
      ? `20${date.slice(0, 2)}-${date.slice(2, 4)}-${date.slice(4)}`
      : `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  if (!isCalendarDate(iso)) return null;
  return { agency, date: iso, sequence };
}

export const dossierCodeFault = (code: string): Fault =>
  parseDossierCode(code)
    ? null
    : {
        vi: 'mã hồ sơ phải có dạng <mã cơ quan>-<yyMMdd>-<số thứ tự từ 4 chữ số>, ví dụ H15.50-251203-2035',
        en: 'a dossier code is <agency>-<yyMMdd>-<sequence of 4 digits or more>, such as H15.50-251203-2035',
      };

const PROCEDURE = /^(?<national>\d\.\d{6})(?:\.[A-Z0-9]+)*$/;
export const PROCEDURE_FORM = { pattern: String.raw`^\d\.\d{6}(?:\.[A-Z0-9]+)*$`, maxLength: 100 };

/** The national part by which procedure codes are compared: `1.005129` of `1.005129.000.00.00.H22`. */
export const nationalProcedure = (code: string): string | null => PROCEDURE.exec(code)?.groups?.national ?? null;

export const procedureFault = (code: string): Fault =>
  nationalProcedure(code)
    ? null
    : { vi: 'mã TTHC phải bắt đầu như 1.005129', en: 'a procedure code starts like 1.005129' };

/** Twelve digits: province, century and sex, year of birth, six random ones; there is no check digit. */
export function personalIdFault(
  id: string,
  known: { sex?: 'male' | 'female' | null; birthYear?: number | null } = {},
): Fault {
  if (!/^\d{12}$/.test(id))
    return { vi: 'số định danh cá nhân gồm đúng 12 chữ số', en: 'a personal number has exactly 12 digits' };
  const centurySex = Number(id[3]);
  if (centurySex > 5)
    return { vi: 'chữ số thứ tư không chỉ thế kỷ và giới tính nào', en: 'the fourth digit names no century and sex' };
  const year = 1900 + Math.floor(centurySex / 2) * 100 + Number(id.slice(4, 6));
  if (known.birthYear && known.birthYear !== year)
    return {
      vi: `số định danh cho năm sinh ${year}, không phải ${known.birthYear}`,
      en: `the number says birth year ${year}, not ${known.birthYear}`,
    };
  if (known.sex && (known.sex === 'male') !== (centurySex % 2 === 0))
    return { vi: 'số định danh cho giới tính khác', en: 'the number says the other sex' };
  return null;
}

const TAX_WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3] as const;

/** Ten digits with a check digit, a branch `-001…-999`; a household's since 2025-07-01 is the owner's personal number. */
export function enterpriseCodeFault(code: string, household = false): Fault {
  if (household && /^\d{12}$/.test(code)) return personalIdFault(code);
  const match = /^(\d{10})(?:-(\d{3}))?$/.exec(code);
  if (!match)
    return {
      vi: 'mã số thuế gồm 10 chữ số, chi nhánh thêm -001 đến -999',
      en: 'an enterprise code has 10 digits, a branch adds -001 to -999',
    };
  if (match[2] === '000') return { vi: 'số chi nhánh từ 001 đến 999', en: 'a branch number is 001 to 999' };
  const digits = match[1]!;
  const sum = TAX_WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return 10 - (sum % 11) === Number(digits[9])
    ? null
    : { vi: 'mã số thuế sai chữ số kiểm tra', en: 'the check digit of the enterprise code is wrong' };
}

const POSTAL_WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7] as const;

/** S10 of the UPU: two letters, eight digits, a check digit, `VN`. */
export function postalItemFault(code: string): Fault {
  const match = /^[A-Z]{2}(\d{8})(\d)VN$/.exec(code);
  if (!match)
    return { vi: 'mã bưu gửi gồm 2 chữ cái, 9 chữ số và VN', en: 'a postal item number is 2 letters, 9 digits and VN' };
  const sum = POSTAL_WEIGHTS.reduce((total, weight, i) => total + weight * Number(match[1]![i]), 0);
  const rest = 11 - (sum % 11);
  const check = rest === 10 ? 0 : rest === 11 ? 5 : rest;
  return check === Number(match[2])
    ? null
    : { vi: 'mã bưu gửi sai chữ số kiểm tra', en: 'the check digit of the postal item number is wrong' };
}

/** A day that exists: 2026-02-30 does not. */
export function isCalendarDate(iso: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && isLeap ? 29 : DAYS_IN_MONTH[month - 1]!);
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
