/** @module Between the population database's record and a citizen in the gateway's terms: pure, code tables included. */
import { z } from 'zod';
import { isCalendarDate, personal } from '../../src/capabilities/lookup.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import type { Citizen, Name, Place, Relative } from './wire.ts';

const SEX: Readonly<Record<string, 'male' | 'female' | 'unknown'>> = { '0': 'unknown', '1': 'male', '2': 'female' };

const MARITAL: Readonly<Record<string, 'unknown' | 'single' | 'married' | 'divorced' | 'widowed'>> = {
  '0': 'unknown',
  '1': 'single',
  '2': 'married',
  '3': 'divorced',
  '4': 'widowed',
};

/** QuanHe: to the head of the household (assumed). */
const RELATION: Readonly<Record<string, z.output<typeof relation>>> = {
  '0': 'other',
  '1': 'head',
  '2': 'spouse',
  '3': 'child',
  '4': 'parent',
  '5': 'sibling',
  '6': 'grandparent',
  '7': 'grandchild',
};
const relation = z.enum(['head', 'spouse', 'child', 'parent', 'sibling', 'grandparent', 'grandchild', 'other']);

/** The national list of ethnic groups in its order, 01 to 54; 55 stands for foreigners. */
const ETHNICITIES =
  'Kinh, Tày, Thái, Hoa, Khơ-me, Mường, Nùng, HMông, Dao, Gia-rai, Ngái, Ê-đê, Ba-na, Xơ-đăng, Sán Chay, Cơ-ho, Chăm, Sán Dìu, Hrê, Mnông, Ra-glai, Xtiêng, Bru-Vân Kiều, Thổ, Giáy, Cơ-tu, Gié-Triêng, Mạ, Khơ-mú, Co, Ta-ôi, Chơ-ro, Kháng, Xinh-mun, Hà Nhì, Chu-ru, Lào, La Chí, La Ha, Phù Lá, La Hủ, Lự, Lô Lô, Chứt, Mảng, Pà Thẻn, Cơ Lao, Cống, Bố Y, Si La, Pu Péo, Brâu, Ơ Đu, Rơ-măm, Người nước ngoài'.split(
    ', ',
  );
const ETHNICITY = numbered(ETHNICITIES, 1);

/** Religions by the census' codes (recalled). */
const RELIGIONS =
  'Không, Phật giáo, Công giáo, Phật giáo Hòa Hảo, Hồi giáo, Cao Đài, Minh Sư đạo, Minh Lý đạo, Tin lành, Tịnh độ cư sĩ Phật hội, Tứ Ân Hiếu Nghĩa, Bửu Sơn Kỳ Hương, Ba Ha’i, Bà La Môn, Mặc Môn, Hiếu Nghĩa Tà Lơn, Cơ đốc Phục lâm'.split(
    ', ',
  );
const RELIGION = numbered(RELIGIONS, 0);

function numbered(names: readonly string[], from: number): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name, i) => [String(i + from).padStart(2, '0'), name]));
}

const named = z.object({ code: z.string(), name: z.string() });
const address = z.object({
  provinceCode: z.string(),
  districtCode: z.string().nullable(),
  communeCode: z.string(),
  detail: z.string(),
  countryCode: z.string(),
});
const kin = z.object({ name: z.string(), personalId: z.string().nullable(), nationality: z.string().nullable() });

/** Everything that may be read of a citizen; null where nothing is known of it. */
const fields = {
  personalId: personal('identity-number', z.string().nullable()),
  oldNumber: personal('identity-number', z.string().nullable()),
  name: personal('name', z.string().nullable()),
  sex: personal('sex', z.enum(['male', 'female', 'unknown']).nullable()),
  birthDate: personal('birth', z.string().nullable()),
  birthYear: personal('birth', z.int().nullable()),
  ethnicity: personal('origin', named.nullable()),
  religion: personal('origin', named.nullable()),
  maritalStatus: personal('civil-status', z.enum(['unknown', 'single', 'married', 'divorced', 'widowed']).nullable()),
  birthRegistration: personal('birth', address.nullable()),
  homeTown: personal('origin', address.nullable()),
  permanentAddress: personal('address', address.nullable()),
  currentAddress: personal('address', address.nullable()),
  father: personal('family', kin.nullable()),
  mother: personal('family', kin.nullable()),
  spouse: personal('family', kin.nullable()),
  representative: personal('family', kin.nullable()),
  householdHead: personal(
    'family',
    z.object({ name: z.string(), personalId: z.string().nullable(), relation }).nullable(),
  ),
  householdNumber: personal('address', z.string().nullable()),
};

