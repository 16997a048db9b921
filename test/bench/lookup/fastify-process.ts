/** @module A peer that one would write by hand: bare fastify and an undici pool; `WAY` says whether it streams or reads and writes JSON. */
import Fastify from 'fastify';
import { Pool } from 'undici';
import { endOnSignal } from '../peers/receiver.ts';

const pool = new Pool(process.env.UPSTREAM_URL!, { connections: 64 });
const app = Fastify();
app.get('/health', async () => ({ status: 'ready' }));

if (process.env.WAY === 'streaming') {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.post('/people/lookup', async (request, reply) => {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path: '/people/lookup',
      headers: { 'content-type': 'application/json', 'content-length': request.headers['content-length'] },
      body: request.raw,
    });
    reply
      .code(statusCode)
      .headers({ 'content-type': headers['content-type'], 'content-length': headers['content-length'] });
    return reply.send(body);
  });
} else {
  app.post('/people/lookup', async (request, reply) => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/people/lookup',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request.body),
    });
    return reply.code(statusCode).send(await body.json());
  });
}

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
endOnSignal(() => app.close());
