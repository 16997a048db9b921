/** @module Hooks that keep callers to their limits: a client to its own, which every answer tells, and an address that looks for paths. */
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { RateLimit } from '../access/client.ts';
import type { Limiter, Taken } from '../access/rate-limit.ts';
import { GatewayError } from '../errors.ts';
import { MINUTE, SECOND } from '../units.ts';

/** Names of the limits, as answers tell them. */
const CLIENT = 'client';
const UNKNOWN_PATHS = 'unknown-paths';

/**
 * A hook that counts the calls of a client that has a limit. Each of its answers says what is left, in the fields of
 * draft-ietf-httpapi-ratelimit-headers-11.
 */
export function limitClient(limiter: Limiter): onRequestHookHandler {
  return (request, reply, done) => {
    const { caller } = request;
    const limit = caller?.grants?.rateLimit;
    if (!limit) return done();
    limiter.take(CLIENT, caller!.clientId, limit).then((taken) => {
      const { calls, seconds } = limit;
      reply.header('ratelimit-policy', `"${CLIENT}";q=${calls};w=${seconds}`);
      reply.header('ratelimit', `"${CLIENT}";r=${taken.remaining};t=${taken.resetsIn}`);
      done(taken.isWithin ? undefined : refusal(CLIENT, limit, taken));
    }, done);
  };
}

/** Whoever only looks around has no client's limit: an address may ask for so many paths that there are not. Health and pushes are left alone. */
export function limitUnknownPaths(limiter: Limiter, callsPerMinute: number): onRequestHookHandler {
  const limit = { calls: callsPerMinute, seconds: MINUTE / SECOND };
  return (request, _reply, done) => {
    if (!request.is404) return done();
    const absent = new GatewayError('not-found');
    if (request.caller !== null || isLeftAlone(request)) return done(absent);
    limiter
      .take(UNKNOWN_PATHS, request.ip, limit)
      .then((taken) => done(taken.isWithin ? absent : refusal(UNKNOWN_PATHS, limit, taken)), done);
  };
}

const isLeftAlone = ({ raw }: FastifyRequest): boolean =>
  raw.url!.startsWith('/health/') || raw.url!.startsWith('/v1/webhooks/');

const refusal = (name: string, { calls, seconds }: RateLimit, { retryAfter }: Taken): GatewayError =>
  new GatewayError('rate-limited', {
    retryAfter,
    detail: `More than ${calls} calls in ${seconds} s (limit ${name}).`,
    detailVi: `Quá ${calls} lời gọi trong ${seconds} giây (giới hạn ${name}).`,
    extra: { limit: name },
  });
