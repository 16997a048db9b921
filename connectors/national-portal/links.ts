/** @module Which links somebody outside the province's network can follow. */
import { isIP } from 'node:net';
import { isPublic as isPublicAddress } from '../../src/connector/addresses.ts';

/** Names that only a local resolver knows. */
const LOCAL_NAME = /(^|\.)(localhost|local|lan|internal|intranet|localdomain)$/;

/** A link that someone outside the province's network can follow. */
export function isPublic(link: string | null | undefined): boolean {
  if (!link || !URL.canParse(link)) return false;
  const { protocol, hostname } = new URL(link);
  if (protocol !== 'https:') return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? isPublicAddress(host) : host.includes('.') && !LOCAL_NAME.test(host);
}
