/** @module The three-way match for operators: every difference with what to do about it, and totals by agency. */
import { z } from 'zod';
import type { AgenciesOn } from '../agencies/directory.ts';
import { dayOf, isoDate, parseDay, startOfDay } from '../deadlines/local-time.ts';
import { agencyCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, jsonOrFile, type Route } from '../http/route.ts';
import { CSV_MARK, csvLine } from '../papers/csv.ts';
import { DAY } from '../units.ts';
import type { PaymentsDeps } from './deps.ts';
import { isDifference, OUTCOMES, type Outcome } from './match.ts';
import { CURSOR, LONGEST_PERIOD, type Matched, matchedOf, type ReportDeps, type Tally, tallied } from './report.ts';
import type { Period } from './report-store.ts';
import { OUTCOME_WORDS } from './words.ts';

const period = {
  from: z.iso.date().optional().meta({ description: 'The first day; thirty days ago unless told.' }),
  to: z.iso.date().optional().meta({ description: 'The last day; today unless told.' }),
  agency: agencyCode.optional(),
};
const bilingual = z.object({ vi: z.string(), en: z.string() });
const outcomes = z.enum(OUTCOMES);

const difference = z.object({
  outcomes: z.array(outcomes),
  title: bilingual,
  action: bilingual,
  paymentId: z.uuid().nullable(),
  reference: z.string().nullable(),
  dossierCode: z.string().nullable(),
  agencyCode: z.string().nullable(),
  amount: z.int().nullable(),
  since: z.string(),
  recorded: z.object({ state: z.string(), amount: z.int() }).nullable(),
  asked: z.object({ status: z.string(), amount: z.int().nullable(), at: z.string() }).nullable(),
  settled: z.object({ payments: z.int(), refunds: z.int(), amount: z.int() }).nullable(),
  paidAt: z
    .string()
    .nullable()
    .meta({ description: 'The system at whose page it was paid, when not through this gateway.' }),
});

const figures = z.object({ count: z.int(), amount: z.int() });
const row = z.object({
  agencyCode: z.string().nullable(),
  agencyName: z.string().nullable(),
  references: z.int(),
  amount: z.int(),
  outcomes: z.partialRecord(outcomes, figures),
});
const report = z.object({
  from: z.string(),
  to: z.string(),
  asOf: z.string(),
  agencies: z.array(row),
  total: row.omit({ agencyCode: true, agencyName: true }),
});

const toDifference = (one: Matched): z.input<typeof difference> => {
  const { cursor: _, asked, since, ...rest } = one;
  const { title, action } = OUTCOME_WORDS[one.outcomes[0]!];
  return {
    ...rest,
    outcomes: [...one.outcomes],
    title,
    action,
    since: rfc3339(since),
    asked: asked && { status: asked.status, amount: asked.amount, at: rfc3339(asked.at) },
  };
};

interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly agency?: string | undefined;
}

/** The days of a call, ends included. @throws GatewayError invalid-parameters */
function periodOf({ from, to, agency }: Asked, caller: Caller, now: number, agencies: AgenciesOn): Period {
  const last = to ?? isoDate(dayOf(now));
  const first = from ?? isoDate(parseDay(last, 'to') - 30);
  const start = startOfDay(parseDay(first, 'from'));
  const end = startOfDay(parseDay(last, 'to') + 1);
  if (start >= end || end - start > LONGEST_PERIOD) {
    const message = 'from ≤ to, nhiều nhất 366 ngày / from ≤ to, at most 366 days';
    fail('invalid-parameters', { violations: [{ path: 'query.from', message }] });
  }
  return {
    from: start,
    to: end,
    own: agencies.codesUnder(caller.agencies),
    agency: agency === undefined ? null : agencies.codesUnder([agency]),
  };
}

