/** @module The HTTP client that a connector is given: bounded, timed, honest about whether the work may have been done. */
import { Pool } from 'undici';
import { allowedUntil } from './allowed-until.ts';
import { attempt, failure, type Target, type UpstreamCall } from './attempt.ts';
import { Breaker } from './breaker.ts';
import { Bulkhead } from './bulkhead.ts';
import { declaredConnect } from './egress.ts';
import { RetryBudget, repeated } from './retry.ts';
import { UpstreamError, type UpstreamFailure } from './upstream-error.ts';

export type { UpstreamCall } from './attempt.ts';

export interface UpstreamOptions {
  readonly name: string;
  /** The only place its calls go. */
  readonly baseUrl: string;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Calls that may wait for a connection; eight for each connection unless told. */
  readonly queue?: number;
  /** Milliseconds from the breaker's opening to its first probe. */
  readonly breakerResetMs?: number;
  /** Told of every finished attempt. */
  readonly observed?: (operation: string, outcome: 'ok' | UpstreamFailure, ms: number) => void;
}

const RESPONSE_LIMIT = 32 * 1024 * 1024;

/** One upstream, outermost first: bulkhead, breaker, repeats of what is harmless, a deadline per attempt, a pool. */
export class Upstream {
  readonly name: string;
  readonly breaker: Breaker;
  readonly #options: UpstreamOptions;
  readonly #bulkhead: Bulkhead;
  readonly #budget = new RetryBudget();
  readonly #target: Target;

  constructor(options: UpstreamOptions) {
    const { name, connections, timeoutMs, now } = options;
    const url = new URL(options.baseUrl);
    this.name = name;
    this.#options = options;
    this.#bulkhead = new Bulkhead({ concurrency: connections, queue: options.queue ?? 8 * connections });
    this.breaker = new Breaker({
      name,
      now,
      ...(options.breakerResetMs === undefined ? {} : { resetMs: options.breakerResetMs }),
    });
    const pool = new Pool(url.origin, {
      // A probe waits for nobody's connection.
      connections: connections + 1,
      connect: declaredConnect(url.hostname),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: RESPONSE_LIMIT,
    });
    this.#target = { name, pool, prefix: url.pathname.replace(/\/$/, ''), timeoutMs, now };
  }

  /**
   * Calls and parses JSON.
   * @throws UpstreamError whose `outcome` says whether the work may have been done.
   */
  json(call: UpstreamCall): Promise<unknown> {
    return this.#guarded(call, (text) => this.#parse(call, text));
  }

  /**
   * Calls and answers the text, such as XML.
   * @throws UpstreamError whose `outcome` says whether the work may have been done.
   */
  text(call: UpstreamCall): Promise<string> {
    return this.#guarded(call, (text) => text);
  }

  async close(): Promise<void> {
    this.breaker.close();
    await this.#target.pool.destroy();
  }

  #guarded<T>(call: UpstreamCall, read: (text: string) => T): Promise<T> {
    if (call.isProbe) return this.#broken(call, read);
    const { held } = this.breaker;
    if (held) {
      const facts = { words: 'asked not to be called yet', until: held.until };
      return Promise.reject(failure(this.#target, call, held.kind, 'not-done', facts));
    }
    return this.#bulkhead.run(
      () => this.#broken(call, read),
      call.signal,
      (why) =>
        why === 'full'
          ? failure(this.#target, call, 'busy', 'not-done', { words: 'has as many calls under way as we allow' })
          : failure(this.#target, call, 'timeout', 'not-done', { words: 'had no room in time', byCaller: true }),
    );
  }

  #broken<T>(call: UpstreamCall, read: (text: string) => T): Promise<T> {
    return this.breaker.fire(
      () => this.#repeated(call, read),
      call.isProbe ?? false,
      () => {
        const facts = { words: 'the breaker is open', until: this.breaker.until };
        return failure(this.#target, call, 'unavailable', 'not-done', facts);
      },
    );
  }

  #repeated<T>(call: UpstreamCall, read: (text: string) => T): Promise<T> {
    if (call.repeat !== 'harmless') return this.#timed(call, read);
    return repeated(() => this.#timed(call, read), {
      budget: this.#budget,
      now: this.#options.now,
      until: allowedUntil(call.signal),
      signal: call.signal,
      mayRepeat: () => this.breaker.state === 'closed',
    });
  }

  async #timed<T>(call: UpstreamCall, read: (text: string) => T): Promise<T> {
    const started = this.#options.now();
    let outcome: 'ok' | UpstreamFailure = 'ok';
    try {
      return read(await attempt(this.#target, call));
    } catch (error) {
      outcome = error instanceof UpstreamError ? error.kind : 'contract';
      this.#heed(error);
      throw error;
    } finally {
      this.#options.observed?.(call.operation, outcome, this.#options.now() - started);
    }
  }

  /** An announced end closes the door for everybody. */
  #heed(error: unknown): void {
    if (!(error instanceof UpstreamError) || !error.facts.until) return;
    if (error.kind === 'quota' || error.kind === 'maintenance')
      this.breaker.hold({ until: error.facts.until, kind: error.kind });
  }

  #parse(call: UpstreamCall, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const words = /^\s*</.test(text) ? 'answered a page instead of JSON' : 'answered what is no JSON';
      throw failure(this.#target, call, 'contract', 'unknown', { words, cause });
    }
  }
}
