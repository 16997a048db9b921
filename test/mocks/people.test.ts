/** @module Invented people obey the rules of real numbers and belong to nobody. */
import { expect, test } from 'vitest';
import { inventCompany, inventPerson } from '../../mocks/people.ts';
import { seededRandom } from '../../mocks/random.ts';

test('a personal number agrees with sex and year of birth', () => {
  const random = seededRandom(1);
  for (let i = 0; i < 500; i++) {
    const { personalId, sex, birthDate, phone, name } = inventPerson(random);
    expect(personalId).toMatch(/^066[0-3]\d{2}99\d{4}$/);
    const centuryAndSex = Number(personalId[3]);
    const year = 1900 + 100 * Math.floor(centuryAndSex / 2) + Number(personalId.slice(4, 6));
    expect(birthDate).toBe(new Date(birthDate).toISOString().slice(0, 10));
    expect(year).toBe(Number(birthDate.slice(0, 4)));
    expect(centuryAndSex % 2 === 0).toBe(sex === 'male');
    expect(phone).toMatch(/^0900000\d{3}$/);
    expect(name.split(' ').length).toBeGreaterThanOrEqual(3);
  }
});

test('an enterprise code has the right check digit', () => {
  const random = seededRandom(2);
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
  for (let i = 0; i < 500; i++) {
    const { enterpriseCode } = inventCompany(random);
    expect(enterpriseCode).toMatch(/^99\d{8}$/);
    const sum = weights.reduce((total, weight, position) => total + weight * Number(enterpriseCode[position]), 0);
    expect(Number(enterpriseCode[9])).toBe(10 - (sum % 11));
  }
});

test('the same seed invents the same people', () => {
  const three = (seed: number) => {
    const random = seededRandom(seed);
    return [inventPerson(random), inventCompany(random), inventPerson(random)];
  };
  expect(three(9)).toEqual(three(9));
  expect(three(9)).not.toEqual(three(10));
});
