/** @module Destinations for operators: how far behind, pause, resume, send again. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Destination } from '../destinations.ts';
import { EXAMPLE_CODE } from '../dossiers/examples.ts';
import { findDossier } from '../dossiers/read-store.ts';
import { dossierCode } from '../dossiers/shape.ts';
import { STATUSES } from '../dossiers/status.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { readStop } from '../reconciliation/repairs.ts';
import { blockedRoutes } from './blocked-routes.ts';
import { destinationParams, forAll, knownAmong } from './destination-params.ts';
import { readPause, readResumption, writePause, writeResumption } from './gate.ts';
import { MODES, type Treat } from './policy.ts';
import { destinationFigures, listOutOfStep, OUT_OF_STEP } from './read-store.ts';
import { SILENCES, silentAt } from './silent-store.ts';
import { resync } from './store.ts';

export interface SyncRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: readonly Pick<Destination, 'name' | 'breaker'>[];
  readonly treat: Treat;
  /** Something became due: look now. */
  readonly wake: () => void;
}

/** What only an item without conditions speaks of. */
const NO_DOSSIER = { agencyCode: null, procedureCode: null, origin: '' };

const reasoned = z.strictObject({ reason: z.string().min(3).max(1000) });

const figures = z.object({
  name: z.string(),
  mode: z.enum(MODES).meta({ description: 'Of what no policy with a condition names' }),
  breaker: z.string(),
  behind: z.int(),
  retrying: z.int(),
  blocked: z.int(),
  unknown: z.int(),
  unverified: z.int(),
  inStep: z.int(),
  observed: z.int(),
  compared: z.int(),
  oldestUnacknowledgedAt: z.string().nullable(),
  pausesNotThere: z.int(),
  pausesLost: z.int().meta({ description: 'Acknowledged, and by a difference that stands not shown' }),
  paused: z.object({ since: z.string(), by: z.string(), reason: z.string(), until: z.string().nullable() }).nullable(),
  resumed: z
    .object({ since: z.string(), by: z.string(), reason: z.string() })
    .nullable()
    .meta({ description: 'By whose word it is sent to again since the last pause' }),
  repairsStopped: z.object({ since: z.string(), by: z.string(), reason: z.string() }).nullable(),
});

const outOfStep = z.object({
  dossierCode: z.string(),
  agencyCode: z.string().nullable(),
  status: z.string(),
  pauseReason: z.string().nullable(),
  pausedSince: z.string().nullable(),
  behindSince: z.string().nullable(),
  ackedSeq: z.int(),
  headSeq: z.int(),
  attempts: z.int(),
  state: z.enum(['behind', 'retrying', 'blocked']),
  lastError: z.string().nullable(),
  blockedReason: z.string().nullable(),
});

