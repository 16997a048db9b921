/** @module What the daily looks at the catalogues have found, for operators: listed, counted, ignored for a time; a look asked for between. */
import { z } from 'zod';
import type { Queryable } from '../../db/queryable.ts';
import { agencyCode } from '../../dossiers/shape.ts';
import { fail } from '../../errors.ts';
import { linkNext } from '../../http/paging.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Catalogue } from '../catalogue.ts';
import { keptAnswer, lookAnswer, misroutedAnswer, toKeptAnswer, toLookAnswer, toMisroutedAnswer } from './answers.ts';
import { EXAMPLE_DIFFERENCE, EXAMPLE_LOOK } from './examples.ts';
import { CATALOGUE_KINDS, SUBJECTS } from './kinds.ts';
import { findLook, insertLook, listLooks, partsOf } from './look-store.ts';
import { listMisrouted } from './routed-store.ts';
import type { Sides } from './sides.ts';
import { CATALOGUE_STATES, findKept, ignoreKept, listKept } from './store.ts';
import { summaryAnswer, summaryOf } from './summary.ts';

export interface CatalogueLookRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly sides: Pick<Sides, 'names' | 'parts'>;
}

const tag = 'catalogues';
const sideName = z.string().max(60);
const limit = z.coerce.number().int().min(1).max(1000).default(100);
const cursor = z
  .string()
  .regex(/^\d{1,15}$/)
  .optional();

