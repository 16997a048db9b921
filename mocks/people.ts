/** @module Invented persons and companies: names that are common, numbers that obey the rules and belong to nobody. */
import { between, pick, type Random } from './random.ts';

type Sex = 'male' | 'female';

export interface InventedPerson {
  readonly name: string;
  readonly sex: Sex;
  /** YYYY-MM-DD */
  readonly birthDate: string;
  /** Twelve digits: birthplace 066, century and sex, year of birth, then 99 and a running number that no office gives. */
  readonly personalId: string;
  /** 0900 000 xxx: a block that reaches nobody. */
  readonly phone: string;
  readonly email: string;
  readonly address: string;
}

export interface InventedCompany {
  readonly name: string;
  /** Ten digits with a right check digit, in the unused range 99… */
  readonly enterpriseCode: string;
  readonly phone: string;
  readonly email: string;
  readonly address: string;
  readonly representative: InventedPerson;
}

const FAMILY = [
  'Nguyễn',
  'Trần',
  'Lê',
  'Phạm',
  'Hoàng',
  'Huỳnh',
  'Phan',
  'Vũ',
  'Võ',
  'Đặng',
  'Bùi',
  'Đỗ',
  'Hồ',
  'Ngô',
  'Dương',
  'Y',
  'H’',
];
const MIDDLE: Record<Sex, readonly string[]> = {
  male: ['Văn', 'Hữu', 'Đức', 'Minh', 'Quốc', 'Thanh', 'Xuân', 'Công'],
  female: ['Thị', 'Ngọc', 'Thu', 'Thanh', 'Kim', 'Mỹ', 'Phương', 'Bích'],
};
const GIVEN: Record<Sex, readonly string[]> = {
  male: [
    'An',
    'Bình',
    'Cường',
    'Dũng',
    'Đạt',
    'Hải',
    'Hùng',
    'Khoa',
    'Long',
    'Nam',
    'Phong',
    'Quân',
    'Sơn',
    'Thắng',
    'Tuấn',
  ],
  female: [
    'Ánh',
    'Châu',
    'Dung',
    'Giang',
    'Hà',
    'Hạnh',
    'Hoa',
    'Hương',
    'Lan',
    'Linh',
    'Mai',
    'Nga',
    'Thảo',
    'Trang',
    'Yến',
  ],
};
const STREET = [
  'Lê Duẩn',
  'Nguyễn Tất Thành',
  'Phan Chu Trinh',
  'Hai Bà Trưng',
  'Trần Phú',
  'Lý Thường Kiệt',
  'Y Jút',
  'Hùng Vương',
];
const WARD = [
  'phường Buôn Ma Thuột',
  'phường Tân An',
  'phường Tân Lập',
  'phường Thành Nhất',
  'phường Ea Kao',
  'xã Hòa Phú',
  'xã Ea Kar',
  'xã Krông Pắc',
];
const TRADE = ['Nông sản', 'Cà phê', 'Xây dựng', 'Vận tải', 'Thương mại', 'Cao su', 'Du lịch', 'Cơ khí'];
const BRAND = ['Ban Mê', 'Tây Nguyên', 'Đại Ngàn', 'Sê Rê Pốk', 'Cao Nguyên Xanh', 'Ea Súp', 'Bình Minh', 'Hoàng Gia'];

const ENTERPRISE_WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3] as const;

const digits = (value: number, width: number): string => String(value).padStart(width, '0');
const unaccented = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}|’/gu, '')
    .replace(/[đĐ]/g, 'd')
    .replace(/\s+/g, '.')
    .toLowerCase();
const inventPhone = (random: Random): string => `0900000${digits(between(random, 0, 999), 3)}`;
const inventAddress = (random: Random): string =>
  `${between(random, 1, 399)} ${pick(random, STREET)}, ${pick(random, WARD)}, tỉnh Đắk Lắk`;

/** A person of full age whose number, sex and year of birth agree. */
export function inventPerson(random: Random): InventedPerson {
  const sex: Sex = random() < 0.5 ? 'male' : 'female';
  const name = `${pick(random, FAMILY)} ${pick(random, MIDDLE[sex])} ${pick(random, GIVEN[sex])}`;
  const year = between(random, 1945, 2007);
  const birthDate = `${year}-${digits(between(random, 1, 12), 2)}-${digits(between(random, 1, 28), 2)}`;
  const centuryAndSex = Math.floor((year - 1900) / 100) * 2 + (sex === 'male' ? 0 : 1);
  const personalId = `066${centuryAndSex}${digits(year % 100, 2)}99${digits(between(random, 0, 9999), 4)}`;
  return {
    name,
    sex,
    birthDate,
    personalId,
    phone: inventPhone(random),
    email: `${unaccented(name)}@example.vn`,
    address: inventAddress(random),
  };
}

/** A company with an enterprise code whose check digit is right, and its representative. */
export function inventCompany(random: Random): InventedCompany {
  const brand = pick(random, BRAND);
  return {
    name: `Công ty TNHH ${pick(random, TRADE)} ${brand}`,
    enterpriseCode: inventEnterpriseCode(random),
    phone: inventPhone(random),
    email: `lienhe@${unaccented(brand).replaceAll('.', '')}.example.vn`,
    address: inventAddress(random),
    representative: inventPerson(random),
  };
}

function inventEnterpriseCode(random: Random): string {
  for (;;) {
    const body = `99${digits(between(random, 0, 9_999_999), 7)}`;
    const sum = ENTERPRISE_WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
    // A remainder of 0 would need the check digit 10: such numbers are never given.
    if (sum % 11 !== 0) return `${body}${10 - (sum % 11)}`;
  }
}
