/**
 * @module The invented people and companies of `data/demo/`: numbers that obey the rules and belong to nobody. Every system
 * knows the same ones, so that what one of them says another confirms.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { pick, type Random } from './random.ts';

/** A row of `people.csv`; a text that is empty says that nothing is known. */
const personRow = z.object({
  /** Twelve digits that agree with sex and year of birth, in a range that no office gives. */
  personalId: z.string(),
  /** The nine-digit number of the card before. */
  oldNumber: z.string(),
  name: z.string(),
  sex: z.enum(['male', 'female']),
  birthDate: z.iso.date(),
  ethnicity: z.string(),
  religion: z.string(),
  marital: z.enum(['single', 'married', 'divorced', 'widowed']),
  /** Communes by their codes (QĐ 19/2025). */
  birthCommune: z.string(),
  homeCommune: z.string(),
  residenceCommune: z.string(),
  residenceDetail: z.string(),
  /** 0900 000 xxx: a block that reaches nobody. */
  phone: z.string(),
  household: z.string(),
  relation: z.enum(['head', 'spouse', 'child']),
  /** Names. */
  father: z.string(),
  mother: z.string(),
  spouse: z.string(),
});

/** A row of `enterprises.csv`. */
const companyRow = z.object({
  /** Ten digits with a right check digit, in the unused range 99…; a branch adds `-001`. */
  enterpriseCode: z.string(),
  name: z.string(),
  foreignName: z.string(),
  shortName: z.string(),
  /** MaLoaiHinhDN and its name. */
  type: z.string(),
  typeName: z.string(),
  /** YYYY-MM-DD. */
  registeredOn: z.string(),
  changedOn: z.string(),
  changes: z.string(),
  state: z.string(),
  stateName: z.string(),
  suspendedFrom: z.string(),
  suspendedTo: z.string(),
  suspendedWhy: z.string(),
  /** A personal number. */
  representative: z.string(),
  commune: z.string(),
  address: z.string(),
  phone: z.string(),
  email: z.string(),
  /** `code:name`, the main one first, between bars. */
  activities: z.string(),
});

export interface InventedPerson extends z.output<typeof personRow> {
  /** Where the person lives, as one line. */
  readonly address: string;
}
export type InventedCompany = z.output<typeof companyRow>;

function rowsOf<T>(name: string, row: z.ZodType<T>): readonly T[] {
  const text = readFileSync(new URL(`../data/demo/${name}.csv`, import.meta.url), 'utf8');
  return z.array(row).parse(parse(text, { columns: true }));
}

/** The communes of the invented province, their names by their codes. */
export const communes: ReadonlyMap<string, string> = new Map(
  rowsOf('communes', z.object({ code: z.string(), name: z.string() })).map(({ code, name }) => [code, name]),
);

export const people: readonly InventedPerson[] = rowsOf('people', personRow).map((row) => ({
  ...row,
  address: `${row.residenceDetail}, ${communes.get(row.residenceCommune)}, tỉnh Đắk Lắk`,
}));
export const companies = rowsOf('enterprises', companyRow);

const FULL_AGE_BEFORE = '2008';
const adults = people.filter(({ birthDate }) => birthDate < FULL_AGE_BEFORE);

/** One of the people of full age. */
export const inventPerson = (random: Random): InventedPerson => pick(random, adults);

/** One of the companies. */
export const inventCompany = (random: Random): InventedCompany => pick(random, companies);
