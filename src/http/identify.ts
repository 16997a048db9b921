/** @module The first hook: gives the request its trace and the answer the headers that every answer carries. */
import type { IncomingMessage } from 'node:http';
import type { onRequestHookHandler } from 'fastify';
import { randomHex, requestIdOf, traceOf, traceparentOf } from './trace.ts';

// An API's answers are data: nothing in them may be run, framed, guessed at or kept by a proxy. Pages say otherwise.
export const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cache-control': 'no-store',
};

/** The request's id: the caller's own, else random. */
export function requestId(request: IncomingMessage): string {
  return requestIdOf(request) ?? randomHex(16);
}

export const identify: onRequestHookHandler = (request, reply, done) => {
  const { traceparent } = request.headers;
  request.trace = traceOf(typeof traceparent === 'string' ? traceparent : undefined);
  reply.headers(SAFE_HEADERS);
  reply.header('x-request-id', request.id);
  reply.header('traceparent', traceparentOf(request.trace));
  done();
};
