/** @module While the event loop is late, calls are refused and told when to come again; health and pushes go on. */
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendProblem } from '../../src/http/problem.ts';
import { shedLoad } from '../../src/http/shed-load.ts';
import { traceOf } from '../../src/http/trace.ts';
import { silent } from '../support/timeline.ts';
import { until } from '../support/until.ts';

const app = Fastify();
beforeAll(async () => {
  app.decorate('gatewayLog', silent);
  app.addHook('onRequest', async (request) => {
    request.trace = traceOf(undefined);
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  // Hardly late at all: the loop of a test is that by itself.
  shedLoad(app, 1);
  app.get('/*', async () => 'fine');
  app.post('/v1/webhooks/:name', async () => 'taken');
});
afterAll(() => app.close());

/** Keeps the event loop from anything else for a while. */
function hold(): void {
  const end = Date.now() + 200;
  while (Date.now() < end);
}

it('a call is answered 503 with Retry-After, health and pushes as ever, and all again once there is air', async () => {
  const refused = await until('a call is refused', async () => {
    hold();
    const answer = await app.inject('/v1/dossiers');
    return answer.statusCode === 503 && answer;
  });
  expect(refused.json()).toMatchObject({ code: 'overloaded', who: 'gateway', retryable: true, retryAfter: 2 });
  expect(refused.headers['retry-after']).toBe('2');
  const others = await Promise.all([
    app.inject('/health/live'),
    app.inject('/health/ready'),
    app.inject({ method: 'POST', url: '/v1/webhooks/land-registry' }),
  ]);
  expect(others.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
});
