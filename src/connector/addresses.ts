/** @module What kind of network an address lies in: pure, by the registries that `ipaddr.js` keeps. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Networks that somebody named, as `10.20.0.0/16` or a single address. */
export type Networks = readonly (readonly [Address, number])[];

/** Serves a virtual machine's secrets from an address that looks public (Azure's "wire server"). */
const METADATA = ipaddr.parse('168.63.129.16');

/**
 * Reads networks and addresses.
 * @throws {TypeError} naming the entry that is neither
 */
export function parseNetworks(entries: readonly string[]): Networks {
  return entries.map((entry) => {
    const [address = '', bits] = entry.split('/');
    // The package also reads the shorthands of old: 10.1 is 10.0.0.1 to it, and a slip of the pen to everybody else.
    if (isIP(address) === 0 || (bits !== undefined && !ipaddr.isValidCIDR(entry)))
      throw new TypeError(`not an address or network: ${entry}`);
    return bits === undefined ? [ipaddr.parse(address), isIP(address) === 4 ? 32 : 128] : ipaddr.parseCIDR(entry);
  });
}

/** Whether an address lies in one of the networks. An IPv4 address that is written as an IPv6 one counts as what it is. */
export function isWithin(networks: Networks, address: string): boolean {
  const parsed = ipaddr.process(address);
  return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
}

/** Whether an address is one of the whole Internet's, and leads nowhere inside by another spelling (6to4, NAT64, Teredo). */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && parsed.toString() !== METADATA.toString();
}

/** Whether an address may be a host's inside a province's own network. */
export function isInternal(address: string): boolean {
  return ['private', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.process(address).range());
}

export function isLoopback(address: string): boolean {
  return ipaddr.process(address).range() === 'loopback';
}
