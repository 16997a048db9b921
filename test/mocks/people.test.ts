/** @module Invented people obey the rules of real numbers and belong to nobody; every system knows the same ones. */
import { expect, test } from 'vitest';
import { communes, companies, inventCompany, inventPerson, people } from '../../mocks/people.ts';
import { seededRandom } from '../../mocks/random.ts';

test('a personal number agrees with sex and year of birth, and stands once', () => {
  expect(people.length).toBeGreaterThan(100);
  expect(new Set(people.map(({ personalId }) => personalId)).size).toBe(people.length);
  for (const { personalId, sex, birthDate, phone, name } of people) {
    // The one that the documents speak of, and the range 99… that no office gives.
    if (personalId !== '066090000123') expect(personalId).toMatch(/^066[0-3]\d{2}99\d{4}$/);
    const centuryAndSex = Number(personalId[3]);
    const year = 1900 + 100 * Math.floor(centuryAndSex / 2) + Number(personalId.slice(4, 6));
    expect(birthDate).toBe(new Date(birthDate).toISOString().slice(0, 10));
    expect(year).toBe(Number(birthDate.slice(0, 4)));
    expect(centuryAndSex % 2 === 0).toBe(sex === 'male');
    expect(phone).toMatch(/^0900000\d{3}$/);
    expect(name.split(' ').length).toBeGreaterThanOrEqual(2);
  }
});

test('an enterprise code has the right check digit, and its representative is one of the people', () => {
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
  for (const { enterpriseCode, representative } of companies) {
    expect(enterpriseCode).toMatch(/^99\d{8}(-\d{3})?$/);
    const sum = weights.reduce((total, weight, position) => total + weight * Number(enterpriseCode[position]), 0);
    expect(Number(enterpriseCode[9])).toBe(10 - (sum % 11));
    expect(people.some(({ personalId }) => personalId === representative)).toBe(true);
  }
});

test('a household has one head, and everyone lives in a commune that stands in the list', () => {
  for (const members of Map.groupBy(people, ({ household }) => household).values())
    expect(members.filter(({ relation }) => relation === 'head')).toHaveLength(1);
  for (const { birthCommune, homeCommune, residenceCommune } of people)
    for (const code of [birthCommune, homeCommune, residenceCommune]) expect(communes.has(code)).toBe(true);
});

test('the same seed chooses the same people, of full age', () => {
  const some = (seed: number) => {
    const random = seededRandom(seed);
    return [inventPerson(random), inventCompany(random), ...Array.from({ length: 20 }, () => inventPerson(random))];
  };
  expect(some(9)).toEqual(some(9));
  expect(some(9)).not.toEqual(some(10));
  for (const one of some(9)) if ('birthDate' in one) expect(one.birthDate < '2008').toBe(true);
});
