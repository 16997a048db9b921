/** @module A gateway for tests: invented routes, one client with everything and one with little, a log that is kept. */
import type { FastifyInstance } from 'fastify';
import { createLocalJWKSet } from 'jose';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { createLimiter } from '../../src/access/rate-limit.ts';
import { buildApp } from '../../src/app.ts';
import type { Audit, AuditEntry } from '../../src/audit/record.ts';
import { fail } from '../../src/errors.ts';
import { createAuthenticator } from '../../src/http/auth.ts';
import type { Idempotency } from '../../src/http/idempotency.ts';
import { type ClientRecord, createSigningKeys, hashSecret, publicKeys } from '../../src/http/issuer.ts';
import { defineRoute, type Route } from '../../src/http/route.ts';
import { parseJson } from '../../src/http/violations.ts';
import { createLog } from '../../src/log.ts';
import { processStore } from '../../src/shared/store.ts';
import { noKeys } from '../support/no-keys.ts';
import { nothingStored } from '../support/nothing-stored.ts';

export const SECRETS = {
  igate: 'igate-secret-of-the-tests',
  other: 'other-secret-of-the-tests',
  reader: 'reader-secret-of-the-tests',
};
const ISSUER = 'http://gateway.test';
const AUDIENCE = 'urn:lienthong:gateway';

const message = z.object({ type: z.string() });

const parcel = z.strictObject({
  code: z.string().min(3),
  area: z.number().positive(),
  owner: z.strictObject({ name: z.string(), personalId: z.string().regex(/^\d{12}$/) }).optional(),
  tags: z.array(z.string()).default([]),
});

export const routes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/parcels/:code',
    id: 'getParcel',
    tag: 'parcels',
    summary: { vi: 'Đọc thửa đất', en: 'Read a parcel' },
    scope: 'parcels.read',
    params: z.object({ code: z.string() }),
    query: z.object({ limit: z.coerce.number().int().max(100).optional() }),
    response: { 200: z.object({ code: z.string(), area: z.number(), note: z.string().nullable() }) },
    errors: ['not-found'],
    audit: 'read',
    purpose: 'required',
    example: { params: { code: 'T-001' } },
    handler: async ({ params, audited }) => {
      if (params.code === 'absent') fail('not-found', { detail: 'No such parcel.', detailVi: 'Không có thửa này.' });
      audited({ target: params.code });
      const answer = { code: params.code, area: 12.5, note: null, owner: 'never shown' };
      return answer;
    },
  }),
  defineRoute({
    method: 'PUT',
    path: '/v1/parcels/:code',
    id: 'putParcel',
    tag: 'parcels',
    summary: { vi: 'Ghi thửa đất', en: 'Write a parcel' },
    scope: 'parcels.write',
    params: z.object({ code: z.string().max(20) }),
    body: parcel,
    bodyLimit: 2000,
    response: { 200: parcel, 201: parcel },
    errors: ['conflict'],
    example: { params: { code: 'T-001' }, body: { code: 'T-001', area: 3 } },
    handler: async (call) => {
      call.status(201);
      return call.body;
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/webhooks/:connector/:operation/:code',
    id: 'push',
    tag: 'webhooks',
    summary: { vi: 'Tiếp nhận', en: 'Push' },
    scope: 'public',
    params: z.object({ connector: z.string(), operation: z.string(), code: z.string() }),
    rawBody: true,
    response: { 202: z.object({ bytes: z.number(), type: z.string() }) },
    errors: ['webhook-proof-invalid'],
    handler: async ({ body, rawHeaders }) => {
      const language = rawHeaders['accept-language'];
      const { type } = parseJson(message, body, typeof language === 'string' ? language : undefined);
      return { bytes: body.length, type };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/slow',
    id: 'slow',
    tag: 'tests',
    summary: { vi: 'Chậm', en: 'Slow' },
    scope: 'parcels.read',
    response: { 204: z.undefined() },
    errors: ['deadline-exceeded'],
    handler: ({ signal }) =>
      new Promise<undefined>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/broken',
    id: 'broken',
    tag: 'tests',
    summary: { vi: 'Hỏng', en: 'Broken' },
    scope: 'parcels.read',
    response: { 200: z.object({ ok: z.boolean() }) },
    errors: [],
    handler: async () => {
      throw new Error('the pool says password=hunter2 for 066090000123');
    },
  }),
];

/** A gateway under test and what can be seen of it. */
export interface TestApp {
  readonly app: FastifyInstance;
  readonly lines: string[];
  readonly audited: AuditEntry[];
  /** Makes the audit log fail from now on. */
  breakAudit(): void;
  /** Moves the clock by that many milliseconds. */
  wait(milliseconds: number): void;
  token(client: keyof typeof SECRETS, scope?: string): Promise<string>;
}

export async function testApp(
  more: readonly Route[] = [],
  parts: { idempotency?: (clock: () => number) => Idempotency } = {},
): Promise<TestApp> {
  const clients = new Map<string, ClientRecord>([
    [
      'igate',
      {
        clientId: 'igate',
        secretHash: hashSecret(SECRETS.igate),
        scopes: ['parcels.read', 'parcels.write'],
        agencies: ['H15'],
      },
    ],
    [
      'other',
      { clientId: 'other', secretHash: hashSecret(SECRETS.other), scopes: ['parcels.write'], agencies: ['H15'] },
    ],
    [
      'reader',
      { clientId: 'reader', secretHash: hashSecret(SECRETS.reader), scopes: ['other.read'], agencies: ['H15.50'] },
    ],
  ]);
  const jwks = await createSigningKeys();
  const lines: string[] = [];
  const audited: AuditEntry[] = [];
  let auditWorks = true;
  let offset = 0;
  const clock = () => Date.now() + offset;
  const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const audit: Audit = {
    record: async (entry) => {
      if (!auditWorks) throw new Error('the disk is full');
      audited.push(entry);
    },
  };
  const app = await buildApp({
    config: { TRUST_PROXY: [], METRICS_ADDRESSES: ['127.0.0.1'], UNKNOWN_PATHS_PER_MINUTE: 60, SHED_AT_DELAY_MS: 0 },
    limiter: createLimiter(processStore(), Date.now),
    publicUrl: ISSUER,
    log,
    clock,
    audit,
    idempotency: parts.idempotency?.(clock) ?? noKeys,
    authenticator: createAuthenticator({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, find: createLocalJWKSet(publicKeys(jwks)) }],
      clock,
    }),
    issuer: {
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks: () => jwks,
      findClient: async (id) => clients.get(id),
      store: nothingStored,
      people: null,
      log,
    },
    console: null,
    routes: [...routes, ...more],
    checks: { database: async () => 'fine' },
    metrics: new Registry(),
  });
  return {
    app,
    lines,
    audited,
    breakAudit: () => {
      auditWorks = false;
    },
    wait: (milliseconds) => {
      offset += milliseconds;
    },
    async token(client, scope) {
      const answer = await app.inject({
        method: 'POST',
        url: '/oauth2/token',
        headers: {
          authorization: `Basic ${Buffer.from(`${client}:${SECRETS[client]}`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) }).toString(),
      });
      return answer.json().access_token;
    },
  };
}
