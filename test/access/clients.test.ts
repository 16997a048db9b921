/** @module Clients as an administrator manages them, and how soon every replica goes by it. */

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { ADMIN_SCOPES, putClient } from '../../src/access/clients.ts';
import { buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { settingsOf } from '../../src/connector/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { newInstance, openDeps } from '../../src/deps.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';
import { until } from '../support/until.ts';

const URL = 'http://gateway.test';
let database: TestDatabase;
/** Two replicas: one is written to, the other one is called. */
let replicas: { deps: Deps; app: FastifyInstance }[];
let admin: string;

beforeAll(async () => {
  database = await testDatabase();
  const replica = async () => {
    const deps = await openDeps({
      config: loadConfig({}, settingsOf(connectors)),
      databaseUrl: database.url,
      secrets: { encryptionKey: Buffer.alloc(32).toString('base64'), auditKey: 'x'.repeat(32) },
      publicUrl: URL,
      log: silent,
      instance: newInstance(),
    });
    return { deps, app: await buildApp(deps.app) };
  };
  replicas = [await replica(), await replica()];
  const secretHash = hashSecret('admin-secret');
  await putClient(database.pool, { clientId: 'admin', secretHash, scopes: ADMIN_SCOPES, agencies: ['H15'] });
  await putClient(database.pool, { clientId: 'district', secretHash, scopes: ADMIN_SCOPES, agencies: ['H15.12'] });
  admin = await tokenOf('admin', 'admin-secret');
});
afterAll(async () => {
  for (const { deps, app } of replicas) {
    await app.close();
    await deps.close();
  }
  await database.drop();
});

interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown> & { items: Record<string, unknown>[] };
  readonly etag: string | undefined;
}

