import { describe, expect, it } from 'vitest';
import type { ListedProcedure } from '../../../src/capabilities/catalogue.ts';
import { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { compareSide, type SideList } from '../../../src/catalogue/sides/compare.ts';
import { FACTS } from '../../../src/catalogue/sides/kinds.ts';
import { catalogue } from '../../support/catalogue.ts';

const NOW = Date.parse('2026-03-10T09:00:00+07:00');
const ASKED = { way: 'asked', asOf: NOW, listId: null } as const;

type Version = (typeof catalogue.data.procedures)[number];
const [first, second, third] = catalogue.data.procedures as [Version, Version, Version];
const of = (...procedures: Version[]): Catalogue => new Catalogue({ ...catalogue.data, procedures });
const fee = (procedureCode: string, code: string, amount: number) => ({
  procedureCode,
  code,
  name: { vi: code, en: code },
  kind: 'fee' as const,
  amount,
  unit: null,
  legalBasis: 'Nghị quyết',
  effectiveFrom: '2025-07-01',
  effectiveTo: null,
});
const fees = (...list: ReturnType<typeof fee>[]) => ({
  fees: list,
  groups: [],
  reductions: [],
  combine: 'best' as const,
});

/** What a side lists of a procedure of ours: all of it the same, unless told. */
const there = ({ code, name, sector, limit }: Version, changes: Partial<ListedProcedure> = {}): ListedProcedure => ({
  code: `${code}.000.00.00.H15`,
  name,
  sector,
  limit,
  fees: null,
  unread: [],
  ...changes,
});
const list = (procedures: SideList['procedures'], changes: Partial<SideList> = {}): SideList => ({
  toldBy: ASKED,
  covers: 'all',
  procedures,
  agencies: null,
  ...changes,
});
const found = (ours: Catalogue, lists: readonly SideList[], charged: ReturnType<typeof fees> | null = null) =>
  compareSide({ catalogue: ours, fees: charged, now: NOW }, 'national-portal', lists).differences.map(
    ({ kind, code, ours: mine, theirs }) => [kind, code, mine, theirs],
  );

describe('procedures', () => {
  it('are compared by the national part of the code, with their names, sectors and limits', () => {
    const ours = of(first, second, third, { ...first, code: '9.111111', source: 'national-portal' });
    const theirs = [
      there(first),
      there(second, {
        name: 'Tên khác',
        sector: { code: 'G15-KHAC', name: 'Khác' },
        limit: { amount: 12, unit: 'day' },
      }),
      there(first, { code: '9.222222', name: 'Thủ tục chỉ có trên Cổng' }),
    ];
    expect(found(ours, [list(theirs)])).toEqual([
      ['name-differs', second.code, second.name, 'Tên khác'],
      ['sector-differs', second.code, second.sector.code, 'G15-KHAC'],
      ['limit-differs', second.code, '10 ngày làm việc', '12 ngày'],
      ['only-here', third.code, third.name, null],
      ['only-there', '9.222222', null, 'Thủ tục chỉ có trên Cổng'],
    ]);
  });

  it('that ended here and still stand there are told apart from those nobody knows here', () => {
    const ours = of(first, { ...second, effectiveTo: '2026-02-28' });
    expect(found(ours, [list([there(first), there(second)])])).toEqual([
      ['ended-here', second.code, 'hết hiệu lực ngày 28/02/2026', second.name],
    ]);
  });

  it('a limit in other units of the same length, and the province’s cut of it, are no difference', () => {
    const cut = { limit: { amount: 7.5, unit: 'working-day' }, decision: 'QĐ 12' } as const;
    const ours = of({ ...first, cut });
    for (const limit of [first.limit!, { amount: 120, unit: 'working-hour' }, cut.limit] as const)
      expect(found(ours, [list([there(first, { limit })])])).toEqual([]);
    expect(found(ours, [list([there(first, { limit: { amount: 15, unit: 'day' } })])])).toEqual([
      ['limit-differs', first.code, '15 ngày làm việc', '15 ngày'],
    ]);
  });

  it('fees are compared by code where each has one, else by what they come to', () => {
    const charged = fees(fee(first.code, 'LP01', 50_000), fee(first.code, 'PH01', 200_000));
    const told = (...amounts: [string | null, number][]) => [
      list([there(first, { fees: amounts.map(([code, amount]) => ({ code, amount })) })]),
    ];
    expect(found(of(first), told([null, 250_000]), charged)).toEqual([]);
    expect(found(of(first), told(['PH01', 200_000], ['LP01', 50_000]), charged)).toEqual([]);
    expect(found(of(first), told(['PH01', 250_000]), charged)).toEqual([
      ['fees-differ', first.code, 'LP01: 50.000 đồng; PH01: 200.000 đồng', 'PH01: 250.000 đồng'],
    ]);
    expect(found(of(first), told([null, 50_000]), charged)).toEqual([
      ['fees-differ', first.code, 'LP01: 50.000 đồng; PH01: 200.000 đồng', '50.000 đồng'],
    ]);
    expect(found(of(first), told([null, 50_000]))).toEqual([]);
    expect(found(of(first), told([null, 0]), fees())).toEqual([]);
    expect(found(of(first), told([null, 10_000]), fees())).toEqual([['fees-differ', first.code, null, '10.000 đồng']]);
  });

  it('a list that holds only what its side resolves, or no more than it has, misses nothing else', () => {
    const ours = of({ ...first, systems: ['national-portal'] }, { ...second, systems: null }, third);
    expect(found(ours, [list([there(third)], { covers: 'own' })])).toEqual([
      ['only-here', first.code, first.name, null],
    ]);
    expect(found(ours, [list([there(third)], { covers: 'listed' })])).toEqual([]);
  });
});

describe('what is told', () => {
  const bare = (version: Version) => there(version, { name: null, sector: null, limit: null });

  it('each fact comes from the first list that tells it; what none tells is named', () => {
    const uploaded = { way: 'list', asOf: NOW - 1, listId: 7 } as const;
    const compared = compareSide({ catalogue: of(first), fees: null, now: NOW }, 'land-registry', [
      list([bare(first)]),
      list([there(first, { limit: { amount: 20, unit: 'working-day' } }), there(second)], { toldBy: uploaded }),
    ]);
    expect(Object.fromEntries(compared.told)).toEqual({
      procedures: ASKED,
      names: uploaded,
      sectors: uploaded,
      limits: uploaded,
    });
    expect(compared.notTold).toEqual(['fees', 'agencies']);
    expect(compared.differences).toEqual([expect.objectContaining({ kind: 'limit-differs', toldBy: uploaded })]);
  });

  it('an empty list tells nothing: that everything is gone there is not believed', () => {
    const compared = compareSide({ catalogue, fees: null, now: NOW }, 'national-portal', [list([], { agencies: [] })]);
    expect(compared.differences).toEqual([]);
    expect(compared.notTold).toEqual(FACTS);
  });
});

describe('agencies', () => {
  const agencies = (rows: SideList['agencies']) => [list(null, { agencies: rows })];
  const all = catalogue.agencies.agencies
    .filter((agency) => catalogue.agencies.asOf(NOW).exists(agency))
    .map(({ code, name, parentCode }) => ({ code, name, parentCode }));

  it('the same list is no difference, and other provinces’ are nothing of ours', () => {
    const other = { code: 'H26.148', name: 'Nơi khác', parentCode: 'H26' };
    expect(found(catalogue, agencies([...all, other]))).toEqual([]);
  });

  it('are known by former codes; what is missing, new, renamed or moved is named', () => {
    const rows = all
      .filter(({ code }) => code !== 'H15.51')
      .map((row) =>
        row.code === 'H15.12'
          ? { ...row, code: '000.00.12.H15' }
          : row.code === 'H15.50'
            ? { ...row, name: 'UBND phường khác', parentCode: 'H15.12' }
            : row,
      );
    const [missing] = all.filter(({ code }) => code === 'H15.51');
    const [renamed] = all.filter(({ code }) => code === 'H15.50');
    const told = [
      ...rows,
      { code: 'H15.99', name: 'Nơi mới', parentCode: 'H15' },
      { code: 'H15.30', name: 'UBND thị xã Buôn Hồ', parentCode: 'H15' },
    ];
    expect(found(catalogue, agencies(told))).toEqual([
      ['code-differs', 'H15.12', 'H15.12', '000.00.12.H15'],
      [
        'ended-here',
        'H15.30',
        expect.stringMatching(/^UBND thị xã Buôn Hồ: đến hết 30\/06\/2025/),
        'UBND thị xã Buôn Hồ',
      ],
      ['name-differs', 'H15.50', renamed!.name, 'UBND phường khác'],
      ['parent-differs', 'H15.50', 'H15', 'H15.12'],
      ['only-here', 'H15.51', missing!.name, null],
      ['only-there', 'H15.99', null, 'Nơi mới'],
    ]);
  });
});
