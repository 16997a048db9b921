/** @module `X-HTTP-Method-Override` for proxies that let only GET and POST through. */
import type { IncomingMessage } from 'node:http';

const OVERRIDES = new Set(['PUT', 'PATCH', 'DELETE']);

/**
 * Gives a POST the method it names, before routing. Fastify calls this as `rewriteUrl`, the one place ahead of its
 * router; the address stays as it is. A POST that names anything else keeps the header and is refused by its route.
 */
export function overrideMethod(request: IncomingMessage): string {
  if (request.method === 'POST') {
    const named = request.headers['x-http-method-override'];
    if (typeof named === 'string' && OVERRIDES.has(named.toUpperCase())) request.method = named.toUpperCase();
  }
  return request.url ?? '/';
}
