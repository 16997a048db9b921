/** @module The report on electronic procedures of any period and agency, and the dossiers behind each figure. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { rfc3339 } from '../http/answer.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { periodOf, periodQuery } from '../watch/period.ts';
import { COUNTS, type CountedDossier, countsOf, noCounts } from './decree-45.ts';
import { dossiersOfPeriod } from './store.ts';
import { COUNT_WORDS } from './words.ts';

export interface Decree45RouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
}

const figure = z.object({
  title: z.object({ vi: z.string(), en: z.string() }),
  value: z.number().nullable().meta({ description: 'null: missing, which is not 0' }),
  numerator: z.int().nullable(),
  denominator: z.int().nullable(),
  source: z.enum(['computed', 'missing']),
  dossiersUrl: z.string().nullable(),
});

const PERCENTS = {
  onlinePercent: ['receivedOnline', 'received'],
  digitisedPercent: ['receivedDigitised', 'received'],
  onTimePercent: ['resolvedOnTime', 'resolved'],
} as const;

const FIGURES = [...COUNTS, ...(Object.keys(PERCENTS) as (keyof typeof PERCENTS)[])] as const;
const LARGEST_LIST = 1_000;

export function decree45Routes({ db, catalogue }: Decree45RouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/reports/decree-45',
      id: 'reportDecree45',
      tag: 'reports',
      summary: { vi: 'Báo cáo theo Nghị định 45/2020', en: 'Received, resolved and in progress, in any period' },
      description: {
        vi: 'Tính từ dòng thời gian của hồ sơ, tại thời điểm cuối kỳ. inProgress: tiếp nhận trong kỳ, chưa giải quyết xong trong kỳ; hồ sơ tồn từ kỳ trước có số riêng.',
        en: 'Computed from the timelines as they stood at the end of the period. inProgress: received in the period and not ended in it; those open from before have a figure of their own.',
      },
      scope: 'reports.read',
      timeoutSeconds: 120,
      query: periodQuery,
      response: {
        200: z.object({
          from: z.string(),
          to: z.string(),
          agency: z.string().nullable(),
          asOf: z.string(),
          figures: z.record(z.enum(FIGURES), figure),
        }),
      },
      errors: ['invalid-parameters'],
      example: { query: { from: '2026-01-01', to: '2026-03-15' } },
      handler: async (call) => {
        const period = periodOf(call.query, call.caller, catalogue().agencies.asOf(call.now));
        const counts = noCounts();
        for await (const page of dossiersOfPeriod(db, period, period)) {
          call.signal.throwIfAborted();
          for (const dossier of page) for (const count of countsOf(dossier, period, catalogue())) counts[count] += 1;
        }
        const { from, to, agency = null } = call.query;
        const listOf = (name: string): string => {
          const query = new URLSearchParams({ from, to, figure: name, ...(agency && { agency }) });
          return `/v1/reports/decree-45/dossiers?${query}`;
        };
        const figures: Record<string, z.input<typeof figure>> = {};
        for (const name of COUNTS)
          figures[name] = {
            title: COUNT_WORDS[name],
            value: counts[name],
            numerator: null,
            denominator: null,
            source: 'computed',
            dossiersUrl: listOf(name),
          };
        for (const [name, [part, whole]] of Object.entries(PERCENTS)) {
          const [numerator, denominator] = [counts[part], counts[whole]];
          figures[name] = {
            title: COUNT_WORDS[name as keyof typeof PERCENTS],
            value: denominator === 0 ? null : Math.round((numerator / denominator) * 10_000) / 100,
            numerator,
            denominator,
            source: denominator === 0 ? 'missing' : 'computed',
            dossiersUrl: listOf(part),
          };
        }
        return { from, to, agency, asOf: rfc3339(call.now), figures: figures as never };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/reports/decree-45/dossiers',
      id: 'listDecree45Dossiers',
      tag: 'reports',
      summary: { vi: 'Hồ sơ của một số liệu', en: 'The dossiers behind a figure' },
      scope: 'reports.read',
      timeoutSeconds: 120,
      query: periodQuery.extend({
        figure: z.enum(COUNTS),
        limit: z.coerce.number().int().min(1).max(LARGEST_LIST).default(100),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: {
        200: z.object({ items: z.array(z.object({ dossierCode: z.string(), agencyCode: z.string().nullable() })) }),
      },
      errors: ['invalid-parameters'],
      example: { query: { from: '2026-01-01', to: '2026-03-15', figure: 'resolvedLate' } },
      handler: async (call) => {
        const period = periodOf(call.query, call.caller, catalogue().agencies.asOf(call.now));
        const { figure: name, limit, cursor } = call.query;
        const found: CountedDossier[] = [];
        for await (const page of dossiersOfPeriod(db, period, period, Number(cursor ?? 0))) {
          call.signal.throwIfAborted();
          found.push(...page.filter((dossier) => countsOf(dossier, period, catalogue()).includes(name)));
          if (found.length > limit) break;
        }
        const shown = found.slice(0, limit);
        if (found.length > limit) linkNext(call, shown.at(-1)!.id);
        return { items: shown.map(({ code, agencyCode }) => ({ dossierCode: code, agencyCode })) };
      },
    }),
  ];
}
