/** @module Turns whatever was thrown into a problem document (RFC 9457) that says who failed and what to do. */
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UpstreamError } from '../connector/upstream-error.ts';
import { gatewayErrorOf } from '../connector/upstream-problem.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import { redactUrl } from '../log.ts';
import { SAFE_HEADERS } from './identify.ts';
import { type Language, languageOf } from './language.ts';

/** A problem as it is answered. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly traceId: string;
  readonly who: 'caller' | 'gateway' | 'upstream';
  readonly action: string;
  readonly retryable: boolean;
  readonly [fact: string]: unknown;
}

/** Seconds after which a repeat makes sense where nobody knows better. */
const DEFAULT_RETRY_AFTER = 2;

/** Fastify's own refusals, by its codes; what is missing here and below 500 is a malformed request. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_NOT_FOUND: 'not-found',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
  FST_ERR_HANDLER_TIMEOUT: 'deadline-exceeded',
};

/** The error of our table that stands for whatever was thrown. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (!(error instanceof Error)) return new GatewayError('internal', { cause: error });
  if (error instanceof UpstreamError) return gatewayErrorOf(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return new GatewayError('deadline-exceeded', { cause: error });
  }
  if (isDatabaseUnavailable(error)) return new GatewayError('database-unavailable', { cause: error });
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string') {
    const known = FASTIFY_CODES[code];
    if (known !== undefined) return new GatewayError(known, { cause: error });
  }
  if (error instanceof SyntaxError && statusCode === 400) return new GatewayError('malformed-json', { cause: error });
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new GatewayError('malformed-request', { cause: error });
  }
  return new GatewayError('internal', { cause: error });
}

/**
 * Whether PostgreSQL could not be reached or turned the connection away (classes 08, 53 and 57 of its codes, and
 * pg's own words for a lost connection).
 */
function isDatabaseUnavailable(error: Error): boolean {
  const { code, severity } = error as Error & { code?: unknown; severity?: unknown };
  if (typeof severity === 'string' && typeof code === 'string') return /^(?:08|53|57P)/.test(code);
  return /^(?:Connection terminated|timeout exceeded when trying to connect|Client was closed)/.test(error.message);
}

/** The problem document of an error in the caller's language. */
export function problemOf(error: GatewayError, at: { instance: string; traceId: string; language: Language }): Problem {
  const { code, facts, declaration } = error;
  const { status, who, retryable } = declaration;
  const action = declaration.action[at.language];
  // What failed inside the gateway stays in the log: the answer says no more than the table does.
  const open = who !== 'gateway';
  const detail = at.language === 'vi' ? facts.detailVi : facts.detail;
  const retryAfter = retryAfterOf(error);
  return {
    type: `/docs/errors#${code}`,
    title: declaration.title[at.language],
    status,
    detail: (open && (detail ?? facts.detail)) || action,
    instance: at.instance,
    code,
    traceId: at.traceId,
    who,
    action,
    retryable,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(facts.upstream === undefined ? {} : { upstream: facts.upstream }),
    ...(facts.violations === undefined ? {} : { violations: facts.violations }),
    ...(open ? facts.extra : {}),
  };
}

/** Seconds for `Retry-After`: every 429 and 503 carries one. */
function retryAfterOf(error: GatewayError): number | undefined {
  const { facts, declaration } = error;
  if (facts.retryAfter !== undefined) return Math.max(0, Math.ceil(facts.retryAfter));
  return declaration.status === 429 || declaration.status === 503 ? DEFAULT_RETRY_AFTER : undefined;
}

/** Answers a request with the problem that stands for the error; a fault of the gateway is logged with its cause. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toGatewayError(thrown);
  const { traceId } = request.trace;
  request.errorCode = error.code;
  if (error.declaration.who === 'gateway') {
    request.server.gatewayLog.error({ err: thrown, code: error.code, traceId }, 'the gateway failed');
  }
  const problem = problemOf(error, {
    instance: redactUrl(request.url.split('?', 1)[0]!),
    traceId,
    language: languageOf(request.headers['accept-language']),
  });
  reply.headers(error.facts.headers ?? {});
  if (problem.status === 401 && error.code.startsWith('webhook-') === false) {
    const reason = error.code === 'unauthorized' ? '' : ', error="invalid_token"';
    reply.header('www-authenticate', `Bearer realm="lienthong"${reason}`);
  }
  if (typeof problem.retryAfter === 'number') reply.header('retry-after', problem.retryAfter);
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', languageOf(request.headers['accept-language']))
    .serializer(String)
    .send(JSON.stringify(problem));
}

/** The whole HTTP answer for a request so broken that Node could not parse it (RFC 9112). */
export function brokenRequestAnswer(parserCode: string | undefined): string {
  const code: ErrorCode = parserCode === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'malformed-request';
  const error = new GatewayError(code);
  const body = JSON.stringify(problemOf(error, { instance: '', traceId: '', language: 'vi' }));
  const { status } = error.declaration;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
