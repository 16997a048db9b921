/** @module Exchanges over HTTP: a dossier handed to a ministry's system, followed, supplemented, withdrawn, its result handed over. */
import { z } from 'zod';
import type { ActDetails, Content, ExchangeAct } from '../capabilities/exchange.ts';
import type { ErrorCode } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { type Call, defineRoute, type Route } from '../http/route.ts';
import { EXAMPLE_EXCHANGE, exampleHanding, exampleSupplement, WITHDRAWN_EXAMPLE } from './examples.ts';
import type { Exchanges } from './exchanges.ts';
import { listExchanges } from './list-store.ts';
import { resultsOf } from './results.ts';
import {
  EXCHANGE_STATES,
  exchangeAnswer,
  exchangesAnswer,
  handing,
  handingOver,
  resultsAnswer,
  supplementing,
  withdrawing,
  wrongResult,
} from './shapes.ts';
import type { ExchangeRow } from './store.ts';
import { type ViewOptions, viewOf } from './view.ts';

export interface ExchangeRouteDeps extends ViewOptions {
  readonly exchanges: Exchanges;
  /** The connectors that take dossiers, configured or not. */
  readonly providers: readonly [string, ...string[]];
}

const tag = 'exchange';
const params = z.object({ id: z.string().regex(/^[A-Za-z0-9.~-]{1,120}$/) });
/** Files travel in base64. */
const LARGEST_BODY = 20 * 1024 * 1024;

const UPSTREAM_ERRORS: readonly ErrorCode[] = [
  'upstream-auth',
  'upstream-rejected',
  'upstream-contract',
  'upstream-unavailable',
  'upstream-maintenance',
  'upstream-quota',
  'bulkhead-full',
  'provider-not-configured',
];
const ACT_ERRORS: readonly ErrorCode[] = [
  ...UPSTREAM_ERRORS,
  'not-found',
  'forbidden-agency',
  'conflict',
  'act-not-offered',
  'queue-full',
  'database-unavailable',
];

const UNKNOWN_EXPLAINED = {
  vi: '202: không rõ hệ thống đã nhận hay chưa; cổng tự hỏi lại rồi mới gửi tiếp, xem GET /v1/exchanges/{id}.',
  en: '202: whether the system took it is not known; the gateway asks before it sends again, see GET /v1/exchanges/{id}.',
};

