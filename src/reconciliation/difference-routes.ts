/** @module Differences for operators, across runs: what stands, mend one or all of a cause, ignore with a reason and an end. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { agencyCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { destinationParams, forAll, knownAmong } from '../sync/destination-params.ts';
import { MINUTE } from '../units.ts';
import { differenceAnswer, listedAnswer, toDifferenceAnswer, toListedAnswers } from './answers.ts';
import { DIFFERENCE_STATES, type Difference } from './difference-store.ts';
import { DIFFERENCE_KINDS, KINDS, kindsOf, OWNERS, SEVERITIES } from './kinds.ts';
import * as readStore from './read-store.ts';
import { writeStop } from './repairs.ts';

const params = z.object({ id: z.coerce.number().int().positive() });
const reasoned = z.strictObject({ reason: z.string().min(3).max(1000) });
/** Mended with one word of a person, at most. */
const AT_ONCE = 1_000;

const counted = z.object({
  kind: z.enum(DIFFERENCE_KINDS),
  title: z.object({ vi: z.string(), en: z.string() }),
  severity: z.enum(SEVERITIES),
  owner: z.enum(OWNERS),
  state: z.enum(DIFFERENCE_STATES),
  count: z.int(),
  oldestAt: z.string(),
});

function toCounted({ kind, state, count, oldestAt }: readStore.CountedDifferences): z.input<typeof counted> {
  const { title, severity, owner } = KINDS[kind];
  return { kind, title, severity, owner, state, count, oldestAt: rfc3339(oldestAt) };
}

/** The gravest first, of these the most. */
const gravest = (a: z.input<typeof counted>, b: z.input<typeof counted>): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.count - a.count;

export interface DifferenceRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: () => readonly { readonly name: string }[];
}

