/** @module The calls of VnPost: one token for all, and every `Status` heeded, since HTTP says 200 to all of them. */
import type { DeliveryProvider, OrderRef } from '../../src/capabilities/delivery.ts';
import { parseAnswer, reading } from '../../src/connector/answer.ts';
import type { Token } from '../../src/connector/credentials.ts';
import type { ConnectorContext } from '../../src/connector/define.ts';
import type { UpstreamCall } from '../../src/connector/upstream.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { itemOf, orderOf, refOf, trackedOf, Unmapped } from './mapping.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

type Context = Pick<ConnectorContext<Settings>, 'upstream' | 'credentials' | 'settings'>;
type Repeat = NonNullable<UpstreamCall['repeat']>;

const SECOND = 1000;

/** Asks for one token; as a probe it asks nothing of anybody's parcel. */
export async function logIn({ upstream, settings }: Pick<Context, 'upstream' | 'settings'>): Promise<Token> {
  const answer = await upstream.json({
    operation: 'token',
    method: 'POST',
    path: wire.PATH.token,
    json: { CustomerKey: settings.CUSTOMER_KEY, CustomerSecret: settings.CUSTOMER_SECRET },
    repeat: 'harmless',
  });
  reading(answer, () => heed('token', answer));
  const { Data } = parseAnswer(wire.tokenReply, answer, { upstream: upstream.name, operation: 'token' });
  return { token: Data.Token, livesMs: Data.ExpiresIn ? Data.ExpiresIn * SECOND : null };
}

/** Calls with the token and hands over an answer whose `Status` says that it was done. */
export async function call(
  { upstream, credentials }: Context,
  service: Service,
  json: object,
  repeat: Repeat,
): Promise<unknown> {
  return credentials.withToken(async (token) => {
    const answer = await upstream.json({
      operation: service,
      method: 'POST',
      path: wire.PATH[service],
      headers: { authorization: `Bearer ${token}` },
      json,
      repeat,
    });
    reading(answer, () => heed(service, answer));
    return answer;
  });
}

type Service = wire.Service;

/** The carrier has no such order, or no such place. */
export class NotThere extends UpstreamError {}

/** @throws UpstreamError for everything but "done" */
function heed(operation: Service, answer: unknown): void {
  const origin = { upstream: 'vnpost', operation };
  const { Status, Message } = parseAnswer(wire.reply, answer, origin);
  if (Status === wire.DONE) return;
  const facts = { ...origin, outcome: 'not-done', words: `${Status}: ${Message ?? ''}` } as const;
  if (Status === wire.NO_TOKEN) throw new UpstreamError('auth', facts);
  if (Status === wire.NOT_FOUND) throw new NotThere('rejected', facts);
  if (Status === wire.WRONG || Status === wire.TOO_LATE) throw new UpstreamError('rejected', facts);
  const words = 'answered a Status that stands in no table';
  throw new UpstreamError('contract', { ...origin, outcome: 'unknown', path: '$.Status', words });
}

export function carrierOf(context: Context): DeliveryProvider {
  const { settings } = context;
  const read = <S extends Parameters<typeof parseAnswer>[0]>(schema: S, answer: unknown, operation: Service) =>
    parseAnswer(schema, answer, { upstream: context.upstream.name, operation });
  return {
    name: 'vnpost',
    async order(order) {
      const answer = await call(context, 'order', orderOf(order, settings.CUSTOMER_CODE), 'never');
      return reading(answer, () => {
        const { Data } = read(wire.orderReply, answer, 'order');
        if (Data.OrderNumber !== order.dossierCode) throw new Unmapped('order', '.OrderNumber', 'is another order’s');
        return { itemCode: itemOf(Data.ItemCode, 'order', '.ItemCode'), fee: Data.TotalFee ?? null };
      });
    },
    async cancel(order, reason) {
      const json = { CustomerCode: settings.CUSTOMER_CODE, ...refOf(order), Reason: reason };
      await call(context, 'cancel', json, 'never');
    },
    tracking: {
      batch: wire.MOST_NUMBERS,
      minMs: settings.TRACK_SECONDS * SECOND,
      maxMs: Math.max(settings.TRACK_SECONDS, settings.TRACK_SECONDS_MAX) * SECOND,
      settleMs: settings.SETTLE_SECONDS * SECOND,
      async track(orders) {
        const numbers = [...new Set(orders.map(({ dossierCode }) => dossierCode))];
        const json = { CustomerCode: settings.CUSTOMER_CODE, OrderNumbers: numbers };
        const answer = await call(context, 'tracking', json, 'harmless');
        const told = reading(answer, () =>
          read(wire.trackingReply, answer, 'tracking').Data.map((record, i) => trackedOf(record, `[${i}]`)),
        );
        const byKey = new Map(told.map((order) => [keyOf(order), order]));
        return orders.map((order) => byKey.get(keyOf(order)) ?? null);
      },
    },
  };
}

const keyOf = ({ dossierCode, kind }: OrderRef): string => `${kind} ${dossierCode}`;
