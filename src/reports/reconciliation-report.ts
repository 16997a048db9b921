/** @module A reconciliation report: put together, as an answer, as tables, and as a paper in Vietnamese. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { paperTime } from '../deadlines/local-time.ts';
import { rfc3339 } from '../http/answer.ts';
import { type Cell, CSV_MARK, csvLine } from '../papers/csv.ts';
import type { Paper } from '../papers/paper.ts';
import type { Sheet } from '../papers/xlsx.ts';
import { DIFFERENCE_KINDS, KINDS, OWNERS } from '../reconciliation/kinds.ts';
import { SILENCES, silentAt } from '../sync/silent-store.ts';
import { AGES, BREAKDOWNS, type Breakdown, figuresOf, type Group, type Pauses, pausesOf } from './reconciliation.ts';
import { pausedDossiers, type RunSums, type Subject, tallyDifferences } from './reconciliation-store.ts';
import { OWNER_WORDS } from './words.ts';

const words = z.object({ vi: z.string(), en: z.string() });
const counts = {
  found: z.int().meta({ description: 'First seen in the period, or by the run' }),
  repaired: z.int(),
  open: z.int(),
  evidence: z.int().meta({ description: 'Of the open ones: what could not be mended and is a case for people' }),
  ignored: z.int(),
};
const group = z.object({
  key: z.string().nullable().meta({ description: 'Code of the agency or procedure; null where it is not known' }),
  name: z.string().nullable(),
  ...counts,
  pauses: z.int().meta({ description: 'Pauses that took effect' }),
  pausesCarried: z.int().meta({ description: 'Those that stand at the destination' }),
  lateToOnTime: z.int().meta({
    description: 'Dossiers on time that the portal’s formula would have called late with the appointment unmoved',
  }),
  onTimeToLate: z.int().meta({ description: 'Late dossiers that it would have called on time' }),
  lateByFormula: z.int().meta({ description: 'On time, and late by the portal’s formula whatever is sent' }),
});

export const reconciliationReport = z.object({
  from: z.string(),
  to: z.string(),
  asOf: z.string(),
  destination: z.string(),
  by: z.enum(BREAKDOWNS),
  runs: z.int(),
  compared: z.int(),
  inStep: z.int(),
  moving: z.int(),
  unchecked: z.int(),
  silent: z.int().meta({
    description: 'Dossiers with something accepted that is neither delivered nor named to anybody: must be 0',
  }),
  total: group.omit({ key: true, name: true }),
  kinds: z.array(z.object({ kind: z.enum(DIFFERENCE_KINDS), title: words, owner: z.enum(OWNERS), ...counts })),
  open: z.array(
    z.object({
      owner: z.enum(OWNERS),
      byAge: z.array(z.object({ upToDays: z.int().nullable(), count: z.int() })),
    }),
  ),
  groups: z.array(group),
});
export type ReconciliationReport = z.input<typeof reconciliationReport>;

export interface ReportOrder {
  readonly subject: Subject;
  /** Dates, both included, as they were asked for. */
  readonly from: string;
  readonly to: string;
  readonly by: Breakdown;
  readonly sums: RunSums;
  /** Whether the destination takes calls now. */
  readonly isOpen: boolean;
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  readonly now: number;
  readonly signal: AbortSignal;
}

export async function reportOf(db: Queryable, catalogue: Catalogue, order: ReportOrder): Promise<ReconciliationReport> {
  const { subject, from, to, by, sums, isOpen, own, now, signal } = order;
  const tallies = await tallyDifferences(db, subject, own, by, now);
  const pauses = new Map<string | null, Pauses>();
  for await (const page of pausedDossiers(db, subject, own, by)) {
    signal.throwIfAborted();
    for (const dossier of page) {
      const one = pausesOf(dossier, catalogue, now);
      const sum = pauses.get(dossier.key);
      if (sum) for (const name of Object.keys(one) as (keyof Pauses)[]) sum[name] += one[name];
      else pauses.set(dossier.key, one);
    }
  }
  const { counts: silences } = await silentAt(db, subject.destination, { now, isOpen, own, limit: SILENCES.length });
  const silent = Object.values(silences).reduce((sum, n) => sum + n, 0);
  const { total, kinds, open, groups } = figuresOf(tallies, pauses);
  return {
    from,
    to,
    asOf: rfc3339(now),
    destination: subject.destination,
    by,
    ...sums,
    silent,
    total: shown(total),
    kinds: kinds.map((one) => ({ ...one, title: KINDS[one.kind].title, owner: KINDS[one.kind].owner })),
    open: open.map(({ owner, byAge }) => ({
      owner,
      byAge: AGES.map((upToDays, age) => ({ upToDays, count: byAge[age]! })),
    })),
    groups: groups.map((one) => ({ key: one.key, name: nameOf(catalogue, by, one.key, now), ...shown(one) })),
  };
}

const shown = ({ told, carried, key: _, ...rest }: Group) => ({ ...rest, pauses: told, pausesCarried: carried });

function nameOf(catalogue: Catalogue, by: Breakdown, key: string | null, now: number): string | null {
  if (key === null) return null;
  return (by === 'procedure' ? catalogue.procedureAt(key, now)?.name : catalogue.agency(key)?.name) ?? null;
}

