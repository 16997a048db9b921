/** @module A reconciliation report as tables: its figures, its breakdown, and every difference of it, row after row as they are read. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Cell, CSV_MARK, csvLine } from '../papers/csv.ts';
import type { Sheet, Table } from '../papers/xlsx.ts';
import { KINDS } from '../reconciliation/kinds.ts';
import { OWNER_WORDS, SEVERITY_WORDS, STATE_WORDS, sideWords } from '../reconciliation/words.ts';
import { DAY } from '../units.ts';
import type { ReportedDifference } from './difference-rows-store.ts';
import { AGES, type Breakdown } from './reconciliation.ts';
import type { ReconciliationReport } from './reconciliation-report.ts';

export const BREAKDOWN_WORDS: Readonly<Record<Breakdown, string>> = {
  receiving: 'Cơ quan tiếp nhận',
  resolving: 'Cơ quan giải quyết',
  procedure: 'Thủ tục hành chính',
};

interface Column {
  readonly name: string;
  readonly width: number;
  readonly of: (sums: ReconciliationReport['total']) => number;
}

const COLUMNS: readonly Column[] = [
  { name: 'Tồn đầu kỳ', width: 10, of: ({ openBefore }) => openBefore },
  { name: 'Phát hiện', width: 10, of: ({ found }) => found },
  { name: 'Đã khắc phục', width: 12, of: ({ repaired }) => repaired },
  { name: 'Đã đóng', width: 10, of: ({ closed }) => closed },
  { name: 'Còn tồn', width: 10, of: ({ open }) => open },
  { name: 'Cần chứng minh', width: 12, of: ({ evidence }) => evidence },
  { name: 'Tạm dừng', width: 10, of: ({ pauses }) => pauses },
  { name: 'Đã lên Cổng', width: 10, of: ({ pausesCarried }) => pausesCarried },
  { name: 'Trễ thành đúng hạn', width: 14, of: ({ lateToOnTime }) => lateToOnTime },
  { name: 'Đúng hạn thành trễ', width: 14, of: ({ onTimeToLate }) => onTimeToLate },
  { name: 'Chưa sửa được kết luận', width: 14, of: ({ notPutRight }) => notPutRight },
  { name: 'Trễ do công thức của Cổng', width: 14, of: ({ lateByFormula }) => lateByFormula },
];

/** What was compared of a group, where that is told. */
const COMPARED: readonly {
  readonly name: string;
  readonly of: (sums: ReconciliationReport['groups'][number]) => Cell;
}[] = [
  { name: 'Đã đối chiếu', of: ({ compared }) => compared },
  { name: 'Khớp', of: ({ inStep }) => inStep },
  { name: 'Đang đồng bộ', of: ({ moving }) => moving },
];

const ageWords = (days: number | null): string => (days === null ? `Trên ${AGES.at(-2)} ngày` : `Đến ${days} ngày`);

/** The figures as they stand in no breakdown: what was asked for, and what it came to. */
export const factsOf = (report: ReconciliationReport): readonly (readonly [string, Cell])[] => [
  ['Từ ngày', report.from],
  ['Đến ngày', report.to],
  ['Số lần đối soát', report.runs],
  ['Hồ sơ đã đối chiếu', report.compared],
  ['Khớp', report.inStep],
  ['Đang đồng bộ', report.moving],
  ['Không kiểm tra được', report.unchecked],
  ['Chưa gửi mà không ai biết (phải bằng 0)', report.silent],
  ...COLUMNS.map(({ name, of }) => [name, of(report.total)] as const),
];

/** By kind, by age and owner, and the breakdown with its total, which is the last. */
export function tablesOf(report: ReconciliationReport): Table[] {
  const { kinds, open, groups, total, by } = report;
  return [
    {
      name: 'Theo loại sai lệch',
      head: ['Loại', 'Thuộc về', ...COLUMNS.slice(0, 6).map(({ name }) => name), 'Tạm bỏ qua'],
      widths: [36, 30, ...COLUMNS.slice(0, 6).map(({ width }) => width), 11],
      rows: kinds.map((one) => [
        one.title.vi,
        OWNER_WORDS[one.owner],
        one.openBefore,
        one.found,
        one.repaired,
        one.closed,
        one.open,
        one.evidence,
        one.ignored,
      ]),
    },
    {
      name: 'Còn tồn theo tuổi',
      head: ['Thuộc về', ...AGES.map(ageWords), 'Cộng'],
      widths: [30, ...AGES.map(() => 14), 12],
      rows: open.map(({ owner, byAge }) => [
        OWNER_WORDS[owner],
        ...byAge.map(({ count }) => count),
        byAge.reduce((sum, { count }) => sum + count, 0),
      ]),
    },
    {
      name: BREAKDOWN_WORDS[by],
      head: ['Mã', BREAKDOWN_WORDS[by], ...COLUMNS.map(({ name }) => name), ...COMPARED.map(({ name }) => name)],
      widths: [14, 40, ...COLUMNS.map(({ width }) => width), ...COMPARED.map(() => 12)],
      rows: [
        ...groups.map((one) => [
          one.key ?? '',
          one.name ?? 'Chưa rõ',
          ...[...COLUMNS, ...COMPARED].map(({ of }) => of(one)),
        ]),
        ['', 'Tổng cộng', ...COLUMNS.map(({ of }) => of(total)), report.compared, report.inStep, report.moving],
      ],
    },
  ];
}

