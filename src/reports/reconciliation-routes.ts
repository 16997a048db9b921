/** @module Reconciliation reports: of a run, and of a free period, as JSON, CSV, XLSX and PDF. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Connector } from '../connector/define.ts';
import { titleOf } from '../connector/registry.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Destination } from '../destinations.ts';
import { day } from '../dossiers/shape.ts';
import { codeWords } from '../evidence/words.ts';
import type { Caller } from '../http/auth.ts';
import { type Call, defineRoute, jsonOrFile, type Route } from '../http/route.ts';
import type { Sender } from '../papers/paper.ts';
import type { Print } from '../papers/press.ts';
import { toXlsx } from '../papers/xlsx.ts';
import { EXAMPLE_RUN } from '../reconciliation/examples.ts';
import { visibleRun } from '../reconciliation/visible.ts';
import type { Profile } from '../sync/profile.ts';
import { DAY } from '../units.ts';
import { periodOf, periodQuery } from '../watch/period.ts';
import { differencesOf } from './difference-rows-store.ts';
import { BREAKDOWNS, type Breakdown } from './reconciliation.ts';
import { paperOf } from './reconciliation-paper.ts';
import { type ReportOrder, reconciliationReport, reportOf } from './reconciliation-report.ts';
import { type Subject, sumRuns } from './reconciliation-store.ts';
import { csvOf, differenceSheet, sheetsOf, tablesOf } from './reconciliation-tables.ts';

export interface ReconciliationReportDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: () => readonly Pick<Destination, 'name' | 'breaker'>[];
  /** How a destination reads what it is sent; null where that is not known. */
  readonly profileOf: (destination: string) => Profile | null;
  readonly connectors: readonly Connector[];
  /** Who issues its papers. */
  readonly sender: Sender;
  readonly print: Print;
}

const FILES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
} as const;
type File = keyof typeof FILES;
const FORMATS = ['json', 'csv', 'xlsx', 'pdf'] as const satisfies readonly ('json' | File)[];
const TABLES = ['differences', 'groups'] as const;

const tag = 'reports';
const SECONDS = 300;
const by = z.enum(BREAKDOWNS).default('receiving').meta({ description: 'What it is broken down by' });
const table = z.enum(TABLES).default('differences').meta({
  description: 'Of a CSV, which holds one table: every difference, a row each, or the breakdown with its total',
});
const startOf = (date: string): number => Date.parse(`${date}T00:00:00+07:00`);