export function catalogueLookRoutes({ db, catalogue, sides }: CatalogueLookRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/differences',
      id: 'listCatalogueDifferences',
      tag,
      summary: {
        vi: 'Sai lệch danh mục đang có',
        en: 'Catalogue differences that stand, as the daily look found them',
      },
      description: {
        vi: 'Thủ tục, tên, lĩnh vực, thời hạn giải quyết, phí, lệ phí, cơ quan khác nhau giữa tỉnh, Cổng và các bộ; cùng một sai lệch luôn là một dòng. Không nêu state: mọi sai lệch chưa hết.',
        en: 'Procedures, names, sectors, limits, fees and agencies that differ between the province, the portal and the ministries; the same difference is always the same row. Without a state all that are not over.',
      },
      scope: 'catalogues.read',
      query: z.object({
        side: sideName.optional().meta({ description: 'The system whose catalogue differs from ours' }),
        subject: z.enum(SUBJECTS).optional().meta({ description: 'What the difference is of' }),
        kind: z.enum(CATALOGUE_KINDS).optional(),
        state: z.enum(CATALOGUE_STATES).optional(),
        code: z.string().max(60).optional(),
        limit,
        cursor,
      }),
      response: { 200: z.object({ items: z.array(keptAnswer) }) },
      errors: [],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { side = null, subject = null, kind = null, state = null, code = null, limit: atMost } = call.query;
        const after = Number(call.query.cursor ?? 0);
        const items = await listKept(db, { side, subject, kind, state, code, after, limit: atMost });
        if (items.length === atMost) linkNext(call, items.at(-1)!.id);
        return { items: items.map(toKeptAnswer) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/differences/summary',
      id: 'getCatalogueSummary',
      tag,
      summary: {
        vi: 'Số liệu sai lệch danh mục và hồ sơ sai hệ thống',
        en: 'Catalogue differences and misrouted dossiers in numbers',
      },
      description: {
        vi: 'Mỗi bên: số sai lệch, từ khi nào, so lần cuối lúc nào, mỗi nội dung do đâu cho biết và những gì không bên nào cho biết. Hồ sơ sai hệ thống chỉ tính trong phạm vi cơ quan của người gọi.',
        en: 'Of each side how much differs, since when, when it was last compared, how each fact is known and what nobody tells. Dossiers with a wrong system are those of the caller’s agencies.',
      },
      scope: 'catalogues.read',
      response: { 200: summaryAnswer },
      errors: [],
      example: {},
      handler: async (call) => {
        const own = catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies);
        return summaryOf(db, await sides.names(), own, call.now);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/catalogues/differences/:id/ignore',
      id: 'ignoreCatalogueDifference',
      tag,
      summary: { vi: 'Tạm bỏ qua một sai lệch danh mục', en: 'Ignore a catalogue difference for a time' },
      description: {
        vi: 'Khi giá trị của một trong hai bên đổi, sai lệch lại được nêu.',
        en: 'It is shown again once its time is over, or when a value of either side changes.',
      },
      scope: 'catalogues.write',
      audit: 'write',
      params: z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      body: z.strictObject({ reason: z.string().min(3).max(1000), until: z.iso.datetime({ offset: true }) }),
      response: { 200: keptAnswer },
      errors: ['not-found', 'conflict'],
      example: {
        params: { id: String(EXAMPLE_DIFFERENCE) },
        body: { reason: 'Cổng đang cập nhật danh mục', until: '2027-01-31T17:00:00+07:00' },
      },
      handler: async (call) => {
        const { id } = call.params;
        const found = await findKept(db, id);
        if (found === null)
          fail('not-found', {
            detail: `No catalogue difference ${id}`,
            detailVi: `Không có sai lệch danh mục số ${id}`,
          });
        const until = Date.parse(call.body.until);
        if (until <= call.now)
          fail('validation', { violations: [{ path: '$.until', message: 'phải ở tương lai / must lie ahead' }] });
        const by = call.access.officer ?? call.caller.clientId;
        call.audited({ details: { catalogueDifference: id, side: found.side, code: found.code, ...call.body } });
        if (!(await ignoreKept(db, id, { by, reason: call.body.reason, until })))
          fail('conflict', { detail: 'The difference is over.', detailVi: 'Sai lệch này đã hết.' });
        return toKeptAnswer((await findKept(db, id)) ?? found);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/misrouted-dossiers',
      id: 'listMisroutedDossiers',
      tag,
      summary: {
        vi: 'Hồ sơ ở sai hệ thống',
        en: 'Dossiers that are with a system that does not resolve their procedure',
      },
      description: {
        vi: 'Hồ sơ đang giải quyết đã chuyển sang, hoặc được báo trạng thái từ hệ thống không phải hệ thống giải quyết thủ tục đó (systems trong danh mục thủ tục); từ khi nào, ai xử lý và làm gì. Hệ thống thuế, điều phối chỉ báo về hồ sơ, không tính.',
        en: 'Open dossiers that were handed to, or are told of by, another system than those that resolve their procedure (its systems in the catalogue): since when, who has to act, and how. Systems that resolve no procedure, such as tax and coordination, are never wrong.',
      },
      scope: 'reconciliation.read',
      query: z.object({
        system: sideName.optional().meta({ description: 'The system that they are with' }),
        agency: agencyCode.optional(),
        limit,
        cursor,
      }),
      response: { 200: z.object({ items: z.array(misroutedAnswer) }) },
      errors: [],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { system = null, agency, limit: atMost } = call.query;
        const agencies = catalogue().agencies.asOf(call.now);
        const rows = await listMisrouted(db, {
          own: agencies.codesUnder(call.caller.agencies),
          agency: agency === undefined ? null : agencies.codesUnder([agency]),
          system,
          after: Number(call.query.cursor ?? 0),
          limit: atMost,
        });
        if (rows.length === atMost) linkNext(call, rows.at(-1)!.differenceId);
        return { items: rows.map(toMisroutedAnswer) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/catalogues/looks',
      id: 'postCatalogueLook',
      tag,
      summary: { vi: 'So danh mục ngay, ngoài lần hằng ngày', en: 'Look at the catalogues now, beside the daily time' },
      scope: 'catalogues.write',
      audit: 'write',
      body: z.strictObject({ sides: z.array(sideName).min(1).max(100).optional() }).meta({
        description: 'Without sides: all of them, and the dossiers; dossiers can be named among them',
      }),
      response: { 202: lookAnswer },
      errors: ['not-found'],
      example: { body: {} },
      handler: async (call) => {
        const all = await sides.parts();
        const { sides: parts = null } = call.body;
        const unknown = (parts ?? []).filter((part) => !all.includes(part));
        if (unknown.length > 0)
          fail('not-found', {
            detail: `Nothing is known of a catalogue of ${unknown.join(', ')}; there are ${all.join(', ')}`,
            detailVi: `Không biết danh mục của ${unknown.join(', ')}; hiện có ${all.join(', ')}`,
          });
        const by = call.access.officer ?? call.caller.clientId;
        const id = (await insertLook(db, { lookedOn: null, requestedBy: by, parts, now: call.now }))!;
        call.audited({ details: { look: id, parts } });
        call.header('location', `/v1/catalogues/looks/${id}`);
        return toLookAnswer((await findLook(db, id))!, await partsOf(db, [id]));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/looks',
      id: 'listCatalogueLooks',
      tag,
      summary: { vi: 'Các lần so danh mục', en: 'Looks at the catalogues, newest first' },
      scope: 'catalogues.read',
      query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor }),
      response: { 200: z.object({ items: z.array(lookAnswer) }) },
      errors: [],
      example: { query: { limit: 5 } },
      handler: async (call) => {
        const { limit: atMost, cursor: before } = call.query;
        const found = await listLooks(db, before === undefined ? null : Number(before), atMost);
        const parts = await partsOf(
          db,
          found.map(({ id }) => id),
        );
        if (found.length === atMost) linkNext(call, found.at(-1)!.requestedAt);
        return { items: found.map((look) => toLookAnswer(look, parts)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/looks/:id',
      id: 'getCatalogueLook',
      tag,
      summary: { vi: 'Một lần so danh mục', en: 'A look at the catalogues' },
      scope: 'catalogues.read',
      params: z.object({ id: z.uuid() }),
      response: { 200: lookAnswer },
      errors: ['not-found'],
      example: { params: { id: EXAMPLE_LOOK } },
      handler: async (call) => {
        const { id } = call.params;
        const found = await findLook(db, id);
        if (found === null) fail('not-found', { detail: `No look ${id}`, detailVi: `Không có lần so danh mục ${id}` });
        return toLookAnswer(found, await partsOf(db, [id]));
      },
    }),
  ];
}
