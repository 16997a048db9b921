/** @module The instant as many of the ministries' systems write it: `yyyyMMddHHmmss`, 24 hours, in Asia/Ho_Chi_Minh. */

/** Viet Nam keeps UTC+7 all the year. */
const OFFSET = 7 * 3_600_000;

/** `yyyyMMddHHmmss` of epoch milliseconds; empty when absent. */
export function toCompactTime(at: number | null): string {
  if (at === null) return '';
  const iso = new Date(at + OFFSET).toISOString();
  return (
    iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10) + iso.slice(11, 13) + iso.slice(14, 16) + iso.slice(17, 19)
  );
}

const FORM = /^[1-9]\d{3}(?:0[1-9]|1[0-2])\d{2}(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/;

/** Epoch milliseconds of `yyyyMMddHHmmss`; null for an empty or impossible time. */
export function fromCompactTime(text: string | null | undefined): number | null {
  if (!text || !FORM.test(text)) return null;
  // By its digits: a listing of millions has two times in each row, and `Date.parse` takes several times as long.
  const part = (from: number, to: number): number => Number(text.slice(from, to));
  const day = part(6, 8);
  const local = Date.UTC(part(0, 4), part(4, 6) - 1, day, part(8, 10), part(10, 12), part(12, 14));
  // 31 February would become another day.
  return new Date(local).getUTCDate() === day ? local - OFFSET : null;
}
