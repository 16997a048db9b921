import { describe, expect, it } from 'vitest';
import {
  agencyAncestors,
  agencyFault,
  dossierCodeFault,
  enterpriseCodeFault,
  isCalendarDate,
  nationalProcedure,
  parseDossierCode,
  personalIdFault,
  postalItemFault,
  procedureFault,
} from '../../src/dossiers/identifiers.ts';

describe('an agency code', () => {
  it.each(['H15', 'H26.148', 'H26.148.05', '000.00.01.H26', 'G09'])('may be %s', (code) => {
    expect(agencyFault(code)).toBeNull();
  });

  it.each(['', 'h15', 'H1', 'H15.', 'H15..50', 'H15.50.1.2.3.4', '0000.H26', 'H15 50', `H15${'.1000'.repeat(7)}`])(
    'may not be %j',
    (code) => {
      expect(agencyFault(code)).toMatchObject({ vi: expect.any(String), en: expect.any(String) });
    },
  );

  it.each([
    ['H15', []],
    ['H15.20.05', ['H15.20', 'H15']],
    ['000.00.00.H15', ['H15']],
    ['000.05.20.H15', ['000.00.20.H15', '000.00.00.H15', 'H15']],
  ])('%s lies below %j', (code, above) => {
    expect(agencyAncestors(code)).toEqual(above);
  });
});

describe('a dossier code', () => {
  it.each([
    ['H15.50-251203-2035', 'H15.50', '2025-12-03', '2035'],
    ['000.00.01.H29-240115-0001', '000.00.01.H29', '2024-01-15', '0001'],
    ['G09.20-20260609-0092637', 'G09.20', '2026-06-09', '0092637'],
    ['H26.1.5-260310-AB0001', 'H26.1.5', '2026-03-10', 'AB0001'],
    ['H15-240229-12345', 'H15', '2024-02-29', '12345'],
  ])('%s tells agency, date and sequence', (code, agency, date, sequence) => {
    expect(parseDossierCode(code)).toEqual({ agency, date, sequence });
  });

  it.each([
    '',
    'H15.50-260310-001',
    'H15.50-260230-0001',
    'H15.50-261310-0001',
    'H15.50260310-0001',
    'h15.50-260310-0001',
    `H15-260310-${'1'.repeat(60)}`,
  ])('may not be %j', (code) => {
    expect(dossierCodeFault(code)).toMatchObject({ en: expect.stringContaining('dossier code') });
  });
});

describe('a procedure code', () => {
  it.each([
    ['1.005129', '1.005129'],
    ['2.001744.H42', '2.001744'],
    ['3.000181.000.00.00.H22', '3.000181'],
  ])('%s is compared by its national part', (code, national) => {
    expect(nationalProcedure(code)).toBe(national);
    expect(procedureFault(code)).toBeNull();
  });

  it.each(['', '1005129', '1.00512', '12.005129', '1.005129.'])('may not be %j', (code) => {
    expect(procedureFault(code)).not.toBeNull();
  });
});

describe('a personal number', () => {
  it.each([
    ['066090000123', { sex: 'male', birthYear: 1990 }],
    ['066190000123', { sex: 'female', birthYear: 1990 }],
    ['066305000123', { sex: 'female', birthYear: 2005 }],
    ['066090000123', {}],
  ] as const)('%s agrees with %j', (id, known) => {
    expect(personalIdFault(id, known)).toBeNull();
  });

  it.each([
    ['06609000012', {}, /12 digits/],
    ['066690000123', {}, /fourth digit/],
    ['066090000123', { birthYear: 1991 }, /1990, not 1991/],
    ['066090000123', { sex: 'female' }, /other sex/],
  ] as const)('%s with %j is explained', (id, known, why) => {
    expect(personalIdFault(id, known)?.en).toMatch(why);
  });
});

describe('an enterprise code', () => {
  it.each(['0100109106', '0100109106-001', '0101248141'])('%s is right', (code) => {
    expect(enterpriseCodeFault(code)).toBeNull();
  });

  it.each([
    ['0100109107', /check digit/],
    ['0100109106-000', /branch/],
    ['010010910', /10 digits/],
  ])('%s is explained', (code, why) => {
    expect(enterpriseCodeFault(code)?.en).toMatch(why);
  });

  it('of a household is its owner’s personal number', () => {
    expect(enterpriseCodeFault('066090000123', true)).toBeNull();
    expect(enterpriseCodeFault('066090000123')).not.toBeNull();
  });
});

describe('a postal item number', () => {
  it('has the check digit of S10', () => {
    expect(postalItemFault('RR473124829VN')).toBeNull();
    expect(postalItemFault('RR473124828VN')?.en).toMatch(/check digit/);
    expect(postalItemFault('RR47312482VN')?.en).toMatch(/2 letters/);
  });
});

it('a date must be a day of the calendar', () => {
  expect(isCalendarDate('2024-02-29')).toBe(true);
  expect(['2026-02-29', '2026-13-01', '2026-1-1', '2026-00-10', ''].map(isCalendarDate)).toEqual(Array(5).fill(false));
});