export interface DifferenceTableOptions {
  readonly pages: AsyncIterable<readonly ReportedDifference[]>;
  readonly catalogue: Catalogue;
  /** What a status code of the destination is called. */
  readonly codeName: (code: string) => string;
  readonly now: number;
}

/** Every difference with both sides, a row each; nothing is held but the page that is being written. */
export function differenceSheet({ pages, catalogue, codeName, now }: DifferenceTableOptions): Sheet {
  const agency = (code: string | null): Cell =>
    code === null ? null : [code, catalogue.agency(code)?.name].filter(Boolean).join(' – ');
  const time = (at: number | null): Cell => (at === null ? null : new Date(at));
  const columns: readonly (readonly [string, number, (one: ReportedDifference) => Cell])[] = [
    ['Số', 9, ({ id }) => id],
    ['Mã hồ sơ', 24, ({ dossierCode }) => dossierCode],
    ['Loại sai lệch', 32, ({ kind }) => KINDS[kind].title.vi],
    ['Mức độ', 13, ({ kind }) => SEVERITY_WORDS[KINDS[kind].severity]],
    ['Thuộc về', 28, ({ kind }) => OWNER_WORDS[KINDS[kind].owner]],
    ['Tình trạng hiện nay', 32, ({ state }) => STATE_WORDS[state]],
    ['Bên tỉnh', 36, ({ ours }) => sideWords(ours, codeName)],
    ['Bên Cổng', 36, ({ theirs }) => sideWords(theirs, codeName)],
    ['Nguyên nhân', 36, ({ cause }) => cause],
    ['Cơ quan tiếp nhận', 34, ({ receiving }) => agency(receiving)],
    ['Cơ quan giải quyết', 34, ({ resolving }) => agency(resolving)],
    ['Mã TTHC', 14, ({ procedureCode }) => procedureCode],
    ['Phát hiện', 19, ({ firstSeenAt }) => time(firstSeenAt)],
    ['Xác nhận', 19, ({ confirmedAt }) => time(confirmedAt)],
    ['Khắc phục', 19, ({ repairedAt }) => time(repairedAt)],
    ['Số ngày', 9, ({ firstSeenAt, repairedAt }) => Math.floor(((repairedAt ?? now) - firstSeenAt) / DAY)],
    ['Số lần đồng bộ lại', 10, ({ repairs }) => repairs],
    ['Người quyết định', 24, ({ decidedBy }) => decidedBy],
    ['Lý do', 36, ({ decidedReason }) => decidedReason],
  ];
  async function* rows(): AsyncGenerator<readonly Cell[]> {
    for await (const page of pages) for (const one of page) yield columns.map(([, , of]) => of(one));
  }
  return {
    name: 'Danh sách sai lệch',
    head: columns.map(([name]) => name),
    widths: columns.map(([, width]) => width),
    rows: rows(),
  };
}

/** The workbook's sheets: the figures first, every difference last. */
export const sheetsOf = (report: ReconciliationReport, differences: Sheet): Sheet[] => [
  { name: 'Tổng hợp', head: ['Số liệu', 'Giá trị'], widths: [42, 16], rows: factsOf(report) },
  ...tablesOf(report),
  differences,
];

const BATCH = 64 * 1024;

/** One table as CSV, in pieces. */
export async function* csvOf({ head, rows }: Sheet): AsyncGenerator<Buffer> {
  let batch = CSV_MARK + csvLine(head);
  for await (const row of rows) {
    batch += csvLine(row);
    if (batch.length < BATCH) continue;
    yield Buffer.from(batch);
    batch = '';
  }
  if (batch !== '') yield Buffer.from(batch);
}
