/** @module Catalogue differences for operators: procedures here and at the portal, and codes of dossiers that no catalogue knows. */
import { z } from 'zod';
import type { PortalClient } from '../capabilities/portal.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Catalogue } from './catalogue.ts';
import { CATALOGUE_DIFFERENCES, catalogueDifferences } from './diff.ts';

export interface CatalogueDiffDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: () => readonly { readonly name: string; readonly portal: PortalClient | null }[];
}

/** What the wire of a portal tells nothing of; said, so that silence is not taken for agreement. */
const NOT_TOLD = ['limits', 'fees', 'agencies'];

const unknownCode = z.object({ code: z.string(), openDossiers: z.int() });

export function catalogueDiffRoutes({ db, catalogue, destinations }: CatalogueDiffDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/diff',
      id: 'getCatalogueDiff',
      tag: 'catalogues',
      summary: { vi: 'Sai lệch danh mục với Cổng', en: 'What differs between our catalogues and the portal’s' },
      description: {
        vi: 'Thủ tục chỉ có một bên, tên hoặc lĩnh vực khác nhau; mã thủ tục, mã cơ quan của hồ sơ đang giải quyết mà danh mục không có. notTold: những gì giao diện của Cổng không cho biết.',
        en: 'Procedures that one side lacks, names and sectors that differ; codes of open dossiers that no catalogue has. notTold is what the portal’s wire says nothing of.',
      },
      scope: 'catalogues.read',
      query: z.object({
        destination: z.string().max(60).default('national-portal').meta({ description: 'The portal compared with' }),
      }),
      response: {
        200: z.object({
          destination: z.string(),
          procedures: z.array(
            z.object({
              kind: z.enum(CATALOGUE_DIFFERENCES),
              code: z.string(),
              ours: z.string().nullable(),
              theirs: z.string().nullable(),
            }),
          ),
          unknownProcedures: z.array(unknownCode),
          unknownAgencies: z.array(unknownCode),
          notTold: z.array(z.string()),
        }),
      },
      errors: ['not-found', 'upstream-unavailable', 'upstream-timeout', 'upstream-contract'],
      example: {},
      handler: async (call) => {
        const { destination } = call.query;
        const portal = destinations().find(({ name }) => name === destination)?.portal ?? null;
        if (portal === null)
          fail('not-found', {
            detail: `No connected destination ${destination}`,
            detailVi: `Không có kết nối tới ${destination}`,
          });
        const { data } = catalogue();
        const today = data.procedures.filter(({ code }) => catalogue().procedureAt(code, call.now) !== null);
        const [listed, used] = await Promise.all([portal.listProcedures(), codesInUse(db)]);
        const unknown = (codes: readonly InUse[], isKnown: (code: string) => boolean) =>
          codes.filter(({ code }) => !isKnown(code)).map(({ code, n }) => ({ code, openDossiers: n }));
        return {
          destination,
          procedures: catalogueDifferences(today, listed),
          unknownProcedures: unknown(used.procedures, (code) => catalogue().knowsProcedure(code)),
          unknownAgencies: unknown(used.agencies, (code) => catalogue().agency(code) !== null),
          notTold: NOT_TOLD,
        };
      },
    }),
  ];
}

interface InUse {
  readonly code: string;
  readonly n: number;
}

async function codesInUse(db: Queryable): Promise<{ procedures: InUse[]; agencies: InUse[] }> {
  const of = async (column: 'procedure_code' | 'agency_code'): Promise<InUse[]> =>
    (
      await db.query<InUse>(
        `select ${column} as code, count(*)::int as n from dossier where finished_at is null and ${column} is not null group by 1 order by 1`,
      )
    ).rows;
  const [procedures, agencies] = await Promise.all([of('procedure_code'), of('agency_code')]);
  return { procedures, agencies };
}
