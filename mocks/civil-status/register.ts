/** @module The register that is looked up: what was registered here, and the births and marriages of the invented people. */
import { z } from 'zod';
import { communes, type InventedPerson, people } from '../people.ts';
import { between, seededRandom, seedOf } from '../random.ts';
import type { CivilDossiers } from './dossiers.ts';

/** KS birth, KT death, KH marriage; by personal number, or by the entry's number in its book. */
const question = z.object({
  loaiViec: z.enum(['KS', 'KT', 'KH']),
  soDinhDanh: z
    .string()
    .regex(/^\d{12}$/, 'phải có 12 chữ số')
    .nullish(),
  soDangKy: z.string().nullish(),
  quyenSo: z.string().nullish(),
});
type Kind = z.output<typeof question>['loaiViec'];
type Entry = Readonly<Record<string, unknown>>;

const MODULE_OF = { KS: 'LTKS', KT: 'LTKT', KH: 'LTKH' } as const;
const OFFICE = 'tỉnh Đắk Lắk';

/** The entries that fit the question, or what is wrong with it. */
export function lookUp(
  asked: unknown,
  dossiers: CivilDossiers,
): { readonly entries: readonly Entry[] } | { readonly wrong: string } {
  const parsed = question.safeParse(asked);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { wrong: `${issue?.path.join('.') || 'nội dung'}: ${issue?.message}` };
  }
  const { loaiViec, soDinhDanh, soDangKy, quyenSo } = parsed.data;
  const isByNumber = Boolean(soDangKy && quyenSo);
  if (!soDinhDanh && !isByNumber) return { wrong: 'cần soDinhDanh, hoặc soDangKy và quyenSo' };
  const isMeant = (entry: Entry): boolean =>
    isByNumber ? entry.soDangKy === soDangKy && entry.quyenSo === quyenSo : Object.values(entry).includes(soDinhDanh);
  return { entries: [...registeredHere(loaiViec, dossiers), ...older(loaiViec)].filter(isMeant) };
}

function* registeredHere(kind: Kind, dossiers: CivilDossiers): Generator<Entry> {
  for (const { module, result } of dossiers.registered()) {
    // The paper itself is given with the dossier alone.
    const members = Object.entries(result).filter(([name]) => !name.startsWith('giay'));
    if (module === MODULE_OF[kind])
      yield { loaiViec: kind, noiDangKy: `UBND ${communes.get('24154')}, ${OFFICE}`, ...Object.fromEntries(members) };
  }
}

function* older(kind: Kind): Generator<Entry> {
  for (const person of people) {
    if (kind === 'KS') yield birthOf(person);
    if (kind === 'KH' && person.sex === 'male' && person.spouse !== '') yield marriageOf(person);
  }
}

const printed = (day: string): string => day.split('-').reverse().join('/');

function birthOf(person: InventedPerson): Entry {
  const year = Number(person.birthDate.slice(0, 4));
  return {
    loaiViec: 'KS',
    soDinhDanh: person.personalId,
    nksHoTen: person.name,
    nksNgaySinh: printed(person.birthDate),
    meHoTen: person.mother || null,
    chaHoTen: person.father || null,
    ...bookEntry(`birth ${person.personalId}`, year, person.birthCommune),
  };
}

function marriageOf(person: InventedPerson): Entry {
  const wife = people.find(({ household, name }) => household === person.household && name === person.spouse);
  return {
    loaiViec: 'KH',
    chongHoTen: person.name,
    chongSoGiayTo: person.personalId,
    voHoTen: person.spouse,
    voSoGiayTo: wife?.personalId ?? null,
    ...bookEntry(`marriage ${person.personalId}`, Number(person.birthDate.slice(0, 4)) + 25, person.residenceCommune),
  };
}

function bookEntry(seed: string, year: number, commune: string): Entry {
  const random = seededRandom(seedOf(seed));
  return {
    soDangKy: String(between(random, 1, 400)),
    quyenSo: `01/${year}`,
    ngayDangKy: `28/12/${year}`,
    noiDangKy: `UBND ${communes.get(commune)}, ${OFFICE}`,
  };
}
