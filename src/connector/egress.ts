/**
 * @module Where calls may go, asked when an address is given and again at every connection, of the address that is then used.
 *
 * A name is resolved anew for each connection, so what was public when it was looked at can lead inside a moment later;
 * the look-up that the socket itself uses is the one place that cannot be deceived.
 */
import { type LookupAddress, type LookupAllOptions, lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { buildConnector } from 'undici';
import type { Bilingual } from '../errors.ts';
import { SECOND } from '../units.ts';
import { isInternal, isLoopback, isPublic, isWithin, type Networks } from './addresses.ts';

export type Connect = buildConnector.connector;
type Resolve = (name: string, options: LookupAllOptions) => Promise<LookupAddress[]>;

/** The call was refused before a byte was sent: its address leads where it must not. */
export class EgressRefused extends Error {
  readonly code = 'EGRESS_REFUSED';
  readonly words: Bilingual;

  constructor(words: Bilingual) {
    super(words.en);
    this.name = 'EgressRefused';
    this.words = words;
  }
}

const CONNECT_TIMEOUT = 5 * SECOND;
const LONGEST_URL = 2_000;
const FIRST_FREE_PORT = 1024;

const SCHEME = {
  vi: 'phải dùng https; http chỉ được tới mạng nêu trong EGRESS_ALLOW',
  en: 'must use https; http only reaches networks that EGRESS_ALLOW names',
};
const INSIDE = {
  vi: 'dẫn tới địa chỉ nội bộ, không được gọi; quản trị có thể cho phép mạng đó bằng EGRESS_ALLOW',
  en: 'leads to an internal address, which is not called; the operator may allow its network by EGRESS_ALLOW',
};
const NAMELESS = { vi: 'tên máy không phân giải được', en: 'its host name cannot be resolved' };
const DECLARED = {
  vi: 'tên máy của hệ thống này dẫn tới chính máy chủ hoặc địa chỉ dành riêng, không được gọi',
  en: 'the host name of this system leads to this machine or a reserved address, which is not called',
};

/** Says why an address may not be used; null when it may. */
type Judge = (address: string, isSecure: boolean) => Bilingual | null;

/** The guard of addresses that clients name. */
export interface Egress {
  /** Why this URL may not be called as things stand, its host name resolved now; null when it may. */
  refusalOf(url: string): Promise<Bilingual | null>;
  /** Makes undici's connections; fails with `EgressRefused`. */
  readonly connect: Connect;
}

/**
 * Calls to addresses that others name: https to public addresses; anything to the networks that the operator allows.
 * @param resolveAll stands in for the resolver in tests
 */
export function createEgress(allowed: Networks, resolveAll: Resolve = promisify(resolve)): Egress {
  const judge: Judge = (address, isSecure) => {
    if (isWithin(allowed, address)) return null;
    if (!isSecure) return SCHEME;
    return isPublic(address) ? null : INSIDE;
  };
  return {
    async refusalOf(text) {
      const fault = formFault(text);
      if (fault !== null) return fault;
      const { protocol, hostname } = new URL(text);
      const host = withoutBrackets(hostname);
      let addresses: string[];
      try {
        addresses = isIP(host) ? [host] : (await resolveAll(host, { all: true })).map(({ address }) => address);
      } catch {
        return NAMELESS;
      }
      return firstFault(addresses, protocol === 'https:', judge);
    },
    connect: guarded(judge, resolveAll),
  };
}

/** A URL writes an IPv6 address in brackets. */
const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/** What can be wrong with a URL whatever its host resolves to. */
function formFault(text: string): Bilingual | null {
  if (text.length > LONGEST_URL || !URL.canParse(text)) return { vi: 'không phải địa chỉ URL', en: 'is not a URL' };
  const { protocol, username, password, hash, port } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return SCHEME;
  if (username !== '' || password !== '')
    return { vi: 'không được chứa tên và mật khẩu', en: 'must not hold a user and password' };
  if (hash !== '') return { vi: 'không được có phần sau dấu #', en: 'must not have a part after #' };
  if (port !== '' && Number(port) < FIRST_FREE_PORT && port !== '80' && port !== '443')
    return {
      vi: 'cổng dưới 1024 chỉ được là 80 hoặc 443',
      en: 'a port below 1024 can only be 80 or 443',
    };
  return null;
}

/** Calls to the host that an operator configured. */
export function declaredConnect(hostname: string, resolveAll: Resolve = promisify(resolve)): Connect {
  const host = withoutBrackets(hostname);
  return guarded((address) => declaredFault(host, address), resolveAll);
}

/**
 * Why the host that an operator configured may not be called at an address. It lies inside or outside, as the operator
 * says; only what no name of another machine leads to is refused – this machine, link-local addresses and the clouds'
 * metadata – unless that very address is what was configured.
 */
export function declaredFault(host: string, address: string): Bilingual | null {
  if (address === host || isPublic(address) || isInternal(address)) return null;
  return host === 'localhost' && isLoopback(address) ? null : DECLARED;
}

/** One bad address among several is enough: which of them a connection takes is chance. */
function firstFault(addresses: readonly string[], isSecure: boolean, judge: Judge): Bilingual | null {
  for (const address of addresses) {
    const fault = judge(address, isSecure);
    if (fault !== null) return fault;
  }
  return addresses.length === 0 ? NAMELESS : null;
}

function guarded(judge: Judge, resolveAll: Resolve): Connect {
  const connectorFor = (isSecure: boolean): Connect => {
    const lookup: LookupFunction = (name, options, answer) => {
      resolveAll(name, { ...options, all: true }).then(
        (found) => {
          const fault = firstFault(
            found.map(({ address }) => address),
            isSecure,
            judge,
          );
          if (fault !== null) answer(new EgressRefused(fault), '', 0);
          else if (options.all) answer(null, found);
          else answer(null, found[0]!.address, found[0]!.family);
        },
        (error: NodeJS.ErrnoException) => answer(error, '', 0),
      );
    };
    return buildConnector({ lookup, timeout: CONNECT_TIMEOUT, allowH2: false });
  };
  const secure = connectorFor(true);
  const plain = connectorFor(false);
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    // A socket looks up names only: an address is judged here.
    const fault = isIP(options.hostname) ? judge(options.hostname, isSecure) : null;
    if (fault !== null) callback(new EgressRefused(fault), null);
    else (isSecure ? secure : plain)(options, callback);
  };
}
