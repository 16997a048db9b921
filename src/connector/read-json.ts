/**
 * @module Reads the JSON of a message whose sender is not trusted: strict UTF-8, and nothing that two readers could
 * understand differently or that PostgreSQL could not keep.
 *
 * `JSON.parse` alone lets the last of two equal names win, rounds long numbers and takes any depth; a check for
 * prototype names only, such as secure-json-parse, leaves those open. One pass over the text finds them all.
 */
import type { Violation } from '../errors.ts';
import { type Language, pathOf } from './violations.ts';

/** The value, or why there is none; `malformed` says that it is no JSON at all, otherwise its content is at fault. */
export type ReadJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly malformed: boolean; readonly violations: Violation[] };

/** Our deepest message has six levels; stringifying tens of thousands would exhaust the stack. */
const DEEPEST = 32;

/** More faults than a person reads would only make a large answer of a large mistake. */
const MOST_FAULTS = 100;

/** Names that an object of JavaScript answers to without being asked. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const utf8 = new TextDecoder('utf-8', { fatal: true });

const SPEECH = {
  utf8: { vi: 'nội dung không phải UTF-8 hợp lệ', en: 'the body is not valid UTF-8' },
  json: { vi: 'nội dung không phải JSON hợp lệ', en: 'the body is not valid JSON' },
  twice: { vi: 'trường này xuất hiện hai lần trong cùng đối tượng', en: 'this member stands twice in its object' },
  name: { vi: 'không được dùng tên trường này', en: 'a member may not have this name' },
  character: {
    vi: 'có ký tự không lưu được (U+0000 hoặc nửa cặp thay thế)',
    en: 'a character that can not be kept (U+0000 or half of a surrogate pair)',
  },
  number: { vi: 'số không lưu được chính xác', en: 'a number that can not be kept exactly' },
  deep: { vi: `lồng sâu quá ${DEEPEST} cấp`, en: `nested deeper than ${DEEPEST} levels` },
} as const;

/** Reads the bytes of a body; a leading byte-order mark is let pass, since .NET writes one. */
export function readJson(body: Uint8Array, language: Language): ReadJson {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(body);
  } catch {
    return malformed(SPEECH.utf8[language]);
  }
  try {
    value = JSON.parse(text);
  } catch (error) {
    return malformed(`${SPEECH.json[language]}${positionIn(error)}`);
  }
  const violations = faultsIn(text, language);
  return violations.length === 0 ? { ok: true, value } : { ok: false, malformed: false, violations };
}

const malformed = (message: string): ReadJson => ({
  ok: false,
  malformed: true,
  violations: [{ path: '$', message }],
});

/** Where V8 stopped; its message also quotes the text, which may hold personal data. */
function positionIn(error: unknown): string {
  const position = error instanceof Error ? /at position \d+/.exec(error.message) : null;
  return position ? ` (${position[0]})` : '';
}

/** An object or array that the pass is inside of. */
interface Level {
  /** The names seen in an object; null in an array. */
  readonly names: Set<string> | null;
  /** The member that stands open: a name, or an index. */
  at: string | number;
  awaitsName: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

/** The faults of a text that is known to be valid JSON. */
function faultsIn(text: string, language: Language): Violation[] {
  const levels: Level[] = [];
  const faults: Violation[] = [];
  // Without escapes a valid text holds neither U+0000 nor half a pair, and its strings need no second look.
  const hasEscapes = text.includes('\\');
  const fault = (kind: keyof typeof SPEECH): void => {
    const path = pathOf(
      '$',
      levels.map((level) => level.at),
    );
    faults.push({ path, message: SPEECH[kind][language] });
  };
  for (let i = 0; i < text.length && faults.length < MOST_FAULTS; i++) {
    const char = text.charCodeAt(i);
    const level = levels[levels.length - 1];
    if (char === QUOTE) {
      const end = closingQuote(text, i);
      if (level?.names && level.awaitsName) {
        const name = hasEscapes ? stringAt(text, i, end) : text.slice(i + 1, end);
        level.at = name;
        level.awaitsName = false;
        if (level.names.has(name)) fault('twice');
        level.names.add(name);
        if (PROTOTYPE_NAMES.has(name)) fault('name');
      }
      if (hasEscapes && !isKeepable(stringAt(text, i, end))) fault('character');
      i = end;
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      if (levels.length === DEEPEST) {
        fault('deep');
        return faults;
      }
      const isObject = char === OPEN_OBJECT;
      levels.push({ names: isObject ? new Set() : null, at: isObject ? '' : 0, awaitsName: isObject });
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) levels.pop();
    else if (char === COMMA && level) {
      if (level.names) level.awaitsName = true;
      else level.at = Number(level.at) + 1;
    } else if (char === MINUS || (char >= 0x30 && char <= 0x39)) {
      const end = numberEnd(text, i);
      if (!isExact(text.slice(i, end))) fault('number');
      i = end - 1;
    }
  }
  return faults;
}

function closingQuote(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** The string between two quotes; two spellings of one name must compare equal. */
function stringAt(text: string, open: number, end: number): string {
  const raw = text.slice(open + 1, end);
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
}

const isKeepable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

function numberEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && '0123456789+-.eE'.includes(text[end]!)) end++;
  return end;
}

/** Whole numbers must survive a double; fractions and exponents must at least be finite. */
function isExact(literal: string): boolean {
  const value = Number(literal);
  return /^-?\d+$/.test(literal) ? Number.isSafeInteger(value) : Number.isFinite(value);
}
