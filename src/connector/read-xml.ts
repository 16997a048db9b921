/**
 * @module Reads the XML of an upstream that is not trusted: no DTD, so that no entity can be declared, neither one that
 * grows nor one that fetches. Every text stays a text: numbers of people begin with zeros.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { AnswerOrigin } from './answer.ts';
import { UpstreamError } from './upstream-error.ts';

/** `<!DOCTYPE`, `<!ENTITY` and the like; comments and CDATA sections declare nothing. */
const DECLARATION = /<!(?!--|\[CDATA\[)/;

/**
 * The elements as nested objects without their prefixes; an empty element is an empty text, attributes are left out.
 * @param lists elements that may stand several times
 * @throws UpstreamError `contract`, whose outcome is unknown
 */
export function readXml(text: string, origin: AnswerOrigin, lists: readonly string[]): unknown {
  const refused = (words: string, cause?: unknown): UpstreamError =>
    new UpstreamError('contract', { ...origin, outcome: 'unknown', words, cause });
  if (/^\s*<(!doctype\s+)?html[\s>]/i.test(text)) throw refused('answered a page instead of XML');
  if (DECLARATION.test(text)) throw refused('answered XML with a DTD, which is never read');
  if (XMLValidator.validate(text) !== true) throw refused('answered what is no XML');
  const parser = new XMLParser({
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false,
    // Those of XML and HTML and those by number, all of them fixed: Vietnamese letters come as `&#7877;` at times.
    processEntities: true,
    htmlEntities: true,
    isArray: (name) => lists.includes(name),
  });
  try {
    return parser.parse(text);
  } catch (cause) {
    throw refused('answered XML that can not be read', cause);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as it may stand between two tags. */
export const xmlText = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character]!);
