/** @module How often somebody may call: a sliding window counted over all replicas where Redis is configured, by each process itself where not. */
import type { SharedStore } from '../shared/store.ts';
import { SECOND } from '../units.ts';
import type { RateLimit } from './client.ts';

/** What is left of a limit after this call. */
export interface Taken {
  readonly isWithin: boolean;
  /** Calls left. */
  readonly remaining: number;
  /** Seconds until the window begins anew. */
  readonly resetsIn: number;
  /** Seconds after which one more call fits, where this one did not. */
  readonly retryAfter: number;
}

export interface Limiter {
  /** Counts a call of a subject within a limit; one that is refused does not count. */
  take(name: string, subject: string, limit: RateLimit): Promise<Taken>;
}

/** What two windows side by side have counted. */
export interface Windows {
  readonly present: number;
  readonly former: number;
  /** How far the present window has gone, 0 to 1. */
  readonly gone: number;
}

/** Judges by the present window and as much of the former one as still lies within the last `seconds`. Pure. */
export function judge({ present, former, gone }: Windows, { calls, seconds }: RateLimit): Taken {
  const used = present + former * (1 - gone);
  const resetsIn = Math.max(1, Math.ceil(seconds * (1 - gone)));
  if (used <= calls) return { isWithin: true, remaining: Math.floor(calls - used), resetsIn, retryAfter: 0 };
  // The refused call is taken off again: one more fits once the sum of the others has come down to `calls - 1`.
  const others = present - 1;
  const free = calls - 1 - others;
  const share = free >= 0 ? 1 - free / former - gone : 1 - gone + (1 - (calls - 1) / others);
  return { isWithin: false, remaining: 0, resetsIn, retryAfter: Math.max(1, Math.ceil(seconds * share)) };
}

/** @param clock epoch milliseconds */
export function createLimiter(shared: Pick<SharedStore, 'add'>, clock: () => number): Limiter {
  return {
    async take(name, subject, limit) {
      const window = limit.seconds * SECOND;
      const now = clock();
      const nth = Math.floor(now / window);
      const count = (index: number, amount: number): Promise<number> =>
        shared.add(`rate:${name}:${subject}:${limit.seconds}:${index}`, amount, 2 * window);
      // Both in one turn: the connection to Redis sends them together.
      const [present, former] = await Promise.all([count(nth, 1), count(nth - 1, 0)]);
      const taken = judge({ present, former, gone: (now % window) / window }, limit);
      if (!taken.isWithin) await count(nth, -1);
      return taken;
    },
  };
}
