import { describe, expect, it } from 'vitest';
import type { Agency } from '../../src/agencies/agency.ts';
import { faultsOf } from '../../src/agencies/check.ts';
import { Directory } from '../../src/agencies/directory.ts';

/**
 * A province before and after 1 July 2025: the district H26.20 closed; two of its communes became H26.148, one kept its
 * number under the province, and its tax desk went with nobody.
 */
const province: readonly Agency[] = [
  agency('H26', { parentCode: null, level: 'province', formerCodes: old('000.00.00.H26') }),
  agency('H26.12', { level: 'department', formerCodes: old('000.00.01.H26') }),
  agency('H26.20', { level: 'district', effectiveTo: '2025-06-30', formerCodes: old('000.00.20.H26') }),
  agency('H26.20.01', { parentCode: 'H26.20', formerCodes: old('000.01.20.H26') }),
  agency('H26.20.02', { parentCode: 'H26.20' }),
  agency('H26.20.03', { formerParents: [{ code: 'H26.20', effectiveTo: '2025-06-30' }] }),
  agency('H26.20.90', { parentCode: 'H26.20', effectiveTo: '2025-06-30' }),
  agency('H26.148', {
    effectiveFrom: '2025-07-01',
    predecessors: ['H26.20.01', '000.00.20.H26', 'H26.20.02'].map((code) => ({ code, effectiveFrom: '2025-07-01' })),
  }),
];

function agency(code: string, more: Partial<Agency> = {}): Agency {
  return { code, name: `UBND ${code}`, level: 'commune', parentCode: 'H26', ...more };
}
function old(code: string) {
  return [{ code, effectiveTo: '2020-09-30' }];
}

const directory = new Directory(province);
const now = directory.on('2026-03-10');
const before = directory.on('2024-03-10');

describe('a code of either scheme', () => {
  it.each(['H26.148', 'H26.20.01', '000.01.20.H26'])('%s stands for an agency long after it was given up', (code) => {
    expect(now.find(code)).not.toBeNull();
  });

  it('reads one way then and another way now', () => {
    const commune = now.find('000.01.20.H26')!;
    expect([directory.on('2019-01-01').codeOf(commune), now.codeOf(commune)]).toEqual(['000.01.20.H26', 'H26.20.01']);
    expect(now.codesOf(commune)).toEqual([
      { code: '000.01.20.H26', effectiveFrom: null, effectiveTo: '2020-09-30' },
      { code: 'H26.20.01', effectiveFrom: '2020-10-01', effectiveTo: '2025-06-30' },
    ]);
  });

  it('may be taken over by the successor, and then means another agency from that day on', () => {
    const reused = new Directory([
      agency('H26', { parentCode: null }),
      agency('H26.40', { name: 'xã cũ' }),
      agency('H26.40', {
        id: 'new',
        name: 'xã mới',
        effectiveFrom: '2025-07-01',
        predecessors: [{ code: 'H26.40', effectiveFrom: '2025-07-01' }],
      }),
    ]);
    expect(reused.on('2025-06-30').find('H26.40')?.name).toBe('xã cũ');
    expect(reused.on('2025-07-01').find('H26.40')?.name).toBe('xã mới');
    expect(faultsOf(reused.agencies, reused.agencies)).toEqual([]);
  });
});

