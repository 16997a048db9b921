/** @module Deliveries for iGates: order one for a dossier, read where it is, cancel it. */
import type pg from 'pg';
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { UPSTREAM_ERRORS } from '../connector/operation-route.ts';
import { parseDossierCode } from '../dossiers/identifiers.ts';
import { findDossier } from '../dossiers/read-store.ts';
import { dossierCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { type Deliveries, isUndecided } from './deliveries.ts';
import { CANCELLED_EXAMPLE, EXAMPLE_DELIVERY, exampleOrder } from './examples.ts';
import { deliveryAnswer, deliveryPost, toDeliveryAnswer } from './shapes.ts';
import * as store from './store.ts';

export interface DeliveryRoutesDeps {
  readonly pool: pg.Pool;
  readonly catalogue: () => Catalogue;
  readonly deliveries: Deliveries;
}

const tag = 'delivery';
const params = z.object({ id: z.uuid() });

interface Asker {
  readonly caller: Caller;
  readonly now: number;
}

export function deliveryRoutes({ pool, catalogue, deliveries }: DeliveryRoutesDeps): Route[] {
  const provider = z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/)
    .optional()
    .meta({ description: 'The carrier; without it the first one that is configured.' });

  const covers = (agencies: readonly string[], { caller, now }: Asker): boolean =>
    catalogue().agencies.asOf(now).covers(caller.agencies, agencies);
  const chosen = (wanted: string | undefined): string =>
    wanted ?? deliveries.carriers[0] ?? fail('provider-not-configured', { upstream: 'vnpost' });

  /** The agencies of a dossier: as it is registered, else the one whose number it carries. */
  async function agenciesOf(code: string, asker: Asker): Promise<readonly string[]> {
    const dossier = await findDossier(pool, code, catalogue().agencies.asOf(asker.now).spellingsOf(code));
    const agencies = dossier?.agencies ?? [parseDossierCode(code)!.agency];
    if (covers(agencies, asker)) return agencies;
    return fail('forbidden-agency', {
      detail: `${code} belongs to another agency`,
      detailVi: `Hồ sơ ${code} thuộc cơ quan khác`,
    });
  }

  async function found(id: string, asker: Asker): Promise<store.DeliveryRow> {
    const row = await store.find(pool, id);
    if (!row) fail('not-found', { detail: `No delivery ${id}`, detailVi: `Không có đơn chuyển phát ${id}` });
    if (!covers(row.agencies, asker))
      fail('forbidden-agency', {
        detail: `Delivery ${id} belongs to another agency`,
        detailVi: `Đơn chuyển phát ${id} thuộc cơ quan khác`,
      });
    return row;
  }

  async function shown(rows: readonly store.DeliveryRow[]): Promise<z.output<typeof deliveryAnswer>[]> {
    const steps = Map.groupBy(
      await store.stepsOf(
        pool,
        rows.map(({ id }) => id),
      ),
      ({ deliveryId }) => deliveryId,
    );
    return rows.map((row) =>
      toDeliveryAnswer(row, steps.get(row.id) ?? [], (sealed) => deliveries.wordsOf(row.id, sealed)),
    );
  }

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/deliveries',
      id: 'orderDelivery',
      tag,
      summary: { vi: 'Đặt đơn chuyển phát cho hồ sơ', en: 'Order a delivery for a dossier' },
      description: {
        vi: '201: đơn vị chuyển phát đã nhận đơn. 202: chưa rõ đã nhận hay chưa; hệ thống tự hỏi lại, đọc lại bằng GET. Mỗi hồ sơ có tối đa một đơn đang thực hiện cho mỗi kind. Họ tên, địa chỉ, điện thoại chỉ được lưu (mã hóa) đến khi thấy đơn ở đơn vị chuyển phát.',
        en: '201: the carrier has the order. 202: nobody knows yet whether it has; it is asked about, read it again with GET. Of each kind one order of a dossier may run. Names, addresses and phones are kept, sealed, only until the order was seen at the carrier.',
      },
      scope: 'delivery.order',
      audit: 'write',
      idempotency: 'required',
      query: z.object({ provider }),
      body: deliveryPost,
      response: { 201: deliveryAnswer, 202: deliveryAnswer },
      errors: ['forbidden-agency', 'conflict', ...UPSTREAM_ERRORS],
      example: { body: exampleOrder },
      handler: async (call) => {
        const { body, caller, act } = call;
        call.audited({ dossier: body.dossierCode });
        const agencies = await agenciesOf(body.dossierCode, call);
        const name = chosen(call.query.provider);
        const row = await deliveries.order({
          actId: act.id,
          clientId: caller.clientId,
          provider: name,
          agencies,
          order: body,
        });
        call.audited({ details: { delivery: row.id, state: row.state } });
        if (row.state === 'refused')
          fail('upstream-rejected', { upstream: name, detail: deliveries.wordsOf(row.id, row.reason) ?? row.state });
        if (isUndecided(row.state)) call.status(202);
        return (await shown([row]))[0]!;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/deliveries',
      id: 'listDeliveries',
      tag,
      summary: { vi: 'Các đơn chuyển phát của một hồ sơ', en: 'The deliveries of a dossier' },
      scope: 'delivery.read',
      audit: 'read',
      query: z.object({ dossierCode }),
      response: { 200: z.object({ items: z.array(deliveryAnswer) }) },
      errors: ['forbidden-agency'],
      example: { query: { dossierCode: exampleOrder.dossierCode } },
      handler: async (call) => {
        const code = call.query.dossierCode;
        call.audited({ dossier: code });
        await agenciesOf(code, call);
        return { items: await shown(await store.ofDossier(pool, code)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/deliveries/:id',
      id: 'getDelivery',
      tag,
      summary: { vi: 'Xem một đơn chuyển phát', en: 'Read a delivery' },
      scope: 'delivery.read',
      audit: 'read',
      params,
      response: { 200: deliveryAnswer },
      errors: ['not-found', 'forbidden-agency'],
      example: { params: { id: EXAMPLE_DELIVERY } },
      handler: async (call) => {
        const row = await found(call.params.id, call);
        call.audited({ dossier: row.dossierCode });
        return (await shown([row]))[0]!;
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/deliveries/:id/cancel',
      id: 'cancelDelivery',
      tag,
      summary: { vi: 'Hủy đơn chuyển phát', en: 'Cancel a delivery' },
      description: {
        vi: '200: đã hủy. 202: đã gửi yêu cầu hủy nhưng chưa rõ kết quả (cancelling), hệ thống tự hỏi lại. Đơn đã được thu gom thì đơn vị chuyển phát từ chối hủy.',
        en: '200: it is cancelled. 202: the wish was sent and its outcome is not known yet (cancelling); it is asked about. A carrier refuses to cancel what it has collected.',
      },
      scope: 'delivery.cancel',
      audit: 'write',
      params,
      body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
      response: { 200: deliveryAnswer, 202: deliveryAnswer },
      errors: ['not-found', 'forbidden-agency', 'conflict', ...UPSTREAM_ERRORS],
      example: { params: { id: CANCELLED_EXAMPLE }, body: { reason: 'Công dân nhận kết quả trực tiếp' } },
      handler: async (call) => {
        const before = await found(call.params.id, call);
        call.audited({ dossier: before.dossierCode, details: { delivery: before.id } });
        const row = await deliveries.cancel(before, call.body.reason);
        if (row.state !== 'cancelled') call.status(202);
        return (await shown([row]))[0]!;
      },
    }),
  ];
}
