/** @module The next page of a list, told in the answer's `Link` header (RFC 8288). */
import type { Call } from './route.ts';

/** The same question again from a cursor on; every other parameter stays as it was asked. */
export function linkNext({ url, header }: Pick<Call, 'url' | 'header'>, cursor: string | number): void {
  const next = new URL(url, 'http://gateway');
  next.searchParams.set('cursor', String(cursor));
  header('link', `<${next.pathname}${next.search}>; rel="next"`);
}
