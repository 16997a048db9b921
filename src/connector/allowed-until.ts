/** @module The time by which work must be done travels with the signal that ends it, from the caller's `Request-Timeout` down to each attempt. */
const ends = new WeakMap<AbortSignal, number>();

/** Says when the signal will end its work, in epoch milliseconds. */
export function allowUntil(signal: AbortSignal, at: number): AbortSignal {
  ends.set(signal, at);
  return signal;
}

/** When the work under this signal must be done; null where nobody said. */
export const allowedUntil = (signal: AbortSignal | undefined): number | null =>
  signal === undefined ? null : (ends.get(signal) ?? null);