describe('whose dossiers count for whom', () => {
  it.each([
    ['H26.148', 'H26.20.01'],
    ['H26.148', '000.01.20.H26'],
    ['H26.148', 'H26.20'],
    // The desk of the closed district, which nobody else has taken over.
    ['H26.148', 'H26.20.90'],
    ['000.00.00.H26', 'H26.148'],
    ['H26', '000.01.20.H26'],
    // The district's own officers, should some still hold its rights.
    ['H26.20', 'H26.20.01'],
  ])('for %s those of %s do, after the merger', (own, code) => {
    expect(now.covers([own], [code])).toBe(true);
  });

  it.each([
    // One that went on by itself is not the successor's because the district above it was.
    ['H26.148', 'H26.20.03'],
    ['H26.20.01', 'H26.148'],
    ['H26.148', 'H26.12'],
    ['H26.14', 'H26.148'],
    ['H26.99', 'H26.148'],
  ])('for %s those of %s do not', (own, code) => {
    expect(now.covers([own], [code])).toBe(false);
  });

  it('was otherwise before the merger', () => {
    expect(before.covers(['H26.148'], ['H26.20.01'])).toBe(false);
    expect(before.covers(['H26.20'], ['H26.20.03'])).toBe(true);
    expect(now.covers(['H26.20'], ['H26.20.03'])).toBe(false);
  });

  it('takes an agency that no catalogue knows under the nearest known one', () => {
    expect(now.standsFor('H26.20.77')).toEqual(['H26.20.77', 'H26.20', 'H26']);
    expect(now.covers(['H26.148'], now.standsFor('H26.20.77'))).toBe(true);
    expect(now.covers(['H26.20.03'], now.standsFor('H26.20.77'))).toBe(false);
    expect(now.standsFor('H26.20.01')).toEqual(['H26.20.01']);
  });

  it('names the code under which the work goes on', () => {
    expect(['000.01.20.H26', 'H26.148', 'H26.20.03', 'G09'].map((code) => now.currentCode(code))).toEqual([
      'H26.148',
      'H26.148',
      'H26.20.03',
      'G09',
    ]);
  });

  it('shows what exists on a day below an agency', () => {
    const existing = (on: typeof now, code: string) =>
      on
        .under(code)
        .filter((each) => on.exists(each))
        .map(({ code: own }) => own);
    expect(existing(before, 'H26.20')).toEqual(['H26.20', 'H26.20.01', 'H26.20.02', 'H26.20.03', 'H26.20.90']);
    expect(existing(now, 'H26')).toEqual(['H26', 'H26.12', 'H26.20.03', 'H26.148']);
  });
});

it('a dossier’s code reads with the other codes of its agency', () => {
  expect(now.spellingsOf('H26.20.01-240115-0001')).toEqual(['000.01.20.H26-240115-0001']);
  expect(now.spellingsOf('000.01.20.H26-240115-0001')).toEqual(['H26.20.01-240115-0001']);
  expect(now.spellingsOf('G09.20-20260609-0092637')).toEqual([]);
});

describe('a list of agencies is refused', () => {
  const faults = (...rows: Agency[]) => faultsOf([...province, ...rows], rows).map(({ path }) => path);

  it.each<[string, Partial<Agency>, string]>([
    ['with a parent nobody knows', { parentCode: 'H26.70' }, '$[0].parentCode'],
    [
      'with a former parent nobody knows',
      { formerParents: [{ code: 'H27', effectiveTo: '2025-06-30' }] },
      '$[0].formerParents[0].code',
    ],
    [
      'with a predecessor nobody knows',
      { predecessors: [{ code: 'H26.71', effectiveFrom: '2025-07-01' }] },
      '$[0].predecessors[0].code',
    ],
    ['below itself', { parentCode: 'H26.60' }, '$[0].parentCode'],
    [
      'as its own predecessor',
      { predecessors: [{ code: 'H26.60', effectiveFrom: '2025-07-01' }] },
      '$[0].predecessors',
    ],
    ['that ends before it begins', { effectiveFrom: '2025-07-01', effectiveTo: '2025-06-30' }, '$[0].effectiveTo'],
    [
      'with another’s code',
      { formerCodes: [{ code: 'H26.12', effectiveTo: '2020-01-01' }] },
      '$[0].formerCodes[0].code',
    ],
    [
      'with its predecessor’s code and no day from which on',
      { code: 'H26.20.03', id: 'new', predecessors: [{ code: 'H26.20.03', effectiveFrom: '2026-01-01' }] },
      '$[0].effectiveFrom',
    ],
  ])('%s', (_title, more, path) => {
    expect(faults(agency('H26.60', more))).toEqual([path]);
  });

  it('when two are each other’s successor', () => {
    const merged = (code: string, from: string) =>
      agency(code, { predecessors: [{ code: from, effectiveFrom: '2025-07-01' }] });
    expect(faults(merged('H26.61', 'H26.62'), merged('H26.62', 'H26.61'))).toEqual([
      '$[0].predecessors',
      '$[1].predecessors',
    ]);
  });
});