export function reconciliationReportRoutes(deps: ReconciliationReportDeps): Route[] {
  const { db, catalogue, destinations, profileOf, connectors, sender, print } = deps;
  const ordered = (
    { now, signal }: Pick<Call, 'now' | 'signal'>,
    asked: Omit<ReportOrder, 'now' | 'signal' | 'isOpen'>,
  ): ReportOrder => {
    const destination = destinations().find(({ name }) => name === asked.subject.destination);
    return { ...asked, isOpen: destination?.breaker() === 'closed', now, signal };
  };
  const differencesIn = ({ subject, own, now }: ReportOrder) => {
    const profile = profileOf(subject.destination);
    return differenceSheet({
      pages: differencesOf(db, subject, own, now),
      catalogue: catalogue(),
      codeName: (code) => (profile ? codeWords(profile, code) : code),
      now,
    });
  };
  const fileOf = async (
    order: ReportOrder,
    format: File,
    wanted: (typeof TABLES)[number],
    { header }: Pick<Call, 'header'>,
  ): Promise<Readable | Buffer> => {
    const { from, to, subject, now, signal } = order;
    const send = <T>(file: T): T => {
      header('content-type', format === 'csv' ? `${FILES.csv}; charset=utf-8` : FILES[format]);
      header('content-disposition', `attachment; filename="doi-soat-${from}-${to}.${format}"`);
      return file;
    };
    if (format === 'csv' && wanted === 'differences') return send(Readable.from(csvOf(differencesIn(order))));
    const report = await reportOf(db, catalogue(), order);
    if (format === 'csv') return send(Readable.from(csvOf(tablesOf(report).at(-1)!)));
    if (format === 'xlsx') return send(toXlsx(sheetsOf(report, differencesIn(order))));
    const paper = paperOf(report, sender, titleOf(connectors, subject.destination), now);
    return send(await print({ paper, file: 'pdf' }, signal));
  };
  const ofRun = async (
    id: string,
    breakdown: Breakdown,
    call: Pick<Call<unknown, unknown, unknown, unknown, Caller>, 'now' | 'signal' | 'caller'>,
  ): Promise<ReportOrder> => {
    const agencies = catalogue().agencies.asOf(call.now);
    const run = await visibleRun(db, agencies, id, call.caller.agencies);
    const { destination, from, to, procedureCode, compared, inStep, moving, unchecked } = run;
    const subject: Subject = {
      runId: run.id,
      destination,
      from: startOf(from),
      until: startOf(to) + DAY,
      agencies: run.agencyCode === null ? null : agencies.codesUnder([run.agencyCode]),
      procedureCode,
    };
    const sums = { runs: 1, compared, inStep, moving, unchecked };
    const { agencies: callers } = call.caller;
    const seesAll = run.agencyCode === null ? agencies.coversAll(callers) : agencies.covers(callers, [run.agencyCode]);
    return ordered(call, { subject, from, to, by: breakdown, sums, seesAll, own: agencies.codesUnder(callers) });
  };
  const summary = { vi: 'Báo cáo của một lần đối soát', en: 'The report of a reconciliation' };
  const declared = {
    method: 'GET',
    tag,
    scope: 'reconciliation.read',
    timeoutSeconds: SECONDS,
    params: z.object({ id: z.uuid() }),
    errors: ['not-found'],
    example: { params: { id: EXAMPLE_RUN }, query: { by: 'procedure' } },
  } as const;
  return [
    defineRoute({
      ...declared,
      path: '/v1/reconciliations/:id/report.json',
      id: 'getReconciliationReport',
      summary,
      query: z.object({ by }),
      response: { 200: reconciliationReport },
      handler: async (call) => reportOf(db, catalogue(), await ofRun(call.params.id, call.query.by, call)),
    }),
    defineRoute({
      ...declared,
      path: '/v1/reconciliations/:id/report.csv',
      id: 'getReconciliationReportCsv',
      summary: { vi: `${summary.vi} (CSV)`, en: `${summary.en}, as CSV` },
      query: z.object({ by, table }),
      response: { 200: { mediaTypes: [FILES.csv] } },
      handler: async (call) => fileOf(await ofRun(call.params.id, call.query.by, call), 'csv', call.query.table, call),
    }),
    ...(['xlsx', 'pdf'] as const).map((format) =>
      defineRoute({
        ...declared,
        path: `/v1/reconciliations/:id/report.${format}`,
        id: `getReconciliationReport${format[0]!.toUpperCase()}${format.slice(1)}`,
        summary: { vi: `${summary.vi} (${format.toUpperCase()})`, en: `${summary.en}, as ${format.toUpperCase()}` },
        query: z.object({ by }),
        response: { 200: { mediaTypes: [FILES[format]] } },
        handler: async (call) => fileOf(await ofRun(call.params.id, call.query.by, call), format, 'differences', call),
      }),
    ),
    defineRoute({
      method: 'GET',
      path: '/v1/reports/reconciliation',
      id: 'reportReconciliation',
      tag,
      summary: { vi: 'Báo cáo đối soát của một kỳ', en: 'Reconciliation in any period' },
      description: {
        vi: 'Sai lệch tồn đầu kỳ, phát hiện, đã khắc phục và còn tồn cuối kỳ, theo loại, số ngày và nơi chịu trách nhiệm; tạm dừng đã lên Cổng; kết luận đúng hạn, trễ hạn được sửa theo cả hai chiều; theo cơ quan tiếp nhận, cơ quan giải quyết hoặc thủ tục. XLSX và CSV có từng sai lệch. silent phải bằng 0.',
        en: 'What stood open when the period began, what was found, mended and stood open at its end, by kind, age and owner; the pauses that were carried; verdicts of late and on time put right, in both directions; by receiving or resolving agency or by procedure. XLSX and CSV hold every difference. silent must be 0. A difference that came back counts from when it came back.',
      },
      scope: 'reports.read',
      timeoutSeconds: SECONDS,
      query: periodQuery.extend({
        by,
        destination: z
          .string()
          .regex(/^[a-z0-9-]{1,60}$/)
          .default('national-portal')
          .meta({ description: 'Name of the destination.' }),
        format: z.enum(FORMATS).default('json'),
        table,
        from: day,
        to: day,
      }),
      response: { 200: jsonOrFile(reconciliationReport, ...Object.values(FILES)) },
      errors: ['invalid-parameters'],
      example: { query: { from: '2026-03-01', to: '2026-03-31', by: 'procedure' } },
      handler: async (call) => {
        const { from, to, by: breakdown, destination, format, table: wanted } = call.query;
        const agencies = catalogue().agencies.asOf(call.now);
        const { agency, own, ...period } = periodOf(call.query, call.caller, agencies);
        const { agencies: callers } = call.caller;
        const seesAll = agency === null ? agencies.coversAll(callers) : agency.every((code) => own.includes(code));
        const subject: Subject = { runId: null, destination, ...period, agencies: agency, procedureCode: null };
        const sums = await sumRuns(db, subject, own);
        const order = ordered(call, { subject, from, to, by: breakdown, sums, seesAll, own });
        return format === 'json' ? reportOf(db, catalogue(), order) : fileOf(order, format, wanted, call);
      },
    }),
  ];
}
