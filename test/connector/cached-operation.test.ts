/** @module A registry that is down: its lookups say so and when to come back; who takes an older answer gets it with its age. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wantedOf } from '../../src/connector/answer-cache.ts';
import { type Connections, openConnections } from '../../src/connector/connections.ts';
import { defineOperation, type OperationContext } from '../../src/connector/operation.ts';
import { operationRoutes } from '../../src/connector/operation-route.ts';
import { processStore, type SharedStore } from '../../src/shared/store.ts';
import { type TestApp, testApp } from '../http/test-app.ts';
import { type StubSettings, type StubUpstream, stubConnector, stubSettings, stubUpstream } from './stub-upstream.ts';

const lookup = {
  capability: 'lookup',
  method: 'GET',
  summary: { vi: 'Tra cứu doanh nghiệp', en: 'Look an enterprise up' },
  scope: 'parcels.read',
  params: z.object({ code: z.string() }),
  output: z.object({ name: z.string() }),
  effect: 'read',
  personalData: false,
  example: { params: { code: '6100000001' } },
  errors: [],
  run: async ({ upstream }: OperationContext<StubSettings>, { code }: { code: string }) => ({
    name: String(await upstream.json({ operation: 'enterprise', method: 'GET', path: `/${code}`, repeat: 'never' })),
  }),
} as const;

const REGISTRY = stubConnector('registry', {
  operations: [
    defineOperation({
      ...lookup,
      id: 'lookUpEnterprise',
      path: '/v1/enterprises/:code',
      cache: { seconds: 60, staleSeconds: 3_600, key: ({ code }) => code },
    }),
    defineOperation({
      ...lookup,
      id: 'lookUpAnew',
      path: '/v1/enterprises-anew/:code',
    }),
  ],
});

let upstream: StubUpstream;
let connections: Connections;
let gateway: TestApp;
let store: SharedStore;
let token: string;
let now: number;

beforeEach(async () => {
  upstream = await stubUpstream();
  now = Date.now();
  store = processStore();
  connections = openConnections({
    connectors: [REGISTRY],
    settingsOf: () => stubSettings.parse({ BASE_URL: upstream.url }),
    now: () => now,
    observed: () => {},
  });
  gateway = await testApp(operationRoutes({ connectors: [REGISTRY], connections, store, now: () => now }));
  token = await gateway.token('igate');
  upstream.answer = { status: 200, body: '"Công ty A"' };
});
afterEach(async () => {
  await gateway.app.close();
  await connections.close();
  await upstream.close();
});

const look = (query = '', headers: Record<string, string> = {}, path = 'enterprises') =>
  gateway.app.inject({
    method: 'GET',
    url: `/v1/${path}/6100000001${query}`,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });

const fails = (status = 500, headers: Record<string, string> = {}) => {
  upstream.answer = { status, headers, body: '"x"' };
};

describe('an answer that may be given again', () => {
  it('is asked for once while it is fresh, and tells its age', async () => {
    const first = await look();
    expect(first.json()).toEqual({ name: 'Công ty A', asOf: expect.stringMatching(/\+07:00$/), stale: false });
    expect(first.headers).toMatchObject({ age: '0', 'cache-status': 'lienthong; fwd=miss; stored' });
    now += 59_000;
    const second = await look();
    expect(second.json()).toEqual(first.json());
    expect(second.headers).toMatchObject({ age: '59', 'cache-status': 'lienthong; hit; ttl=1' });
    expect(upstream.asked).toHaveLength(1);
    now += 2_000;
    upstream.answer = { status: 200, body: '"Công ty B"' };
    expect((await look()).json()).toMatchObject({ name: 'Công ty B', stale: false });
  });

  it('is asked for anew, or no older than he likes, by whom that matters to', async () => {
    await look();
    now += 30_000;
    expect((await look('', { 'cache-control': 'max-age=10' })).headers.age).toBe('0');
    expect((await look('', { 'cache-control': 'no-cache' })).headers.age).toBe('0');
    expect((await look('', { 'cache-control': 'max-age=10' })).headers.age).toBe('0');
    expect(upstream.asked).toHaveLength(3);
  });

  it('is kept apart by what was asked and of whom', async () => {
    await look();
    await gateway.app.inject({ url: '/v1/enterprises/6100000002', headers: { authorization: `Bearer ${token}` } });
    expect(upstream.asked.map(({ url }) => url)).toEqual(['/6100000001', '/6100000002']);
  });
});

describe('while the registry fails', () => {
  it('a lookup says who fails, that it may be repeated, and when', async () => {
    fails(503, { 'retry-after': '90' });
    const answer = await look();
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('90');
    expect(answer.json()).toMatchObject({
      code: 'upstream-maintenance',
      upstream: 'registry',
      retryable: true,
      retryAfter: 90,
    });
  });

  it('and when its breaker is open, says when it is tried again', async () => {
    fails();
    await look();
    now += 2_000;
    for (let i = 0; i < 2; i++) await look();
    const answer = await look();
    expect(answer.json()).toMatchObject({ status: 503, code: 'upstream-unavailable', retryable: true });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(upstream.asked).toHaveLength(3);
  });

  it.each([
    ['?allowStale=true', {}],
    ['', { 'cache-control': 'max-stale' }],
    ['', { 'cache-control': 'max-stale=600' }],
  ])('an older answer is given to who takes it, with its age: %s %j', async (query, headers) => {
    await look();
    now += 600_000;
    fails();
    expect((await look()).statusCode).toBe(503);
    const answer = await look(query, headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ name: 'Công ty A', stale: true });
    expect(answer.headers).toMatchObject({
      age: '600',
      'cache-status': 'lienthong; hit; ttl=-540; detail=upstream-failed',
    });
  });

  it('but not one older than the rule or the caller allows, and none that there never was', async () => {
    fails();
    expect((await look('?allowStale=true')).statusCode).toBe(503);
    upstream.answer = { status: 200, body: '"Công ty A"' };
    await look();
    fails();
    now += 600_000;
    expect((await look('', { 'cache-control': 'max-stale=500' })).statusCode).toBe(503);
    now += 3_061_000;
    expect((await look('?allowStale=true')).statusCode).toBe(503);
  });

  it('nor instead of a refusal, which is an answer', async () => {
    await look();
    now += 600_000;
    fails(404);
    expect((await look('?allowStale=true')).json()).toMatchObject({ code: 'upstream-rejected' });
  });

  it('an operation whose answers may not be given again takes no such wish', async () => {
    expect((await look('?allowStale=true', {}, 'enterprises-anew')).json()).toMatchObject({
      code: 'invalid-parameters',
    });
    expect((await look('', {}, 'enterprises-anew')).json()).toEqual({ name: 'Công ty A' });
  });
});

it('what a caller takes is read as RFC 9111 writes it', () => {
  expect(wantedOf(false, undefined)).toEqual({ anew: false, maxAge: null, maxStale: 0 });
  expect(wantedOf(false, 'No-Cache, max-age=5')).toEqual({ anew: true, maxAge: 5, maxStale: 0 });
  expect(wantedOf(false, 'max-stale')).toMatchObject({ maxStale: Number.POSITIVE_INFINITY });
  expect(wantedOf(true, 'max-stale=30, max-age=x')).toEqual({ anew: false, maxAge: null, maxStale: 30 });
});
