/** @module The report on catalogues, as JSON, CSV and XLSX. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Sides } from '../catalogue/sides/sides.ts';
import type { Queryable } from '../db/queryable.ts';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import { defineRoute, jsonOrFile, type Route } from '../http/route.ts';
import { toXlsx } from '../papers/xlsx.ts';
import { catalogueReport, catalogueReportOf, csvOf, sheetsOf } from './catalogues.ts';

export interface CatalogueReportDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly sides: Sides;
}

const FILES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export function catalogueReportRoutes({ db, catalogue, sides }: CatalogueReportDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/reports/catalogues',
      id: 'reportCatalogues',
      tag: 'reports',
      summary: {
        vi: 'Báo cáo sai lệch danh mục',
        en: 'What catalogues say differently, and dossiers with a wrong system',
      },
      description: {
        vi: 'Sai lệch đang có giữa danh mục của tỉnh, Cổng và các bộ; hồ sơ ở sai hệ thống thuộc phạm vi cơ quan của người gọi; những gì không bên nào cho biết.',
        en: 'Everything that stands between our catalogues, the portal’s and the ministries’; dossiers with a wrong system, of the caller’s agencies; what nobody tells.',
      },
      scope: 'reports.read',
      timeoutSeconds: 60,
      query: z.object({
        side: z.string().max(60).optional().meta({ description: 'Only this side' }),
        format: z.enum(['json', 'csv', 'xlsx']).default('json'),
      }),
      response: { 200: jsonOrFile(catalogueReport, ...Object.values(FILES)) },
      errors: [],
      example: {},
      handler: async (call) => {
        const { side = null, format } = call.query;
        const { now, signal } = call;
        const own = catalogue().agencies.asOf(now).codesUnder(call.caller.agencies);
        const report = await catalogueReportOf(db, { names: await sides.names(), own, side, now, signal });
        if (format === 'json') return report;
        call.header('content-type', format === 'csv' ? `${FILES.csv}; charset=utf-8` : FILES[format]);
        call.header('content-disposition', `attachment; filename="sai-lech-danh-muc-${isoDate(dayOf(now))}.${format}"`);
        return format === 'csv' ? csvOf(report) : toXlsx(sheetsOf(report));
      },
    }),
  ];
}
