/** @module What can be done to a subscription: test, pause, resume, rotate its secret, replay; and what came of its last attempts. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Seal } from '../access/seal.ts';
import type { AgenciesOn } from '../agencies/directory.ts';
import type { Queryable } from '../db/queryable.ts';
import { instant } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { fromCursor, toCursor } from '../feed/cursor.ts';
import { rfc3339 } from '../http/answer.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { HOUR } from '../units.ts';
import { signingKey } from '../webhooks/verify.ts';
import { EXAMPLE_SUBSCRIPTION } from './examples.ts';
import { foundFor } from './find.ts';
import { newSecret, secretName } from './secret.ts';
import type { Sender } from './send.ts';
import { subscriptionAnswer, toAnswer } from './shape.ts';
import * as store from './store.ts';

export interface SubscriptionActDeps {
  readonly db: Queryable;
  readonly agencies: () => AgenciesOn;
  readonly seal: Seal;
  readonly sender: Sender;
  readonly clock: () => number;
}

const tag = 'subscriptions';
const params = z.object({ id: z.uuid() });
const reasoned = z.strictObject({ reason: z.string().min(3).max(1000) });
const example = { params: { id: EXAMPLE_SUBSCRIPTION } };
const OUTCOMES = ['taken', 'refused', 'unreachable', 'gone'] as const;

const attempt = z.object({
  at: z.string(),
  messageId: z.string(),
  /** From and to which place of the feed, and how many changes. */
  firstPos: z.int(),
  lastPos: z.int(),
  items: z.int(),
  outcome: z.enum(OUTCOMES),
  status: z.int().nullable(),
  ms: z.int(),
  error: z.string().nullable(),
});

