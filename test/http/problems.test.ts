/** @module What a refused caller reads, and what it must never read. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApp, testApp } from './test-app.ts';

let gateway: TestApp;
let authorization: string;

beforeAll(async () => {
  gateway = await testApp();
  authorization = `Bearer ${await gateway.token('igate')}`;
});
afterAll(() => gateway.app.close());

const put = (payload: unknown, headers: Record<string, string> = {}) =>
  gateway.app.inject({
    method: 'PUT',
    url: '/v1/parcels/T-001',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

test('a problem is Vietnamese by default and English when asked', async () => {
  const vietnamese = (await put('{')).json();
  const english = (await put('{', { 'accept-language': 'en-GB, vi;q=0.5' })).json();
  expect(vietnamese.title).toBe('Nội dung gửi lên không phải JSON hợp lệ');
  expect(english.title).toBe('The body is not valid JSON');
  expect(english).toMatchObject({ status: 400, code: 'malformed-json', who: 'caller', instance: '/v1/parcels/T-001' });
});

test('every fault of a body is named at once, each with its path', async () => {
  const answer = await put({
    code: 'T',
    area: '3',
    owner: { name: 'An', personalId: '12', age: 3 },
    colour: 'red',
    tags: [1],
  });
  expect(answer.statusCode).toBe(422);
  const paths = answer.json().violations.map((violation: { path: string }) => violation.path);
  expect(paths.toSorted()).toEqual(['$.area', '$.code', '$.colour', '$.owner.age', '$.owner.personalId', '$.tags[0]']);
});

test('faults are told in the language of the caller', async () => {
  const vietnamese = (await put({ code: 'T-1', area: '3' })).json().violations[0].message;
  const english = (await put({ code: 'T-1', area: '3' }, { 'accept-language': 'en' })).json().violations[0].message;
  expect(vietnamese).toContain('mong đợi');
  expect(english).toContain('expected number');
});

test('a fault does not repeat what was sent', async () => {
  const answer = await put({ code: 'T-1', area: 1, owner: { name: 'An', personalId: '06609000012X' } });
  expect(answer.statusCode).toBe(422);
  expect(answer.body).not.toContain('06609000012X');
});

test('a member named like a prototype is a violation at its path', async () => {
  const answer = await gateway.app.inject({
    method: 'PUT',
    url: '/v1/parcels/T-001',
    headers: { authorization, 'content-type': 'application/json' },
    payload: '{"code":"T-1","area":1,"__proto__":{"admin":true}}',
  });
  expect(answer.json()).toMatchObject({ status: 422, code: 'validation', violations: [{ path: '$.__proto__' }] });
});

test.each([
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ['nothing', ''],
])('a body with %s is malformed', async (_name, payload) => {
  const answer = await gateway.app.inject({
    method: 'PUT',
    url: '/v1/parcels/T-001',
    headers: { authorization, 'content-type': 'application/json' },
    payload,
  });
  expect(answer.json()).toMatchObject({ status: 400, code: 'malformed-json' });
});

test('a body that is missing is malformed, not a crash', async () => {
  const answer = await gateway.app.inject({ method: 'PUT', url: '/v1/parcels/T-001', headers: { authorization } });
  expect(answer.json()).toMatchObject({ status: 400, code: 'malformed-json' });
});

test('nothing of the inside of a fault is answered, and all of it but secrets is logged', async () => {
  gateway.lines.length = 0;
  const answer = await gateway.app.inject({ url: '/v1/broken', headers: { authorization } });
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal', who: 'gateway' });
  expect(answer.body).not.toMatch(/hunter2|pool|stack/);
  const log = gateway.lines.join('');
  expect(log).toContain(answer.json().traceId);
  expect(log).toContain('the pool says');
  expect(log).not.toContain('066090000123');
});

test('the trace of the caller goes on and its request id is echoed', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const answer = await gateway.app.inject({
    url: '/v1/nothing',
    headers: { authorization, traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': 'igate-77' },
  });
  expect(answer.json().traceId).toBe(traceId);
  expect(answer.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  expect(answer.headers['x-request-id']).toBe('igate-77');
});

test.each([
  '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
  'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'x',
])('a broken traceparent (%s) starts a new trace', async (traceparent) => {
  const answer = await gateway.app.inject({ url: '/v1/nothing', headers: { authorization, traceparent } });
  expect(answer.json().traceId).toMatch(/^(?!0{32}|4bf92f)[0-9a-f]{32}$/);
});

test('bytes that are no HTTP get a problem too', async () => {
  const address = new URL(await gateway.app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(address.port), '127.0.0.1');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes;
  });
  socket.on('end', () => resolve(answer)).on('error', reject);
  socket.write('NONSENSE\r\n\r\n');
  expect(await promise).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"malformed-request"/);
});
