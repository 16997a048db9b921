/** @module The ways in which the systems write an instant; in memory an instant is milliseconds since 1970. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Vietnam keeps UTC+7 all the year. */
export const VIETNAM_OFFSET = 7 * HOUR;

const COMPACT = /^\d{14}$/;

/** `yyyyMMddHHmmss` in Vietnam's time, as the portal writes it; null when it is no instant of the calendar. */
export function parseCompact(text: string): number | null {
  if (!COMPACT.test(text)) return null;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  const hour = Number(text.slice(8, 10));
  const minute = Number(text.slice(10, 12));
  const second = Number(text.slice(12, 14));
  if (year < 1900 || hour > 23 || minute > 59 || second > 59) return null;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(local);
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === day ? local - VIETNAM_OFFSET : null;
}

/** `yyyyMMddHHmmss` in Vietnam's time. */
export const toCompact = (at: number): string =>
  new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 19).replace(/[-:T]/g, '');

/** `dd/MM/yyyy HH:mm:ss` in Vietnam's time, 24 hours. */
export function toSlashed(at: number): string {
  const [date, time] = new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 19).split('T');
  return `${date!.split('-').toReversed().join('/')} ${time}`;
}

/** RFC 3339 with Vietnam's offset, seconds: `2026-03-10T08:30:00+07:00`. */
export const toRfc3339 = (at: number): string => `${new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 19)}+07:00`;

/** As `toRfc3339`, with milliseconds: for the time at which something arrived. */
export const toRfc3339Millis = (at: number): string =>
  `${new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 23)}+07:00`;

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;

/** RFC 3339 with an offset; null when it is none. */
export function parseRfc3339(text: string): number | null {
  if (!RFC3339.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** ISO 8601 in UTC, as VBDLIS writes it in some calls: `2026-03-10T01:30:00Z`. */
export const toUtcIso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** `/Date(ms)/`, as VBDLIS writes it in the others (the old .NET serialiser). */
export const toDotNet = (at: number): string => `/Date(${at})/`;

/** Either of VBDLIS's ways; null when it is neither. */
export function parseVbdlis(text: string): number | null {
  const dotNet = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text);
  return dotNet ? Number(dotNet[1]) : parseRfc3339(text);
}

/** `dd/MM/yyyy` in Vietnam's time. */
export const toPrintedDay = (at: number): string =>
  new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 10).split('-').reverse().join('/');
