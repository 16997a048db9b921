/** @module What a declared operation does without its handler's help. */
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../../src/http/route.ts';
import { type TestApp, testApp } from './test-app.ts';

let gateway: TestApp;
let authorization: string;
const purpose = { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.50-260310-0001', 'x-officer': 'cb-204' };

beforeAll(async () => {
  gateway = await testApp();
  authorization = `Bearer ${await gateway.token('igate')}`;
});
afterAll(() => gateway.app.close());

test('an answer holds only what its schema lists', async () => {
  const answer = await gateway.app.inject({ url: '/v1/parcels/T-1', headers: { authorization, ...purpose } });
  expect(answer.json()).toEqual({ code: 'T-1', area: 12.5, note: null });
});

test('a handler chooses the status, and a default of the schema is filled in', async () => {
  const payload = { code: 'T-1', area: 3 };
  const answer = await gateway.app.inject({
    method: 'PUT',
    url: '/v1/parcels/T-1',
    headers: { authorization },
    payload,
  });
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ ...payload, tags: [] });
});

test('a POST that names PUT is a PUT', async () => {
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/v1/parcels/T-1',
    headers: { authorization, 'x-http-method-override': 'PUT' },
    payload: { code: 'T-1', area: 3 },
  });
  expect(answer.statusCode).toBe(201);
});

test('a parameter that nobody declared is refused by name', async () => {
  const answer = await gateway.app.inject({ url: '/v1/parcels/T-1?limmit=3', headers: { authorization, ...purpose } });
  expect(answer.json()).toMatchObject({ status: 400, violations: [{ path: 'query.limmit' }] });
});

test.each([
  ['path', '/v1/parcels/T%00'],
  ['query', '/v1/parcels/T-001?limit=%00'],
])('a NUL in the %s, which no text of the database can hold, is refused', async (path, url) => {
  const answer = await gateway.app.inject({ url, headers: { authorization, ...purpose } });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'invalid-parameters', violations: [{ path }] });
});

test('a read of personal data without purpose, dossier and officer names what is missing', async () => {
  const answer = await gateway.app.inject({ url: '/v1/parcels/T-1', headers: { authorization, 'x-dossier': 'none' } });
  expect(answer.json()).toMatchObject({
    status: 400,
    code: 'purpose-required',
    violations: [{ path: 'header.x-purpose' }, { path: 'header.x-officer' }],
  });
});

test('an audited operation leaves who, why and what, also when it is refused', async () => {
  gateway.audited.length = 0;
  await gateway.app.inject({ url: '/v1/parcels/T-1', headers: { authorization, ...purpose } });
  const absent = await gateway.app.inject({ url: '/v1/parcels/absent', headers: { authorization, ...purpose } });
  expect(absent.json()).toMatchObject({ status: 404, detail: 'Không có thửa này.' });
  expect(gateway.audited).toMatchObject([
    {
      clientId: 'igate',
      officer: 'cb-204',
      dossier: 'H15.50-260310-0001',
      operation: 'getParcel',
      target: 'T-1',
      status: 200,
    },
    { operation: 'getParcel', status: 404 },
  ]);
});

test('nothing is given out while the audit log cannot be written', async () => {
  const own = await testApp();
  const headers = { authorization: `Bearer ${await own.token('igate')}`, ...purpose };
  own.breakAudit();
  const answer = await own.app.inject({ url: '/v1/parcels/T-1', headers });
  expect(answer.json()).toMatchObject({ status: 503, code: 'audit-unavailable', retryAfter: expect.any(Number) });
  expect(answer.headers['retry-after']).toBeDefined();
  expect(answer.body).not.toContain('12.5');
  await own.app.close();
});

test("the caller's deadline aborts the work", async () => {
  const headers = { authorization, 'request-timeout': '0.05' };
  const answer = await gateway.app.inject({ method: 'POST', url: '/v1/slow', headers });
  expect(answer.json()).toMatchObject({ status: 504, code: 'deadline-exceeded' });
});