export function exchangeRoutes(deps: ExchangeRouteDeps): Route[] {
  const { exchanges, providers } = deps;

  /** 200 (or 201) once it is done, 202 while nobody knows. */
  async function answer(
    call: Pick<Call<unknown, unknown, unknown, unknown, Caller>, 'caller' | 'now' | 'act' | 'status'>,
    exchange: ExchangeRow,
    done: 200 | 201,
  ): Promise<z.input<typeof exchangeAnswer>> {
    const { dossier } = await exchanges.find(exchange.id, call);
    const view = await viewOf(deps, exchange, dossier);
    const isOpen = view.acts.some(({ state }) => state === 'unknown' || state === 'sending');
    call.status(isOpen ? 202 : done);
    return view;
  }

  type ActCall = Parameters<typeof answer>[0] & {
    readonly params: { readonly id: string };
    audited(facts: { readonly dossier: string }): void;
  };
  async function act<A extends Exclude<ExchangeAct, 'submit'>>(
    call: ActCall,
    name: A,
    details: (now: number) => ActDetails[A],
    content?: Content,
  ): Promise<z.input<typeof exchangeAnswer>> {
    const { exchange } = await exchanges.find(call.params.id, call);
    call.audited({ dossier: exchange.dossierCode });
    return answer(call, await exchanges.act(exchange.id, name, call.act.id, details, content), 200);
  }

  const response = { 200: exchangeAnswer, 202: exchangeAnswer };
  const write = {
    method: 'POST',
    tag,
    audit: 'write',
    idempotency: 'required',
    description: UNKNOWN_EXPLAINED,
  } as const;

  return [
    defineRoute({
      ...write,
      path: '/v1/exchanges',
      id: 'postExchange',
      summary: { vi: 'Chuyển hồ sơ sang hệ thống chuyên ngành', en: 'Hand a dossier to a ministry’s system' },
      scope: 'exchange.submit',
      bodyLimit: LARGEST_BODY,
      body: handing(providers),
      response: { 201: exchangeAnswer, 202: exchangeAnswer },
      errors: [...ACT_ERRORS, 'dossier-not-found', 'payload-too-large'],
      example: { headers: { 'idempotency-key': 'example-exchange-1' }, body: exampleHanding },
      async handler(call) {
        const { provider = null, dossierCode, content, papers } = call.body;
        call.audited({ dossier: dossierCode });
        const exchange = await exchanges.submit({ provider, dossierCode, content, papers }, call, call.act.id);
        return answer(call, exchange, 201);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/exchanges',
      id: 'listExchanges',
      tag,
      summary: { vi: 'Các hồ sơ đã chuyển đi', en: 'Dossiers handed to ministries’ systems' },
      description: {
        vi: 'Lọc state=unknown để thấy những lượt chưa rõ kết quả.',
        en: 'With state=unknown: those of which nobody knows what became.',
      },
      scope: 'exchange.read',
      query: z.object({
        provider: z.enum(providers).optional(),
        state: z.enum(EXCHANGE_STATES).optional(),
        dossier: z.string().max(100).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: params.shape.id.optional(),
      }),
      response: { 200: exchangesAnswer },
      errors: ['invalid-parameters'],
      example: { query: { state: 'submitted', limit: 20 } },
      async handler(call) {
        const { provider, state, dossier, limit, cursor } = call.query;
        const items = await listExchanges(deps.db, {
          own: deps.catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies),
          provider: provider ?? null,
          state: state ?? null,
          dossierCode: dossier ?? null,
          after: cursor ?? '',
          limit,
        });
        if (items.length === limit) linkNext(call, items.at(-1)!.id);
        return {
          items: items.map((item) => ({
            ...item,
            createdAt: rfc3339(item.createdAt),
            toldAt: rfc3339(item.toldAt),
          })),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/exchanges/:id',
      id: 'getExchange',
      tag,
      summary: { vi: 'Xem lượt chuyển hồ sơ', en: 'How far a dossier is at a ministry’s system' },
      scope: 'exchange.read',
      params,
      response: { 200: exchangeAnswer },
      errors: ['not-found', 'forbidden-agency'],
      example: { params: { id: EXAMPLE_EXCHANGE } },
      async handler(call) {
        const { exchange, dossier } = await exchanges.find(call.params.id, call);
        return viewOf(deps, exchange, dossier);
      },
    }),
    defineRoute({
      ...write,
      path: '/v1/exchanges/:id/supplement',
      id: 'supplementExchange',
      summary: { vi: 'Gửi giấy tờ bổ sung', en: 'Send what the citizen added' },
      scope: 'exchange.supplement',
      params,
      bodyLimit: LARGEST_BODY,
      body: supplementing,
      response,
      errors: [...ACT_ERRORS, 'payload-too-large'],
      example: {
        params: { id: EXAMPLE_EXCHANGE },
        headers: { 'idempotency-key': 'example-supplement-1' },
        body: exampleSupplement,
      },
      handler(call) {
        const { papers, note, newAppointmentAt, content } = call.body;
        const details = (at: number): ActDetails['supplement'] => ({
          at,
          note: note ?? null,
          papers,
          newAppointmentAt: newAppointmentAt ? Date.parse(newAppointmentAt) : null,
        });
        return act(call, 'supplement', details, content);
      },
    }),
    defineRoute({
      ...write,
      path: '/v1/exchanges/:id/hand-over',
      id: 'handOverExchange',
      summary: { vi: 'Báo đã trả kết quả cho công dân', en: 'Tell that the citizen got the result' },
      scope: 'exchange.hand-over',
      params,
      body: handingOver,
      response,
      errors: ACT_ERRORS,
      example: {
        params: { id: EXAMPLE_EXCHANGE },
        headers: { 'idempotency-key': 'example-hand-over-1' },
        body: { handedOverAt: '2026-03-30T10:00:00+07:00' },
      },
      handler(call) {
        const { handedOverAt } = call.body;
        return act(call, 'hand-over', (now) => ({ at: handedOverAt ? Date.parse(handedOverAt) : now }));
      },
    }),
    defineRoute({
      ...write,
      path: '/v1/exchanges/:id/wrong-result',
      id: 'reportWrongResult',
      summary: { vi: 'Phản hồi hồ sơ sai kết quả', en: 'Answer that the result is wrong' },
      scope: 'exchange.wrong-result',
      params,
      bodyLimit: LARGEST_BODY,
      body: wrongResult,
      response,
      errors: [...ACT_ERRORS, 'payload-too-large'],
      example: {
        params: { id: EXAMPLE_EXCHANGE },
        headers: { 'idempotency-key': 'example-wrong-result-1' },
        body: { reason: 'Sai diện tích thửa đất trên Giấy chứng nhận' },
      },
      handler(call) {
        const { reason, papers } = call.body;
        return act(call, 'wrong-result', (at) => ({ at, reason, papers }));
      },
    }),
    defineRoute({
      ...write,
      path: '/v1/exchanges/:id/withdraw',
      id: 'withdrawExchange',
      summary: { vi: 'Rút hồ sơ đã chuyển', en: 'Withdraw a dossier that was handed over' },
      scope: 'exchange.withdraw',
      params,
      body: withdrawing,
      response,
      errors: ACT_ERRORS,
      example: {
        params: { id: WITHDRAWN_EXAMPLE },
        headers: { 'idempotency-key': 'example-withdraw-1' },
        body: { reason: 'Công dân rút hồ sơ để nộp lại' },
      },
      handler: (call) => act(call, 'withdraw', (at) => ({ at, reason: call.body.reason })),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/exchanges/:id/results',
      id: 'getExchangeResults',
      tag,
      summary: {
        vi: 'Kết quả giải quyết tại hệ thống chuyên ngành',
        en: 'What came of a dossier at a ministry’s system',
      },
      scope: 'exchange.results',
      audit: 'read',
      params,
      response: { 200: resultsAnswer },
      errors: [...UPSTREAM_ERRORS, 'upstream-timeout', 'not-found', 'forbidden-agency'],
      example: { params: { id: EXAMPLE_EXCHANGE } },
      async handler(call) {
        const { exchange } = await exchanges.find(call.params.id, call);
        call.audited({ dossier: exchange.dossierCode });
        return resultsOf(deps, exchange, call.signal);
      },
    }),
  ];
}
