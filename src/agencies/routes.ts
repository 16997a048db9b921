/** @module Agencies as they stand on a day, with their codes, predecessors and successors; and the operator's hand that changes them. */
import type pg from 'pg';
import { z } from 'zod';
import { readRows } from '../catalogue/import.ts';
import type { KeptCatalogue } from '../catalogue/keep.ts';
import { officeHoursAnswer, toOfficeHours } from '../catalogue/office-hours.ts';
import { agencyCode, day } from '../dossiers/shape.ts';
import { fail, GatewayError } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { yesOrNo } from '../http/yes-or-no.ts';
import { type Agency, agencyShape, idOf } from './agency.ts';
import type { AgenciesOn } from './directory.ts';
import { writeAgencies } from './store.ts';

export interface AgencyRouteDeps {
  readonly db: pg.Pool;
  readonly kept: Pick<KeptCatalogue, 'catalogue' | 'reload'>;
}

const dated = { effectiveFrom: z.string().nullable(), effectiveTo: z.string().nullable() };
const agencyAnswer = z.object({
  id: z.string(),
  code: z.string().meta({ description: 'The code it goes by on that day' }),
  name: z.string(),
  level: z.string(),
  parentCode: z.string().nullable(),
  codes: z.array(z.object({ code: z.string(), ...dated })),
  predecessors: z.array(
    z.object({ code: z.string(), name: z.string(), effectiveFrom: z.string(), decision: z.string().nullable() }),
  ),
  successors: z.array(z.object({ code: z.string(), name: z.string() })),
  ...dated,
  officeHours: officeHoursAnswer.nullable(),
});

function toAnswer(agency: Agency, agencies: AgenciesOn): z.input<typeof agencyAnswer> {
  const named = (other: Agency) => ({ code: agencies.codeOf(other), name: other.name });
  const { predecessors = [], officeHours } = agency;
  const parent = agencies.parentOf(agency);
  return {
    id: idOf(agency),
    ...named(agency),
    level: agency.level,
    parentCode: parent ? agencies.codeOf(parent) : null,
    codes: agencies.codesOf(agency),
    predecessors: predecessors.map((predecessor) => ({
      code: predecessor.code,
      name: agencies.predecessorOf(agency, predecessor)?.name ?? predecessor.code,
      effectiveFrom: predecessor.effectiveFrom,
      decision: predecessor.decision ?? null,
    })),
    successors: agencies.successorsOf(agency).map(named),
    effectiveFrom: agency.effectiveFrom ?? null,
    effectiveTo: agencies.lastDayOf(agency),
    officeHours: officeHours ? toOfficeHours(officeHours) : null,
  };
}

const edit = z
  .strictObject({
    reason: z.string().min(3).max(1000),
    items: z.array(agencyShape).min(1).max(5_000).optional(),
    csv: z.string().min(1).max(4_000_000).optional(),
  })
  .refine(({ items, csv }) => (items === undefined) !== (csv === undefined), {
    params: { vi: 'cần một trong hai: items hoặc csv', en: 'one of items and csv is required' },
  });

