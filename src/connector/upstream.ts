/** @module The HTTP client that a connector is given: bounded, timed, honest about whether the work may have been done. */
import { Pool } from 'undici';
import { allowedUntil } from './allowed-until.ts';
import { cameAs } from './answer.ts';
import { attempt, failure, type Target, type UpstreamCall } from './attempt.ts';
import { Breaker } from './breaker.ts';
import { Bulkhead } from './bulkhead.ts';
import { declaredConnect } from './egress.ts';
import type { Quota } from './quota.ts';
import { RetryBudget, repeated } from './retry.ts';
import { UpstreamError, type UpstreamErrorFacts, type UpstreamFailure } from './upstream-error.ts';

export type { UpstreamCall } from './attempt.ts';

/** Why a call was not made: more at once than we allow, an open breaker, or an announced end. */
export type Refusal = 'busy' | 'open' | 'held';

/** What the calls of one declared operation pass, so that one that breaks or hangs stops no other. */
interface Door {
  readonly breaker: Breaker;
  readonly room: Bulkhead;
}

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
  /** Whether someone asks its declared health call while it is half-open; else a single call of a caller's tries it. */
  readonly isProbed?: boolean;
  /** What the upstream allows, counted by attempts. */
  readonly quota?: Pick<Quota, 'take'>;
  /** Told of every call that was not made, and why: no room, or a closed door. */
  readonly refused?: (operation: string, why: Refusal) => void;
  /** Told of every finished attempt. */
  readonly observed?: (operation: string, outcome: 'ok' | UpstreamFailure, ms: number) => void;
}

const RESPONSE_LIMIT = 32 * 1024 * 1024;

/** The share of its connections that one operation may hold. */
const SHARE = 0.75;

/**
 * One upstream, outermost first: bulkhead, breaker, repeats of what is harmless, a deadline per attempt, a pool.
 *
 * Each declared operation has a door of its own; log-ins, health calls and what our own domains ask share the main one.
 */
export class Upstream {
  readonly name: string;
  /** The main door's, which also holds what is announced for the whole upstream. */
  readonly breaker: Breaker;
  readonly #options: UpstreamOptions;
  readonly #room: Bulkhead;
  readonly #doors = new Map<string, Door>();
  readonly #budget = new RetryBudget();
  readonly #target: Target;

  constructor(options: UpstreamOptions) {
    const { name, connections, timeoutMs, now } = options;
    const url = new URL(options.baseUrl);
    this.name = name;
    this.#options = options;
    this.#room = new Bulkhead({ concurrency: connections, queue: this.#queue });
    this.breaker = this.#newBreaker();
    const pool = new Pool(url.origin, {
      // A probe waits for nobody's connection.
      connections: connections + 1,
      connect: declaredConnect(url.hostname),
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

  /** The breakers of the declared operations that have been called. */
  get doors(): ReadonlyMap<string, Pick<Door, 'breaker'>> {
    return this.#doors;
  }

  /** Whether a probe would tell something: one of its breakers has been open for its time. */
  get isHalfOpen(): boolean {
    return this.#breakers.some((breaker) => breaker.state === 'half-open');
  }

  async close(): Promise<void> {
    for (const breaker of this.#breakers) breaker.close();
    await this.#target.pool.destroy();
  }

  get #breakers(): Breaker[] {
    return [this.breaker, ...[...this.#doors.values()].map(({ breaker }) => breaker)];
  }

  get #queue(): number {
    return this.#options.queue ?? 8 * this.#options.connections;
  }

  #newBreaker(): Breaker {
    const { name, now, breakerResetMs, isProbed } = this.#options;
    return new Breaker({
      name,
      now,
      ...(breakerResetMs === undefined ? {} : { resetMs: breakerResetMs }),
      ...(isProbed === undefined ? {} : { isProbed }),
    });
  }

  #doorOf(operation: string): Door {
    let door = this.#doors.get(operation);
    if (!door) {
      const concurrency = Math.ceil(this.#options.connections * SHARE);
      door = { breaker: this.#newBreaker(), room: new Bulkhead({ concurrency, queue: this.#queue }) };
      this.#doors.set(operation, door);
    }
    return door;
  }

  #guarded<T>(call: UpstreamCall, read: (text: string) => T): Promise<T> {
    if (call.isProbe) return this.#probed(call, read);
    const { held } = this.breaker;
    if (held) {
      const facts = { words: 'asked not to be called yet', until: held.until };
      return Promise.reject(this.#refusal(call, 'held', held.kind, facts));
    }
    const noRoom = (why: 'full' | 'left'): UpstreamError =>
      why === 'full'
        ? this.#refusal(call, 'busy', 'busy', { words: 'has as many calls under way as we allow' })
        : failure(this.#target, call, 'timeout', 'not-done', { words: 'had no room in time', byCaller: true });
    const inRoom = (breaker: Breaker): Promise<T> =>
      this.#room.run(() => this.#fired(breaker, call, read), call.signal, noRoom);
    if (call.door === undefined) return inRoom(this.breaker);
    const { breaker, room } = this.#doorOf(call.door);
    return room.run(() => inRoom(breaker), call.signal, noRoom);
  }

  /** A probe speaks for the whole upstream: every door that waits to be tried hears what it came to. */
  #probed<T>(call: UpstreamCall, read: (text: string) => T): Promise<T> {
    const outcome = this.#fired(this.breaker, call, read);
    for (const { breaker } of this.#doors.values())
      if (breaker.state === 'half-open') breaker.fire(() => outcome, true, unheard).catch(unheard);
    return outcome;
  }

  #fired<T>(breaker: Breaker, call: UpstreamCall, read: (text: string) => T): Promise<T> {
    return breaker.fire(
      () => this.#repeated(breaker, call, read),
      call.isProbe ?? false,
      () => this.#refusal(call, 'open', 'unavailable', { words: 'the breaker is open', until: breaker.until }),
    );
  }

  #refusal(call: UpstreamCall, why: Refusal, kind: UpstreamFailure, facts: Partial<UpstreamErrorFacts>): UpstreamError {
    this.#options.refused?.(call.operation, why);
    return failure(this.#target, call, kind, 'not-done', facts);
  }

  #repeated<T>(breaker: Breaker, call: UpstreamCall, read: (text: string) => T): Promise<T> {
    if (call.repeat !== 'harmless') return this.#timed(call, read);
    return repeated(() => this.#timed(call, read), {
      budget: this.#budget,
      now: this.#options.now,
      until: allowedUntil(call.signal),
      signal: call.signal,
      mayRepeat: () => breaker.state === 'closed',
    });
  }

  async #timed<T>(call: UpstreamCall, read: (text: string) => T): Promise<T> {
    const until = this.#options.quota?.take(call.operation) ?? null;
    if (until !== null) throw this.#refusal(call, 'held', 'quota', { words: 'is used up as far as we may', until });
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
      const parsed: unknown = JSON.parse(text);
      cameAs(parsed, text);
      return parsed;
    } catch (cause) {
      const words = /^\s*</.test(text) ? 'answered a page instead of JSON' : 'answered what is no JSON';
      throw failure(this.#target, call, 'contract', 'unknown', { words, cause }, text);
    }
  }
}

const unheard = (): Error => new Error('the door was not waiting for a probe');
