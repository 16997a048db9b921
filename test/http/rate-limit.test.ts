/** @module Whoever looks for paths that are not there is slowed down; who has a proof of its own, or asks whether we live, is not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApp, testApp } from './test-app.ts';

let gateway: TestApp;
beforeAll(async () => {
  gateway = await testApp();
});
afterAll(() => gateway.app.close());

const ask = (url: string, remoteAddress = '203.0.113.7', authorization?: string) =>
  gateway.app.inject({ url, remoteAddress, headers: authorization === undefined ? {} : { authorization } });

it('an address may ask for sixty unknown paths a minute, then it is told to wait', async () => {
  const statuses: number[] = [];
  // The limit of two windows at most, should the minute turn meanwhile.
  for (let i = 0; i < 125; i++) statuses.push((await ask(`/oauth2/nothing-${i}`)).statusCode);
  expect(new Set(statuses)).toEqual(new Set([404, 429]));
  const refused = await ask('/docs/nothing');
  expect(refused.statusCode).toBe(429);
  expect(refused.json()).toMatchObject({ code: 'rate-limited', limit: 'unknown-paths', retryable: true });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
});

it.each([
  ['health', '/health/nothing', 404],
  ['pushes', '/v1/webhooks/nobody', 404],
  ['a path that asks for a token', '/v1/nothing', 401],
  ['what there is', '/health/live', 200],
])('the same address is still answered for %s', async (_title, url, status) => {
  expect((await ask(url)).statusCode).toBe(status);
});

it('another address is, and a client with a token', async () => {
  expect((await ask('/oauth2/nothing', '203.0.113.8')).statusCode).toBe(404);
  const token = await gateway.token('igate');
  expect((await ask('/v1/nothing', '203.0.113.7', `Bearer ${token}`)).statusCode).toBe(404);
});
