/** @module The people that the population database knows, and what it writes of each. */
import { communes, type InventedPerson, people } from '../people.ts';
import type { Member } from './xml.ts';

const PROVINCE = '66';
const COUNTRY = 'VN';
const SEX = { male: '1', female: '2' } as const;
const MARITAL = { single: '1', married: '2', divorced: '3', widowed: '4' } as const;
/** Of the national tables only what the invented people need. */
const ETHNICITY: Readonly<Record<string, string>> = { Kinh: '01', 'Ê Đê': '12' };
const RELIGION: Readonly<Record<string, string>> = {
  Không: '00',
  'Phật giáo': '01',
  'Công giáo': '02',
  'Tin lành': '08',
};
const RELATION = { head: '1', spouse: '2', child: '3' } as const;

/** `Nguyễn Văn An` → Ho, ChuDem, Ten; of two words the one between is empty. */
function nameParts(name: string): readonly Member[] {
  const words = name.split(' ');
  return [
    ['Ho', words[0]!],
    ['ChuDem', words.slice(1, -1).join(' ')],
    ['Ten', words.length > 1 ? words.at(-1)! : ''],
  ];
}

const place = (commune: string, detail: string): readonly Member[] => [
  ['MaTinhThanh', PROVINCE],
  ['MaQuanHuyen', ''],
  ['MaPhuongXa', commune],
  ['ChiTiet', detail],
  ['QuocGia', COUNTRY],
];

/** Another person named in someone's record. */
function relative(name: string, household: readonly InventedPerson[]): readonly Member[] {
  if (name === '') return [];
  const known = household.find((member) => member.name === name);
  return [
    ['HoVaTen', nameParts(name)],
    ['SoDinhDanh', known?.personalId ?? ''],
    ['QuocTich', COUNTRY],
  ];
}

/** Every field of `CongDan` in the order of the wire. */
export const FIELDS = [
  'SoDinhDanh',
  'SoCMND',
  'HoVaTen',
  'GioiTinh',
  'DanToc',
  'TonGiao',
  'TinhTrangHonNhan',
  'NgayThangNamSinh',
  'NoiDangKyKhaiSinh',
  'QueQuan',
  'ThuongTru',
  'NoiOHienTai',
  'Cha',
  'Me',
  'VoChong',
  'NguoiDaiDien',
  'ChuHo',
  'SoSoHoKhau',
] as const;
export type Field = (typeof FIELDS)[number];

/** A person's record with the fields that are granted; a field that is not granted is not there, one without a value is empty. */
export function recordOf(
  person: InventedPerson,
  household: readonly InventedPerson[],
  granted: readonly Field[],
): Member {
  const head = household.find(({ relation }) => relation === 'head');
  const values: Readonly<Record<Field, Member[1]>> = {
    SoDinhDanh: person.personalId,
    SoCMND: person.oldNumber,
    HoVaTen: nameParts(person.name),
    GioiTinh: SEX[person.sex],
    DanToc: ETHNICITY[person.ethnicity]!,
    TonGiao: RELIGION[person.religion]!,
    TinhTrangHonNhan: MARITAL[person.marital],
    NgayThangNamSinh: [
      ['Nam', person.birthDate.slice(0, 4)],
      ['NgayThangNam', person.birthDate.replaceAll('-', '')],
    ],
    NoiDangKyKhaiSinh: place(person.birthCommune, ''),
    QueQuan: place(person.homeCommune, ''),
    ThuongTru: place(person.residenceCommune, person.residenceDetail),
    NoiOHienTai: place(person.residenceCommune, person.residenceDetail),
    Cha: relative(person.father, household),
    Me: relative(person.mother, household),
    VoChong: relative(person.spouse, household),
    NguoiDaiDien: [],
    ChuHo:
      head === undefined
        ? []
        : [
            ['HoVaTen', nameParts(head.name)],
            ['SoDinhDanh', head.personalId],
            ['QuanHe', RELATION[person.relation]],
          ],
    SoSoHoKhau: person.household,
  };
  return ['CongDan', FIELDS.filter((field) => granted.includes(field)).map((field): Member => [field, values[field]])];
}

/** Two spellings of one name: composed or not, with more spaces, in capitals. */
const sameName = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim().toLocaleLowerCase('vi');

/** What a caller must know of a person to be told anything. */
export interface Asked {
  readonly personalId: string;
  readonly oldNumber: string;
  readonly name: string;
  /** yyyyMMdd, or empty. */
  readonly birthDate: string;
  /** yyyy, or empty. */
  readonly birthYear: string;
}

export class Citizens {
  #byId = new Map<string, InventedPerson>();
  #protected = new Set<string>();

  constructor() {
    this.reset();
  }

  get(personalId: string): InventedPerson | undefined {
    return this.#byId.get(personalId);
  }

  isProtected(personalId: string): boolean {
    return this.#protected.has(personalId);
  }

  /** The person whom all that is said fits. */
  find(asked: Asked): InventedPerson | undefined {
    const person = asked.personalId !== '' ? this.#byId.get(asked.personalId) : this.#ofOldNumber(asked.oldNumber);
    if (person === undefined || !sameName(person.name, asked.name)) return undefined;
    if (asked.birthDate !== '' && person.birthDate.replaceAll('-', '') !== asked.birthDate) return undefined;
    if (asked.birthYear !== '' && person.birthDate.slice(0, 4) !== asked.birthYear) return undefined;
    return person;
  }

  household(of: InventedPerson): readonly InventedPerson[] {
    return [...this.#byId.values()].filter(({ household }) => household === of.household);
  }

  put(person: InventedPerson, isProtected: boolean): void {
    this.#byId.set(person.personalId, person);
    if (isProtected) this.#protected.add(person.personalId);
    else this.#protected.delete(person.personalId);
  }

  reset(): void {
    this.#byId = new Map(people.map((person) => [person.personalId, person]));
    this.#protected = new Set();
  }

  #ofOldNumber(number: string): InventedPerson | undefined {
    return number === '' ? undefined : [...this.#byId.values()].find(({ oldNumber }) => oldNumber === number);
  }
}

/** Whether a commune stands in the invented province. */
export const isCommune = (code: string): boolean => communes.has(code);
