/** @module Subscriptions for programs: create, list, read, change, delete. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Seal } from '../access/seal.ts';
import type { AgenciesOn } from '../agencies/directory.ts';
import type { Egress } from '../connector/egress.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { ifMatch, versionOf } from '../http/if-match.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { DELETED_EXAMPLE, EXAMPLE_SUBSCRIPTION, EXAMPLE_URL } from './examples.ts';
import { allFor, foreignTo, foundFor } from './find.ts';
import { newSecret, secretName } from './secret.ts';
import { subscriptionAnswer, subscriptionPatch, subscriptionPost, toAnswer, wishOf } from './shape.ts';
import * as store from './store.ts';

export interface SubscriptionRouteDeps {
  readonly db: Queryable;
  readonly agencies: () => AgenciesOn;
  readonly seal: Seal;
  readonly egress: Egress;
}

const tag = 'subscriptions';
const params = z.object({ id: z.uuid() });
const MOST_LAGS = 50;

const withSecret = subscriptionAnswer.extend({
  /** Shown this once. */
  secret: z.string(),
});
const withLags = subscriptionAnswer.extend({
  /** The dossiers that fell behind, longest first; the code is null for what concerns none. */
  lags: z.array(
    z.object({
      dossierCode: z.string().nullable(),
      since: z.string(),
      attempts: z.int(),
      nextAttemptAt: z.string(),
      lastError: z.string().nullable(),
    }),
  ),
});

