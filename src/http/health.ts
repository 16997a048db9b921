/** @module Health and metrics: whether the process lives, whether it can work, and what it measures. */
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';

/** What must be well for the process to take calls, by name; a check throws when it is not. */
export type HealthChecks = Readonly<Record<string, () => Promise<unknown>>>;

/** What health and metrics need. */
export interface HealthDeps {
  readonly checks: HealthChecks;
  readonly metrics: Registry;
  /** Addresses that may read the metrics. */
  readonly metricsAddresses: readonly string[];
}

const CHECK_TIMEOUT = 2 * SECOND;

/** Mounts `/health/live`, `/health/ready` and `/metrics`. */
export function mountHealth(app: FastifyInstance, deps: HealthDeps): void {
  const hidden = { schema: { hide: true } };
  const allowed = new Set(deps.metricsAddresses.flatMap((address) => [address, `::ffff:${address}`]));

  app.get('/health/live', hidden, async () => ({ status: 'live' }));

  app.get('/health/ready', hidden, async (request, reply) => {
    const results = await Promise.all(
      Object.entries(deps.checks).map(async ([name, check]) => {
        try {
          await Promise.race([check(), timeLimit()]);
          return [name, 'ok'] as const;
        } catch (error) {
          request.server.gatewayLog.warn({ err: error, check: name }, 'not ready');
          return [name, 'failed'] as const;
        }
      }),
    );
    const ready = results.every(([, result]) => result === 'ok');
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not-ready', checks: Object.fromEntries(results) });
  });

  app.get('/metrics', hidden, async (request, reply) => {
    if (!allowed.has(request.ip)) throw new GatewayError('forbidden-address');
    return reply.header('content-type', deps.metrics.contentType).send(await deps.metrics.metrics());
  });
}

function timeLimit(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  AbortSignal.timeout(CHECK_TIMEOUT).addEventListener('abort', () => reject(new Error('the check took too long')));
  return promise;
}
