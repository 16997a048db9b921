/** @module The instant as many of the ministries' systems write it: `yyyyMMddHHmmss`, 24 hours, in Asia/Ho_Chi_Minh. */

/** Viet Nam keeps UTC+7 all the year. */
const OFFSET = 7 * 3_600_000;

/** `yyyyMMddHHmmss` of epoch milliseconds; empty when absent. */
export function toCompactTime(at: number | null): string {
  return at === null ? '' : new Date(at + OFFSET).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** Epoch milliseconds of `yyyyMMddHHmmss`; null for an empty or impossible time. */
export function fromCompactTime(text: string | null | undefined): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text ?? '');
  if (!match) return null;
  const [, year, month, day, hour, minute, second] = match;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+07:00`);
  return Number.isNaN(at) || toCompactTime(at) !== text ? null : at;
}