export function subscriptionRoutes({ db, agencies, seal, egress }: SubscriptionRouteDeps): Route[] {
  /** What is wished must be the caller's to read, and lead to where the gateway may call. */
  const permitted = async (wish: store.Wish, caller: Caller): Promise<void> => {
    const foreign = foreignTo(caller, wish.agencies, agencies());
    if (foreign !== undefined)
      fail('forbidden-agency', {
        detail: `${foreign} is not among the client’s agencies`,
        detailVi: `${foreign} không thuộc các cơ quan được cấp`,
      });
    const refusal = await egress.refusalOf(wish.url);
    if (refusal !== null)
      fail('validation', { violations: [{ path: '$.url', message: `${refusal.vi} / ${refusal.en}` }] });
  };

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/subscriptions',
      id: 'createSubscription',
      tag,
      summary: { vi: 'Đăng ký nhận thay đổi qua webhook', en: 'Subscribe to changes by webhook' },
      description: {
        vi: 'Từ nay mỗi thay đổi được gửi tới url, ký theo Standard Webhooks, đúng thứ tự trong từng hồ sơ, ít nhất một lần, không có dữ liệu cá nhân. secret chỉ hiện một lần. Không có kinds, agencies, procedures: nhận mọi thứ bên gọi được đọc.',
        en: 'From now on each change is sent to the url, signed by Standard Webhooks, in order per dossier, at least once, without personal data. The secret is shown this once. Without kinds, agencies, procedures: all that the client may read.',
      },
      scope: 'subscriptions.write',
      audit: 'write',
      body: subscriptionPost,
      response: { 201: withSecret },
      errors: ['validation', 'forbidden-agency'],
      example: { body: { name: 'iGate tỉnh', url: EXAMPLE_URL, kinds: ['entry', 'alert'], agencies: ['H15.58'] } },
      handler: async (call) => {
        const { body, caller, now } = call;
        const nothing = { name: '', url: '', kinds: null, agencies: caller.agencies, procedures: null, batch: 1 };
        const wish = wishOf(body, nothing, caller.agencies);
        await permitted(wish, caller);
        const id = randomUUID();
        const secret = newSecret();
        const sealed = seal.close(secret, secretName(id));
        await store.insertSubscription(
          db,
          { ...wish, id, clientId: caller.clientId, secret: sealed, state: 'active' },
          now,
        );
        call.audited({ details: { subscription: id } });
        const row = await foundFor(db, id, caller, agencies());
        call.header('etag', `"${row.version}"`);
        return { ...toAnswer(row, now), secret };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/subscriptions',
      id: 'listSubscriptions',
      tag,
      summary: { vi: 'Các đăng ký nhận', en: 'Subscriptions' },
      description: {
        vi: 'Của chính bên gọi; người vận hành thấy mọi đăng ký trong phạm vi cơ quan của mình.',
        en: 'The caller’s own; an operator sees all within its agencies.',
      },
      scope: 'subscriptions.read',
      query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50), cursor: z.uuid().optional() }),
      response: { 200: z.object({ items: z.array(subscriptionAnswer) }) },
      errors: ['invalid-parameters'],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { limit, cursor } = call.query;
        const all = await allFor(db, call.caller, agencies());
        const rows = all.filter(({ id }) => cursor === undefined || id > cursor).slice(0, limit);
        if (rows.length === limit) linkNext(call, rows.at(-1)!.id);
        return { items: rows.map((row) => toAnswer(row, call.now)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/subscriptions/:id',
      id: 'getSubscription',
      tag,
      summary: { vi: 'Xem đăng ký nhận', en: 'Read a subscription and the dossiers that fell behind' },
      scope: 'subscriptions.read',
      params,
      response: { 200: withLags },
      errors: ['not-found'],
      example: { params: { id: EXAMPLE_SUBSCRIPTION } },
      handler: async (call) => {
        const row = await foundFor(db, call.params.id, call.caller, agencies());
        const lags = await store.listLags(db, row.id, MOST_LAGS);
        call.header('etag', `"${row.version}"`);
        return {
          ...toAnswer(row, call.now),
          lags: lags.map((lag) => ({
            ...lag,
            dossierCode: lag.dossierCode === '' ? null : lag.dossierCode,
            since: rfc3339(lag.since),
            nextAttemptAt: rfc3339(lag.nextAttemptAt),
          })),
        };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/subscriptions/:id',
      id: 'patchSubscription',
      tag,
      summary: { vi: 'Sửa đăng ký nhận', en: 'Change a subscription' },
      description: {
        vi: 'Trường vắng mặt giữ nguyên; null ở kinds, agencies, procedures là mọi thứ bên gọi được đọc. Cần If-Match.',
        en: 'What is absent stays; null for kinds, agencies or procedures is all that the caller may read. Takes If-Match.',
      },
      scope: 'subscriptions.write',
      audit: 'write',
      params,
      headers: ifMatch,
      body: subscriptionPatch,
      response: { 200: subscriptionAnswer },
      errors: ['not-found', 'validation', 'forbidden-agency', 'precondition-required', 'precondition-failed'],
      example: {
        params: { id: EXAMPLE_SUBSCRIPTION },
        headers: { 'if-match': '*' },
        body: { batch: 50 },
      },
      handler: async (call) => {
        const before = await foundFor(db, call.params.id, call.caller, agencies());
        call.audited({ details: { subscription: before.id } });
        const asked = versionOf(call.headers['if-match']);
        if (asked === null)
          fail('precondition-required', { detail: 'If-Match is required', detailVi: 'Cần tiêu đề If-Match' });
        const wish = wishOf(call.body, before, call.caller.agencies);
        await permitted(wish, call.caller);
        const version = asked === 'any' ? before.version : asked;
        if (!(await store.updateSubscription(db, before.id, version, wish)))
          fail('precondition-failed', {
            detail: 'The subscription has changed since it was read',
            detailVi: 'Đăng ký nhận đã thay đổi từ lúc được đọc',
          });
        const row = await foundFor(db, before.id, call.caller, agencies());
        call.header('etag', `"${row.version}"`);
        return toAnswer(row, call.now);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/subscriptions/:id',
      id: 'deleteSubscription',
      tag,
      summary: { vi: 'Xóa đăng ký nhận', en: 'Delete a subscription' },
      scope: 'subscriptions.write',
      audit: 'write',
      params,
      response: { 204: z.undefined() },
      errors: ['not-found'],
      example: { params: { id: DELETED_EXAMPLE } },
      handler: async (call) => {
        const { id } = await foundFor(db, call.params.id, call.caller, agencies());
        call.audited({ details: { subscription: id } });
        await store.deleteSubscription(db, id, call.now);
        return undefined;
      },
    }),
  ];
}