const BREAKDOWN_WORDS: Readonly<Record<Breakdown, string>> = {
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
  { name: 'Phát hiện', width: 11, of: ({ found }) => found },
  { name: 'Đã khắc phục', width: 13, of: ({ repaired }) => repaired },
  { name: 'Còn tồn', width: 10, of: ({ open }) => open },
  { name: 'Cần chứng minh', width: 15, of: ({ evidence }) => evidence },
  { name: 'Tạm dừng', width: 11, of: ({ pauses }) => pauses },
  { name: 'Đã lên Cổng', width: 12, of: ({ pausesCarried }) => pausesCarried },
  { name: 'Trễ thành đúng hạn', width: 19, of: ({ lateToOnTime }) => lateToOnTime },
  { name: 'Đúng hạn thành trễ', width: 19, of: ({ onTimeToLate }) => onTimeToLate },
  { name: 'Trễ do công thức của Cổng', width: 25, of: ({ lateByFormula }) => lateByFormula },
];

const ageWords = (days: number | null): string => (days === null ? `trên ${AGES.at(-2)} ngày` : `đến ${days} ngày`);

/** Every table of the report, each as a sheet; the breakdown is the last. */
export function sheetsOf(report: ReconciliationReport): Sheet[] {
  const { total } = report;
  const facts: readonly (readonly [string, Cell])[] = [
    ['Từ ngày', report.from],
    ['Đến ngày', report.to],
    ['Số lần đối soát', report.runs],
    ['Hồ sơ đã đối chiếu', report.compared],
    ['Khớp', report.inStep],
    ['Đang đồng bộ', report.moving],
    ['Không kiểm tra được', report.unchecked],
    ['Chưa gửi mà không ai biết (phải bằng 0)', report.silent],
    ...COLUMNS.map(({ name, of }) => [name, of(total)] as const),
  ];
  return [
    { name: 'Tổng hợp', head: ['Số liệu', 'Giá trị'], widths: [42, 16], rows: facts },
    {
      name: 'Theo loại sai lệch',
      head: ['Loại', 'Thuộc về', 'Phát hiện', 'Đã khắc phục', 'Còn tồn', 'Cần chứng minh', 'Tạm bỏ qua'],
      widths: [36, 30, 11, 13, 10, 15, 12],
      rows: report.kinds.map((one) => [
        one.title.vi,
        OWNER_WORDS[one.owner],
        one.found,
        one.repaired,
        one.open,
        one.evidence,
        one.ignored,
      ]),
    },
    {
      name: 'Còn tồn theo tuổi',
      head: ['Thuộc về', ...AGES.map(ageWords)],
      widths: [30, ...AGES.map(() => 14)],
      rows: report.open.map(({ owner, byAge }) => [OWNER_WORDS[owner], ...byAge.map(({ count }) => count)]),
    },
    {
      name: BREAKDOWN_WORDS[report.by],
      head: ['Mã', BREAKDOWN_WORDS[report.by], ...COLUMNS.map(({ name }) => name)],
      widths: [16, 44, ...COLUMNS.map(({ width }) => width)],
      rows: [
        ...report.groups.map((one) => [one.key ?? '', one.name ?? '', ...COLUMNS.map(({ of }) => of(one))]),
        ['', 'Tổng cộng', ...COLUMNS.map(({ of }) => of(total))],
      ],
    },
  ];
}

/** The breakdown with its total. */
export function csvOf(report: ReconciliationReport): string {
  const { head, rows } = sheetsOf(report).at(-1)!;
  return CSV_MARK + csvLine(head) + rows.map(csvLine).join('');
}

export function paperOf(report: ReconciliationReport, issuer: string, now: number): Paper {
  const [facts, ...tables] = sheetsOf(report);
  return {
    title: 'BÁO CÁO ĐỐI SOÁT VỚI CỔNG DỊCH VỤ CÔNG QUỐC GIA',
    issuer,
    number: `Từ ${dateOf(report.from)} đến ${dateOf(report.to)}`,
    dated: `Lập lúc ${paperTime(Math.floor(now / 1000) * 1000)}`,
    isLandscape: true,
    blocks: [
      { kind: 'facts', rows: facts!.rows.slice(2).map(([name, value]) => [String(name), String(value)] as const) },
      ...tables.flatMap(({ name, head, widths, rows }) => [
        { kind: 'heading', text: name } as const,
        {
          kind: 'table',
          head,
          shares: widths,
          rows: rows.map((row) => row.map((cell) => String(cell ?? ''))),
        } as const,
      ]),
      {
        kind: 'text',
        isSmall: true,
        text: 'Trễ thành đúng hạn: hồ sơ đúng hạn theo quy định mà Cổng sẽ tính là trễ nếu tạm dừng không được chuyển và ngày hẹn không đổi. Đúng hạn thành trễ: ngược lại. Trễ do công thức: bổ sung từ hai lần, Cổng luôn tính là trễ.',
      },
    ],
  };
}

const dateOf = (iso: string): string => iso.split('-').reverse().join('/');
