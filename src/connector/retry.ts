/** @module Repeats of harmless calls: the only layer that repeats, within a budget, spread, and never past the caller's time. */
import { SECOND } from '../units.ts';
import { UpstreamError, type UpstreamFailure } from './upstream-error.ts';

const ATTEMPTS = 3;
const FIRST_DELAY = 0.1 * SECOND;
/** An upstream that asks for longer is answered to the caller, who knows whether to wait. */
const LONGEST_DELAY = 2 * SECOND;

/** In tenths of a repeat, which a sum keeps exactly. */
const FULL = 100;
const PER_REPEAT = 10;
const PER_SUCCESS = 1;

/** What an upstream's callers may repeat: one repeat for ten successes, so that a dead one is not called three times as often. */
export class RetryBudget {
  #tokens = FULL;

  succeeded(): void {
    this.#tokens = Math.min(FULL, this.#tokens + PER_SUCCESS);
  }

  /** Takes a repeat out of the budget; false where there is none left. */
  take(): boolean {
    if (this.#tokens < PER_REPEAT) return false;
    this.#tokens -= PER_REPEAT;
    return true;
  }
}

export interface RetryOptions {
  readonly budget: RetryBudget;
  readonly now: () => number;
  /** Epoch milliseconds by which the work must be done; null where nobody said. */
  readonly until: number | null;
  readonly signal: AbortSignal | undefined;
  /** Whether a further attempt is wanted at all: not once the breaker has opened. */
  readonly mayRepeat: () => boolean;
  readonly random?: () => number;
}

/** Faults that may be gone at once; a refused credential or another shape is not. */
const PASSING: ReadonlySet<UpstreamFailure> = new Set(['unavailable', 'timeout', 'maintenance', 'quota']);

/** Runs the work up to three times. */
export async function repeated<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await work();
      options.budget.succeeded();
      return result;
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof UpstreamError)) throw error;
      const delay = delayBefore(attempt, error, options);
      if (delay === null || !options.mayRepeat() || !options.budget.take()) throw error;
      if (!(await waited(delay, options.signal))) throw error;
    }
  }
}

/** Milliseconds until the next attempt; null where there is to be none. */
function delayBefore(attempt: number, { kind, facts }: UpstreamError, options: RetryOptions): number | null {
  if (!PASSING.has(kind) || facts.byCaller) return null;
  const now = options.now();
  const spread = (options.random ?? Math.random)() * FIRST_DELAY * 2 ** attempt;
  const delay = Math.max(0, (facts.until ?? now) - now) + spread;
  if (delay > LONGEST_DELAY || (options.until !== null && now + delay >= options.until)) return null;
  return delay;
}

/** False where the caller went meanwhile. */
function waited(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const gone = (): void => done(false);
    const timer = setTimeout(() => done(true), milliseconds);
    signal?.addEventListener('abort', gone, { once: true });
    const done = (whole: boolean): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', gone);
      resolve(whole);
    };
  });
}
