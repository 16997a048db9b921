/** @module Passwords of people: hashed with scrypt, compared in constant time, a few at a time. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** RFC 7914: N = 2^15, r = 8, p = 1: a tenth of a second and 32 MB for each guess. */
const COST = 15;
const LENGTH = 32;
const MOST_AT_ONCE = 4;

let waiting: Promise<unknown>[] = [];

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derived(password, salt, COST);
  return ['scrypt', COST, salt.toString('base64url'), key.toString('base64url')].join(':');
}

/** Whether a password is right. Without a hash it takes as long, so that nobody learns who has an account. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [scheme, cost, salt, key] = (hash ?? `scrypt:${COST}:AAAA:AAAA`).split(':');
  if (scheme !== 'scrypt') throw new Error(`passwords hashed with ${scheme} are not known`);
  const given = await derived(password, Buffer.from(salt!, 'base64url'), Number(cost));
  const kept = Buffer.from(key!, 'base64url');
  return kept.length === given.length && timingSafeEqual(kept, given);
}

async function derived(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  while (waiting.length >= MOST_AT_ONCE) await Promise.race(waiting);
  const options: ScryptOptions = { N: 2 ** cost, r: 8, p: 1, maxmem: 64 * 1024 ** 2 };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // Unicode has several spellings of one Vietnamese letter, and keyboards differ in which they send.
  scrypt(password.normalize('NFKC'), salt, LENGTH, options, (error, key) => (error ? reject(error) : resolve(key)));
  const done = promise
    .catch(() => {})
    .finally(() => {
      waiting = waiting.filter((one) => one !== done);
    });
  waiting.push(done);
  return promise;
}

/** Twenty characters that nobody mistakes for one another when they are read out or copied. */
export function newPassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = [...randomBytes(20)].map((byte) => letters[byte % letters.length]).join('');
  return text.match(/.{5}/g)!.join('-');
}
