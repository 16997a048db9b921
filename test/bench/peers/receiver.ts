/** @module The HTTP side that both peers share: a bare fastify that verifies a signed push and answers 202 once it is kept. */
import Fastify, { type FastifyInstance } from 'fastify';
import { signingKey, verify } from '../../../src/webhooks/verify.ts';
import type { PeerEvent } from './portal.ts';

export const PEER_PATH = '/webhook';

/** @param keep resolves when the events of a message are durable */
export async function receive(
  keep: (messageId: string, events: readonly PeerEvent[]) => Promise<void>,
): Promise<FastifyInstance> {
  const keys = [signingKey(process.env.WEBHOOK_SECRET!)];
  const app = Fastify();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.get('/health/ready', async () => ({ status: 'ready' }));
  app.post(PEER_PATH, async (request, reply) => {
    const body = request.body as Buffer;
    if (verify(body, request.headers, keys, Date.now()) !== null) return reply.code(401).send({ message: 'refused' });
    const { data } = JSON.parse(body.toString()) as { data: PeerEvent | PeerEvent[] };
    const events = Array.isArray(data) ? data : [data];
    await keep(String(request.headers['webhook-id']), events);
    return reply.code(202).send({ accepted: events.length });
  });
  await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
  return app;
}

/** Ends the process in order when it is told to. */
export function endOnSignal(stop: () => Promise<void>): void {
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
}
