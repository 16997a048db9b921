/** @module Maintenance of an upstream as operators announce it: it is not called meanwhile, callers hear when to come back. */
import { z } from 'zod';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { DAY } from '../units.ts';
import type { Connector } from './define.ts';
import { deleteWindow, type MaintenanceWindow, putWindow, readWindows } from './maintenance-store.ts';
import { named } from './routes.ts';

export interface MaintenanceRoutesDeps {
  readonly connectors: readonly Connector[];
  readonly db: Queryable;
  readonly now: () => number;
  /** A window was announced or taken back: heed it now. */
  readonly changed: () => Promise<void>;
}

/** A window without a near end would be a connector switched off for good. */
const LONGEST = 14 * DAY;

const params = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .meta({ description: 'A name that the operator chooses: sent again, it changes the window' }),
});
const time = z.iso.datetime({ offset: true });
const EXAMPLE = { id: 'land-registry-2035-03' };

const shown = z.object({
  id: z.string(),
  connector: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
  reason: z.string(),
  announcedBy: z.string(),
  inForce: z.boolean(),
});

export function maintenanceRoutes({ connectors, db, now, changed }: MaintenanceRoutesDeps): Route[] {
  const toAnswer = (window: MaintenanceWindow): z.output<typeof shown> => ({
    ...window,
    startsAt: rfc3339(window.startsAt),
    endsAt: rfc3339(window.endsAt),
    inForce: window.startsAt <= now(),
  });
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/maintenance-windows',
      id: 'listMaintenanceWindows',
      tag: 'connectors',
      summary: { vi: 'Các đợt bảo trì đã thông báo', en: 'Announced maintenance that has not ended' },
      scope: 'connectors.read',
      response: { 200: z.object({ items: z.array(shown) }) },
      errors: [],
      example: {},
      handler: async () => ({ items: (await readWindows(db, now())).map(toAnswer) }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/maintenance-windows/:id',
      id: 'putMaintenanceWindow',
      tag: 'connectors',
      summary: { vi: 'Thông báo một đợt bảo trì', en: 'Announce maintenance of an upstream' },
      description: {
        vi: 'Trong thời gian đó hệ thống không bị gọi; bên gọi nhận upstream-maintenance với Retry-After; hết giờ tự gọi lại.',
        en: 'Meanwhile it is not called; callers hear upstream-maintenance with Retry-After; after its end it is called again by itself.',
      },
      scope: 'connectors.operate',
      params,
      body: z.strictObject({
        connector: z.string().max(60),
        startsAt: time.optional().meta({ description: 'Now, unless told' }),
        endsAt: time,
        reason: z.string().min(3).max(500).meta({ description: 'For operators; it is not shown to the public' }),
      }),
      response: { 200: shown, 201: shown },
      errors: ['not-found'],
      audit: 'write',
      example: {
        params: EXAMPLE,
        body: {
          connector: 'land-registry',
          startsAt: '2035-03-10T22:00:00+07:00',
          endsAt: '2035-03-11T05:00:00+07:00',
          reason: 'Nâng cấp theo thông báo của đơn vị vận hành',
        },
      },
      handler: async (call) => {
        const { connector, reason } = call.body;
        named(connectors, connector);
        const startsAt = call.body.startsAt === undefined ? call.now : Date.parse(call.body.startsAt);
        const endsAt = Date.parse(call.body.endsAt);
        const wrong = faultOf(startsAt, endsAt, call.now);
        if (wrong) fail('validation', { violations: [{ path: '$.endsAt', message: wrong }] });
        const { clientId, officer } = call.caller;
        const window = { id: call.params.id, connector, startsAt, endsAt, reason, announcedBy: officer ?? clientId };
        const isNew = await putWindow(db, window);
        call.audited({ details: { connector, window: call.params.id, endsAt: rfc3339(endsAt), reason } });
        await changed();
        call.status(isNew ? 201 : 200);
        return toAnswer(window);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/maintenance-windows/:id',
      id: 'deleteMaintenanceWindow',
      tag: 'connectors',
      summary: { vi: 'Kết thúc hoặc hủy một đợt bảo trì', en: 'End or take back announced maintenance' },
      scope: 'connectors.operate',
      params,
      response: { 204: z.undefined() },
      errors: ['not-found'],
      audit: 'write',
      example: { params: EXAMPLE },
      handler: async (call) => {
        const { id } = call.params;
        if (!(await deleteWindow(db, id)))
          fail('not-found', { detail: `No maintenance ${id}`, detailVi: `Không có đợt bảo trì ${id}` });
        call.audited({ details: { window: id } });
        await changed();
        return undefined;
      },
    }),
  ];
}

function faultOf(startsAt: number, endsAt: number, now: number): string | null {
  if (endsAt <= startsAt) return 'phải sau startsAt / must be after startsAt';
  if (endsAt <= now) return 'đã qua / has passed';
  if (endsAt - startsAt > LONGEST) return 'dài nhất 14 ngày / at most 14 days';
  return null;
}
