import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { parseNetworks } from '../../src/connector/addresses.ts';
import { createEgress } from '../../src/connector/egress.ts';
import { newSecret } from '../../src/subscriptions/secret.ts';
import { type Attempt, createSender } from '../../src/subscriptions/send.ts';
import { SECOND } from '../../src/units.ts';
import { signingKey } from '../../src/webhooks/verify.ts';

const NOW = Date.parse('2026-03-10T09:00:00+07:00');
const keys = [signingKey(newSecret())];
const message = { id: 'msg_1', body: Buffer.from('{"type":"test"}') };

let answering: (request: IncomingMessage, response: ServerResponse) => void;
let calls = 0;
const server = createServer((request, response) => {
  calls += 1;
  request.resume().once('end', () => answering(request, response));
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function send(to: string, allowed = ['127.0.0.0/8']): Promise<Attempt> {
  const sender = createSender(createEgress(parseNetworks(allowed)).connect);
  onTestFinished(() => sender.close());
  return sender.send({ url: to, keys }, message, () => NOW);
}

it.each([200, 201, 202, 204])('%i takes the message', async (status) => {
  answering = (_request, response) => response.writeHead(status).end();
  expect(await send(`${url}/hooks?tinh=66`)).toEqual({ outcome: 'taken', status, ms: 0, error: null });
});

it.each([
  [302, { location: 'http://127.0.0.1:1/' }, { outcome: 'refused', error: 'HTTP 302: redirects are not followed' }],
  [400, {}, { outcome: 'refused', error: 'HTTP 400' }],
  [401, {}, { outcome: 'refused' }],
  [410, {}, { outcome: 'gone' }],
  [500, {}, { outcome: 'refused' }],
  [503, {}, { outcome: 'refused' }],
  [503, { 'retry-after': '120' }, { outcome: 'unreachable', until: NOW + 120 * SECOND }],
  [429, { 'retry-after': 'Tue, 10 Mar 2026 02:05:00 GMT' }, { outcome: 'unreachable', until: NOW + 300 * SECOND }],
  [429, {}, { outcome: 'unreachable', until: null }],
] as const)('%i %j does not', async (status, headers, expected) => {
  answering = (_request, response) => response.writeHead(status, headers).end('{}');
  const before = calls;
  expect(await send(url)).toMatchObject({ ...expected, status });
  expect(calls, 'nothing else was called').toBe(before + 1);
});

it('a connection that breaks off may lie in the message', async () => {
  answering = (request) => request.socket.destroy();
  expect(await send(url)).toMatchObject({ outcome: 'refused', status: null, error: 'the connection was broken off' });
});

it('an answer whose body never ends has said all that counts', async () => {
  answering = (_request, response) => response.writeHead(200).write('…');
  expect(await send(url)).toMatchObject({ outcome: 'taken' });
});

it('nobody there, no such name and an inside address lie on the way', async () => {
  expect(await send('http://127.0.0.1:1/')).toMatchObject({ outcome: 'unreachable', error: 'nothing listens there' });
  expect(await send('https://nobody.invalid/')).toMatchObject({ outcome: 'unreachable', status: null });
  const before = calls;
  expect(await send(url, [])).toMatchObject({ outcome: 'unreachable', error: expect.stringContaining('EGRESS_ALLOW') });
  expect(await send(url.replace('http:', 'https:'), [])).toMatchObject({ outcome: 'unreachable' });
  expect(calls).toBe(before);
});
