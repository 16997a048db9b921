/** @module Applicants and officers that nobody is: common names, and numbers that obey the rules in ranges no office gives. */
import { between, pick, type Random } from './random.ts';

export interface DemoPerson {
  readonly name: string;
  readonly sex: 'male' | 'female';
  /** YYYY-MM-DD */
  readonly birthDate: string;
  /** Twelve digits that agree with sex and year of birth. */
  readonly personalId: string;
  /** In a block that reaches nobody. */
  readonly phone: string;
}

const FAMILY_NAMES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Phan', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương'];
const OTHER_NAMES = {
  male: [
    'Văn Bảo',
    'Đình Khôi',
    'Quang Lâm',
    'Hữu Nghĩa',
    'Trọng Phúc',
    'Anh Quân',
    'Tiến Sơn',
    'Minh Trí',
    'Gia Vinh',
  ],
  female: ['Thị Ánh', 'Mai Chi', 'Thùy Dung', 'Thị Hạnh', 'Bảo Lan', 'Ngọc Mai', 'Thị Oanh', 'Diễm Quỳnh', 'Hải Yến'],
} as const;
const EDE_NAMES = {
  male: ['Y Bhăm Niê', 'Y Djuên Mlô', 'Y Khôi Êban', 'Y Thơm Kbuôr', 'Y Wan Ayŭn'],
  female: ['H’Bình Niê', 'H’Duyên Mlô', 'H’Lan Êban', 'H’Ngân Kbuôr', 'H’Yuôn Ayŭn'],
} as const;
/** Of the population of Đắk Lắk about a sixth is Ê Đê, whose names have a form of their own. */
const EDE_SHARE = 1 / 6;

const BIRTHPLACE = '066';
const UNGIVEN = '98';

/** An invented adult. */
export function inventPerson(random: Random): DemoPerson {
  const sex = random() < 0.5 ? 'male' : 'female';
  const name =
    random() < EDE_SHARE
      ? pick(random, EDE_NAMES[sex])
      : `${pick(random, FAMILY_NAMES)} ${pick(random, OTHER_NAMES[sex])}`;
  const year = between(random, 1955, 2005);
  const century = (year < 2000 ? 0 : 2) + (sex === 'male' ? 0 : 1);
  return {
    name,
    sex,
    birthDate: `${year}-${twoDigits(between(random, 1, 12))}-${twoDigits(between(random, 1, 28))}`,
    personalId: `${BIRTHPLACE}${century}${twoDigits(year % 100)}${UNGIVEN}${digits(between(random, 0, 9999), 4)}`,
    phone: `0900000${digits(between(random, 0, 999), 3)}`,
  };
}

const TRADES = ['Cà phê', 'Hồ tiêu', 'Xây dựng', 'Vận tải', 'Gỗ', 'Nông sản', 'Vật liệu'];
const FIRM_NAMES = ['Đại Ngàn', 'Sông Ba', 'Cao Nguyên Xanh', 'Ban Mai', 'Hồ Lắk', 'Minh Phát'];

/** An invented company with its enterprise code (mã số doanh nghiệp, in the unused range 98…). */
export function inventCompany(random: Random): { name: string; enterpriseCode: string } {
  const name = `Công ty TNHH ${pick(random, TRADES)} ${pick(random, FIRM_NAMES)}`;
  for (;;) {
    const stem = `98${digits(between(random, 0, 9_999_999), 7)}`;
    const check = checkDigit(stem);
    if (check !== null) return { name, enterpriseCode: `${stem}${check}` };
  }
}

const WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/** The tenth digit; null where it would be 10 and the number is never given. */
function checkDigit(stem: string): number | null {
  const sum = WEIGHTS.reduce((total, weight, n) => total + weight * Number(stem[n]), 0);
  const digit = 10 - (sum % 11);
  return digit < 10 ? digit : null;
}

const digits = (value: number, length: number): string => String(value).padStart(length, '0');
const twoDigits = (value: number): string => digits(value, 2);
