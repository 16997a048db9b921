/** @module Reading the body of an act: every word checked, so that a typing mistake is an answer and not a silent default. */
import { type Act, ActRefused } from './simulator.ts';
import { parseRfc3339 } from './times.ts';

/** A text that must be there. */
export function requiredText(act: Act, name: string): string {
  const value = optionalText(act, name);
  if (value === null) throw new ActRefused(400, `"${name}" is required: a text`);
  return value;
}

/** A text, or null when it is absent. */
export function optionalText(act: Act, name: string): string | null {
  const value = act[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value === '')
    throw new ActRefused(400, `"${name}" must be a text that is not empty`);
  return value;
}

/** A whole number, or null when it is absent. */
export function optionalNumber(act: Act, name: string): number | null {
  const value = act[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new ActRefused(400, `"${name}" must be a whole number`);
  return value;
}

/** A time in milliseconds, or null when it is absent. */
export function optionalTime(act: Act, name: string): number | null {
  const text = optionalText(act, name);
  if (text === null) return null;
  const at = parseRfc3339(text);
  if (at === null)
    throw new ActRefused(400, `"${name}" must be an RFC 3339 time with an offset, such as 2026-03-10T08:30:00+07:00`);
  return at;
}

/** One of the words of a list. */
export function oneOf<T extends string>(value: string, name: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new ActRefused(400, `"${name}" must be one of: ${words.join(', ')}`);
  return word;
}
