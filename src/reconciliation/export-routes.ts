/** @module Uploaded exports of a portal, for operators: the third way to know the other side. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { agencyCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { TABLE_TYPES } from '../imports/named-table.ts';
import type { Profile } from '../sync/profile.ts';
import { MINUTE } from '../units.ts';
import { EXAMPLE_EXPORT } from './examples.ts';
import { EXPORT_COLUMNS, type ExportWords } from './export-columns.ts';
import { findExport, type PortalExport } from './export-store.ts';
import { takeExport } from './export-take.ts';

export interface ExportRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly profile: (destination: string) => Profile;
  readonly destinations: () => readonly { readonly name: string }[];
  readonly words: ExportWords;
  readonly bytesAtMost: number;
  readonly now: () => number;
}

const exportAnswer = z.object({
  id: z.int(),
  destination: z.string(),
  fileName: z.string().nullable(),
  asOf: z.string().meta({ description: 'When the file was made: what has moved since is not judged by it' }),
  from: z.string(),
  to: z.string(),
  agencyCode: z.string(),
  procedureCode: z.string().nullable(),
  rows: z.int(),
  repeated: z.int().meta({ description: 'Rows whose code stood in the file before; the first counts' }),
  unread: z.int().meta({ description: 'Rows that could not be read in full; what of them could not is not judged' }),
  faults: z.array(z.object({ row: z.int(), column: z.string().nullable() })),
  tells: z
    .array(z.enum(EXPORT_COLUMNS))
    .meta({ description: 'What is compared; the rest cannot be told by this file' }),
  ignoredColumns: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
});

const toAnswer = ({
  clientId,
  asOf,
  createdAt,
  tells,
  faults,
  ...rest
}: PortalExport): z.input<typeof exportAnswer> => ({
  ...rest,
  asOf: rfc3339(asOf),
  tells: tells as (typeof EXPORT_COLUMNS)[number][],
  faults: [...faults],
  ignoredColumns: [...rest.ignoredColumns],
  createdBy: clientId,
  createdAt: rfc3339(createdAt),
});

const UPLOAD_SECONDS = 600;
/** How far a clock of ours may be behind the one that dated the file. */
const AHEAD = 5 * MINUTE;
const tag = 'reconciliation';

export function exportRoutes(deps: ExportRouteDeps): Route[] {
  const { db, catalogue, profile, destinations, words, bytesAtMost, now } = deps;
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/portal-exports',
      id: 'postPortalExport',
      tag,
      summary: { vi: 'Tải lên danh sách kết xuất từ Cổng', en: 'Upload an exported list of the portal' },
      description: {
        vi: 'Dùng khi Cổng không cho liệt kê, hoặc không hỏi được từng mã. Nội dung là tệp CSV, XLSX hoặc NDJSON; cột nhận theo tên ở dòng tiêu đề (RECONCILE_EXPORT_COLUMNS bổ sung tên khác). from, to, agencyCode, procedureCode: phạm vi của tệp – hồ sơ trong phạm vi mà tệp không có là thiếu trên Cổng. Chỉ mã, trạng thái, ngày hẹn trả, ngày tiếp nhận, hình thức nộp, mã thủ tục được lưu.',
        en: 'For a portal that has no listing, or cannot be asked at all. The body is a CSV, XLSX or NDJSON file whose columns are known by their headers (RECONCILE_EXPORT_COLUMNS adds to them). from, to, agencyCode and procedureCode say what the file covers: a dossier within it that the file lacks is missing at the portal. Only code, status, appointment, receipt, channel and procedure are kept.',
      },
      scope: 'reconciliation.operate',
      audit: 'write',
      timeoutSeconds: UPLOAD_SECONDS,
      query: z.object({
        destination: z.string().max(60).default('national-portal').meta({ description: 'Whose list it is' }),
        asOf: z.iso.datetime({ offset: true }).meta({ description: 'When the portal made the file' }),
        from: z.iso.date().meta({ description: 'Date of receipt, included' }),
        to: z.iso.date().meta({ description: 'Date of receipt, included' }),
        agencyCode: agencyCode.optional().meta({ description: 'Yours where you name none' }),
        procedureCode: z
          .string()
          .max(60)
          .optional()
          .meta({ description: 'Where it has the dossiers of one procedure alone' }),
        fileName: z.string().min(1).max(200).optional(),
      }),
      rawBody: 'stream',
      consumes: TABLE_TYPES,
      response: { 201: exportAnswer },
      errors: ['not-found', 'forbidden-agency', 'payload-too-large', 'validation', 'database-unavailable'],
      example: {
        query: { asOf: '2026-03-20T08:00:00+07:00', from: '2026-03-10', to: '2026-03-10', fileName: 'cong-dvcqg.csv' },
        body: EXAMPLE_EXPORT,
      },
      handler: async (call) => {
        const { destination, from, to, procedureCode = null, fileName = null } = call.query;
        if (!destinations().some(({ name }) => name === destination))
          fail('not-found', {
            detail: `No destination ${destination}`,
            detailVi: `Không có hệ thống nhận ${destination}`,
          });
        const own = call.caller.agencies;
        const agency = call.query.agencyCode ?? (own.length === 1 ? own[0]! : null);
        if (agency === null)
          fail('validation', {
            violations: [
              { path: '$.agencyCode', message: 'nêu một cơ quan trong số của mình / name one of your agencies' },
            ],
          });
        if (!catalogue().agencies.asOf(call.now).covers(own, [agency])) fail('forbidden-agency');
        const asOf = Date.parse(call.query.asOf);
        if (asOf > call.now + AHEAD)
          fail('validation', { violations: [{ path: '$.asOf', message: 'chưa tới / lies ahead' }] });
        if (from > to)
          fail('validation', {
            violations: [{ path: '$.to', message: 'đến ngày phải sau từ ngày / to comes after from' }],
          });
        if (Number(call.rawHeaders['content-length'] ?? 0) > bytesAtMost)
          fail('payload-too-large', { extra: { limit: bytesAtMost } });
        const { clientId } = call.caller;
        const { officer } = call.access;
        const taken = await takeExport({ db, words, profile: profile(destination), bytesAtMost, now }, call.body, {
          destination,
          fileName,
          asOf,
          from,
          to,
          agencyCode: agency,
          procedureCode,
          clientId,
          officer,
        });
        call.audited({ details: { export: taken.id, from, to, rows: taken.rows } });
        call.header('location', `/v1/portal-exports/${taken.id}`);
        return toAnswer(taken);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/portal-exports/:id',
      id: 'getPortalExport',
      tag,
      summary: { vi: 'Một danh sách đã tải lên', en: 'An uploaded export' },
      scope: 'reconciliation.read',
      params: z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      response: { 200: exportAnswer },
      errors: ['not-found'],
      example: { params: { id: '1' } },
      handler: async (call) => {
        const { id } = call.params;
        const found = await findExport(db, id);
        if (found === null || !catalogue().agencies.asOf(call.now).covers(call.caller.agencies, [found.agencyCode]))
          fail('not-found', { detail: `No export ${id}`, detailVi: `Không có danh sách số ${id}` });
        return toAnswer(found);
      },
    }),
  ];
}
