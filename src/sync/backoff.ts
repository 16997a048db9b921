/** @module How long a row waits after a failed attempt: full jitter over a doubling bound (sync.md D6). */
import { MINUTE, SECOND } from '../units.ts';

const FIRST = 1 * SECOND;
const LONGEST = 15 * MINUTE;

/** Milliseconds to wait after the n-th failed attempt in a row (n from 1). */
export function backoff(attempts: number, random: () => number): number {
  const bound = Math.min(LONGEST, FIRST * 2 ** Math.min(attempts - 1, 20));
  return Math.round(random() * bound);
}
