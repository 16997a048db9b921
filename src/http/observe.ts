/** @module The last hook: one line and one measurement per answered request. */
import type { onResponseHookHandler } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import { type Log, redactUrl } from '../log.ts';

/** A hook that logs and measures; the level decides whether the line is written (a 5xx is a warning). */
export function observe(log: Log, metrics: Registry): onResponseHookHandler {
  const duration = new Histogram({
    name: 'lienthong_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer, by operation.',
    labelNames: ['operation', 'method', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [metrics],
  });
  return (request, reply, done) => {
    const operation = request.operation ?? 'none';
    const status = reply.statusCode;
    // An unknown method would be a label of the caller's choosing: only declared operations name theirs.
    const method = request.operation === null ? 'any' : request.method;
    duration.observe({ operation, method, status }, reply.elapsedTime / 1000);
    const level = status >= 500 ? 'warn' : 'info';
    if (log.isLevelEnabled(level)) {
      log[level](
        {
          requestId: request.id,
          traceId: request.trace.traceId,
          method: request.method,
          url: redactUrl(request.url),
          operation,
          client: request.caller?.clientId,
          status,
          code: request.errorCode ?? undefined,
          ms: Math.round(reply.elapsedTime * 100) / 100,
        },
        'request',
      );
    }
    done();
  };
}
