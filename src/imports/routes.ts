/** @module Imports of open dossiers: a file taken, its progress, its faults as a file, and the hand that stops it. */

import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { IMPORT_MODES } from './commands.ts';
import { EXAMPLE_FILE } from './example.ts';
import { faultFile } from './fault-file.ts';
import { IMPORT_FORMATS } from './read.ts';
import { stageFile } from './stage.ts';
import { cancelImport, findImport, type ImportRecord, listImports } from './store.ts';

export interface ImportRouteDeps {
  readonly seal: Seal;
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly bytesAtMost: number;
  readonly now: () => number;
}

const importAnswer = z.object({
  id: z.int(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  mode: z.enum(IMPORT_MODES),
  format: z.enum(IMPORT_FORMATS).nullable(),
  fileName: z.string().nullable(),
  bytes: z.int(),
  rows: z.int().meta({ description: 'Rows looked at so far' }),
  adopted: z.int().meta({ description: 'Dossiers taken; in a trial, that would be' }),
  known: z.int().meta({ description: 'Dossiers that were registered before, and stay as they are' }),
  refused: z.int(),
  progress: z.number().meta({ description: 'Share of the file that has been read, 0 to 1' }),
  errors: z.string().meta({ description: 'Where the faults are to be had, row by row' }),
  unknownAgencies: z.array(z.string()).meta({ description: 'Codes that no catalogue knows; their dossiers are taken' }),
  unknownProcedures: z.array(z.string()),
  ignoredColumns: z.array(z.string()),
  failure: z.object({ vi: z.string(), en: z.string() }).nullable(),
  cancelled: z.object({ by: z.string(), reason: z.string() }).nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});

function toAnswer(found: ImportRecord): z.input<typeof importAnswer> {
  const { clientId, agencies: _, fraction, cancelledBy, cancelledReason, ...rest } = found;
  return {
    ...rest,
    state: found.state === 'receiving' ? 'running' : found.state,
    progress: Math.round(fraction * 1000) / 1000,
    errors: `/v1/imports/${found.id}/errors`,
    cancelled: cancelledBy === null ? null : { by: cancelledBy, reason: cancelledReason ?? '' },
    createdBy: clientId,
    createdAt: rfc3339(found.createdAt),
    finishedAt: rfc3339(found.finishedAt),
  };
}

const params = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const tag = 'imports';
const UPLOAD_SECONDS = 600;

export function importRoutes({ db, seal, catalogue, bytesAtMost, now }: ImportRouteDeps): Route[] {
  /** An import whose agencies are all the caller's: its faults name dossiers. */
  const maySee = (caller: Caller, { agencies }: ImportRecord): boolean => {
    const today = catalogue().agencies.asOf(now());
    return agencies.every((code) => today.covers(caller.agencies, today.standsFor(code)));
  };
  const found = async (id: number, caller: Caller): Promise<ImportRecord> => {
    const record = await findImport(db, id);
    if (record === null || !maySee(caller, record))
      fail('not-found', { detail: `No import ${id}`, detailVi: `Không có lần nhập số ${id}` });
    return record;
  };

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/imports',
      id: 'postImport',
      tag,
      summary: { vi: 'Nhập hồ sơ đang giải quyết từ tệp', en: 'Import open dossiers from a file' },
      description: {
        vi: 'Nội dung là tệp NDJSON, CSV hoặc XLSX; đọc và ghi ở phía sau, dừng giữa chừng thì đi tiếp, gửi lại cùng tệp không thay đổi gì. mode: validate chỉ kiểm tra; adopt nhận hồ sơ, không gửi gì lên Cổng; adopt-and-sync gửi những gì Cổng còn thiếu so với baseline.',
        en: 'The body is an NDJSON, CSV or XLSX file; it is worked on in the background, goes on after a stop, and the same file again changes nothing. mode: validate only checks; adopt takes the dossiers and sends nothing; adopt-and-sync sends what the destination lacks by its baseline.',
      },
      scope: 'imports.operate',
      audit: 'write',
      timeoutSeconds: UPLOAD_SECONDS,
      query: z.object({
        mode: z.enum(IMPORT_MODES),
        format: z.enum(IMPORT_FORMATS).optional().meta({ description: 'As the file itself shows, unless told' }),
        fileName: z.string().min(1).max(200).optional(),
      }),
      rawBody: 'stream',
      consumes: [
        'application/x-ndjson',
        'text/csv',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'application/octet-stream',
      ],
      response: { 202: z.object({ id: z.int() }) },
      errors: ['payload-too-large', 'validation', 'database-unavailable'],
      example: { query: { mode: 'validate', fileName: 'ho-so-dang-giai-quyet.ndjson' }, body: EXAMPLE_FILE },
      handler: async (call) => {
        const { mode, format = null, fileName = null } = call.query;
        if (Number(call.rawHeaders['content-length'] ?? 0) > bytesAtMost)
          fail('payload-too-large', { extra: { limit: bytesAtMost } });
        const id = await stageFile(db, call.body, {
          mode,
          format,
          fileName,
          clientId: call.caller.clientId,
          officer: call.access.officer,
          agencies: call.caller.agencies,
          bytesAtMost,
          seal,
          now,
        });
        call.audited({ details: { import: id, mode, fileName } });
        call.header('location', `/v1/imports/${id}`);
        return { id };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/imports',
      id: 'listImports',
      tag,
      summary: { vi: 'Các lần nhập, mới nhất trước', en: 'Imports, newest first' },
      scope: 'imports.read',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(importAnswer) }) },
      errors: ['invalid-parameters'],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { limit, cursor } = call.query;
        const records = await listImports(db, cursor === undefined ? null : Number(cursor), limit);
        if (records.length === limit) linkNext(call, records.at(-1)!.id);
        return { items: records.filter((record) => maySee(call.caller, record)).map(toAnswer) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/imports/:id',
      id: 'getImport',
      tag,
      summary: { vi: 'Tiến độ của một lần nhập', en: 'How far an import has come' },
      scope: 'imports.read',
      params,
      response: { 200: importAnswer },
      errors: ['not-found'],
      example: { params: { id: '1' } },
      handler: async (call) => toAnswer(await found(call.params.id, call.caller)),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/imports/:id/errors',
      id: 'getImportErrors',
      tag,
      summary: { vi: 'Tệp lỗi từng dòng (CSV mở được bằng Excel)', en: 'The faults row by row, as CSV in Vietnamese' },
      scope: 'imports.read',
      audit: 'read',
      params,
      response: { 200: { mediaTypes: ['text/csv'] } },
      errors: ['not-found'],
      example: { params: { id: '1' } },
      handler: async (call) => {
        const { id } = await found(call.params.id, call.caller);
        call.audited({ details: { import: id } });
        call.header('content-type', 'text/csv; charset=utf-8');
        call.header('content-disposition', `attachment; filename="loi-nhap-${id}.csv"`);
        return Readable.from(faultFile(db, id));
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/imports/:id/cancel',
      id: 'cancelImport',
      tag,
      summary: { vi: 'Dừng một lần nhập', en: 'Stop an import' },
      description: {
        vi: 'Hồ sơ đã nhận thì giữ nguyên; lần nhập đã xong không thay đổi.',
        en: 'What it has taken stays; one that has ended is left as it is.',
      },
      scope: 'imports.operate',
      audit: 'write',
      params,
      body: z.strictObject({ reason: z.string().min(3).max(1000) }),
      response: { 200: importAnswer },
      errors: ['not-found'],
      example: { params: { id: '1' }, body: { reason: 'Gửi nhầm tệp' } },
      handler: async (call) => {
        const { id } = await found(call.params.id, call.caller);
        const { reason } = call.body;
        const cancelled = await cancelImport(db, id, call.access.officer ?? call.caller.clientId, reason, now());
        call.audited({ details: { import: id, reason, cancelled } });
        return toAnswer(await found(id, call.caller));
      },
    }),
  ];
}
