/** @module The report on catalogues: what differs with each side, which dossiers are with a wrong system, and what nobody tells; as an answer and as tables. */
import { z } from 'zod';
import { keptAnswer, misroutedAnswer, toKeptAnswer, toMisroutedAnswer } from '../catalogue/sides/answers.ts';
import { FACT_WORDS, KIND_WORDS, SUBJECT_WORDS } from '../catalogue/sides/kinds.ts';
import { listMisrouted } from '../catalogue/sides/routed-store.ts';
import { type CATALOGUE_STATES, listKept } from '../catalogue/sides/store.ts';
import { summaryAnswer, summaryOf } from '../catalogue/sides/summary.ts';
import { systemTitle } from '../catalogue/sides/titles.ts';
import type { Queryable } from '../db/queryable.ts';
import { type Cell, CSV_MARK, csvLine } from '../papers/csv.ts';
import type { Table } from '../papers/xlsx.ts';
import { OWNER_WORDS } from '../reconciliation/words.ts';

export const catalogueReport = z.object({
  summary: summaryAnswer,
  differences: z.array(keptAnswer),
  misrouted: z.array(misroutedAnswer),
});
export type CatalogueReport = z.input<typeof catalogueReport>;

export interface CatalogueReportOrder {
  /** The sides that are known now. */
  readonly names: readonly string[];
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  readonly side: string | null;
  readonly now: number;
  readonly signal: AbortSignal;
}

const PAGE = 1_000;

/** What stands, ignored or not. */
export async function catalogueReportOf(db: Queryable, order: CatalogueReportOrder): Promise<CatalogueReport> {
  const { names, own, side, now, signal } = order;
  const differences: CatalogueReport['differences'] = [];
  const filter = { side, subject: null, kind: null, state: null, code: null, limit: PAGE };
  for await (const page of pages(
    (after) => listKept(db, { ...filter, after }),
    ({ id }) => id,
    signal,
  ))
    differences.push(...page.map(toKeptAnswer));
  const misrouted: CatalogueReport['misrouted'] = [];
  const wrong = { own, agency: null, system: side, limit: PAGE };
  const next = (after: number) => listMisrouted(db, { ...wrong, after });
  for await (const page of pages(next, ({ differenceId }) => differenceId, signal))
    misrouted.push(...page.map(toMisroutedAnswer));
  return { summary: await summaryOf(db, names, own, now), differences, misrouted };
}

async function* pages<T>(
  read: (after: number) => Promise<T[]>,
  idOf: (row: T) => number,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const page = await read(after);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = idOf(page.at(-1)!);
  }
}

const STATE_WORDS: Readonly<Record<(typeof CATALOGUE_STATES)[number], string>> = {
  open: 'Chưa xử lý',
  ignored: 'Tạm bỏ qua',
  ended: 'Đã hết',
};

const dateTime = (time: string | null): string =>
  time === null ? '' : `${time.slice(8, 10)}/${time.slice(5, 7)}/${time.slice(0, 4)} ${time.slice(11, 16)}`;

const WAY_WORDS = { asked: 'hỏi hệ thống', list: 'danh sách tải lên' } as const;

function differenceSheet({ differences }: CatalogueReport): Table {
  return {
    name: 'Sai lệch danh mục',
    head: [
      'Số',
      'So với',
      'Đối tượng',
      'Mã',
      'Sai lệch',
      'Ở tỉnh',
      'Bên kia',
      'Nguồn',
      'Tính đến',
      'Từ khi',
      'Trạng thái',
      'Lý do bỏ qua',
    ],
    widths: [8, 20, 12, 16, 34, 44, 44, 18, 17, 17, 14, 30],
    rows: differences.map((one): Cell[] => [
      one.id,
      systemTitle(one.side).vi,
      SUBJECT_WORDS[one.subject].vi,
      one.code,
      one.title.vi,
      one.ours,
      one.theirs,
      WAY_WORDS[one.way],
      dateTime(one.asOf),
      dateTime(one.since),
      STATE_WORDS[one.state],
      one.state === 'ignored' ? one.decidedReason : null,
    ]),
  };
}

/** Every table of the report, each as a sheet. */
export function sheetsOf(report: CatalogueReport): Table[] {
  const { summary } = report;
  return [
    {
      name: 'Tổng hợp',
      head: [
        'So với',
        'Chưa xử lý',
        'Tạm bỏ qua',
        'Lâu nhất từ',
        'So lần cuối',
        'Cho biết',
        'Không bên nào cho biết',
        'Không đọc được',
        'Lỗi lần gần nhất',
      ],
      widths: [22, 12, 12, 17, 17, 40, 40, 15, 40],
      rows: [
        ...summary.sides.map((one): Cell[] => [
          one.title.vi,
          one.open,
          one.ignored,
          dateTime(one.since),
          dateTime(one.comparedAt),
          one.told.map(({ fact }) => FACT_WORDS[fact].vi).join(', '),
          one.notTold.map((fact) => FACT_WORDS[fact].vi).join(', '),
          one.unread,
          one.fault,
        ]),
        [
          'Hồ sơ ở sai hệ thống',
          summary.misrouted.open,
          summary.misrouted.ignored,
          '',
          dateTime(summary.misrouted.lookedAt),
          '',
          `${summary.misrouted.unjudged} hồ sơ có thủ tục chưa ghi hệ thống giải quyết`,
          null,
          summary.misrouted.fault,
        ],
      ],
    },
    {
      name: 'Theo loại',
      head: ['So với', 'Loại sai lệch', 'Chưa xử lý'],
      widths: [22, 44, 12],
      rows: summary.sides.flatMap(({ title, kinds }) =>
        (Object.entries(kinds) as [keyof typeof KIND_WORDS, number][]).map(([kind, n]) => [
          title.vi,
          KIND_WORDS[kind].vi,
          n,
        ]),
      ),
    },
    differenceSheet(report),
    {
      name: 'Hồ sơ sai hệ thống',
      head: [
        'Mã hồ sơ',
        'Mã thủ tục',
        'Cơ quan',
        'Đang ở',
        'Phải ở',
        'Từ khi',
        'Sai lệch',
        'Lời của hệ thống đó',
        'Nơi xử lý',
        'Việc cần làm',
        'Trạng thái',
      ],
      widths: [24, 14, 14, 18, 24, 17, 28, 40, 26, 60, 14],
      rows: report.misrouted.map((one) => [
        one.dossierCode,
        one.procedureCode,
        one.agencyCode,
        one.systemTitle.vi,
        one.rightly.map((name) => systemTitle(name).vi).join(', '),
        dateTime(one.since),
        one.title.vi,
        one.words,
        OWNER_WORDS[one.owner],
        one.act.vi,
        one.state === 'ignored' ? STATE_WORDS.ignored : STATE_WORDS.open,
      ]),
    },
  ];
}

/** What differs, line by line, the dossiers below it. */
export function csvOf(report: CatalogueReport): string {
  const sheets = [differenceSheet(report), sheetsOf(report).at(-1)!];
  return CSV_MARK + sheets.map(({ head, rows }) => csvLine(head) + rows.map(csvLine).join('')).join(csvLine([]));
}
