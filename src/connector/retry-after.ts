/** @module When an answer's `Retry-After` allows the next call. */
import { SECOND } from '../units.ts';

/** Epoch milliseconds of the header, given in seconds or as a date; null where it says nothing. */
export function retryAfter(header: string | string[] | undefined, now: number): number | null {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return null;
  const seconds = Number(value);
  const at = Number.isFinite(seconds) ? now + seconds * SECOND : Date.parse(value);
  return Number.isNaN(at) ? null : at;
}
