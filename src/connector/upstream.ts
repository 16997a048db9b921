/** @module The HTTP client that a connector is given: bounded, timed, honest about whether the work may have been done. */
import { errors, Pool } from 'undici';
import { SECOND } from '../units.ts';
import { Breaker } from './breaker.ts';
import { UpstreamError, type UpstreamErrorFacts, type UpstreamFailure } from './upstream-error.ts';

export interface UpstreamOptions {
  readonly name: string;
  /** The only place its calls go. */
  readonly baseUrl: string;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Milliseconds from the breaker's opening to its first probe. */
  readonly breakerResetMs?: number;
  /** Told of every finished call. */
  readonly observed?: (operation: string, outcome: 'ok' | UpstreamFailure, ms: number) => void;
}

export interface UpstreamCall {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The declared health call: the only one that may try an upstream whose breaker is not closed. */
  readonly isProbe?: boolean;
}

const RESPONSE_LIMIT = 32 * 1024 * 1024;
/** Errors of a connection that was never made: nothing was sent, so nothing was done. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** One upstream: a pool, a deadline per attempt, a breaker. Retrying is the caller's, who knows whether a repeat is harmless. */
export class Upstream {
  readonly name: string;
  readonly breaker: Breaker;
  readonly #options: UpstreamOptions;
  readonly #pool: Pool;
  readonly #prefix: string;

  constructor(options: UpstreamOptions) {
    const url = new URL(options.baseUrl);
    this.name = options.name;
    this.#options = options;
    this.#prefix = url.pathname.replace(/\/$/, '');
    this.breaker = new Breaker({
      name: options.name,
      now: options.now,
      ...(options.breakerResetMs === undefined ? {} : { resetMs: options.breakerResetMs }),
    });
    this.#pool = new Pool(url.origin, {
      connections: options.connections,
      connectTimeout: 5 * SECOND,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      maxResponseSize: RESPONSE_LIMIT,
      allowH2: false,
    });
  }

  /**
   * Calls and parses JSON.
   * @throws UpstreamError whose `outcome` says whether the work may have been done.
   */
  json(call: UpstreamCall): Promise<unknown> {
    const { held } = this.breaker;
    if (held && !call.isProbe)
      return Promise.reject(
        this.#error(held.kind, call, 'not-done', { words: 'asked not to be called yet', until: held.until }),
      );
    return this.breaker.fire(
      () => this.#timed(call),
      call.isProbe ?? false,
      () => this.#error('unavailable', call, 'not-done', { words: 'the breaker is open', until: this.breaker.until }),
    );
  }

  async close(): Promise<void> {
    this.breaker.close();
    await this.#pool.destroy();
  }

  async #timed(call: UpstreamCall): Promise<unknown> {
    const started = this.#options.now();
    let outcome: 'ok' | UpstreamFailure = 'ok';
    try {
      return await this.#send(call);
    } catch (error) {
      outcome = error instanceof UpstreamError ? error.kind : 'contract';
      throw error;
    } finally {
      this.#options.observed?.(call.operation, outcome, this.#options.now() - started);
    }
  }

  async #send(call: UpstreamCall): Promise<unknown> {
    const deadline = AbortSignal.timeout(call.timeoutMs ?? this.#options.timeoutMs);
    const signal = call.signal ? AbortSignal.any([deadline, call.signal]) : deadline;
    let status: number;
    let headers: Record<string, string | string[] | undefined>;
    let text: string;
    try {
      const answer = await this.#pool.request({
        method: call.method,
        path: this.#prefix + call.path,
        headers: {
          accept: 'application/json',
          ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        body: call.json === undefined ? null : JSON.stringify(call.json),
        signal,
      });
      status = answer.statusCode;
      headers = answer.headers;
      text = await answer.body.text();
    } catch (error) {
      throw this.#transportError(call, error, deadline.aborted);
    }
    if (status >= 200 && status < 300) return this.#parse(call, text);
    throw this.#statusError(call, status, headers, text);
  }

  #parse(call: UpstreamCall, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const words = /^\s*</.test(text) ? 'answered a page instead of JSON' : 'answered what is no JSON';
      throw this.#error('contract', call, 'unknown', { words, cause });
    }
  }

  #transportError(call: UpstreamCall, error: unknown, timedOut: boolean): UpstreamError {
    if (timedOut || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
      return this.#error('timeout', call, 'unknown', { words: 'gave no answer in time', cause: error });
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (NEVER_SENT.has(code))
      return this.#error('unavailable', call, 'not-done', { words: 'could not be reached', cause: error });
    return this.#error('unavailable', call, 'unknown', { words: 'broke the connection off', cause: error });
  }

  #statusError(
    call: UpstreamCall,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    text: string,
  ): UpstreamError {
    const until = retryAfter(headers['retry-after'], this.#options.now());
    const words = `HTTP ${status}${/^\s*</.test(text) ? '' : ` ${text.slice(0, 300)}`}`;
    if (until !== null && status === 429) this.breaker.hold({ until, kind: 'quota' });
    if (until !== null && status === 503) this.breaker.hold({ until, kind: 'maintenance' });
    if (status === 429) return this.#error('quota', call, 'not-done', { words, until });
    if (status === 503)
      return this.#error(until === null ? 'unavailable' : 'maintenance', call, 'not-done', { words, until });
    if (status === 401 || status === 403) return this.#error('auth', call, 'not-done', { words });
    if (status >= 500) return this.#error('unavailable', call, 'unknown', { words });
    return this.#error('rejected', call, 'not-done', { words });
  }

  #error(
    kind: UpstreamFailure,
    call: UpstreamCall,
    outcome: UpstreamErrorFacts['outcome'],
    facts: Partial<UpstreamErrorFacts>,
  ): UpstreamError {
    return new UpstreamError(kind, { upstream: this.name, operation: call.operation, outcome, ...facts });
  }
}

/** `Retry-After` in seconds or as a date, as epoch milliseconds. */
function retryAfter(header: string | string[] | undefined, now: number): number | null {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return null;
  const seconds = Number(value);
  const at = Number.isFinite(seconds) ? now + seconds * SECOND : Date.parse(value);
  return Number.isNaN(at) ? null : at;
}
