/** @module Serves the operators' console: a few static files, read once, that ask the API with the operator's own token. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const HTML = 'text/html; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Every file of the console by the path under which it is served, with its content type. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/console': ['index.html', HTML],
  '/console/': ['index.html', HTML],
  ...Object.fromEntries(
    ['style', 'overview', 'list', 'dossier'].map((name) => [`/console/${name}.css`, [`${name}.css`, STYLE]] as const),
  ),
  '/console/icon.svg': ['icon.svg', 'image/svg+xml'],
  ...Object.fromEntries(
    [
      ...['app', 'session', 'element', 'times', 'words', 'names', 'list', 'failures', 'commands'],
      ...['overview', 'moving-in', 'paused', 'waiting', 'out-of-step', 'silent', 'dossier'],
      ...[
        'differences',
        'difference-row',
        'runs',
        'run',
        'run-words',
        'hands',
        'incidents',
        'incident',
        'systems',
        'catalogues',
      ],
    ].map((name) => [`/console/${name}.js`, [`${name}.js`, SCRIPT]] as const),
  ),
};

/** Nothing from elsewhere, in no frame, and no form that leaves the page. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // A new version is seen at once; an unchanged one costs an empty answer.
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
};

const takesGzip = (accepted: string | string[] | undefined): boolean =>
  /(?:^|,)\s*gzip\s*(?:,|;\s*q=(?!0(?:\.0*)?\s*(?:,|$))|$)/i.test(String(accepted ?? ''));

/** Mounts the console at `/console`. Its paths are public: without a token the page can only ask for one. */
export function mountConsole(app: FastifyInstance): void {
  for (const [url, [file, type]] of Object.entries(FILES)) {
    const content = readFileSync(new URL(`page/${file}`, import.meta.url));
    const packed = gzipSync(content, { level: 9 });
    // Weak: the same content comes packed or not.
    const etag = `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    app.get(url, { schema: { hide: true } }, (request, reply) => {
      reply.headers(HEADERS).header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      reply.type(type);
      return takesGzip(request.headers['accept-encoding'])
        ? reply.header('content-encoding', 'gzip').send(packed)
        : reply.send(content);
    });
  }
}
