/** @module Reconciliation reports: of a run, and of a free period, as JSON, CSV, XLSX and PDF. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Destination } from '../destinations.ts';
import { day } from '../dossiers/shape.ts';
import { type Call, defineRoute, jsonOrFile, type Route } from '../http/route.ts';
import { toPdf } from '../papers/pdf.ts';
import { toXlsx } from '../papers/xlsx.ts';
import { EXAMPLE_RUN } from '../reconciliation/examples.ts';
import { visibleRun } from '../reconciliation/visible.ts';
import { DAY } from '../units.ts';
import { periodOf, periodQuery } from '../watch/period.ts';
import { BREAKDOWNS } from './reconciliation.ts';
import {
  csvOf,
  paperOf,
  type ReconciliationReport,
  reconciliationReport,
  reportOf,
  sheetsOf,
} from './reconciliation-report.ts';
import { type Subject, sumRuns } from './reconciliation-store.ts';

export interface ReconciliationReportDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: () => readonly Pick<Destination, 'name' | 'breaker'>[];
  /** Who issues its papers. */
  readonly issuer: string;
}

const FILES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
} as const;
type Format = 'json' | keyof typeof FILES;
const FORMATS = ['json', 'csv', 'xlsx', 'pdf'] as const satisfies readonly Format[];

const tag = 'reports';
const SECONDS = 300;
const by = z.enum(BREAKDOWNS).default('receiving').meta({ description: 'What it is broken down by' });
const startOf = (date: string): number => Date.parse(`${date}T00:00:00+07:00`);

export function reconciliationReportRoutes({ db, catalogue, destinations, issuer }: ReconciliationReportDeps): Route[] {
  const isOpen = (destination: string): boolean =>
    destinations()
      .find(({ name }) => name === destination)
      ?.breaker() === 'closed';
  const fileOf = async (
    report: ReconciliationReport,
    format: keyof typeof FILES,
    { header, now }: Pick<Call, 'header' | 'now'>,
  ) => {
    header('content-type', format === 'csv' ? `${FILES.csv}; charset=utf-8` : FILES[format]);
    header('content-disposition', `attachment; filename="doi-soat-${report.from}-${report.to}.${format}"`);
    if (format === 'csv') return csvOf(report);
    return format === 'xlsx' ? toXlsx(sheetsOf(report)) : toPdf(paperOf(report, issuer, now));
  };
  const ofRun = async (
    id: string,
    broken: (typeof BREAKDOWNS)[number],
    {
      caller,
      now,
      signal,
    }: Pick<Call, 'now' | 'signal'> & { readonly caller: { readonly agencies: readonly string[] } },
  ): Promise<ReconciliationReport> => {
    const agencies = catalogue().agencies.asOf(now);
    const run = await visibleRun(db, agencies, id, caller.agencies);
    const subject: Subject = {
      runId: run.id,
      destination: run.destination,
      from: startOf(run.from),
      until: startOf(run.to) + DAY,
      agencies: run.agencyCode === null ? null : agencies.codesUnder([run.agencyCode]),
      procedureCode: run.procedureCode,
    };
    const { compared, inStep, moving, unchecked, from, to } = run;
    const own = agencies.codesUnder(caller.agencies);
    const sums = { runs: 1, compared, inStep, moving, unchecked };
    return reportOf(db, catalogue(), {
      subject,
      from,
      to,
      by: broken,
      sums,
      isOpen: isOpen(subject.destination),
      own,
      now,
      signal,
    });
  };
  const summary = { vi: 'Báo cáo của một lần đối soát', en: 'The report of a reconciliation' };
  const declared = {
    method: 'GET',
    tag,
    scope: 'reconciliation.read',
    timeoutSeconds: SECONDS,
    params: z.object({ id: z.uuid() }),
    query: z.object({ by }),
    errors: ['not-found'],
    example: { params: { id: EXAMPLE_RUN }, query: { by: 'procedure' } },
  } as const;
  return [
    defineRoute({
      ...declared,
      path: '/v1/reconciliations/:id/report.json',
      id: 'getReconciliationReport',
      summary,
      response: { 200: reconciliationReport },
      handler: (call) => ofRun(call.params.id, call.query.by, call),
    }),
    ...(Object.keys(FILES) as (keyof typeof FILES)[]).map((format) =>
      defineRoute({
        ...declared,
        path: `/v1/reconciliations/:id/report.${format}`,
        id: `getReconciliationReport${format[0]!.toUpperCase()}${format.slice(1)}`,
        summary: { vi: `${summary.vi} (${format.toUpperCase()})`, en: `${summary.en}, as ${format.toUpperCase()}` },
        response: { 200: { mediaTypes: [FILES[format]] } },
        handler: async (call) => fileOf(await ofRun(call.params.id, call.query.by, call), format, call),
      }),
    ),
    defineRoute({
      method: 'GET',
      path: '/v1/reports/reconciliation',
      id: 'reportReconciliation',
      tag,
      summary: { vi: 'Báo cáo đối soát của một kỳ', en: 'Reconciliation in any period' },
      description: {
        vi: 'Sai lệch phát hiện trong kỳ và còn tồn từ trước, theo loại, tuổi và nơi chịu trách nhiệm; tạm dừng đã lên Cổng; kết luận đúng hạn, trễ hạn được sửa theo cả hai chiều; theo cơ quan tiếp nhận, cơ quan giải quyết hoặc thủ tục. silent phải bằng 0.',
        en: 'What was first seen to differ in the period and what stands open from before, by kind, age and owner; the pauses that were carried; verdicts of late and on time put right, in both directions; by receiving or resolving agency or by procedure. silent must be 0.',
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
        from: day,
        to: day,
      }),
      response: { 200: jsonOrFile(reconciliationReport, ...Object.values(FILES)) },
      errors: ['invalid-parameters'],
      example: { query: { from: '2026-03-01', to: '2026-03-31', by: 'procedure' } },
      handler: async (call) => {
        const { from, to, destination, format } = call.query;
        const { agency, own, ...period } = periodOf(call.query, call.caller, catalogue().agencies.asOf(call.now));
        const subject: Subject = { runId: null, destination, ...period, agencies: agency, procedureCode: null };
        const sums = await sumRuns(db, subject, own);
        const { now, signal } = call;
        const report = await reportOf(db, catalogue(), {
          subject,
          from,
          to,
          by: call.query.by,
          sums,
          isOpen: isOpen(destination),
          own,
          now,
          signal,
        });
        return format === 'json' ? report : fileOf(report, format, call);
      },
    }),
  ];
}
