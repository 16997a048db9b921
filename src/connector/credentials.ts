/** @module Tokens and sessions of upstreams: fetched once for all callers, renewed before they end, and once more on a 401. */
import { z } from 'zod';
import { SECOND } from '../units.ts';
import { parseAnswer } from './answer.ts';
import type { Client } from './define.ts';
import { type SharedTokens, type Token, UNSHARED } from './shared-tokens.ts';
import { UpstreamError } from './upstream-error.ts';

export type { Token } from './shared-tokens.ts';

export interface Credentials {
  token(): Promise<string>;
  /** Does the work with a token; when it is refused (`auth`), once more with a new one. */
  withToken<T>(work: (token: string) => Promise<T>): Promise<T>;
}

export interface SessionOptions {
  readonly now: () => number;
  /** As `context.tokens` gives them: without, this process logs in for itself. */
  readonly tokens?: SharedTokens;
  login(): Promise<Token>;
}

/** The part of a token's life after which it is renewed: it must not end while a call is on its way. */
const RENEWED_AFTER = 0.8;
/** How long a refused log-in is not tried again: many upstreams lock an account that keeps trying a wrong password. */
const REFUSED_FOR = 30 * SECOND;

/** Credentials that a log-in of whatever form gives. */
export function session({ now, login, tokens = UNSHARED }: SessionOptions): Credentials {
  let current: Promise<Token> | null = null;
  let renewAt = Number.POSITIVE_INFINITY;
  let refused: string | null = null;
  let refusal: { readonly error: unknown; readonly until: number } | null = null;

  /** Another replica's, unless it is the one that was refused here. */
  const fetched = async (): Promise<Token> => {
    const theirs = await tokens.get();
    if (theirs && theirs.token !== refused) return theirs;
    if (refusal && now() < refusal.until) throw refusal.error;
    const ours = await login().catch((error: unknown) => {
      if (error instanceof UpstreamError && error.kind === 'auth') refusal = { error, until: now() + REFUSED_FOR };
      throw error;
    });
    refusal = null;
    await tokens.set(ours);
    return ours;
  };
  const renew = (): Promise<Token> => {
    const made = fetched().then((token) => {
      if (current === made)
        renewAt = token.livesMs === null ? Number.POSITIVE_INFINITY : now() + token.livesMs * RENEWED_AFTER;
      return token;
    });
    current = made;
    renewAt = Number.POSITIVE_INFINITY;
    made.catch(() => {
      if (current === made) current = null;
    });
    return made;
  };
  const present = (): Promise<Token> => (current === null || now() >= renewAt ? renew() : current);

  return {
    token: async () => (await present()).token,
    async withToken(work) {
      const used = present();
      try {
        return await work((await used).token);
      } catch (error) {
        if (!isTokenRefused(error) || (await isFailed(used))) throw error;
        const { token } = await used;
        if (current === used) {
          current = null;
          refused = token;
        }
        return work((await present()).token);
      }
    },
  };
}

/** A new token helps only where the old one was refused, not where its account may not. */
const isTokenRefused = (error: unknown): boolean =>
  error instanceof UpstreamError && error.kind === 'auth' && !error.facts.denied && error.facts.status !== 403;

const isFailed = (token: Promise<Token>): Promise<boolean> =>
  token.then(
    () => false,
    () => true,
  );

export interface OAuthOptions {
  readonly upstream: Client;
  readonly now: () => number;
  readonly tokens?: SharedTokens;
  readonly path: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The client in the Authorization header (RFC 6749, 2.3.1) instead of the form. */
  readonly basic?: boolean;
  readonly scope?: string;
}

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().optional() });

/** OAuth 2 client credentials (RFC 6749, 4.4), as LGSPs take them. */
export const oauthClientCredentials = (options: OAuthOptions): Credentials =>
  session({ now: options.now, tokens: options.tokens ?? UNSHARED, login: () => oauthToken(options) });

/** Asks for one token; as a probe it shows that the upstream answers, and asks nothing of anybody's data. */
export async function oauthToken(options: OAuthOptions): Promise<Token> {
  const { upstream, path, clientId, clientSecret, basic = false, scope } = options;
  const operation = 'token';
  const answer = await upstream.json({
    operation,
    method: 'POST',
    path,
    headers: basic ? { authorization: `Basic ${basicOf(clientId, clientSecret)}` } : {},
    form: {
      grant_type: 'client_credentials',
      ...(scope === undefined ? {} : { scope }),
      ...(basic ? {} : { client_id: clientId, client_secret: clientSecret }),
    },
    repeat: 'harmless',
  });
  const origin = { upstream: upstream.name, operation };
  const { access_token: token, expires_in: seconds } = parseAnswer(tokenAnswer, answer, origin);
  return { token, livesMs: seconds === undefined ? null : seconds * SECOND };
}

/** Both parts form-encoded first, as RFC 6749 asks. */
const basicOf = (id: string, secret: string): string =>
  Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');

/** What a connector has that declares none. */
export const NO_CREDENTIALS: Credentials = {
  token: () => Promise.reject(new Error('this connector declares no credentials')),
  withToken: () => Promise.reject(new Error('this connector declares no credentials')),
};