export function agencyRoutes({ db, kept }: AgencyRouteDeps): Route[] {
  const on = (asOf: string | undefined, now: number): AgenciesOn => {
    const { agencies } = kept.catalogue();
    return asOf === undefined ? agencies.asOf(now) : agencies.on(asOf);
  };
  const asOf = day.optional().meta({ description: 'The day to look at; today unless told' });

  return [
    defineRoute({
      method: 'GET',
      path: '/v1/agencies',
      id: 'listAgencies',
      tag: 'catalogues',
      summary: { vi: 'Cơ quan, đơn vị', en: 'Agencies' },
      description: {
        vi: 'Như vào ngày asOf (mặc định hôm nay). under: cơ quan đó, các đơn vị bên dưới và các đơn vị đã sáp nhập vào. includeClosed: kể cả đơn vị đã giải thể, sáp nhập.',
        en: 'As on the day asOf (today unless told). under: that agency, those below it and those merged into these. includeClosed: those that no longer exist as well.',
      },
      scope: 'catalogues.read',
      query: z.object({ asOf, under: agencyCode.optional(), includeClosed: yesOrNo.default(false) }),
      response: { 200: z.object({ items: z.array(agencyAnswer) }) },
      errors: [],
      example: { query: { under: 'H15.50', includeClosed: 'true' } },
      handler: ({ query, now }) => {
        const agencies = on(query.asOf, now);
        const asked = query.under === undefined ? kept.catalogue().agencies.agencies : agencies.under(query.under);
        const shown = query.includeClosed ? asked : asked.filter((agency) => agencies.exists(agency));
        return { items: shown.map((agency) => toAnswer(agency, agencies)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/agencies/:code',
      id: 'getAgency',
      tag: 'catalogues',
      summary: {
        vi: 'Cơ quan theo mã, cũ hoặc mới, và đơn vị kế thừa',
        en: 'The agency of a code, old or new, and who has taken it over',
      },
      scope: 'catalogues.read',
      params: z.object({ code: agencyCode }),
      query: z.object({ asOf }),
      response: { 200: agencyAnswer },
      errors: ['not-found'],
      example: { params: { code: '000.00.50.H15' } },
      handler: ({ params: { code }, query, now }) => {
        const agencies = on(query.asOf, now);
        const agency = agencies.find(code);
        if (agency === null)
          fail('not-found', {
            detail: `No agency goes by ${code}`,
            detailVi: `Danh mục không có cơ quan mang mã ${code}`,
          });
        return toAnswer(agency, agencies);
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/agencies',
      id: 'putAgencies',
      tag: 'catalogues',
      summary: { vi: 'Thêm, sửa, sáp nhập cơ quan', en: 'Add, change and merge agencies' },
      description: {
        vi: 'Ghi tất cả hoặc không ghi gì; cơ quan không nêu giữ nguyên. items (JSON) hoặc csv (nội dung tệp). Đơn vị được nêu ở predecessors thôi hoạt động từ ngày đó, hồ sơ của nó tính cho đơn vị kế thừa.',
        en: 'All or nothing; agencies not listed stay as they are. items (JSON) or csv (a file’s text). One named in predecessors ends on that day, and its dossiers count for its successor.',
      },
      scope: 'catalogues.write',
      audit: 'write',
      bodyLimit: 5 * 1024 * 1024,
      body: edit,
      response: { 200: z.object({ written: z.int(), unchanged: z.int() }) },
      errors: ['database-unavailable'],
      example: {
        body: {
          reason: 'Đổi tên theo Nghị quyết của HĐND tỉnh',
          items: [{ code: 'H15.59', name: 'UBND xã Ea Phê', level: 'commune', parentCode: 'H15' }],
        },
      },
      handler: async (call) => {
        const { reason, items, csv } = call.body;
        const rows = items ?? rowsOf(csv!);
        const done = await writeAgencies(db, rows, {
          author: call.caller.clientId,
          officer: call.access.officer,
          reason,
        });
        call.audited({ details: { reason, ...done, codes: rows.slice(0, 100).map(({ code }) => code) } });
        if (done.written > 0) await kept.reload();
        return done;
      },
    }),
  ];
}

const VIOLATIONS_AT_MOST = 100;

/** @throws GatewayError `validation` with every bad cell by its row */
function rowsOf(csv: string): Agency[] {
  const { rows, faults } = readRows('agencies', csv, 'csv');
  if (faults.length > 0) {
    const violations = faults
      .slice(0, VIOLATIONS_AT_MOST)
      .map(({ row, path, message }) => ({ path: row === 0 ? '$.csv' : `$.csv[${row}].${path}`, message }));
    throw new GatewayError('validation', { violations });
  }
  return rows;
}
