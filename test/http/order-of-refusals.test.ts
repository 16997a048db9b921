/** @module In which order a request is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApp, testApp } from './test-app.ts';

let gateway: TestApp;
let igate: string;
let reader: string;

beforeAll(async () => {
  gateway = await testApp();
  igate = `Bearer ${await gateway.token('igate')}`;
  reader = `Bearer ${await gateway.token('reader')}`;
});
afterAll(() => gateway.app.close());

const bad = [
  ['an unknown path', { method: 'GET', url: '/v1/nothing' }],
  ['a path outside /v1', { method: 'GET', url: '/nothing' }],
  ['a method that the path does not take', { method: 'DELETE', url: '/v1/parcels/T-001' }],
  ['a body that is no JSON', { method: 'PUT', url: '/v1/parcels/T-001', payload: '{', type: 'application/json' }],
  ['a body of another type', { method: 'PUT', url: '/v1/parcels/T-001', payload: 'a,b', type: 'text/csv' }],
  [
    'a body too large',
    { method: 'PUT', url: '/v1/parcels/T-001', payload: `"${'x'.repeat(5000)}"`, type: 'application/json' },
  ],
  ['wrong content', { method: 'PUT', url: '/v1/parcels/T-001', payload: '{"area":-1}', type: 'application/json' }],
  ['a wrong parameter', { method: 'GET', url: '/v1/parcels/T-001?limit=many' }],
  ['an address that cannot be decoded', { method: 'GET', url: '/v1/parcels/%E0%A4%A' }],
  ['an address parameter that is too long', { method: 'GET', url: `/v1/parcels/${'x'.repeat(300)}` }],
  ['a disguised public path', { method: 'GET', url: '/%76%31/parcels/T-001' }],
  ['an unknown method override', { method: 'POST', url: '/v1/slow', override: 'BREW' }],
] as const;

function send(request: (typeof bad)[number][1], authorization?: string) {
  return gateway.app.inject({
    method: request.method,
    url: request.url,
    headers: {
      ...(authorization && { authorization }),
      ...('type' in request && { 'content-type': request.type }),
      ...('override' in request && { 'x-http-method-override': request.override }),
    },
    ...('payload' in request && { payload: request.payload }),
  });
}

describe('without a token everything is 401', () => {
  test.each(bad)('%s', async (_name, request) => {
    const answer = await send(request);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'unauthorized', who: 'caller' });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  test.each(bad)('%s, with a token that is none', async (_name, request) => {
    const answer = await send(request, 'Bearer abc.def.ghi');
    expect(answer.statusCode).toBe(401);
  });
});

describe('with a token that lacks the scope, what exists is 403 whatever was sent', () => {
  const existing = bad.filter(([name]) => /body|content|wrong parameter/.test(name));
  test.each(existing)('%s', async (_name, request) => {
    const answer = await send(request, reader);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'forbidden-scope', scope: expect.stringMatching(/^parcels\./) });
  });
});

describe('with token and scope each fault has its own answer', () => {
  test.each([
    ['an unknown path', 404, 'not-found'],
    ['a method that the path does not take', 405, 'method-not-allowed'],
    ['a body that is no JSON', 400, 'malformed-json'],
    ['a body of another type', 415, 'unsupported-media-type'],
    ['a body too large', 413, 'payload-too-large'],
    ['wrong content', 422, 'validation'],
    ['a wrong parameter', 400, 'invalid-parameters'],
    ['an address that cannot be decoded', 400, 'malformed-request'],
    ['an address parameter that is too long', 414, 'uri-too-long'],
    ['an unknown method override', 400, 'invalid-parameters'],
  ])('%s is %i', async (name, status, code) => {
    const request = bad.find(([title]) => title === name)![1];
    const answer = await send(request, igate);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status, code, type: `/docs/errors#${code}` });
    expect(answer.statusCode).toBe(status);
  });

  test('a 405 names the methods that the path takes', async () => {
    const answer = await send(bad[2][1], igate);
    expect(answer.headers.allow?.toString().split(', ').sort()).toEqual(['GET', 'HEAD', 'PUT']);
  });
});

test('an expired token says that it has expired', async () => {
  const own = await testApp();
  const token = await own.token('igate');
  own.wait(3_601_000);
  const answer = await own.app.inject({ url: '/v1/broken', headers: { authorization: `Bearer ${token}` } });
  expect(answer.json()).toMatchObject({ status: 401, code: 'token-expired' });
  await own.app.close();
});

test('a token that was good a moment ago is refused once it has expired', async () => {
  const own = await testApp();
  const headers = { authorization: `Bearer ${await own.token('igate')}` };
  expect((await own.app.inject({ url: '/v1/nothing', headers })).statusCode).toBe(404);
  own.wait(3_601_000);
  expect((await own.app.inject({ url: '/v1/nothing', headers })).statusCode).toBe(401);
  await own.app.close();
});

test('a token that was altered is refused', async () => {
  const [head, body, signature] = igate.slice(7).split('.');
  const claims = JSON.parse(Buffer.from(body!, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, scope: 'everything' })).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const token of [`${head}.${forged}.${signature}`, `${none}.${body}.`, `${none}.${body}.${signature}`]) {
    const answer = await gateway.app.inject({ url: '/v1/broken', headers: { authorization: `Bearer ${token}` } });
    expect(answer.json().status).toBe(401);
  }
});