async function call(
  method: 'GET' | 'POST' | 'PATCH',
  url: string,
  options: { token?: string; body?: object; headers?: Record<string, string>; from?: string; replica?: number } = {},
): Promise<Answer> {
  const { token = admin, body, headers = {}, from = '10.20.50.7', replica = 0 } = options;
  const answer = await replicas[replica]!.app.inject({
    method,
    url,
    remoteAddress: from,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, json: answer.json(), etag: answer.headers.etag as string | undefined };
}

async function tokenOf(clientId: string, secret: string): Promise<string> {
  const answer = await replicas[0]!.app.inject({
    method: 'POST',
    url: '/oauth2/token',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: 'grant_type=client_credentials',
  });
  return answer.json().access_token;
}

let made = 0;
/** A client of its own for a test, with its secret and a token. */
async function created(facts: object = {}): Promise<{ id: string; secret: string; token: string }> {
  const clientId = `igate-${++made}`;
  const body = {
    clientId,
    name: 'iGate',
    scopes: ['catalogues.read', 'calendar.read'],
    agencies: ['H15.50'],
    purposes: null,
    personalData: null,
    reason: 'Đăng ký mới',
    ...facts,
  };
  const { status, json } = await call('POST', '/v1/clients', { body });
  expect(status).toBe(201);
  const secret = String(json.clientSecret);
  return { id: clientId, secret, token: await tokenOf(clientId, secret) };
}
const read = (token: string, options: { from?: string; replica?: number } = {}) =>
  call('GET', '/v1/pause-reasons', { token, ...options });
const act = (id: string, verb: string, body: object = { reason: 'Kiểm tra' }) =>
  call('POST', `/v1/clients/${id}/${verb}`, { body });
const changed = (id: string, body: object) =>
  call('PATCH', `/v1/clients/${id}`, { body: { reason: 'Sửa', ...body }, headers: { 'if-match': '*' } });
/** What the other replica comes to answer. */
const becomes = (token: string, status: number, code?: string) =>
  until(`the other replica answers ${code ?? status}`, async () => {
    const answer = await read(token, { replica: 1 });
    return answer.status === status && (code === undefined || answer.json.code === code);
  });

it('shows the secret once, and never what it keeps of it', async () => {
  const { id, secret, token } = await created();
  expect((await read(token)).status).toBe(200);
  const { json } = await call('GET', `/v1/clients/${id}`);
  expect(json).toMatchObject({ clientId: id, state: 'active', rateLimit: { calls: 6000, seconds: 60 }, version: 1 });
  const history = await call('GET', `/v1/clients/${id}/history`);
  for (const kept of [json, history.json]) {
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(JSON.stringify(kept)).not.toContain(hashSecret(secret).slice(7));
  }
});

it.each([
  ['suspended', 'client-suspended', 403, (id: string) => act(id, 'suspend')],
  ['expired', 'client-expired', 403, (id: string) => changed(id, { validUntil: '2026-01-01T00:00:00+07:00' })],
  [
    'not valid yet',
    'client-not-yet-valid',
    403,
    (id: string) => changed(id, { validFrom: '2090-01-01T00:00:00+07:00' }),
  ],
  [
    'called from elsewhere',
    'forbidden-address',
    403,
    (id: string) => changed(id, { addresses: ['10.30.0.0/16', 'fd00::/8'] }),
  ],
  [
    'robbed of its secret',
    'token-revoked',
    401,
    async (id: string) => {
      await act(id, 'rotate-secret', { reason: 'Lộ khóa', overlapHours: 0 });
      // A token tells whole seconds: the one in hand is to be of an earlier one.
      const later = "update client set tokens_from = tokens_from + interval '1 second' where client_id = $1";
      await database.pool.query(later, [id]);
    },
  ],
  [
    'deleted',
    'token-revoked',
    401,
    (id: string) => database.pool.query('delete from client where client_id = $1', [id]),
  ],
])(
  'a client that is %s is refused on every replica, its token notwithstanding: %s',
  async (_title, code, status, apply) => {
    const { id, token } = await created();
    expect((await read(token, { replica: 1 })).status).toBe(200);
    await apply(id);
    await becomes(token, status, code);
  },
);

it('a change counts on every replica for tokens given out already: fewer scopes, other agencies', async () => {
  const { id, token } = await created();
  expect((await read(token, { replica: 1 })).status).toBe(200);
  await changed(id, { scopes: ['calendar.read'] });
  expect((await read(token)).status).toBe(403);
  await becomes(token, 403, 'forbidden-scope');
  await changed(id, { scopes: ['calendar.read', 'catalogues.read'] });
  await becomes(token, 200);
});

it('resumes, and is free to call from the networks it is registered with', async () => {
  const { id, secret, token } = await created({ addresses: ['10.20.50.0/24', '2001:db8::/32'] });
  await act(id, 'suspend');
  expect(await tokenOf(id, secret)).toBeUndefined();
  expect((await read(token)).json.code).toBe('client-suspended');
  await act(id, 'resume');
  for (const from of ['10.20.50.7', '::ffff:10.20.50.9', '2001:db8::1'])
    expect((await read(token, { from })).status).toBe(200);
  const elsewhere = await read(token, { from: '10.20.51.7' });
  expect(elsewhere.json).toMatchObject({ code: 'forbidden-address', address: '10.20.51.7' });
});

it('a rotated secret overlaps with the former one for the time stated', async () => {
  const { id, secret } = await created();
  const { json } = await act(id, 'rotate-secret', { reason: 'Định kỳ', overlapHours: 2 });
  expect(Date.parse(String(json.formerSecretUntil)) - Date.now()).toBeGreaterThan(7_000_000);
  for (const right of [secret, String(json.clientSecret)]) expect(await tokenOf(id, right)).toBeDefined();
  await database.pool.query(
    "update client set former_secret_until = now() - interval '1 second' where client_id = $1",
    [id],
  );
  expect(await tokenOf(id, secret)).toBeUndefined();
  expect(await tokenOf(id, String(json.clientSecret))).toBeDefined();
});

it('keeps who changed what, when and why, newest first; what changes nothing is no change', async () => {
  const { id } = await created();
  await changed(id, { name: 'iGate mới', reason: 'Đổi tên theo quyết định' });
  await changed(id, { name: 'iGate mới', reason: 'Lần nữa' });
  await act(id, 'suspend', { reason: 'Nghi lộ khóa' });
  const { json } = await call('GET', `/v1/clients/${id}/history`);
  expect(json.items).toMatchObject([
    { version: 3, act: 'suspended', author: 'admin', reason: 'Nghi lộ khóa', changes: { suspendedAt: { from: null } } },
    {
      version: 2,
      act: 'changed',
      reason: 'Đổi tên theo quyết định',
      changes: { name: { from: 'iGate', to: 'iGate mới' } },
    },
    { version: 1, act: 'created', reason: 'Đăng ký mới' },
  ]);
});

it('two administrators at once: the second reads again first', async () => {
  const { id } = await created();
  const patch = (tag: string) =>
    call('PATCH', `/v1/clients/${id}`, { body: { name: tag, reason: 'Sửa' }, headers: { 'if-match': tag } });
  const { etag } = await call('GET', `/v1/clients/${id}`);
  expect((await patch(etag!)).etag).toBe('"2"');
  expect((await patch(etag!)).json.code).toBe('precondition-failed');
  const without = await call('PATCH', `/v1/clients/${id}`, { body: { name: 'x', reason: 'Sửa' } });
  expect(without.json.code).toBe('precondition-required');
});

it.each([
  ['a scope that no operation asks for', { scopes: ['catalogue.read'] }, 422, '$.scopes[0]'],
  ['a network that is none', { addresses: ['10.20'] }, 422, '$.addresses[0]'],
  [
    'an end before its beginning',
    { validFrom: '2030-01-02T00:00:00+07:00', validUntil: '2030-01-01T00:00:00+07:00' },
    422,
    '$.validUntil',
  ],
  ['a purpose that nobody knows', { purposes: ['curiosity'] }, 422, '$.purposes[0]'],
  ['no reason', { reason: ' ' }, 422, '$.reason'],
])('refuses %s', async (_title, facts, status, path) => {
  const body = {
    clientId: `bad-${++made}`,
    name: 'x',
    scopes: [],
    agencies: [],
    purposes: null,
    personalData: null,
    reason: 'Thử',
    ...facts,
  };
  const answer = await call('POST', '/v1/clients', { body });
  expect(answer).toMatchObject({ status, json: { violations: [{ path }] } });
});

it('whoever has a part of the province manages only clients of that part', async () => {
  const { id } = await created({ agencies: ['H15.50'] });
  const own = await created({ agencies: ['H15.12'] });
  const token = await tokenOf('district', 'admin-secret');
  const listed = await call('GET', '/v1/clients', { token });
  expect(listed.json.items.map(({ clientId }) => clientId)).toEqual(expect.arrayContaining(['district', own.id]));
  expect(listed.json.items.map(({ clientId }) => clientId)).not.toContain(id);
  expect((await call('GET', `/v1/clients/${id}`, { token })).json.code).toBe('forbidden-agency');
  const body = { agencies: ['H15'], reason: 'Mở rộng' };
  const grab = await call('PATCH', `/v1/clients/${own.id}`, { token, body, headers: { 'if-match': '*' } });
  expect(grab.json.code).toBe('forbidden-agency');
});

it('an id can be taken once', async () => {
  const { id } = await created();
  const body = {
    clientId: id,
    name: 'x',
    scopes: [],
    agencies: [],
    purposes: null,
    personalData: null,
    reason: 'Trùng',
  };
  expect((await call('POST', '/v1/clients', { body })).status).toBe(409);
});

it('every answer to a client that has a limit says what is left of it; beyond it the limit is named', async () => {
  const { token } = await created({ rateLimit: { calls: 3, seconds: 86_400 } });
  const ask = async (url: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return replicas[0]!.app.inject({ url, headers, remoteAddress: '10.20.50.7' });
  };
  for (const [url, status, left] of [
    ['/v1/pause-reasons', 200, 2],
    ['/v1/nothing', 404, 1],
    ['/v1/clients', 403, 0],
  ] as const) {
    const answer = await ask(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['ratelimit-policy']).toBe('"client";q=3;w=86400');
    expect(answer.headers.ratelimit).toMatch(new RegExp(`^"client";r=${left};t=\\d+$`));
  }
  const refused = await ask('/v1/pause-reasons');
  expect(refused.json()).toMatchObject({ status: 429, code: 'rate-limited', limit: 'client' });
  expect(Number(refused.headers['retry-after'])).toBe(refused.json().retryAfter);
  expect(refused.headers.ratelimit).toMatch(/^"client";r=0;t=\d+$/);
});

it('a client without a limit is told of none', async () => {
  const { token } = await created({ rateLimit: null });
  const answer = await replicas[0]!.app.inject({
    url: '/v1/pause-reasons',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).not.toHaveProperty('ratelimit');
});
