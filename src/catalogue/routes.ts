/** @module The catalogues as iGate reads them: pause reasons with their legal basis, procedures, agencies. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { Catalogue } from './catalogue.ts';

const effect = z.enum(['suspend', 'restart', 'none']);
const reason = z.object({
  code: z.string(),
  name: z.object({ vi: z.string(), en: z.string() }),
  effect,
  legalBasis: z.string().nullable(),
  effectiveFrom: z.string(),
  effectiveTo: z.string().nullable(),
});
const procedure = z.object({
  code: z.string(),
  name: z.string(),
  sector: z.object({ code: z.string(), name: z.string() }),
  limit: z.object({ amount: z.number(), unit: z.string() }).nullable(),
  startRule: z.union([z.string(), z.object({ cutoff: z.string() })]),
  mayEnd: z.array(z.string()),
  pauses: z.record(z.string(), z.object({ effect, legalBasis: z.string().nullable() })),
  pauseNeedsDocument: z.boolean(),
  effectiveFrom: z.string(),
  effectiveTo: z.string().nullable(),
});
const agency = z.object({ code: z.string(), name: z.string(), parentCode: z.string().nullable(), level: z.string() });

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
      path: '/v1/procedures',
      id: 'listProcedures',
      summary: { vi: 'Thủ tục hành chính và thời hạn', en: 'Procedures with their limits' },
      response: { 200: z.object({ items: z.array(procedure) }) },
      handler: () => ({
        items: catalogue().data.procedures.map((version) => ({
          ...version,
          mayEnd: [...version.mayEnd],
          pauses: { ...version.pauses },
        })),
      }),
    }),
    defineRoute({
      ...shared,
      path: '/v1/agencies',
      id: 'listAgencies',
      summary: { vi: 'Cơ quan, đơn vị', en: 'Agencies' },
      response: { 200: z.object({ items: z.array(agency).readonly() }) },
      handler: () => ({ items: catalogue().data.agencies }),
    }),
  ];
}