export function paymentReportRoutes(deps: PaymentsDeps, destination: string): Route[] {
  const { pool, now } = deps;
  const reading: ReportDeps = {
    db: pool,
    calendarOf: (code) => deps.catalogue().calendarOf(code),
    providers: [...deps.providers.keys()],
    destination,
    now,
  };
  const agenciesAt = (at: number): AgenciesOn => deps.catalogue().agencies.asOf(at);
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/payments/differences',
      id: 'listPaymentDifferences',
      tag: 'payments',
      summary: { vi: 'Sai lệch đối soát thanh toán', en: 'Differences of payments' },
      description: {
        vi: 'Đối chiếu ba bên theo từng mã tham chiếu: ghi nhận của cổng, trả lời của nền tảng, tệp đối soát; rồi hồ sơ, Cổng DVCQG và biên lai. Chậm T+1, T+2 không phải sai lệch.',
        en: 'Three ways per reference: what is recorded, what the platform says, what was settled; then dossier, portal and receipt. A delay of T+1 or T+2 is no difference.',
      },
      scope: 'reports.read',
      query: z.object({
        ...period,
        kind: outcomes.optional().meta({ description: 'Only this outcome, also one that is no difference.' }),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        cursor: z.string().max(80).regex(CURSOR).optional(),
      }),
      response: { 200: z.object({ items: z.array(difference) }) },
      errors: ['invalid-parameters'],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { kind, limit, cursor } = call.query;
        const wanted = (one: readonly Outcome[]): boolean =>
          kind === undefined ? one.some(isDifference) : one.includes(kind);
        const items: Matched[] = [];
        const among = periodOf(call.query, call.caller, call.now, agenciesAt(call.now));
        for await (const one of matchedOf(reading, among, cursor ?? null)) {
          if (!wanted(one.outcomes)) continue;
          items.push(one);
          if (items.length === limit) break;
        }
        if (items.length === limit) linkNext(call, items.at(-1)!.cursor);
        return { items: items.map(toDifference) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/reports/payments',
      id: 'getPaymentReport',
      tag: 'reports',
      summary: { vi: 'Báo cáo đối soát thanh toán theo cơ quan', en: 'Payments by agency and outcome' },
      description: {
        vi: 'Mỗi mã tham chiếu tính một lần, theo kết quả nặng nhất, nên các phần cộng lại đúng bằng tổng.',
        en: 'Each reference counts once, by its gravest outcome, so that the parts add up to the total.',
      },
      scope: 'reports.read',
      query: z.object({ ...period, format: z.enum(['json', 'csv']).default('json') }),
      response: { 200: jsonOrFile(report, 'text/csv') },
      errors: ['invalid-parameters'],
      example: { query: { format: 'json' } },
      handler: async (call) => {
        const among = periodOf(call.query, call.caller, call.now, agenciesAt(call.now));
        const tallies = new Map<string, Tally>();
        for await (const one of matchedOf(reading, among, null)) tallied(tallies, one);
        const agencies = [...tallies.values()]
          .toSorted((a, b) => ((a.agencyCode ?? '~') < (b.agencyCode ?? '~') ? -1 : 1))
          .map((tally) => ({
            ...tally,
            agencyName: tally.agencyCode === null ? null : (agenciesAt(call.now).find(tally.agencyCode)?.name ?? null),
          }));
        if (call.query.format === 'csv') {
          call.header('content-type', 'text/csv; charset=utf-8');
          call.header('content-disposition', 'attachment; filename="payments.csv"');
          return csvOf(agencies);
        }
        return {
          from: isoDate(dayOf(among.from)),
          to: isoDate(dayOf(among.to - DAY)),
          asOf: rfc3339(call.now),
          agencies,
          total: totalOf(agencies),
        };
      },
    }),
  ];
}

type Row = z.input<typeof row>;

function totalOf(rows: readonly Row[]): Omit<Row, 'agencyCode' | 'agencyName'> {
  const total: Partial<Record<Outcome, { count: number; amount: number }>> = {};
  for (const { outcomes: parts } of rows)
    for (const [outcome, part] of Object.entries(parts) as [Outcome, { count: number; amount: number }][]) {
      const before = total[outcome] ?? { count: 0, amount: 0 };
      total[outcome] = { count: before.count + part.count, amount: before.amount + part.amount };
    }
  return {
    references: rows.reduce((sum, { references }) => sum + references, 0),
    amount: rows.reduce((sum, { amount }) => sum + amount, 0),
    outcomes: total,
  };
}

/** One line for each agency and outcome. */
function csvOf(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ agencyCode: code, agencyName, outcomes: parts }) =>
    OUTCOMES.filter((outcome) => parts[outcome] !== undefined).map((outcome) =>
      csvLine([
        code,
        agencyName,
        outcome,
        OUTCOME_WORDS[outcome].title.vi,
        parts[outcome]!.count,
        parts[outcome]!.amount,
      ]),
    ),
  );
  const head = csvLine(['Mã cơ quan', 'Cơ quan', 'Kết quả', 'Diễn giải', 'Số giao dịch', 'Số tiền (đồng)']);
  return CSV_MARK + head + lines.join('');
}
