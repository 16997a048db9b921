/** @module A peer: @fastify/http-proxy, as its page shows it. */
import httpProxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import { endOnSignal } from '../peers/receiver.ts';

const app = Fastify();
app.register(httpProxy, {
  upstream: process.env.UPSTREAM_URL!,
  prefix: '/people',
  rewritePrefix: '/people',
  undici: { connections: 64 },
});
app.get('/health', async () => ({ status: 'ready' }));
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
endOnSignal(() => app.close());
