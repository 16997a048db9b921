/** @module Logging in to the console and out of it: from the provider's page to a session of ours. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Person } from '../access/person.ts';
import { scopesOf } from '../access/roles.ts';
import type { Seal } from '../access/seal.ts';
import type { Audit } from '../audit/record.ts';
import { GatewayError } from '../errors.ts';
import { cookieOf } from '../http/authenticate.ts';
import type { Log } from '../log.ts';
import { MINUTE } from '../units.ts';
import { Oidc, type OidcOptions, type Pending } from './oidc.ts';
import { PAGE_HEADERS, type PageFault, refusalPage } from './refusal-page.ts';
import type { Sessions } from './sessions.ts';
import { nameIn, type WhoSettings, whoIs } from './who.ts';

/** What the console needs to know who looks at it. */
export interface ConsoleDeps {
  readonly sessions: Sessions;
  /** The provider at which people log in; the embedded issuer is reached within the process. */
  readonly provider: Omit<OidcOptions, 'reach'> & { readonly isEmbedded: boolean };
  readonly who: WhoSettings;
  readonly findPerson: (name: string) => Promise<Person | undefined>;
  readonly seal: Seal;
  readonly audit: Audit;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}

const PENDING = 'lienthong-log-in-pending';
const LONGEST_LOG_IN = 10 * MINUTE;

/** Mounts them under `/console`, whose paths are public: each looks at the session itself. */
export function mountConsoleLogIn(app: FastifyInstance, deps: ConsoleDeps): void {
  const { sessions, provider, seal, audit, now, log } = deps;
  const { redirectUri, isEmbedded } = provider;
  const oidc = new Oidc({ ...provider, ...(isEmbedded ? { reach: within(app) } : {}) });
  const home = new URL('/console', redirectUri);
  const secure = home.protocol === 'https:' ? '; Secure' : '';
  const pendingCookie = (value: string): string =>
    `${PENDING}=${value}; Path=/console; HttpOnly; SameSite=Lax${secure}; Max-Age=${value === '' ? 0 : LONGEST_LOG_IN / 1000}`;
  const refuse = (reply: FastifyReply, fault: PageFault) =>
    reply
      .code(fault === 'unreachable' ? 503 : 403)
      .headers(PAGE_HEADERS)
      .send(refusalPage(fault));

  const pendingOf = (request: FastifyRequest): Pending | null => {
    try {
      const sealed = Buffer.from(cookieOf(request, PENDING) ?? '', 'base64url');
      const pending = JSON.parse(seal.open(sealed, PENDING)) as Pending;
      return now() - pending.begunAt < LONGEST_LOG_IN ? pending : null;
    } catch {
      return null;
    }
  };
  const record = (request: FastifyRequest, operation: string, person: string | null, status: number, details: object) =>
    audit
      .record({
        at: now(),
        clientId: 'console',
        officer: person,
        purpose: null,
        dossier: null,
        operation,
        target: null,
        status,
        traceId: request.trace.traceId,
        details: { kind: 'write', ...details },
      })
      .catch((cause: unknown) => {
        throw new GatewayError('audit-unavailable', { cause });
      });

  app.get('/console/log-in', { schema: { hide: true } }, async (request, reply) => {
    const { moved } = request.query as { moved?: string };
    // A cookie belongs to one name of the machine: the log-in begins at the one to which it comes back.
    if (request.host !== home.host && moved === undefined) return reply.redirect(`${home.href}/log-in?moved=1`);
    try {
      const { url, pending } = await oidc.begin();
      const sealed = seal.close(JSON.stringify(pending), PENDING).toString('base64url');
      return reply.header('set-cookie', pendingCookie(sealed)).redirect(url);
    } catch (error) {
      log.warn({ err: error, issuer: provider.issuer }, 'nobody can log in: the provider does not answer as it should');
      return refuse(reply, 'unreachable');
    }
  });

  app.get('/console/callback', { schema: { hide: true } }, async (request, reply) => {
    reply.header('set-cookie', pendingCookie(''));
    const pending = pendingOf(request);
    if (pending === null) return refuse(reply, 'over');
    const back = await oidc.finish(request.url, pending).catch((error: unknown) => {
      log.warn({ err: error, issuer: provider.issuer }, 'a log-in was refused by the provider, or its answer by us');
      return null;
    });
    if (back === null) return refuse(reply, 'refused');
    const name = nameIn(back.claims, deps.who);
    const who = whoIs(back.claims, deps.who, name === null ? undefined : await deps.findPerson(name));
    if (typeof who === 'string') {
      await record(request, 'logIn', name, 403, { refused: who });
      return refuse(reply, who);
    }
    await record(request, 'logIn', who.person, 200, { role: who.role, agencies: who.agencies });
    const cookie = await sessions.begin({ ...who, idToken: isEmbedded ? null : back.idToken });
    return reply.header('set-cookie', cookie).redirect(home.pathname);
  });

  /** What the page may know and show; nothing where nobody is logged in, which is no fault. */
  app.get('/console/session', { schema: { hide: true } }, async (request, reply) => {
    const cookie = cookieOf(request, sessions.cookieName);
    const found = cookie === null ? null : await sessions.find(cookie);
    if (found === null) return reply.code(204).send();
    const { person, fullName, role, agencies, csrf } = found.session;
    return reply.send({ person, fullName, role, agencies, scopes: [...scopesOf(role)], csrfToken: csrf });
  });

  app.post('/console/log-out', { schema: { hide: true } }, async (request, reply) => {
    const cookie = cookieOf(request, sessions.cookieName);
    const found = cookie === null ? null : await sessions.find(cookie);
    if (cookie === null || found === null) throw new GatewayError('session-over');
    if (request.headers['x-csrf-token'] !== found.session.csrf) throw new GatewayError('session-proof-missing');
    const ended = await sessions.end(cookie);
    await record(request, 'logOut', found.session.person, 200, {});
    // A provider that is down cannot keep anybody logged in here.
    const next = ended.idToken === null ? null : await oidc.endUrl(ended.idToken).catch(() => null);
    return reply.header('set-cookie', ended.cookie).send({ next });
  });
}

/** A fetch that reaches this very process, whatever stands before it on the network. */
const within =
  (app: FastifyInstance): NonNullable<OidcOptions['reach']> =>
  async (address, { method, headers, body }) => {
    const { pathname, search } = new URL(address);
    const payload = body === null || body === undefined ? undefined : String(body);
    const answer = await app.inject({
      method: method as 'GET' | 'POST',
      url: `${pathname}${search}`,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    const said = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    return new Response(answer.rawPayload.length === 0 ? null : new Uint8Array(answer.rawPayload), {
      status: answer.statusCode,
      headers: said,
    });
  };
