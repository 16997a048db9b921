/** @module The precondition of a change: the version that its author has read (RFC 9110, 13.1.1). */
import { z } from 'zod';

export const ifMatch = z.object({ 'if-match': z.string().max(100).optional() });

/** `If-Match: "7"` as the version it names, null without one; `*` matches any, a weak or foreign tag none. */
export function versionOf(header: string | undefined): number | 'any' | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return 'any';
  const match = /^"(\d+)"$/.exec(header.trim());
  return match ? Number(match[1]) : -1;
}
