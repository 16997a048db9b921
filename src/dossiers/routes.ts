/** @module Registering and reading dossiers: PUT, POST, PATCH, GET and the officer's lists. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { ifMatch, versionOf } from '../http/if-match.ts';
import { linkNext } from '../http/paging.ts';
import { type Access, defineRoute, type Route } from '../http/route.ts';
import { findCompared } from '../observing/read-store.ts';
import { headsOf, type Placement } from '../sync/heads.ts';
import { HOUR } from '../units.ts';
import {
  deadlineAnswer,
  dossierAnswer,
  syncAnswer,
  timelineAnswer,
  toDeadlineAnswer,
  toDossierAnswer,
  toSyncAnswer,
  toTimelineAnswer,
} from './answers.ts';
import type { Appender } from './append.ts';
import { deadlineInput } from './appointment.ts';
import type { RegisterCommand } from './commands.ts';
import { CREATED_EXAMPLE, EXAMPLE_CODE, examplePut, NEW_EXAMPLE } from './examples.ts';
import { foldOf } from './folded.ts';
import { permittedDossier } from './permitted.ts';
import { personsOf } from './personal.ts';
import { type DossierRecord, listDossiers, readSync, readTimeline } from './read-store.ts';
import { orRefuse } from './refusal.ts';
import { agencyCode, dossierCode, dossierPatch, dossierPost, dossierPut, instant } from './shape.ts';
import { STATUSES } from './status.ts';

export interface DossierRouteDeps {
  readonly db: Queryable;
  readonly appender: Appender;
  readonly catalogue: () => Catalogue;
  readonly placement: Placement;
}

const tag = 'dossiers';
const params = z.object({ code: z.string().min(1).max(100) });
const REGISTER_ERRORS = [
  'forbidden-agency',
  'alias-taken',
  'conflict',
  'precondition-required',
  'precondition-failed',
  'reason-required',
  'queue-full',
  'database-unavailable',
] as const;

export function dossierRoutes({ db, appender, catalogue, placement }: DossierRouteDeps): Route[] {
  const found = (code: string, { caller, now }: { caller: Caller; now: number }): Promise<DossierRecord> =>
    permittedDossier(db, catalogue(), code, caller, now);

  const register = async (
    call: {
      caller: Caller;
      access: Access;
      now: number;
      status(code: number): void;
      header(name: string, value: string): void;
    },
    command: Omit<RegisterCommand, 'type' | 'source' | 'agencies' | 'author' | 'officer'>,
  ): Promise<z.input<typeof dossierAnswer>> => {
    const { caller } = call;
    const sender = {
      source: 'igate',
      agencies: caller.agencies,
      author: caller.clientId,
      officer: call.access.officer,
    };
    const [result] = await appender.append({ commands: [{ type: 'register', ...sender, ...command }], raw: null });
    const done = orRefuse(result!);
    const record = await found(command.code, call);
    // A part that completes a dossier which a ministry's push had opened makes nothing new of it.
    const isNew = command.mode !== 'patch' && 'created' in done && done.created;
    call.status(isNew ? 201 : 200);
    call.header('etag', `"${record.headSeq}"`);
    return toDossierAnswer(record, catalogue(), call.now);
  };

  return [
    defineRoute({
      method: 'PUT',
      path: '/v1/dossiers/:code',
      id: 'putDossier',
      tag,
      summary: { vi: 'Đăng ký hoặc cập nhật hồ sơ', en: 'Register a dossier, or change what it says' },
      description: {
        vi: 'Lặp lại được: trường vắng mặt giữ nguyên, null hoặc [] là xóa. Đổi thủ tục, thời điểm tiếp nhận hay loại chủ hồ sơ cần If-Match và reason.',
        en: 'Idempotent: what is absent stays, null and [] empty. Procedure, time of receipt and the applicant’s kind take If-Match and a reason.',
      },
      scope: 'dossiers.write',
      audit: 'write',
      params: z.object({ code: dossierCode }),
      headers: ifMatch,
      body: dossierPut,
      response: { 200: dossierAnswer, 201: dossierAnswer },
      errors: REGISTER_ERRORS,
      example: { params: { code: NEW_EXAMPLE }, body: examplePut },
      handler: async (call) => {
        call.audited({ dossier: call.params.code });
        const { reason, ...fields } = call.body;
        return register(call, {
          code: call.params.code,
          fields,
          mode: 'put',
          ifMatch: versionOf(call.headers['if-match']),
          reason: reason ?? null,
        });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/dossiers',
      id: 'postDossier',
      tag,
      summary: { vi: 'Đăng ký hồ sơ mới', en: 'Register a new dossier' },
      scope: 'dossiers.write',
      audit: 'write',
      body: dossierPost,
      response: { 201: dossierAnswer },
      errors: REGISTER_ERRORS,
      example: { body: { code: CREATED_EXAMPLE, ...examplePut } },
      handler: async (call) => {
        const { code, ...fields } = call.body;
        call.audited({ dossier: code });
        return register(call, { code, fields, mode: 'create', ifMatch: null, reason: null });
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/dossiers/:code',
      id: 'patchDossier',
      tag,
      summary: { vi: 'Sửa một phần hồ sơ', en: 'Change parts of a dossier' },
      scope: 'dossiers.write',
      audit: 'write',
      params,
      headers: ifMatch,
      body: dossierPatch,
      response: { 200: dossierAnswer },
      errors: ['dossier-not-found', ...REGISTER_ERRORS],
      example: {
        params: { code: EXAMPLE_CODE },
        headers: { 'if-match': '*' },
        body: { summary: 'Đăng ký biến động đất đai (bổ sung)' },
      },
      handler: async (call) => {
        call.audited({ dossier: call.params.code });
        const { reason, ...fields } = call.body;
        const { code } = await found(call.params.code, call);
        return register(call, {
          code: code ?? call.params.code,
          fields,
          mode: 'patch',
          ifMatch: versionOf(call.headers['if-match']),
          reason: reason ?? null,
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/dossiers/:code',
      id: 'getDossier',
      tag,
      summary: { vi: 'Xem hồ sơ', en: 'Read a dossier' },
      scope: 'dossiers.read',
      audit: 'read',
      params,
      response: { 200: dossierAnswer },
      errors: ['dossier-not-found', 'forbidden-agency'],
      example: { params: { code: EXAMPLE_CODE } },
      handler: async (call) => {
        const record = await found(call.params.code, call);
        call.audited({ dossier: record.code ?? call.params.code, targets: personsOf(record.fields) });
        call.header('etag', `"${record.headSeq}"`);
        return toDossierAnswer(record, catalogue(), call.now);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/dossiers',
      id: 'listDossiers',
      tag,
      summary: { vi: 'Danh sách hồ sơ', en: 'List dossiers' },
      scope: 'dossiers.read',
      audit: 'read',
      query: z.object({
        agency: agencyCode.optional(),
        status: z.enum(STATUSES).optional(),
        dueBefore: instant.optional(),
        pausedLongerThan: z.coerce.number().positive().max(10_000).optional().meta({ description: 'hours' }),
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(dossierAnswer) }) },
      errors: ['invalid-parameters'],
      example: { query: { status: 'paused', limit: 20 } },
      handler: async (call) => {
        const { agency, status, dueBefore, pausedLongerThan, limit, cursor } = call.query;
        const agencies = catalogue().agencies.asOf(call.now);
        const records = await listDossiers(db, {
          own: agencies.codesUnder(call.caller.agencies),
          agency: agency ? agencies.codesUnder([agency]) : null,
          status: status ?? null,
          dueBefore: dueBefore ? Date.parse(dueBefore) : null,
          pausedBefore: pausedLongerThan ? call.now - pausedLongerThan * HOUR : null,
          after: Number(cursor ?? 0),
          limit,
        });
        call.audited({ targets: [...new Set(records.flatMap(({ fields }) => personsOf(fields)))] });
        if (records.length === limit) linkNext(call, records.at(-1)!.id);
        return { items: records.map((record) => toDossierAnswer(record, catalogue(), call.now)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/dossiers/:code/timeline',
      id: 'getTimeline',
      tag,
      summary: { vi: 'Diễn biến của hồ sơ', en: 'A dossier’s timeline' },
      scope: 'dossiers.read',
      audit: 'read',
      params,
      response: { 200: timelineAnswer },
      errors: ['dossier-not-found', 'forbidden-agency'],
      example: { params: { code: EXAMPLE_CODE } },
      handler: async (call) => {
        const record = await found(call.params.code, call);
        call.audited({ dossier: record.code ?? call.params.code });
        return toTimelineAnswer(record, await readTimeline(db, record.id), catalogue());
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/dossiers/:code/deadline',
      id: 'getDeadline',
      tag,
      summary: { vi: 'Cách tính hạn của hồ sơ', en: 'A dossier’s deadline, explained line by line' },
      scope: 'dossiers.read',
      params,
      response: { 200: deadlineAnswer },
      errors: ['dossier-not-found', 'forbidden-agency', 'conflict'],
      example: { params: { code: EXAMPLE_CODE } },
      handler: async (call) => {
        const record = await found(call.params.code, call);
        const input = deadlineInput(
          record,
          foldOf(record, catalogue()),
          catalogue(),
          record.finishedAt ?? call.now,
          'now',
        );
        if (!input)
          fail('conflict', {
            detail: 'The dossier has not been received yet: no deadline runs.',
            detailVi: 'Hồ sơ chưa được tiếp nhận nên chưa tính hạn.',
          });
        return toDeadlineAnswer(input, catalogue().calendarOf(record.agencyCode));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/dossiers/:code/sync',
      id: 'getSync',
      tag,
      summary: { vi: 'Các hệ thống khác đang có gì của hồ sơ', en: 'What each destination has of a dossier' },
      scope: 'dossiers.read',
      params,
      response: { 200: syncAnswer },
      errors: ['dossier-not-found', 'forbidden-agency'],
      example: { params: { code: EXAMPLE_CODE } },
      handler: async (call) => {
        const record = await found(call.params.code, call);
        const placed = headsOf(placement, [{ ...record, added: 0 }], call.now).map(({ destination, mode }) => ({
          name: destination,
          mode,
        }));
        const rows = await readSync(db, record.id);
        const compared = await Promise.all(
          rows.map(
            async ({ name, mode }) =>
              [name, mode === 'compare' ? await findCompared(db, name, record.id) : null] as const,
          ),
        );
        return toSyncAnswer(record, rows, placed, new Map(compared));
      },
    }),
  ];
}
