/** @module Moving in, for operators: what would be written, who else writes, and whether it is safe to go on. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Destination } from '../destinations.ts';
import { agencyCode, ORIGINS, procedureCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { yesOrNo } from '../http/yes-or-no.ts';
import { DIFFERENCE_KINDS } from '../reconciliation/kinds.ts';
import { MODES } from '../sync/policy.ts';
import { DAY } from '../units.ts';
import { comparedAnswer, toComparedAnswer } from './answers.ts';
import * as readStore from './read-store.ts';
import { assess } from './readiness.ts';

export interface ObservingRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: readonly Pick<Destination, 'name'>[];
}

const tag = 'sync';
const params = z.object({ name: z.string().regex(/^[a-z0-9-]{1,60}$/) });
const scopeQuery = {
  agency: agencyCode.optional(),
  procedure: procedureCode.optional(),
  origin: z.enum(ORIGINS).optional(),
};
const days = z.coerce.number().int().min(1).max(366).default(7);
const words = z.object({ vi: z.string(), en: z.string() });

const figures = {
  dossiers: z.int(),
  read: z.int(),
  unreadable: z.int(),
  compared: z.int(),
  inStep: z.int(),
  wouldWrite: z.int(),
  behind: z.int(),
  blocked: z.int(),
};
const writer = z.object({
  mode: z.enum(MODES),
  officer: z.string(),
  department: z.string(),
  records: z.int(),
  dossiers: z.int(),
  stray: z.int().meta({ description: 'Of these, written when the dossier was ours to send' }),
  lastAt: z.string(),
});

export function observingRoutes({ db, catalogue, destinations }: ObservingRouteDeps): Route[] {
  const known = (wanted: string): void => {
    if (!destinations.some(({ name }) => name === wanted))
      fail('not-found', { detail: `No destination ${wanted}`, detailVi: `Không có hệ thống nhận ${wanted}` });
  };
  const scopeOf = (
    call: { readonly caller: Caller; readonly now: number },
    asked: { agency?: string | undefined; procedure?: string | undefined; origin?: string | undefined },
  ): readStore.Scope => {
    const agencies = catalogue().agencies.asOf(call.now);
    return {
      own: agencies.codesUnder(call.caller.agencies),
      agencies: asked.agency ? agencies.codesUnder([asked.agency]) : null,
      procedureCode: asked.procedure ?? null,
      origin: asked.origin ?? null,
    };
  };

  return [
    defineRoute({
      method: 'GET',
      path: '/v1/destinations/:name/comparison',
      id: 'compareDestination',
      tag,
      summary: {
        vi: 'Chế độ so sánh: sẽ ghi gì, nơi khác đã ghi gì',
        en: 'What would be written of dossiers that are compared, and what others wrote',
      },
      description: {
        vi: 'Không ghi gì lên hệ thống nhận. items: hồ sơ có sai lệch hoặc sẽ được ghi khi chuyển sang gửi.',
        en: 'Nothing is written there. Items: dossiers that differ, or of which something would be written when they are sent.',
      },
      scope: 'sync.read',
      params,
      query: z.object({
        ...scopeQuery,
        kind: z.enum(DIFFERENCE_KINDS).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: {
        200: z.object({
          totals: z.object({
            dossiers: z.int(),
            compared: z.int(),
            inStep: z.int(),
            wouldWrite: z.int(),
            differences: z.record(z.string(), z.int()),
          }),
          items: z.array(comparedAnswer),
        }),
      },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' }, query: { limit: 20 } },
      handler: async (call) => {
        const { name } = call.params;
        known(name);
        const { kind = null, limit, cursor } = call.query;
        const scope = scopeOf(call, call.query);
        const [stages, differing, rows] = await Promise.all([
          readStore.stageFigures(db, name, scope),
          readStore.differingByKind(db, name, scope),
          readStore.listCompared(db, name, scope, { kind, after: Number(cursor ?? 0), limit }),
        ]);
        if (rows.length === limit) linkNext(call, rows.at(-1)!.dossierId);
        const {
          dossiers = 0,
          compared = 0,
          inStep = 0,
          wouldWrite = 0,
        } = stages.find(({ mode }) => mode === 'compare') ?? {};
        const differences = Object.fromEntries(differing.map((one) => [one.kind, one.dossiers]));
        return {
          totals: { dossiers, compared, inStep, wouldWrite, differences },
          items: rows.map(toComparedAnswer),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/destinations/:name/other-writers',
      id: 'listOtherWriters',
      tag,
      summary: { vi: 'Nơi khác ghi lên hệ thống nhận: ai, gì, lúc nào', en: 'Who else writes there: who, what, when' },
      description: {
        vi: 'Theo những gì giao diện cho biết (người xử lý, phòng ban). stray: ghi khi hồ sơ đang do Liên Thông gửi; replaced: giá trị của ta bị nơi khác thay.',
        en: 'As far as the wire names them (officer, department). stray: written when the dossier was ours to send; replaced: values of ours that somebody else replaced.',
      },
      scope: 'sync.read',
      audit: 'read',
      params,
      query: z.object({
        ...scopeQuery,
        days,
        stray: yesOrNo.default(false).meta({ description: 'Only what was written when it was ours to send' }),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
      response: {
        200: z.object({
          writers: z.array(writer),
          records: z.array(
            z.object({
              dossierCode: z.string(),
              statusCode: z.string(),
              occurredAt: z.string(),
              officer: z.string(),
              department: z.string(),
              firstSeenAt: z.string(),
              isStray: z.boolean(),
            }),
          ),
          replaced: z.array(
            z.object({
              dossierCode: z.string(),
              field: z.enum(['status', 'appointment']),
              value: z.string(),
              times: z.int(),
              lastSeenAt: z.string(),
            }),
          ),
        }),
      },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' }, query: { days: 7 } },
      handler: async (call) => {
        const { name } = call.params;
        known(name);
        const { limit, stray } = call.query;
        const scope = scopeOf(call, call.query);
        const since = call.now - call.query.days * DAY;
        const [writers, records, replaced] = await Promise.all([
          readStore.writersSince(db, name, scope, since),
          readStore.listForeign(db, name, scope, { strayOnly: stray, since, limit }),
          readStore.listReplaced(db, name, scope, since, limit),
        ]);
        return {
          writers: writers
            .filter((one) => !stray || one.stray > 0)
            .map((one) => ({ ...one, lastAt: rfc3339(one.lastAt) })),
          records: records.map(({ dossierId: _id, ...record }) => ({
            ...record,
            occurredAt: rfc3339(record.occurredAt),
            firstSeenAt: rfc3339(record.firstSeenAt),
          })),
          replaced: replaced.map((one) => ({
            ...one,
            field: one.field as 'status',
            value: one.field === 'appointment' ? (rfc3339(Number(one.value)) ?? '') : one.value,
            lastSeenAt: rfc3339(one.lastSeenAt),
          })),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/destinations/:name/readiness',
      id: 'getReadiness',
      tag,
      summary: { vi: 'Có thể chuyển sang bước tiếp theo chưa', en: 'Whether it is safe to go on, stage by stage' },
      scope: 'sync.read',
      params,
      query: z.object({ ...scopeQuery, days }),
      response: {
        200: z.object({
          destination: z.string(),
          days: z.int(),
          stages: z.array(
            z.object({
              mode: z.enum(MODES),
              next: z.enum(MODES).nullable(),
              safe: z.boolean(),
              reasons: z.array(words),
              ...figures,
            }),
          ),
          differences: z.record(z.string(), z.int()),
          otherWriters: z.array(writer),
        }),
      },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' } },
      handler: async (call) => {
        const { name } = call.params;
        known(name);
        const scope = scopeOf(call, call.query);
        const [stages, differing, writers] = await Promise.all([
          readStore.stageFigures(db, name, scope),
          readStore.differingByKind(db, name, scope),
          readStore.writersSince(db, name, scope, call.now - call.query.days * DAY),
        ]);
        return {
          destination: name,
          days: call.query.days,
          stages: assess({ stages, differing, writers, days: call.query.days }).map((stage) => ({
            ...stage,
            reasons: [...stage.reasons],
          })),
          differences: Object.fromEntries(differing.map(({ kind, dossiers }) => [kind, dossiers])),
          otherWriters: writers.map((one) => ({ ...one, lastAt: rfc3339(one.lastAt) })),
        };
      },
    }),
  ];
}
