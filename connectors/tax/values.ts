/** @module Amounts and times of the tax authority's messages: read exactly, or not at all; pure. */
import { fromCompactTime } from '../../src/connector/compact-time.ts';

const OFFSET = 7 * 3_600_000;
/** .NET writes its smallest date for none. */
const OLDEST = Date.UTC(1990, 0, 1);
const DAY = 24 * 3_600_000;
/** Offices close at 17:00: the time of what has only a day. */
const CLOSE = 17 * 3_600_000;
/** More than any notice: ten thousand milliard đồng. */
const LARGEST = 10_000_000_000_000;

/** Whole đồng: `1500000`, `1500000.0`, or grouped as people write it, `1.500.000` and `1,500,000`. Null where it is none. */
export function amountOf(written: unknown): number | null {
  const text = typeof written === 'number' ? String(written) : typeof written === 'string' ? written.trim() : '';
  const plain = /^\d+(?:[.,]0{1,2})?$/.test(text)
    ? text.replace(/[.,]0{1,2}$/, '')
    : /^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/.test(text)
      ? text.replace(/[.,]/g, '')
      : null;
  if (plain === null || plain.length > 14) return null;
  const amount = Number(plain);
  return amount > LARGEST ? null : amount;
}

/** A day of a notice (`dd-MM-yyyy` or `dd/MM/yyyy`), as YYYY-MM-DD; null where there is no such day. */
export function dayOf(written: string): string | null {
  const [, day, month, year] = /^(\d{2})[-/](\d{2})[-/](\d{4})$/.exec(written.trim()) ?? [];
  if (!day) return null;
  const iso = `${year}-${month}-${day}`;
  const at = Date.parse(`${iso}T00:00:00Z`);
  return at < OLDEST || Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== iso ? null : iso;
}

/** A time as `yyyyMMddHHmmss`, with or without seconds, or as RFC 3339; null where it is none. */
export function timeOf(written: unknown): number | null {
  const text = typeof written === 'string' || typeof written === 'number' ? String(written).trim() : '';
  const at = fromCompactTime(text.length === 12 ? `${text}00` : text) ?? rfc3339(text);
  return at === null || at < OLDEST ? null : at;
}

function rfc3339(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/**
 * When what has only a day happened: at the time of the message where that is the same day, at the receipt where that is,
 * else by the close of offices.
 */
export function instantOf(day: string, sentAt: number | null, receivedAt: number): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) - OFFSET;
  const isSameDay = (at: number): boolean => at >= midnight && at < midnight + DAY;
  if (sentAt !== null && isSameDay(sentAt) && sentAt <= receivedAt) return sentAt;
  return isSameDay(receivedAt) ? receivedAt : midnight + CLOSE;
}
