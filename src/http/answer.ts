/** @module Times as answers carry them: RFC 3339 with +07:00, never `Z`. */
import { HOUR } from '../units.ts';

/** An instant in Vietnam's time; null stays null. */
export function rfc3339(at: number): string;
export function rfc3339(at: number | null): string | null;
export function rfc3339(at: number | null): string | null {
  if (at === null) return null;
  const local = new Date(at + 7 * HOUR).toISOString();
  return `${local.endsWith('.000Z') ? local.slice(0, 19) : local.slice(0, 23)}+07:00`;
}