test('a deadline that is no number of seconds is refused', async () => {
  const headers = { authorization, 'request-timeout': 'soon' };
  const answer = await gateway.app.inject({ method: 'POST', url: '/v1/slow', headers });
  expect(answer.json()).toMatchObject({ status: 400, violations: [{ path: 'header.request-timeout' }] });
});

test('a raw body reaches its handler byte for byte, whatever its type', async () => {
  const url = '/v1/webhooks/land-registry/ChuyenHoSo/code-1';
  const payload = '{ "type" : "x" }';
  for (const type of ['application/json', 'text/plain', undefined]) {
    const headers = type === undefined ? {} : { 'content-type': type };
    const answer = await gateway.app.inject({ method: 'POST', url, headers, payload });
    expect(answer.json()).toEqual({ bytes: payload.length, type: 'x' });
    expect(answer.statusCode).toBe(202);
  }
  const broken = await gateway.app.inject({ method: 'POST', url, payload: '{"type":1}' });
  expect(broken.json()).toMatchObject({ status: 422, violations: [{ path: '$.type' }] });
  expect(broken.json().instance).not.toContain('code-1');
});

test('work goes on after its request was read, and ends when the caller goes', async () => {
  const began = Promise.withResolvers<AbortSignal>();
  const may = Promise.withResolvers<void>();
  const work = defineRoute({
    method: 'POST',
    path: '/v1/work',
    id: 'work',
    tag: 'tests',
    summary: { vi: 'Việc', en: 'Work' },
    scope: 'parcels.read',
    body: z.strictObject({ a: z.string() }),
    response: { 200: z.object({ aborted: z.boolean() }) },
    errors: [],
    handler: async ({ signal }) => {
      began.resolve(signal);
      await may.promise;
      return { aborted: signal.aborted };
    },
  });
  const { app, token } = await testApp([work]);
  onTestFinished(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const caller = new AbortController();
  const call = fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1/work`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token('igate')}`, 'content-type': 'application/json' },
    body: '{"a":"b"}',
    signal: caller.signal,
  });
  const signal = await began.promise;
  // Node tells that the request is over one turn after its body was read.
  await new Promise((resolve) => setImmediate(resolve));
  expect(signal.aborted).toBe(false);
  caller.abort();
  await expect(call).rejects.toThrow();
  await expect.poll(() => signal.aborted).toBe(true);
  may.resolve();
});

test('a body that would let unknown members pass stops the start', async () => {
  const loose = defineRoute({
    method: 'POST',
    path: '/v1/loose',
    id: 'loose',
    tag: 'tests',
    summary: { vi: 'Lỏng', en: 'Loose' },
    scope: 'parcels.read',
    body: z.strictObject({ inner: z.array(z.object({ a: z.string() })) }),
    response: { 204: z.undefined() },
    errors: [],
    handler: () => undefined,
  });
  await expect(testApp([loose])).rejects.toThrow('loose: unknown members would pass at $.inner[]');
});

test('health, metrics and documents ask for no token', async () => {
  expect((await gateway.app.inject('/health/live')).json()).toEqual({ status: 'live' });
  expect((await gateway.app.inject('/health/ready')).json()).toEqual({ status: 'ready', checks: { database: 'ok' } });
  expect((await gateway.app.inject('/metrics')).body).toContain('lienthong_http_request_duration_seconds_bucket');
  expect((await gateway.app.inject('/docs/errors')).body).toContain('id="queue-full"');
  expect((await gateway.app.inject('/docs/')).body).toContain('swagger-ui');
});

test('metrics are for listed addresses only', async () => {
  const answer = await gateway.app.inject({ url: '/metrics', remoteAddress: '10.0.0.9' });
  expect(answer.json()).toMatchObject({ status: 403, code: 'forbidden-address' });
});
