/** @module The second hook: who calls, asked of every path that is not public, also of one that does not exist. */
import type { onRequestHookHandler } from 'fastify';
import type { Authenticator } from './auth.ts';

const PUBLIC_PATHS = new Set(['/', '/metrics', '/openapi.json', '/docs', '/status', '/console', '/favicon.ico']);
const PUBLIC_PREFIXES = ['/health/', '/oauth2/', '/.well-known/', '/docs/', '/console/', '/v1/webhooks/', '/shim/'];

/** Whether a path asks for no token. It is compared as it was sent: an encoded spelling of a public path is not public. */
export function isPublicPath(url: string): boolean {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return PUBLIC_PATHS.has(path) || PUBLIC_PREFIXES.some((prefix) => path.startsWith(prefix));
}

/** A hook that puts the caller on the request, or refuses it before anything else of it is looked at. */
export function authenticate(authenticator: Authenticator): onRequestHookHandler {
  return (request, _reply, done) => {
    if (isPublicPath(request.raw.url!)) return done();
    const { authorization } = request.headers;
    const known = authenticator.remembered(authorization);
    if (known !== undefined) {
      request.caller = known;
      return done();
    }
    authenticator.verify(authorization).then((caller) => {
      request.caller = caller;
      done();
    }, done);
  };
}
