/** @module Serves the operators' console: a few static files, read once, that ask the API with the operator's own token. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const HTML = 'text/html; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Every file of the console by the path under which it is served, with its content type. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/console': ['index.html', HTML],
  '/console/': ['index.html', HTML],
  '/console/style.css': ['style.css', STYLE],
  '/console/overview.css': ['overview.css', STYLE],
  '/console/dossier.css': ['dossier.css', STYLE],
  '/console/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/console/app.js': ['app.js', SCRIPT],
  '/console/session.js': ['session.js', SCRIPT],
  '/console/overview.js': ['overview.js', SCRIPT],
  '/console/moving-in.js': ['moving-in.js', SCRIPT],
  '/console/reconciliation.js': ['reconciliation.js', SCRIPT],
  '/console/dossier.js': ['dossier.js', SCRIPT],
  '/console/words.js': ['words.js', SCRIPT],
  '/console/times.js': ['times.js', SCRIPT],
  '/console/element.js': ['element.js', SCRIPT],
};

/** Nothing from elsewhere, in no frame, and no form that leaves the page. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // A new version is seen at once; an unchanged one costs an empty answer.
  'cache-control': 'no-cache',
};

/** Mounts the console at `/console`. Its paths are public: without a token the page can only ask for one. */
export function mountConsole(app: FastifyInstance): void {
  for (const [url, [file, type]] of Object.entries(FILES)) {
    const content = readFileSync(new URL(`page/${file}`, import.meta.url));
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    app.get(url, { schema: { hide: true } }, (request, reply) => {
      reply.headers(HEADERS).header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(content);
    });
  }
}
