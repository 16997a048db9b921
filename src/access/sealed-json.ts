/** @module Personal parts of documents and texts as they stand in the database, and how a connection opens them again. */
import type { Readers } from '../db/pool.ts';
import type { Seal } from './seal.ts';

/** The member of a document that holds those which name a person, as base64. */
const MEMBER = 'sealed';
const NAME = 'personal';
const TEXT = 'sealed:';

/** A document of which only the members named in `open` can be read without the key; what is null or absent stays so. */
export function sealedMembers<T extends object>(document: T, open: ReadonlySet<string>, seal: Seal): object {
  const clear: Record<string, unknown> = {};
  const hidden: Record<string, unknown> = {};
  let isHidden = false;
  for (const [name, value] of Object.entries(document)) {
    if (open.has(name) || value === null || value === undefined) clear[name] = value;
    else {
      hidden[name] = value;
      isHidden = true;
    }
  }
  return isHidden ? { ...clear, [MEMBER]: seal.close(JSON.stringify(hidden), NAME).toString('base64') } : document;
}

/** A document, also a list, of which nothing can be read without the key. */
export const sealedWhole = (document: unknown, seal: Seal): object => ({
  [MEMBER]: seal.close(JSON.stringify(document), NAME).toString('base64'),
});

export const sealedText = (text: string, seal: Seal): string => TEXT + seal.close(text, NAME).toString('base64');

export const sealedBytes = (bytes: Uint8Array, seal: Seal): Buffer => seal.close(bytes, NAME);

/** What was kept before such bytes were sealed comes back as it stands. */
export const openedBytes = (bytes: Buffer, seal: Seal): Buffer =>
  seal.isSealed(bytes) ? seal.openBytes(bytes, NAME) : bytes;

/** Opens what is sealed in whatever is read, so that nobody who reads a row needs to know of it. */
export function openingReaders(seal: Seal): Readers {
  return {
    json(text) {
      const document: unknown = JSON.parse(text);
      return text.includes(`"${MEMBER}"`) ? openedDocument(document, seal) : document;
    },
    text: (text) => (text.startsWith(TEXT) ? openedText(text, seal) : text),
  };
}

/** @throws where the key is not in the ring: what could not be read must not be written back without it */
function openedDocument(document: unknown, seal: Seal): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  const { [MEMBER]: sealed, ...clear } = document as Record<string, unknown>;
  if (typeof sealed !== 'string') return document;
  const opened: unknown = JSON.parse(seal.open(Buffer.from(sealed, 'base64'), NAME));
  return Array.isArray(opened) ? opened : { ...clear, ...(opened as object) };
}

/** A text that merely looks like a sealed one, as somebody may have typed it, is what it says. */
function openedText(text: string, seal: Seal): string {
  const sealed = Buffer.from(text.slice(TEXT.length), 'base64');
  return seal.isSealed(sealed) ? seal.open(sealed, NAME) : text;
}
