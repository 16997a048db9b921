/** @module Takes out of an exchange what its readers have no right to: credentials, personal numbers, and what is known of the people of its dossier. Pure. */
import type { DossierFields } from '../dossiers/shape.ts';

const MASKED = '[đã che]';

/** Members in which systems hand out or take credentials. */
const CREDENTIAL = /^(session|sessionid|(access|refresh|id)?_?token|password|matkhau|secret|authorization)$/i;

/** Personal identification numbers (12 digits), old identity cards (9), telephones, mail addresses. */
const PERSONAL = [
  /(?<![\d.-])\d{12}(?![\d-])/g,
  /(?<![\d.-])\d{9,10}(?![\d-])/g,
  /(?<!\d)\+84\d{9}(?!\d)/g,
  /[\w.+-]+@[\w-]+(\.[\w-]+)+/g,
];

/** What is shorter stands in too much by chance. */
const SHORTEST = 4;

/** The texts that are known of the people of dossiers: names, numbers, birth dates, addresses, longest first. */
export function personalTexts(dossiers: readonly DossierFields[]): string[] {
  const texts = new Set<string>();
  const look = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      if (name !== 'kind' && value.length >= SHORTEST) texts.add(value);
    } else if (typeof value === 'object' && value !== null)
      for (const [member, item] of Object.entries(value)) look(item, member);
  };
  for (const { applicant, submitter, authorisation } of dossiers)
    for (const part of [applicant, submitter, authorisation]) look(part, '');
  return [...texts].sort((a, b) => b.length - a.length);
}

/** A text that somebody of the office wrote, less the people of the dossiers; numbers to call stay in it. */
export function maskKnown(text: string, personal: readonly string[]): string {
  let masked = text;
  for (const known of personal) masked = masked.replaceAll(known, MASKED);
  return masked;
}

/** A text less what is personal in it. */
export function maskText(text: string, personal: readonly string[]): string {
  let masked = maskKnown(text, personal);
  for (const pattern of PERSONAL) masked = masked.replace(pattern, MASKED);
  return masked;
}

/** A message as it came, laid out, with the same taken out of each of its values; one that is no JSON as a text. */
export function maskMessage(text: string, personal: readonly string[]): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return maskText(text, personal);
  }
  const mask = (value: unknown, name: string): unknown => {
    if (typeof value === 'string' || typeof value === 'number') {
      if (CREDENTIAL.test(name)) return MASKED;
      const masked = maskText(String(value), personal);
      return masked === String(value) ? value : masked;
    }
    if (Array.isArray(value)) return value.map((item) => mask(item, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([member, item]) => [member, mask(item, member)]));
  };
  return JSON.stringify(mask(parsed, ''), null, 2);
}
