/** @module The platform's proof: lower-case hexadecimal SHA-256 over the fields in their order, joined by `|`, the secret last. */
import { createHash, timingSafeEqual } from 'node:crypto';

type Fields = Readonly<Record<string, unknown>>;

/** `MaXacThuc` of a message. */
export function checksumOf(order: readonly string[], message: Fields, secret: string): string {
  const values = order.map((name) => {
    const value = message[name];
    return value === null || value === undefined ? '' : String(value);
  });
  return createHash('sha256')
    .update([...values, secret].join('|'), 'utf8')
    .digest('hex');
}

/** Whether one of the secrets gives the checksum that the message carries; the time taken does not tell how near it came. */
export function isProven(order: readonly string[], message: Fields, secrets: readonly string[]): boolean {
  const given = Buffer.from(typeof message.MaXacThuc === 'string' ? message.MaXacThuc : '');
  let isRight = false;
  for (const secret of secrets) {
    const expected = Buffer.from(checksumOf(order, message, secret));
    if (given.length === expected.length && timingSafeEqual(given, expected)) isRight = true;
  }
  return isRight;
}
