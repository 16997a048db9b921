/** @module The demo's applicants and officers: the invented people of `data/demo/`, whom the simulated registries know too. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { pick, type Random } from './random.ts';

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

export interface DemoCompany {
  readonly name: string;
  /** Mã số doanh nghiệp, in the unused range 99…. */
  readonly enterpriseCode: string;
}

const rowsOf = <Row>(name: string): Row[] =>
  parse<Row>(readFileSync(new URL(`../../data/demo/${name}.csv`, import.meta.url), 'utf8'), { columns: true });

const FULL_AGE_BEFORE = '2008';
const adults = rowsOf<DemoPerson>('people').filter(({ birthDate }) => birthDate < FULL_AGE_BEFORE);
const companies = rowsOf<DemoCompany>('enterprises');

/** An invented adult. */
export function inventPerson(random: Random): DemoPerson {
  const { name, sex, birthDate, personalId, phone } = pick(random, adults);
  return { name, sex, birthDate, personalId, phone };
}

/** An invented company. */
export const inventCompany = (random: Random): DemoCompany => pick(random, companies);
