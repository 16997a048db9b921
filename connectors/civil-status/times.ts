/** @module The spellings of time in the civil status system's records; pure. */

const VIETNAM_OFFSET = 7 * 60 * 60 * 1000;
/** Offices close at 17:00: the time of what has only a day. */
const CLOSE_HOUR = 17;

const COMPACT = /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?)?$/;
const PRINTED =
  /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})(?: (?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?)?$/;
const ISO =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d+)?)?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/;

/** Epoch milliseconds; null where there is no time, or none that can be read: never year 1, never "now". */
export function instantOf(text: string | null | undefined, timesAre: 'utc' | 'local'): number | null {
  const written = text?.trim() ?? '';
  const parts = (COMPACT.exec(written) ?? PRINTED.exec(written) ?? ISO.exec(written))?.groups;
  if (!parts) return null;
  if (parts.zone) {
    const at = Date.parse(written.replace(' ', 'T'));
    return Number.isNaN(at) ? null : at;
  }
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const hasHour = parts.hour !== undefined;
  const [hour, minute, second] = [
    Number(parts.hour ?? CLOSE_HOUR),
    Number(parts.minute ?? 0),
    Number(parts.second ?? 0),
  ];
  if (year < 1901 || hour > 23 || minute > 59 || second > 59) return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(at);
  if (read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day) return null;
  // A day alone is a day in Viet Nam, whatever its clock is.
  return hasHour && timesAre === 'utc' ? at : at - VIETNAM_OFFSET;
}

/** The day (YYYY-MM-DD) of a text; null where it is none. */
export function dayOf(text: string | null | undefined): string | null {
  const at = instantOf(text, 'local');
  return at === null ? null : new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 10);
}

/** `dd/MM/yyyy` of a day written YYYY-MM-DD. */
export const printedDay = (day: string): string => day.split('-').reverse().join('/');

/** RFC 3339 with Viet Nam's offset. */
export const rfc3339 = (at: number): string => `${new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 19)}+07:00`;
