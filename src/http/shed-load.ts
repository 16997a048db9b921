/** @module Sheds calls while the event loop is late: what is under way is finished, what asks whether we live and what ministries push goes on. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';

const SAMPLE_EVERY = 0.5 * SECOND;
/** So many samples in a row: once, as a start or a large answer makes it, it is over before anybody could be refused. */
const IN_A_ROW = 3;
const RESOLUTION_MS = 10;
const RETRY_AFTER_SECONDS = 2;
/** A push that is refused comes again later, if ever; who asks for our health must not take us for dead. */
const GOES_ON = ['/health/', '/metrics', '/v1/webhooks/', '/shim/'];

/** @param lateMs mean delay of the event loop, in milliseconds, from which calls are refused; 0: never */
export function shedLoad(app: FastifyInstance, lateMs: number): void {
  if (lateMs === 0) return;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let late = 0;
  const timer = setInterval(() => {
    late = delays.mean / 1e6 - RESOLUTION_MS > lateMs ? late + 1 : 0;
    delays.reset();
  }, SAMPLE_EVERY);
  timer.unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
  app.addHook('onRequest', (request, _reply, done) => {
    if (late < IN_A_ROW || GOES_ON.some((prefix) => request.raw.url!.startsWith(prefix))) return done();
    done(new GatewayError('overloaded', { retryAfter: RETRY_AFTER_SECONDS }));
  });
}
