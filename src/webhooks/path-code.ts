/** @module Proof of a sender that can't sign: a security code in its path, and the addresses it may call from. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

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
  const list = new BlockList();
  for (const entry of allowed) {
    const [address = '', bits] = entry.split('/');
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? longest : Number(bits || 'none');
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > longest)
      throw new TypeError(`not an address or network: ${entry}`);
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    // A dual-stack listener reports IPv4 callers as ::ffff:a.b.c.d.
    const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}