export const citizen = z.object(fields).partial();
export type CitizenRead = z.output<typeof citizen>;
export const CITIZEN_FIELDS = Object.keys(fields) as [keyof CitizenRead, ...(keyof CitizenRead)[]];
export type CitizenField = (typeof CITIZEN_FIELDS)[number];

export const member = z.object({
  personalId: personal('identity-number', z.string()),
  name: personal('name', z.string()),
  sex: personal('sex', z.enum(['male', 'female', 'unknown'])),
  birthDate: personal('birth', z.string().nullable()),
  birthYear: personal('birth', z.int().nullable()),
  relation: personal('family', relation),
});

/** Which member of the record each field is read from, and how. */
const READERS: {
  readonly [F in CitizenField]: { readonly from: keyof Citizen; read(record: Citizen): CitizenRead[F] };
} = {
  personalId: { from: 'SoDinhDanh', read: (record) => orNull(record.SoDinhDanh) },
  oldNumber: { from: 'SoCMND', read: (record) => orNull(record.SoCMND) },
  name: { from: 'HoVaTen', read: (record) => fullName(record.HoVaTen) },
  sex: { from: 'GioiTinh', read: (record) => coded(SEX, record.GioiTinh, 'GioiTinh') },
  birthDate: { from: 'NgayThangNamSinh', read: (record) => birthOf(record).birthDate },
  birthYear: { from: 'NgayThangNamSinh', read: (record) => birthOf(record).birthYear },
  ethnicity: { from: 'DanToc', read: (record) => withName(ETHNICITY, record.DanToc, 'DanToc') },
  religion: { from: 'TonGiao', read: (record) => withName(RELIGION, record.TonGiao, 'TonGiao') },
  maritalStatus: {
    from: 'TinhTrangHonNhan',
    read: (record) => coded(MARITAL, record.TinhTrangHonNhan, 'TinhTrangHonNhan'),
  },
  birthRegistration: { from: 'NoiDangKyKhaiSinh', read: (record) => addressOf(record.NoiDangKyKhaiSinh) },
  homeTown: { from: 'QueQuan', read: (record) => addressOf(record.QueQuan) },
  permanentAddress: { from: 'ThuongTru', read: (record) => addressOf(record.ThuongTru) },
  currentAddress: { from: 'NoiOHienTai', read: (record) => addressOf(record.NoiOHienTai) },
  father: { from: 'Cha', read: (record) => kinOf(record.Cha) },
  mother: { from: 'Me', read: (record) => kinOf(record.Me) },
  spouse: { from: 'VoChong', read: (record) => kinOf(record.VoChong) },
  representative: { from: 'NguoiDaiDien', read: (record) => kinOf(record.NguoiDaiDien) },
  householdHead: { from: 'ChuHo', read: (record) => headOf(record.ChuHo) },
  householdNumber: { from: 'SoSoHoKhau', read: (record) => orNull(record.SoSoHoKhau) },
};

/** Where a member of the first record stands in the answer. */
const RECORD = '$.Envelope.Body.KetQuaTraCuu.CongdanCollection.CongDan[0]';

/** An answer that says what stands in no table of ours is not guessed at. */
class Unmapped extends UpstreamError {
  constructor(member: string, words: string) {
    super('contract', {
      upstream: 'population',
      operation: 'tracuu',
      outcome: 'unknown',
      path: `${RECORD}.${member}`,
      words,
    });
  }
}

