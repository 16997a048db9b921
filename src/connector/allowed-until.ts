/** @module The time by which work must be done travels with the signal that ends it, from the caller's `Request-Timeout` down to each attempt. */
// On the signal itself: an entry of a WeakMap costs each call and each collection of garbage more than the rest of this.
const UNTIL = Symbol('allowed until');

type Ending = AbortSignal & { [UNTIL]?: number };

/** Says when the signal will end its work, in epoch milliseconds. */
export function allowUntil(signal: AbortSignal, at: number): AbortSignal {
  (signal as Ending)[UNTIL] = at;
  return signal;
}

/** When the work under this signal must be done; null where nobody said. */
export const allowedUntil = (signal: AbortSignal | undefined): number | null => (signal as Ending)?.[UNTIL] ?? null;
