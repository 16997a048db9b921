/** @module The second hook: who calls, asked of every path that is not public, also of one that does not exist. */
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { GatewayError } from '../errors.ts';
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
    try {
      const known = authenticator.remembered(authorization, request.ip);
      if (known !== undefined) {
        request.caller = known;
        return done();
      }
    } catch (error) {
      return done(error as Error);
    }
    authenticator.verify(authorization, request.ip).then((caller) => {
      request.caller = caller;
      done();
    }, done);
  };
}

/** Why an address that cannot be routed is refused before anything else; null where its sender may hear what is wrong with it. */
export function refusalOfUnrouted(authenticator: Authenticator, request: FastifyRequest): GatewayError | null {
  if (isPublicPath(request.raw.url!)) return null;
  try {
    const known = authenticator.remembered(request.headers.authorization, request.ip);
    return known === undefined ? new GatewayError('unauthorized') : null;
  } catch (error) {
    return error as GatewayError;
  }
}
