/** @module How long a text can be that a pattern takes as a whole: what a schema's reader cannot see, and its author need not say twice. */

/** The longest match of a regular expression between `^` and `$`; infinity where nothing bounds it. */
export function longestMatch(pattern: string): number {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return Number.POSITIVE_INFINITY;
  const reader = { text: pattern, at: 0 };
  return alternatives(reader);
}

interface Reader {
  readonly text: string;
  at: number;
}

const isAt = ({ text, at }: Reader, token: string): boolean => text.startsWith(token, at);

function taken(reader: Reader, token: RegExp): RegExpExecArray | null {
  const found = token.exec(reader.text.slice(reader.at));
  if (found) reader.at += found[0].length;
  return found;
}

function alternatives(reader: Reader): number {
  let longest = sequence(reader);
  while (isAt(reader, '|')) {
    reader.at++;
    longest = Math.max(longest, sequence(reader));
  }
  return longest;
}

function sequence(reader: Reader): number {
  let length = 0;
  while (reader.at < reader.text.length && !isAt(reader, '|') && !isAt(reader, ')')) {
    const one = atom(reader);
    const times = most(reader);
    length += one === 0 ? 0 : one * times;
  }
  return length;
}

/** One thing that a quantifier may follow. */
function atom(reader: Reader): number {
  if (isAt(reader, '(')) {
    const [opening] = taken(reader, /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/)!;
    const inside = alternatives(reader);
    reader.at++;
    // What only looks ahead or back takes no room.
    return /[=!]$/.test(opening) ? 0 : inside;
  }
  if (taken(reader, /^(?:\^|\$|\\b|\\B)/)) return 0;
  taken(reader, /^(?:\[(?:\\.|[^\]\\])*\]|\\u\{[^}]*\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\p\{[^}]*\}|\\.|.)/is);
  return 1;
}

function most(reader: Reader): number {
  const found = taken(reader, /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/);
  if (!found) return 1;
  const [text, exact, comma, upper] = found;
  if (text.startsWith('?')) return 1;
  if (exact === undefined) return Number.POSITIVE_INFINITY;
  if (comma === undefined) return Number(exact);
  return upper === '' ? Number.POSITIVE_INFINITY : Number(upper);
}
