/** @module Uploaded lists of a side's catalogue, for operators: what a system that cannot be asked would tell. */
import { z } from 'zod';
import type { Queryable } from '../../db/queryable.ts';
import { fail } from '../../errors.ts';
import { linkNext } from '../../http/paging.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { TABLE_TYPES } from '../../imports/named-table.ts';
import { MINUTE } from '../../units.ts';
import { listAnswer, toListAnswer } from './answers.ts';
import { EXAMPLE_LIST, EXAMPLE_LIST_BODY } from './examples.ts';
import { COVERS } from './kinds.ts';
import { LIST_KINDS } from './list-read.ts';
import { findList, listLists, sidePattern } from './list-store.ts';
import { takeList } from './list-take.ts';

const tag = 'catalogues';
/** How far a clock of ours may be behind the one that dated the file. */
const AHEAD = 5 * MINUTE;
const UPLOAD_SECONDS = 120;

export function catalogueListRoutes({ db }: { readonly db: Queryable }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/catalogues/lists',
      id: 'postCatalogueList',
      tag,
      summary: { vi: 'Tải lên danh mục của một bên', en: 'Upload a side’s list of procedures or agencies' },
      description: {
        vi: 'Dùng khi không hỏi được hệ thống đó, hoặc nó không cho biết thời hạn, phí, cơ quan. Tệp CSV, XLSX hoặc NDJSON; cột nhận theo tên ở dòng tiêu đề: Mã TTHC, Tên TTHC, Mã lĩnh vực, Lĩnh vực, Thời hạn giải quyết (15 ngày làm việc), Mã phí lệ phí, Mức thu; Mã cơ quan, Tên cơ quan, Mã cơ quan cấp trên. Thủ tục có nhiều khoản phí ghi nhiều dòng. covers: all – có mọi thủ tục của tỉnh; own – có mọi thủ tục do hệ thống đó giải quyết; listed – chỉ so những gì có trong danh sách. Nội dung hệ thống tự cho biết được ưu tiên.',
        en: 'For a system that cannot be asked, or tells nothing of limits, fees or agencies. A CSV, XLSX or NDJSON file whose columns are known by their headers: code, name, sectorCode, sectorName, limit (15wd), feeCode, fee; of agencies code, name, parentCode. A procedure with several fees has several rows. covers says what the list holds: all of the province’s procedures, its own (those that the system resolves), or listed: only what stands in it is compared. What the system tells itself goes before.',
      },
      scope: 'catalogues.write',
      audit: 'write',
      timeoutSeconds: UPLOAD_SECONDS,
      query: z.object({
        side: z
          .string()
          .regex(sidePattern)
          .meta({ description: 'Whose list it is: the name of a connector, or another' }),
        kind: z.enum(LIST_KINDS),
        covers: z.enum(COVERS).default('listed').meta({ description: 'Which of our own the list should hold' }),
        asOf: z.iso.datetime({ offset: true }).meta({ description: 'When the catalogue of that side was so' }),
        fileName: z.string().min(1).max(200).optional(),
      }),
      rawBody: 'stream',
      consumes: TABLE_TYPES,
      response: { 201: listAnswer },
      errors: ['payload-too-large', 'validation'],
      example: {
        query: { side: 'social-policy', kind: 'procedures', covers: 'own', asOf: '2026-03-20T08:00:00+07:00' },
        headers: { 'content-type': 'text/csv' },
        body: EXAMPLE_LIST_BODY,
      },
      handler: async (call) => {
        const { side, kind, covers, fileName = null } = call.query;
        const asOf = Date.parse(call.query.asOf);
        if (asOf > call.now + AHEAD)
          fail('validation', { violations: [{ path: 'query.asOf', message: 'chưa tới / lies ahead' }] });
        const { clientId } = call.caller;
        const { officer } = call.access;
        const list = { side, kind, covers, fileName, asOf, clientId, officer };
        const taken = await takeList(db, call.body, list, call.now);
        call.audited({ details: { list: taken.id, side, kind, covers, rows: taken.rows } });
        call.header('location', `/v1/catalogues/lists/${taken.id}`);
        return toListAnswer(taken);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/lists',
      id: 'listCatalogueLists',
      tag,
      summary: { vi: 'Danh mục đã tải lên', en: 'Uploaded lists, newest first' },
      scope: 'catalogues.read',
      query: z.object({
        side: z.string().max(60).optional().meta({ description: 'Only lists of this side' }),
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(listAnswer) }) },
      errors: [],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { side = null, limit, cursor } = call.query;
        const items = await listLists(db, { side, before: cursor === undefined ? null : Number(cursor), limit });
        if (items.length === limit) linkNext(call, items.at(-1)!.id);
        return { items: items.map(toListAnswer) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/catalogues/lists/:id',
      id: 'getCatalogueList',
      tag,
      summary: { vi: 'Một danh mục đã tải lên', en: 'An uploaded list' },
      scope: 'catalogues.read',
      params: z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      response: { 200: listAnswer },
      errors: ['not-found'],
      example: { params: { id: String(EXAMPLE_LIST) } },
      handler: async (call) => {
        const { id } = call.params;
        const found = await findList(db, id);
        if (found === null) fail('not-found', { detail: `No list ${id}`, detailVi: `Không có danh mục số ${id}` });
        return toListAnswer(found);
      },
    }),
  ];
}
