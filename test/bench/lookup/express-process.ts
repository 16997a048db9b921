/** @module A peer: express and http-proxy-middleware, with connections kept alive to the upstream. */
import { Agent } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { endOnSignal } from '../peers/receiver.ts';

const app = express();
app.get('/health', (_request, response) => void response.json({ status: 'ready' }));
app.use(
  createProxyMiddleware({
    target: process.env.UPSTREAM_URL!,
    pathFilter: '/people',
    agent: new Agent({ keepAlive: true, maxSockets: 64 }),
  }),
);
const server = app.listen(Number(process.env.PORT), '127.0.0.1');
endOnSignal(async () => {
  server.closeAllConnections();
  server.close();
});
