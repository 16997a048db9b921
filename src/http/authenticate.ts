/** @module The second hook: who calls, asked of every path that is not public, also of one that does not exist. */
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { Authenticator, Caller } from './auth.ts';

const PUBLIC_PATHS = new Set(['/', '/metrics', '/openapi.json', '/docs', '/status', '/console', '/favicon.ico']);
const PUBLIC_PREFIXES = ['/health/', '/oauth2/', '/.well-known/', '/docs/', '/console/', '/v1/webhooks/', '/shim/'];

/** Whether a path asks for no token. It is compared as it was sent: an encoded spelling of a public path is not public. */
export function isPublicPath(url: string): boolean {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return PUBLIC_PATHS.has(path) || PUBLIC_PREFIXES.some((prefix) => path.startsWith(prefix));
}

/** Sessions of people at the console: what a cookie stands for. */
export interface SessionCallers {
  readonly cookieName: string;
  /** null: the session is over. */
  caller(cookie: string): Promise<{ readonly caller: Caller; readonly csrf: string } | null>;
}

/** The value of a cookie; null without one. */
export function cookieOf(request: FastifyRequest, name: string): string | null {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return null;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * A hook that puts the caller on the request, or refuses it before anything else of it is looked at. Without a token,
 * a session of the console counts; what it changes must show that the console's own page sent it.
 */
export function authenticate(authenticator: Authenticator, sessions: SessionCallers | null): onRequestHookHandler {
  const callerOfSession = async (request: FastifyRequest, cookie: string): Promise<Caller> => {
    const found = await sessions!.caller(cookie);
    if (found === null) throw new GatewayError('session-over');
    if (!READS.has(request.method) && request.headers['x-csrf-token'] !== found.csrf)
      throw new GatewayError('session-proof-missing');
    return found.caller;
  };
  return (request, _reply, done) => {
    if (isPublicPath(request.raw.url!)) return done();
    const { authorization } = request.headers;
    const taken = (caller: Caller): void => {
      request.caller = caller;
      done();
    };
    const cookie = authorization === undefined && sessions ? cookieOf(request, sessions.cookieName) : null;
    if (cookie !== null) {
      callerOfSession(request, cookie).then(taken, done);
      return;
    }
    try {
      const known = authenticator.remembered(authorization, request.ip);
      if (known !== undefined) return taken(known);
    } catch (error) {
      return done(error as Error);
    }
    authenticator.verify(authorization, request.ip).then(taken, done);
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
