/** @module The little XML that the population database speaks: texts in, one envelope out. */
export type Node = string | readonly Member[];
export type Member = readonly [name: string, value: Node];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character]!);

/** Elements one after the other; a member without text is written as an empty element. */
export function elements(members: readonly Member[]): string {
  return members
    .map(([name, value]) => {
      const inner = typeof value === 'string' ? escaped(value) : elements(value);
      return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
    })
    .join('');
}

/** A SOAP 1.1 envelope around a body. */
export const envelope = (body: readonly Member[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${elements(body)}</soapenv:Body></soapenv:Envelope>`;

const UNESCAPES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** The text of the one element of that name, whatever its prefix; empty where there is none. */
export function textOf(xml: string, name: string): string {
  const found = new RegExp(`<(?:\\w+:)?${name}>([^<]*)</(?:\\w+:)?${name}>`).exec(xml);
  return (found?.[1] ?? '').replace(/&\w+;/g, (entity) => UNESCAPES[entity] ?? entity).trim();
}
