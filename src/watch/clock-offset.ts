/** @module Whether a source takes UTC for local time: its receipts trail its times by about seven hours (sync.md F5). */
import { HOUR, MINUTE } from '../units.ts';

/** How many of a source's latest statuses are looked at, and how many of them must trail. */
export const LATEST = 20;
const TRAILING = 5;

const OFFSET = 7 * HOUR;
const TOLERANCE = 15 * MINUTE;

/** @param lags how long after its time each of the source's latest statuses was recorded, in ms */
export function isClockOffset(lags: readonly number[]): boolean {
  return lags.slice(0, LATEST).filter((lag) => Math.abs(lag - OFFSET) <= TOLERANCE).length >= TRAILING;
}
