import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import Fastify from 'fastify';
import { expect, it, onTestFinished, vi } from 'vitest';
import { cutSlowBodies } from '../../src/http/slow-body.ts';

/** A server that answers what it was sent; at `/stream` it takes it as it comes. */
async function server(): Promise<number> {
  const app = Fastify();
  app.addHook('onRequest', cutSlowBodies(50));
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.post('/whole', (request) => request.body);
  app.route({
    method: 'POST',
    url: '/stream',
    config: { operation: { rawBody: 'stream' } as never },
    handler: async (request) => (await (request.body as Readable).toArray()).join(''),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  return (app.server.address() as { port: number }).port;
}

/** Sends the first half of `helloworld`. */
async function begin(port: number, path: string, type = 'text/plain'): Promise<{ socket: Socket; said: () => string }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(socket, 'connect');
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 10\r\n\r\nhello`);
  return { socket, said: () => said };
}

it('a body that does not come is cut off with an answer, while a file may take its time', async () => {
  const port = await server();
  const file = await begin(port, '/stream', 'application/octet-stream');
  const slow = await begin(port, '/whole');
  await once(slow.socket, 'close');
  expect(slow.said()).toMatch(/^HTTP\/1\.1 400 .*malformed-request/s);
  file.socket.write('world');
  await expect.poll(file.said).toContain('helloworld');
});

it('a body that comes in time is taken', async () => {
  const { socket, said } = await begin(await server(), '/whole');
  socket.write('world');
  await expect.poll(said).toContain('helloworld');
});

it('a call from within the process is not cut off: there is no connection to end', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const app = Fastify();
  app.addHook('onRequest', cutSlowBodies(50));
  app.post('/whole', (request) => request.body);
  const answer = await app.inject({ method: 'POST', url: '/whole', payload: { whole: true } });
  vi.advanceTimersByTime(100);
  expect(answer.json()).toEqual({ whole: true });
});
