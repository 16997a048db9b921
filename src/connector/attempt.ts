/** @module One attempt at an upstream: the request as HTTP, and what came of it – an answer, or a failure that says whether the work may have been done. */
import { errors, type Pool } from 'undici';
import { CallerGone, DeadlinePassed, type Exchanged, exchange } from './exchange.ts';
import { retryAfter } from './retry-after.ts';
import { UpstreamError, type UpstreamErrorFacts, type UpstreamFailure } from './upstream-error.ts';

export interface UpstreamCall {
  /** The upstream's own name of what it is asked. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base address, without a query. */
  readonly path: string;
  /** Absent members are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The trace that it belongs to, sent on (W3C trace context). */
  readonly traceparent?: string;
  /** The body, in one of these forms. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly xml?: string;
  /** Statuses beside 2xx that carry an answer in this upstream's interface, such as 500 for a SOAP fault. */
  readonly accepts?: readonly number[];
  /** For one attempt. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The declared health call: the only one that may try an upstream whose breaker is not closed. */
  readonly isProbe?: boolean;
  /** The declared operation that it is part of; its calls have a breaker and a room of their own. */
  readonly door?: string;
  /** `harmless`: doing it twice is doing it once, so it is tried again by itself. `never` unless told. */
  readonly repeat?: 'harmless' | 'never';
}

/** The place that an attempt goes to. */
export interface Target {
  readonly name: string;
  readonly pool: Pool;
  /** The path of the base address. */
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** Errors of a connection that was never made: nothing was sent, so nothing was done. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'EGRESS_REFUSED',
]);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Sends the call once and reads the text of its answer. @throws UpstreamError */
export async function attempt(target: Target, call: UpstreamCall): Promise<string> {
  let answer: Exchanged;
  try {
    answer = await exchange(target.pool, {
      method: call.method,
      path: target.prefix + call.path + queryOf(call.query),
      ...contentOf(call),
      timeoutMs: call.timeoutMs ?? target.timeoutMs,
      signal: call.signal,
    });
  } catch (error) {
    throw transportFailure(target, call, error);
  }
  const { status, headers, body } = answer;
  const text = textOf(body);
  if (!((status >= 200 && status < 300) || call.accepts?.includes(status)))
    throw statusFailure(target, call, status, headers, text ?? '');
  if (text === null) {
    // Latin-1 keeps each byte apart.
    const answer = body.toString('latin1');
    throw failure(target, call, 'contract', 'unknown', { words: 'answered what is no UTF-8' }, answer);
  }
  return text;
}

/** A failure of this call at this upstream. */
export function failure(
  { name }: Pick<Target, 'name'>,
  { operation }: Pick<UpstreamCall, 'operation'>,
  kind: UpstreamFailure,
  outcome: UpstreamErrorFacts['outcome'],
  facts: Partial<UpstreamErrorFacts>,
  answer: string | null = null,
): UpstreamError {
  return new UpstreamError(kind, { upstream: name, operation, outcome, ...facts }, answer);
}

function queryOf(query: UpstreamCall['query']): string {
  if (query === undefined) return '';
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.append(name, String(value));
  return given.size === 0 ? '' : `?${given}`;
}

function contentOf({ json, form, xml, headers, traceparent }: UpstreamCall): {
  headers: Record<string, string>;
  body: string | null;
} {
  const given = traceparent === undefined ? headers : { traceparent, ...headers };
  if (xml !== undefined) {
    const types = { accept: 'text/xml, application/soap+xml', 'content-type': 'text/xml; charset=utf-8' };
    return { headers: { ...types, ...given }, body: xml };
  }
  const accept = 'application/json';
  if (form !== undefined) {
    const types = { accept, 'content-type': 'application/x-www-form-urlencoded' };
    return { headers: { ...types, ...given }, body: new URLSearchParams(form).toString() };
  }
  if (json === undefined) return { headers: { accept, ...given }, body: null };
  return { headers: { accept, 'content-type': 'application/json', ...given }, body: JSON.stringify(json) };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function transportFailure(target: Target, call: UpstreamCall, cause: unknown): UpstreamError {
  if (cause instanceof CallerGone) {
    const words = 'was left by the caller before it answered';
    return failure(target, call, 'timeout', 'unknown', { words, byCaller: true, cause });
  }
  if (cause instanceof DeadlinePassed)
    return failure(target, call, 'timeout', 'unknown', { words: 'gave no answer in time', cause });
  if (cause instanceof errors.ResponseExceededMaxSizeError)
    return failure(target, call, 'contract', 'unknown', { words: 'answered more than is read', cause });
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (NEVER_SENT.has(code))
    return failure(target, call, 'unavailable', 'not-done', { words: 'could not be reached', cause });
  return failure(target, call, 'unavailable', 'unknown', { words: 'broke the connection off', cause });
}

function statusFailure(
  target: Target,
  call: UpstreamCall,
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string,
): UpstreamError {
  const until = retryAfter(headers['retry-after'], target.now());
  const words = `HTTP ${status}${/^\s*</.test(text) ? '' : ` ${text.slice(0, 300)}`}`;
  if (status === 429) return failure(target, call, 'quota', 'not-done', { words, status, until });
  if (status === 503)
    return failure(target, call, until === null ? 'unavailable' : 'maintenance', 'not-done', { words, status, until });
  if (status === 401 || status === 403) return failure(target, call, 'auth', 'not-done', { words, status });
  if (status >= 500) return failure(target, call, 'unavailable', 'unknown', { words, status });
  return failure(target, call, 'rejected', 'not-done', { words, status });
}