/** The fields that were asked for, are granted here and were sent; and those that were asked for and withheld. */
export function readCitizen(
  record: Citizen,
  asked: readonly CitizenField[],
  granted: readonly CitizenField[],
): { citizen: CitizenRead; withheld: CitizenField[] } {
  const given = asked.filter((field) => granted.includes(field) && record[READERS[field].from] !== undefined);
  return {
    citizen: Object.fromEntries(given.map((field) => [field, READERS[field].read(record)])),
    withheld: asked.filter((field) => !given.includes(field)),
  };
}

/** A member of a household. */
export function readMember(record: Citizen): z.output<typeof member> {
  const { SoDinhDanh, HoVaTen, GioiTinh, ChuHo } = record;
  return {
    personalId: present(orNull(SoDinhDanh), 'SoDinhDanh'),
    name: present(fullName(HoVaTen), 'HoVaTen'),
    sex: present(coded(SEX, GioiTinh, 'GioiTinh'), 'GioiTinh'),
    ...birthOf(record),
    relation: present(headOf(ChuHo), 'ChuHo').relation,
  };
}

function present<T>(value: T | null, member: string): T {
  if (value === null) throw new Unmapped(member, 'is missing');
  return value;
}

const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/** Ho, ChuDem and Ten with what is empty left out: two-word names have no middle. */
function fullName(name: Name): string | null {
  const words = name ? [name.Ho, name.ChuDem, name.Ten].filter((word) => word !== '') : [];
  return words.length === 0 ? null : words.join(' ').normalize('NFC');
}

function coded<T>(table: Readonly<Record<string, T>>, code: string | undefined, member: string): T | null {
  if (code === undefined || code === '') return null;
  const value = Object.hasOwn(table, code) ? table[code] : undefined;
  if (value === undefined) throw new Unmapped(member, 'has a code that stands in no table');
  return value;
}

function withName(table: Readonly<Record<string, string>>, code: string | undefined, member: string) {
  const name = coded(table, code, member);
  return name === null ? null : { code: code!, name };
}

/** `yyyyMMdd`; who was born before births were written down has a year only. */
function birthOf({ NgayThangNamSinh: birth }: Citizen): { birthDate: string | null; birthYear: number | null } {
  if (!birth) return { birthDate: null, birthYear: null };
  const { Nam, NgayThangNam } = birth;
  const birthDate = NgayThangNam === '' ? null : NgayThangNam.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  if (birthDate !== null && !isCalendarDate(birthDate))
    throw new Unmapped('NgayThangNamSinh.NgayThangNam', 'is no day as yyyyMMdd');
  const year = Nam === '' ? birthDate?.slice(0, 4) : Nam;
  if (year !== undefined && !/^\d{4}$/.test(year)) throw new Unmapped('NgayThangNamSinh.Nam', 'is no year');
  return { birthDate, birthYear: year === undefined ? null : Number(year) };
}

function addressOf(place: Place): z.output<typeof address> | null {
  if (!place) return null;
  const { MaTinhThanh, MaQuanHuyen, MaPhuongXa, ChiTiet, QuocGia } = place;
  return {
    provinceCode: MaTinhThanh,
    districtCode: orNull(MaQuanHuyen),
    communeCode: MaPhuongXa,
    detail: ChiTiet,
    countryCode: QuocGia,
  };
}

function kinOf(person: Relative): z.output<typeof kin> | null {
  const name = fullName(person?.HoVaTen);
  if (!person || name === null) return null;
  return { name, personalId: orNull(person.SoDinhDanh), nationality: orNull(person.QuocTich) };
}

function headOf(head: Citizen['ChuHo']): NonNullable<CitizenRead['householdHead']> | null {
  const name = fullName(head?.HoVaTen);
  if (!head || name === null) return null;
  return {
    name,
    personalId: orNull(head.SoDinhDanh),
    relation: present(coded(RELATION, head.QuanHe, 'ChuHo.QuanHe'), 'ChuHo.QuanHe'),
  };
}