export function syncRoutes({ db, catalogue, destinations, treat, wake }: SyncRouteDeps): Route[] {
  const known = knownAmong(destinations);
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/destinations',
      id: 'listDestinations',
      tag: 'sync',
      summary: { vi: 'Các hệ thống nhận trạng thái', en: 'Destinations and how far behind each is' },
      description: {
        vi: 'Chỉ đếm hồ sơ của các cơ quan mà bên gọi được xem.',
        en: 'Counts dossiers of the caller’s agencies only.',
      },
      scope: 'sync.read',
      response: { 200: z.object({ items: z.array(figures) }) },
      errors: [],
      example: {},
      handler: async (call) => {
        const { agencies } = call.caller;
        const directory = catalogue().agencies.asOf(call.now);
        const own = directory.coversAll(agencies) ? null : directory.codesUnder(agencies);
        const items = await Promise.all(
          destinations.map(async ({ name: destination, breaker }) => {
            const [counted, pause, resumption, stop] = await Promise.all([
              destinationFigures(db, destination, own),
              readPause(db, destination),
              readResumption(db, destination),
              readStop(db, destination),
            ]);
            const { oldestUnacknowledgedAt, ...counts } = counted;
            return {
              name: destination,
              mode: treat(destination, NO_DOSSIER, call.now).mode,
              breaker: breaker(),
              ...counts,
              oldestUnacknowledgedAt: rfc3339(oldestUnacknowledgedAt),
              paused: pause
                ? { since: rfc3339(pause.since), by: pause.by, reason: pause.reason, until: rfc3339(pause.until) }
                : null,
              resumed: resumption ? { ...resumption, since: rfc3339(resumption.since) } : null,
              repairsStopped: stop ? { since: rfc3339(stop.since), by: stop.by, reason: stop.reason } : null,
            };
          }),
        );
        return { items };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/destinations/:name/out-of-step',
      id: 'listOutOfStep',
      tag: 'sync',
      summary: { vi: 'Hồ sơ lệch trạng thái, lâu nhất trước', en: 'Dossiers out of step, longest first' },
      scope: 'sync.read',
      params: destinationParams,
      query: z.object({
        status: z.enum(STATUSES).optional(),
        state: z
          .enum(OUT_OF_STEP)
          .optional()
          .meta({ description: 'Those that the destination’s figure of this name counts' }),
        limit: z.coerce.number().int().min(1).max(500).default(50),
      }),
      response: { 200: z.object({ items: z.array(outOfStep) }) },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' }, query: { status: 'paused' } },
      handler: async (call) => {
        known(call.params.name);
        const { status = null, state = null, limit } = call.query;
        const own = catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies);
        const items = await listOutOfStep(db, call.params.name, { own, status, state, limit });
        return {
          items: items.map((found) => ({
            ...found,
            pausedSince: rfc3339(found.pausedSince),
            behindSince: rfc3339(found.behindSince),
            state: found.state as 'behind',
          })),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/destinations/:name/silent',
      id: 'listSilent',
      tag: 'sync',
      summary: { vi: 'Hồ sơ bị bỏ quên (phải bằng 0)', en: 'Silent failures, which must be none' },
      description: {
        vi: 'Hồ sơ có cập nhật đã nhận mà chưa gửi và cũng không nằm ở đâu có người biết (bị chặn, đang thử lại, tạm ngừng, chờ xác nhận, chỉ quan sát, chờ xử lý, sai lệch).',
        en: 'Dossiers with accepted entries that are neither delivered nor anywhere that somebody was told of: blocked, retried, paused, held, observed, quarantined, a difference.',
      },
      scope: 'sync.read',
      params: destinationParams,
      response: {
        200: z.object({
          total: z.int(),
          counts: z.record(z.enum(SILENCES), z.int()),
          items: z.array(z.object({ dossierCode: z.string(), why: z.enum(SILENCES), since: z.string().nullable() })),
        }),
      },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' } },
      handler: async (call) => {
        known(call.params.name);
        const isOpen = destinations.find((one) => one.name === call.params.name)!.breaker() === 'closed';
        const own = catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies);
        const { counts, items } = await silentAt(db, call.params.name, { now: call.now, isOpen, own, limit: 500 });
        return {
          total: SILENCES.reduce((sum, why) => sum + counts[why], 0),
          counts,
          items: items.map((found) => ({ ...found, since: rfc3339(found.since) })),
        };
      },
    }),
    ...blockedRoutes({ db, catalogue, destinations, wake }),
    ...(['pause', 'resume'] as const).map((act) =>
      defineRoute({
        method: 'POST',
        path: `/v1/destinations/:name/${act}`,
        id: `${act}Destination`,
        tag: 'sync',
        summary:
          act === 'pause'
            ? { vi: 'Tạm ngừng gửi', en: 'Stop sending to a destination' }
            : { vi: 'Gửi trở lại', en: 'Send to a destination again' },
        scope: 'sync.operate',
        audit: 'write',
        params: destinationParams,
        body: reasoned,
        response: { 200: z.object({ name: z.string(), paused: z.boolean() }) },
        errors: ['not-found', 'forbidden-agency'],
        example: {
          params: { name: 'national-portal' },
          body: { reason: 'Theo đề nghị của Trung tâm Dữ liệu quốc gia' },
        },
        handler: async (call) => {
          const { name } = call.params;
          known(name);
          forAll(catalogue().agencies.asOf(call.now), call.caller);
          const { reason } = call.body;
          call.audited({ details: { destination: name, reason } });
          const by = call.access.officer ?? call.caller.clientId;
          if (act === 'pause') await writePause(db, name, { since: call.now, by, reason, until: null });
          else {
            await writeResumption(db, name, { since: call.now, by, reason });
            wake();
          }
          return { name, paused: act === 'pause' };
        },
      }),
    ),
    defineRoute({
      method: 'POST',
      path: '/v1/dossiers/:code/resync',
      id: 'resyncDossier',
      tag: 'sync',
      summary: { vi: 'Đồng bộ lại hồ sơ', en: 'Ask what the destination has of a dossier, and send what is missing' },
      scope: 'sync.operate',
      audit: 'write',
      params: z.object({ code: dossierCode }),
      body: z.strictObject({
        destination: z.string().max(60).default('national-portal'),
        fromSeq: z.int().positive().default(1),
        reason: z.string().min(3).max(1000),
      }),
      response: { 202: z.object({ dossierCode: z.string(), destination: z.string() }) },
      errors: ['dossier-not-found', 'forbidden-agency', 'not-found', 'conflict'],
      example: { params: { code: EXAMPLE_CODE }, body: { reason: 'Cổng hiển thị sai trạng thái' } },
      handler: async (call) => {
        const { code } = call.params;
        const { destination, fromSeq, reason } = call.body;
        known(destination);
        const record = await findDossier(db, code);
        if (!record)
          fail('dossier-not-found', {
            detail: `${code} is not registered`,
            detailVi: `Hồ sơ ${code} chưa được đăng ký`,
          });
        if (!catalogue().agencies.asOf(call.now).covers(call.caller.agencies, record.agencies))
          fail('forbidden-agency');
        call.audited({ dossier: code, details: { destination, fromSeq, reason } });
        if (!(await resync(db, destination, record.id, fromSeq, call.now)))
          fail('conflict', {
            detail: 'The dossier is held: its identity is not confirmed yet.',
            detailVi: 'Hồ sơ đang chờ xác nhận thông tin.',
          });
        wake();
        return { dossierCode: code, destination };
      },
    }),
  ];
}
