/** @module The catalogues as iGate reads them: pause reasons with their legal basis, procedures. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { Catalogue, ProcedureVersion } from './catalogue.ts';
import { nameRoutes } from './name-routes.ts';

const effect = z.enum(['suspend', 'restart', 'none']);
const rule = { effect, legalBasis: z.string().nullable() };
const limit = z.object({ amount: z.number(), unit: z.string() });
const decidedLimit = z.object({ limit, decision: z.string().nullable() }).nullable();
const effective = { effectiveFrom: z.string(), effectiveTo: z.string().nullable() };

const reason = z.object({
  code: z.string(),
  name: z.object({ vi: z.string(), en: z.string() }),
  ...rule,
  ...effective,
});
const purpose = z.object({
  code: z.string(),
  name: z.object({ vi: z.string(), en: z.string() }),
  legalBasis: z.string().nullable(),
  ...effective,
});
const procedure = z.object({
  code: z.string(),
  name: z.string(),
  sector: z.object({ code: z.string(), name: z.string() }),
  limit: limit.nullable(),
  cut: decidedLimit,
  fastTrackLimit: decidedLimit,
  startRule: z.union([z.string(), z.object({ cutoff: z.string() })]),
  mayEnd: z.array(z.string()),
  systems: z
    .array(z.string())
    .nullable()
    .meta({ description: 'The systems that resolve it; igate: the province’s own; null: nobody has told' }),
  pauses: z.record(z.string(), z.object({ ...rule, stages: z.record(z.string(), z.object(rule)).nullable() })),
  pauseNeedsDocument: z.boolean(),
  clock: z.enum(['working', 'calendar']).nullable(),
  source: z.string().nullable(),
  ...effective,
});
export function catalogueRoutes({ catalogue }: { readonly catalogue: () => Catalogue }): Route[] {
  const shared = { method: 'GET', tag: 'catalogues', scope: 'catalogues.read', errors: [], example: {} } as const;
  return [
    defineRoute({
      ...shared,
      path: '/v1/pause-reasons',
      id: 'listPauseReasons',
      summary: { vi: 'Lý do tạm dừng và căn cứ pháp lý', en: 'Pause reasons with their legal basis' },
      response: { 200: z.object({ items: z.array(reason).readonly() }) },
      handler: () => ({ items: catalogue().data.pauseReasons }),
    }),
    defineRoute({
      ...shared,
      path: '/v1/purposes',
      id: 'listPurposes',
      summary: {
        vi: 'Mục đích khai thác dữ liệu cá nhân (X-Purpose)',
        en: 'Purposes for which personal data is read (X-Purpose)',
      },
      response: { 200: z.object({ items: z.array(purpose).readonly() }) },
      handler: () => ({ items: catalogue().data.purposes ?? [] }),
    }),
    defineRoute({
      ...shared,
      path: '/v1/procedures',
      id: 'listProcedures',
      summary: { vi: 'Thủ tục hành chính và thời hạn', en: 'Procedures with their limits' },
      response: { 200: z.object({ items: z.array(procedure) }) },
      handler: () => ({ items: catalogue().data.procedures.map(toProcedureAnswer) }),
    }),
    ...nameRoutes({ catalogue }),
  ];
}

function toProcedureAnswer(version: ProcedureVersion): z.input<typeof procedure> {
  const pauses: z.input<typeof procedure>['pauses'] = {};
  for (const [code, found] of Object.entries(version.pauses))
    if (found) pauses[code] = { ...found, stages: stagesOf(found.stages) };
  return {
    ...version,
    cut: version.cut ?? null,
    fastTrackLimit: version.fastTrackLimit ?? null,
    mayEnd: [...version.mayEnd],
    systems: version.systems ? [...version.systems] : null,
    pauses,
    clock: version.clock ?? null,
    source: version.source ?? null,
  };
}

type Stages = NonNullable<ProcedureVersion['pauses'][string]>['stages'];

function stagesOf(
  stages: Stages,
): Record<string, { effect: 'suspend' | 'restart' | 'none'; legalBasis: string | null }> | null {
  if (stages === undefined) return null;
  return Object.fromEntries(Object.entries(stages).filter(([, found]) => found !== undefined));
}