export function differenceRoutes({ db, catalogue, destinations }: DifferenceRouteDeps): Route[] {
  const find = async (id: number, own: readonly string[], now: number): Promise<Difference> => {
    const found = await readStore.findDifference(db, id);
    if (found === null || found.state === 'found')
      fail('not-found', { detail: `No difference ${id}`, detailVi: `Không có sai lệch số ${id}` });
    if (!catalogue().agencies.asOf(now).covers(own, found.agencies)) fail('forbidden-agency');
    return found;
  };
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/differences',
      id: 'listDifferences',
      tag: 'reconciliation',
      summary: { vi: 'Sai lệch đang có', en: 'Differences that stand, across reconciliations' },
      scope: 'reconciliation.read',
      query: z.object({
        kind: z.enum(DIFFERENCE_KINDS).optional(),
        state: z.enum(DIFFERENCE_STATES).optional(),
        owner: z.enum(OWNERS).optional().meta({ description: 'Who has to act where it cannot be mended here' }),
        dossier: z.string().max(60).optional(),
        agency: agencyCode.optional(),
        olderThanMinutes: z.coerce
          .number()
          .int()
          .min(1)
          .max(5_256_000)
          .optional()
          .meta({ description: 'Only those that were first seen longer ago' }),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(listedAnswer) }) },
      errors: [],
      example: { query: { owner: 'portal', olderThanMinutes: 1440, limit: 20 } },
      handler: async (call) => {
        const { kind, state, owner, dossier, agency, olderThanMinutes, limit, cursor } = call.query;
        const agencies = catalogue().agencies.asOf(call.now);
        const items = await readStore.listDifferences(db, {
          own: agencies.codesUnder(call.caller.agencies),
          runId: null,
          kinds: kindsOf({ kind, owner }),
          state: state ?? null,
          dossierCode: dossier ?? null,
          agency: agency ? agencies.codesUnder([agency]) : null,
          seenBefore: olderThanMinutes === undefined ? null : call.now - olderThanMinutes * MINUTE,
          after: Number(cursor ?? 0),
          limit,
        });
        if (items.length === limit) linkNext(call, items.at(-1)!.id);
        return { items: await toListedAnswers(db, items, catalogue(), call.now) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/differences/counts',
      id: 'countDifferences',
      tag: 'reconciliation',
      summary: { vi: 'Số sai lệch đang có', en: 'How many differences stand, by kind and state' },
      scope: 'reconciliation.read',
      query: z.object({ agency: agencyCode.optional() }),
      response: { 200: z.object({ total: z.int(), items: z.array(counted) }) },
      errors: [],
      example: {},
      handler: async (call) => {
        const { agency } = call.query;
        const agencies = catalogue().agencies.asOf(call.now);
        const rows = await readStore.countDifferences(db, {
          own: agencies.codesUnder(call.caller.agencies),
          agency: agency ? agencies.codesUnder([agency]) : null,
        });
        return { total: rows.reduce((sum, { count }) => sum + count, 0), items: rows.map(toCounted).sort(gravest) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/differences/:id/repair',
      id: 'repairDifference',
      tag: 'reconciliation',
      summary: { vi: 'Khắc phục một sai lệch', en: 'Mend a difference' },
      scope: 'reconciliation.operate',
      audit: 'write',
      params,
      body: reasoned,
      response: { 202: differenceAnswer },
      errors: ['not-found', 'forbidden-agency', 'conflict'],
      example: { params: { id: '1' }, body: { reason: 'Đã kiểm tra trên Cổng' } },
      handler: async (call) => {
        const found = await find(call.params.id, call.caller.agencies, call.now);
        call.audited({ dossier: found.dossierCode, details: { difference: found.id, reason: call.body.reason } });
        if (KINDS[found.kind].repair === null)
          fail('conflict', {
            detail: 'Differences of this kind cannot be mended from here: a person must decide.',
            detailVi: 'Loại sai lệch này không tự khắc phục được: cần người xử lý.',
          });
        // What is over needs nothing: its answer says so.
        if (found.state !== 'repaired' && found.state !== 'closed') {
          const by = call.access.officer ?? call.caller.clientId;
          await readStore.markRepairing(db, [found.id], { by, reason: call.body.reason, now: call.now });
        }
        return toDifferenceAnswer((await readStore.findDifference(db, found.id)) ?? found, call.now);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/differences/repair',
      id: 'repairDifferences',
      tag: 'reconciliation',
      summary: { vi: 'Khắc phục các sai lệch cùng nguyên nhân', en: 'Mend many differences of one kind or cause' },
      scope: 'reconciliation.operate',
      audit: 'write',
      body: z
        .strictObject({
          destination: z.string().max(60).default('national-portal'),
          ids: z.array(z.int().positive()).min(1).max(AT_ONCE).optional(),
          kind: z.enum(DIFFERENCE_KINDS).optional(),
          cause: z.string().max(1000).optional(),
          reason: z.string().min(3).max(1000),
        })
        .refine(({ ids, kind, cause }) => ids !== undefined || kind !== undefined || cause !== undefined, {
          path: ['kind'],
          message: 'cần ids, kind hoặc cause / ids, kind or cause is required',
        }),
      response: { 202: z.object({ repairing: z.int(), skipped: z.int() }) },
      errors: [],
      example: { body: { kind: 'status-stale', reason: 'Cổng đã khôi phục dữ liệu cũ' } },
      handler: async (call) => {
        const { destination, ids, kind, cause, reason } = call.body;
        const own = catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies);
        const filter = { own, ids: ids ?? null, kind: kind ?? null, cause: cause ?? null };
        const rows = await readStore.differencesToRepair(db, destination, filter, AT_ONCE);
        const mendable = rows.filter((row) => KINDS[row.kind].repair !== null);
        call.audited({ details: { ...call.body, repairing: mendable.length } });
        const by = call.access.officer ?? call.caller.clientId;
        const repairing = mendable.map(({ id }) => id);
        await readStore.markRepairing(db, repairing, { by, reason, now: call.now });
        return { repairing: repairing.length, skipped: rows.length - mendable.length };
      },
    }),
    ...(['stop', 'resume'] as const).map((act) =>
      defineRoute({
        method: 'POST',
        path: `/v1/destinations/:name/repairs/${act}`,
        id: `${act}Repairs`,
        tag: 'reconciliation',
        summary:
          act === 'stop'
            ? { vi: 'Ngừng khắc phục sai lệch', en: 'Stop all repairs; differences go on being found and named' }
            : { vi: 'Cho khắc phục trở lại', en: 'Let differences be mended again' },
        scope: 'reconciliation.operate',
        audit: 'write',
        params: destinationParams,
        body: reasoned,
        response: { 200: z.object({ name: z.string(), repairs: z.enum(['stopped', 'running']) }) },
        errors: ['not-found', 'forbidden-agency'],
        example: { params: { name: 'national-portal' }, body: { reason: 'Cổng đang kiểm tra dữ liệu' } },
        handler: async (call) => {
          const { name } = call.params;
          knownAmong(destinations())(name);
          forAll(catalogue().agencies.asOf(call.now), call.caller);
          const by = call.access.officer ?? call.caller.clientId;
          const { reason } = call.body;
          call.audited({ details: { destination: name, reason } });
          await writeStop(db, name, act === 'stop' ? { since: call.now, by, reason } : null);
          return { name, repairs: act === 'stop' ? ('stopped' as const) : ('running' as const) };
        },
      }),
    ),
    defineRoute({
      method: 'POST',
      path: '/v1/differences/:id/ignore',
      id: 'ignoreDifference',
      tag: 'reconciliation',
      summary: { vi: 'Tạm bỏ qua một sai lệch', en: 'Ignore a difference for a time' },
      scope: 'reconciliation.operate',
      audit: 'write',
      params,
      body: z.strictObject({ reason: z.string().min(3).max(1000), until: z.iso.datetime({ offset: true }) }),
      response: { 200: differenceAnswer },
      errors: ['not-found', 'forbidden-agency', 'conflict'],
      example: { params: { id: '2' }, body: { reason: 'Cổng đang nâng cấp', until: '2027-01-31T17:00:00+07:00' } },
      handler: async (call) => {
        const found = await find(call.params.id, call.caller.agencies, call.now);
        const until = Date.parse(call.body.until);
        const by = call.access.officer ?? call.caller.clientId;
        call.audited({ dossier: found.dossierCode, details: { difference: found.id, ...call.body } });
        if (until <= call.now)
          fail('validation', { violations: [{ path: '$.until', message: 'phải ở tương lai / must lie ahead' }] });
        if (!(await readStore.ignore(db, found.id, { by, reason: call.body.reason, until })))
          fail('conflict', { detail: 'The difference is over.', detailVi: 'Sai lệch này đã hết.' });
        return toDifferenceAnswer((await readStore.findDifference(db, found.id)) ?? found, call.now);
      },
    }),
  ];
}
