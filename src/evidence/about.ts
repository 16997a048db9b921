/** @module Which dossiers a message is about, by the codes that stand in it, and the message less what is about others. Pure. */
import { parseDossierCode } from '../dossiers/identifiers.ts';

const SHORTEST = 15;
const LONGEST = 60;

const isCode = (text: string): boolean =>
  text.length >= SHORTEST && text.length <= LONGEST && text.includes('-') && parseDossierCode(text) !== null;

/** Every dossier code that stands as a value somewhere in it. */
export function codesIn(message: unknown): ReadonlySet<string> {
  const codes = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string') {
      if (isCode(value)) codes.add(value);
    } else if (Array.isArray(value)) for (const item of value) look(item);
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) look(item);
  };
  look(message);
  return codes;
}

/** The message without the records of a batch that name another dossier of it: they are nobody else's to read. */
export function onlyAbout(message: unknown, code: string, codes: ReadonlySet<string>): unknown {
  const isAnothers = (item: unknown): boolean => {
    if (typeof item !== 'object' || item === null) return false;
    const named = codesIn(item);
    return !named.has(code) && [...named].some((one) => codes.has(one));
  };
  const cut = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((item) => !isAnothers(item)).map(cut);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cut(item)]));
  };
  return cut(message);
}
