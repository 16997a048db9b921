/** @module The spellings of time in VBDLIS's messages; pure. */

/** A time as it was written: an instant, a wall clock without a zone (its reading as UTC, in ms), or only a day. */
export type Moment =
  | { readonly kind: 'instant'; readonly at: number }
  | { readonly kind: 'wall-clock'; readonly asUtc: number }
  | { readonly kind: 'day'; readonly day: number };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Viet Nam keeps UTC+7 all the year. */
const VIETNAM_OFFSET = 7 * HOUR;
/** Offices close at 17:00. */
const CLOSE = 17 * HOUR;

/** .NET and SQL Server write their smallest date (year 1, 1753, 1900) for none; no dossier is that old. */
const OLDEST = Date.UTC(1901, 0, 1);
/** A smaller number could as well be seconds, or no time at all. */
const SMALLEST_EPOCH = Date.UTC(1990, 0, 1);

const DOT_NET = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;
const ISO =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?\s?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/i;
/** As Vietnamese programs print it: 10/03/2026 13:30:00, or with `hh`: 10/03/2026 01:30:00 CH (SA morning, CH afternoon). */
const PRINTED =
  /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})(?: (?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?: ?(?<half>AM|PM|SA|CH))?)?$/i;

/** Reads a time; null where there is none. */
export function readTime(value: unknown): Moment | null | 'unreadable' {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value >= SMALLEST_EPOCH ? { kind: 'instant', at: value } : 'unreadable';
  if (typeof value !== 'string') return 'unreadable';
  const text = value.trim();
  if (text === '') return null;

  const dotNet = DOT_NET.exec(text);
  if (dotNet) return Number(dotNet[1]) < OLDEST ? null : { kind: 'instant', at: Number(dotNet[1]) };
  const parts = (ISO.exec(text) ?? PRINTED.exec(text))?.groups;
  return parts ? fromParts(parts) : 'unreadable';
}

type Parts = { readonly [name: string]: string | undefined };

function fromParts(parts: Parts): Moment | null | 'unreadable' {
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return 'unreadable';
  const midnight = date.getTime();
  if (midnight < OLDEST) return null;
  if (parts.hour === undefined) return { kind: 'day', day: midnight / DAY };

  const hour = hourOf(Number(parts.hour), parts.half);
  const [minute, second] = [Number(parts.minute), Number(parts.second ?? 0)];
  if (hour === null || minute > 59 || second > 59) return 'unreadable';
  const milliseconds = Number((parts.fraction ?? '').padEnd(3, '0').slice(0, 3));
  const asUtc = midnight + hour * HOUR + minute * MINUTE + second * 1000 + milliseconds;
  return parts.zone ? { kind: 'instant', at: asUtc - offsetOf(parts.zone) } : { kind: 'wall-clock', asUtc };
}

/** The hour of the day; null where hour and half of the day contradict each other. */
function hourOf(written: number, half: string | undefined): number | null {
  if (written > 23) return null;
  if (half === undefined) return written;
  const isMorning = /^(AM|SA)$/i.test(half);
  if (written > 12 || written === 0) return isMorning === written < 12 ? written : null;
  return (written % 12) + (isMorning ? 0 : 12);
}

function offsetOf(zone: string): number {
  if (/^Z$/i.test(zone)) return 0;
  const digits = zone.replace(':', '');
  const size = Number(digits.slice(1, 3)) * HOUR + Number(digits.slice(3, 5)) * MINUTE;
  return zone.startsWith('-') ? -size : size;
}

/** The instant that is meant; of a day its close of office hours. */
export function instantOf(moment: Moment, timesAre: 'utc' | 'local'): number {
  if (moment.kind === 'instant') return moment.at;
  if (moment.kind === 'wall-clock') return timesAre === 'utc' ? moment.asUtc : moment.asUtc - VIETNAM_OFFSET;
  return moment.day * DAY + CLOSE - VIETNAM_OFFSET;
}

/**
 * When something happened. What is only known to have happened that day happened at the receipt when that is the same
 * day, since it can't be later, else by the close.
 */
export function occurrenceOf(moment: Moment, timesAre: 'utc' | 'local', receivedAt: number): number {
  const dayOfReceipt = Math.floor((receivedAt + VIETNAM_OFFSET) / DAY);
  if (moment.kind === 'day' && moment.day === dayOfReceipt) return receivedAt;
  return instantOf(moment, timesAre);
}

/** RFC 3339 with Viet Nam's offset. */
export const rfc3339 = (at: number): string => `${new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 19)}+07:00`;
