/** @module Which links somebody outside the province's network can follow. */

/** Private, link-local and loopback networks, IPv6 literals, and names that only a local resolver knows. */
const PRIVATE_HOST =
  /^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[)|(^|\.)(localhost|local|lan|internal|intranet|localdomain)$/;

/** A link that someone outside the province's network can follow. */
export function isPublic(link: string | null | undefined): boolean {
  if (!link || !URL.canParse(link)) return false;
  const { protocol, hostname } = new URL(link);
  return protocol === 'https:' && !PRIVATE_HOST.test(hostname) && hostname.includes('.');
}
