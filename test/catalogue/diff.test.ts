import { expect, it } from 'vitest';
import { catalogueDifferences } from '../../src/catalogue/diff.ts';
import { catalogue } from '../support/catalogue.ts';

const [first, second, third] = catalogue.data.procedures as [
  (typeof catalogue.data.procedures)[number],
  (typeof catalogue.data.procedures)[number],
  (typeof catalogue.data.procedures)[number],
];
const there = ({ code, name, sector }: typeof first) => ({ code: `${code}.000.00.00.H15`, name, sector });

it('procedures that one side lacks, and names and sectors that differ, by the national part of the code', () => {
  const ours = [first, second, third, { ...first, code: '9.111111', source: 'national-portal' as const }];
  const theirs = [
    there(first),
    { ...there(second), name: 'Tên khác', sector: { code: 'G15-KHAC', name: 'Khác' } },
    { code: '9.222222', name: 'Thủ tục chỉ có trên Cổng', sector: { code: '', name: '' } },
  ];
  expect(catalogueDifferences(ours, theirs)).toEqual(
    [
      { kind: 'name-differs', code: second.code, ours: second.name, theirs: 'Tên khác' },
      { kind: 'sector-differs', code: second.code, ours: second.sector.code, theirs: 'G15-KHAC' },
      { kind: 'only-here', code: third.code, ours: third.name, theirs: null },
      { kind: 'only-there', code: '9.222222', ours: null, theirs: 'Thủ tục chỉ có trên Cổng' },
    ].sort((a, b) => (a.code < b.code ? -1 : 1)),
  );
});