export function subscriptionActRoutes({ db, agencies, seal, sender, clock }: SubscriptionActDeps): Route[] {
  const decide = (
    verb: 'pause' | 'resume',
    summary: { vi: string; en: string },
    apply: typeof store.pauseSubscription,
  ): Route =>
    defineRoute({
      method: 'POST',
      path: `/v1/subscriptions/:id/${verb}`,
      id: `${verb}Subscription`,
      tag,
      summary,
      scope: 'subscriptions.write',
      audit: 'write',
      params,
      body: reasoned,
      response: { 200: subscriptionAnswer },
      errors: ['not-found'],
      example: { ...example, body: { reason: 'Bảo trì hệ thống nhận' } },
      handler: async (call) => {
        const { id } = await foundFor(db, call.params.id, call.caller, agencies());
        const { reason } = call.body;
        call.audited({ details: { subscription: id, reason } });
        await apply(db, id, { by: call.access.officer ?? call.caller.clientId, reason, now: call.now });
        return toAnswer(await foundFor(db, id, call.caller, agencies()), call.now);
      },
    });

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/subscriptions/:id/test',
      id: 'testSubscription',
      tag,
      summary: { vi: 'Gửi thử một thông điệp', en: 'Send a test message and say what came of it' },
      description: {
        vi: 'Gửi ngay một thông điệp loại test tới url, ký như thông điệp thật; không đổi gì ở đăng ký.',
        en: 'Sends a message of type test to the url at once, signed like any other; changes nothing of the subscription.',
      },
      scope: 'subscriptions.write',
      audit: 'write',
      params,
      response: {
        200: z.object({
          outcome: z.enum(OUTCOMES),
          status: z.int().nullable(),
          ms: z.int(),
          error: z.string().nullable(),
        }),
      },
      errors: ['not-found'],
      example,
      handler: async (call) => {
        const { id, url } = await foundFor(db, call.params.id, call.caller, agencies());
        call.audited({ details: { subscription: id } });
        const { secret, formerSecret } = await store.readSecrets(db, id, call.now);
        const keys = [secret, formerSecret]
          .filter((sealed) => sealed !== null)
          .map((sealed) => signingKey(seal.open(sealed, secretName(id))));
        const body = { type: 'test', timestamp: rfc3339(call.now), data: { subscription: id } };
        const message = { id: `msg_${randomUUID()}`, body: Buffer.from(JSON.stringify(body)) };
        const { outcome, status, ms, error } = await sender.send({ url, keys }, message, clock);
        return { outcome, status, ms, error };
      },
    }),
    decide('pause', { vi: 'Tạm ngừng gửi', en: 'Stop sending; nothing is lost' }, store.pauseSubscription),
    decide(
      'resume',
      { vi: 'Gửi tiếp từ chỗ đã dừng', en: 'Go on where it stopped, also after 410' },
      store.resumeSubscription,
    ),
    defineRoute({
      method: 'POST',
      path: '/v1/subscriptions/:id/rotate-secret',
      id: 'rotateSubscriptionSecret',
      tag,
      summary: { vi: 'Thay khóa ký', en: 'Rotate the signing secret' },
      description: {
        vi: 'Trong overlapHours giờ mỗi thông điệp mang hai chữ ký, bằng khóa mới và khóa cũ; 0: bỏ ngay khóa cũ. Khóa mới chỉ hiện một lần.',
        en: 'For overlapHours each message carries two signatures, by the new secret and the former one; 0 drops the former at once. The new secret is shown this once.',
      },
      scope: 'subscriptions.write',
      audit: 'write',
      params,
      body: z.strictObject({ overlapHours: z.number().min(0).max(720).default(24) }),
      response: { 200: z.object({ secret: z.string(), formerSecretUntil: z.string().nullable() }) },
      errors: ['not-found'],
      example: { ...example, body: { overlapHours: 24 } },
      handler: async (call) => {
        const { id } = await foundFor(db, call.params.id, call.caller, agencies());
        call.audited({ details: { subscription: id } });
        const secret = newSecret();
        const until = call.now + call.body.overlapHours * HOUR;
        await store.rotateSecret(db, id, seal.close(secret, secretName(id)), until);
        return { secret, formerSecretUntil: until > call.now ? rfc3339(until) : null };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/subscriptions/:id/replay',
      id: 'replaySubscription',
      tag,
      summary: { vi: 'Gửi lại từ một cursor hoặc thời điểm', en: 'Send again from a cursor or a time' },
      description: {
        vi: 'Thông điệp gửi lại mang đúng webhook-id cũ. Không thể nhảy tới phía trước: không gì bị bỏ qua.',
        en: 'What is sent again carries its former webhook-id. There is no leaping ahead: nothing is left out.',
      },
      scope: 'subscriptions.write',
      audit: 'write',
      params,
      body: z
        .strictObject({ cursor: z.string().max(40).optional(), from: instant.optional() })
        .refine(({ cursor, from }) => (cursor === undefined) !== (from === undefined), {
          error: 'cursor hoặc from / either cursor or from',
        }),
      response: { 200: subscriptionAnswer },
      errors: ['not-found', 'validation', 'cursor-expired'],
      example: { ...example, body: { cursor: toCursor(0) } },
      handler: async (call) => {
        const row = await foundFor(db, call.params.id, call.caller, agencies());
        const { cursor, from } = call.body;
        const { before, removedTo } = await store.placeAt(db, from === undefined ? 0 : Date.parse(from));
        const place = cursor === undefined ? before : fromCursor(cursor);
        call.audited({ details: { subscription: row.id, from: from ?? null, place } });
        const refuse = (path: string, message: string): never =>
          fail('validation', { violations: [{ path, message }] });
        if (place === null) return refuse('$.cursor', 'không phải cursor đã cấp / not a cursor of this feed');
        if (place > row.pos)
          return refuse(
            cursor === undefined ? '$.from' : '$.cursor',
            'nằm sau chỗ đã gửi tới / lies ahead of what was sent',
          );
        if (removedTo > 0 && (cursor === undefined ? place <= removedTo : place < removedTo))
          fail('cursor-expired', {
            detail: 'Some changes since then were removed when they had been kept for their time',
            detailVi: 'Một số thay đổi từ đó đã hết thời gian lưu và được xóa',
            extra: { cursor: toCursor(removedTo) },
          });
        await store.replayFrom(db, row.id, place, call.now);
        return toAnswer(await foundFor(db, row.id, call.caller, agencies()), call.now);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/subscriptions/:id/deliveries',
      id: 'listSubscriptionDeliveries',
      tag,
      summary: { vi: 'Các lần gửi gần nhất', en: 'The last attempts, newest first' },
      scope: 'subscriptions.read',
      params,
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(attempt) }) },
      errors: ['not-found', 'invalid-parameters'],
      example: { ...example, query: { limit: 20 } },
      handler: async (call) => {
        const { id } = await foundFor(db, call.params.id, call.caller, agencies());
        const { limit, cursor } = call.query;
        const rows = await store.listAttempts(db, id, { before: cursor === undefined ? null : Number(cursor), limit });
        if (rows.length === limit) linkNext(call, rows.at(-1)!.id);
        return { items: rows.map((row) => ({ ...row, at: rfc3339(row.at) })) };
      },
    }),
  ];
}
