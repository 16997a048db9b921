/** @module The feed's cursor: a place that its readers hand back and need not understand. */
const FORM = /^v1\.([0-9a-z]{1,11})$/;

export function toCursor(position: number): string {
  return Buffer.from(`v1.${position.toString(36)}`).toString('base64url');
}

/** The place that a cursor names; null where it is none of ours. */
export function fromCursor(cursor: string): number | null {
  const match = FORM.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!match) return null;
  const position = Number.parseInt(match[1]!, 36);
  return Number.isSafeInteger(position) && toCursor(position) === cursor ? position : null;
}
