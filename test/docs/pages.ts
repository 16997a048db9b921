/** @module What the pages of documentation tell to type: their fenced blocks of shell, the commands and the calls in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Block {
  /** The heading that it stands under. */
  readonly heading: string;
  readonly code: string;
}

export const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Pages that people read, in both languages. */
export const pages = (): string[] => [
  'README.md',
  'README.vi.md',
  ...['docs/en', 'docs/vi'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

/** The blocks that are shell, in their order. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let code: string[] | null = null;
  for (const line of text.split('\n')) {
    if (code === null && /^#+ /.test(line)) heading = line.replace(/^#+ /, '');
    if (code === null && line === '```sh') code = [];
    else if (code !== null && line === '```') {
      blocks.push({ heading, code: code.join('\n') });
      code = null;
    } else code?.push(line);
  }
  return blocks;
}

/** Everything on a page that is code: lines of its blocks of shell, and what stands between backticks. */
export const codeOf = (text: string): string[] => [
  ...blocksOf(text).flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, '').split('\n')),
  ...[...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!),
];

/** The words of each `lienthong …` in a line, quoted ones whole, a comment left out. */
export function commandsIn(line: string): string[][] {
  return [...line.matchAll(/(?:^|[\s;(])lienthong (.*)/g)].map(([, rest]) =>
    [...rest!.matchAll(/'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s'"]+/g)].map(([word]) => word).slice(0, endOf(rest!)),
  );
}

/** How many words belong to the command: what is piped, redirected, closed or commented begins something else. */
function endOf(rest: string): number {
  const words = [...rest.matchAll(/'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s'"]+/g)].map(([word]) => word);
  const end = words.findIndex((word) => /^(?:[|<>#;&)]|2>)/.test(word));
  return end < 0 ? words.length : end;
}

/** A call of the API as it is told somewhere: with its method where that is said. */
export interface Told {
  readonly method: string | null;
  /** Without what stands before `/v1`, the query after `?`. */
  readonly path: string;
}

/** The calls of a line: `GET /v1/…`, an address with curl, and `see …`, `op …` of the operator's page. */
export function callsIn(line: string): Told[] {
  const hands = [...line.matchAll(/(?:^|[\s(`])(see|op) (?:'([^']+)'|"([^"]+)"|(\S+))/g)].map(([, hand, ...paths]) => ({
    method: hand === 'op' ? 'POST' : 'GET',
    path: `/v1/${paths.find((path) => path !== undefined)!}`,
  }));
  const plain = [
    ...line.matchAll(/(?:\b(GET|POST|PUT|PATCH|DELETE) )?[^\s"'`]*?(\/v1\/(?:\{[^}]*\}|<[^>]*>|[^\s"'`,;])*)/g),
  ].map(([, method, path]) => ({
    method:
      method ??
      (/\bcurl\b/.test(line) ? (/-X (\w+)/.exec(line)?.[1] ?? (/ -d | --data/.test(line) ? 'POST' : 'GET')) : null),
    path: path!.replace(/[).:]+$/, ''),
  }));
  return [...hands, ...plain];
}
