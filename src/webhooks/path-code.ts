/** @module Proof of a sender that can't sign: a security code in its path, and the addresses it may call from. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { isWithin, parseNetworks } from '../connector/addresses.ts';

const digest = (code: string): Buffer => createHash('sha256').update(code).digest();

/** Compares a code with those that are right now, in a time that tells neither its length nor where it differs. */
export function codeCheck(codes: readonly string[]): (given: string) => boolean {
  const expected = codes.map(digest);
  return (given) => {
    const candidate = digest(given);
    let isRight = false;
    for (const one of expected) if (timingSafeEqual(one, candidate)) isRight = true;
    return isRight;
  };
}

/**
 * Whether a push may come from an address.
 * @param allowed addresses and networks such as `10.20.0.0/16`; an empty list allows every address.
 * @throws {TypeError} when an entry is neither.
 */
export function addressCheck(allowed: readonly string[]): (address: string) => boolean {
  if (allowed.length === 0) return () => true;
  const networks = parseNetworks(allowed);
  return (address) => isIP(address) !== 0 && isWithin(networks, address);
}
