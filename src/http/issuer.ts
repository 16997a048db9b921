/** @module The embedded issuer of access tokens: OAuth 2 client credentials by oidc-provider, in the gateway's own process. */
import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import type Provider from 'oidc-provider';
import type { Log } from '../log.ts';
import { HOUR } from '../units.ts';
import { mountLogIn } from './issuer-log-in.ts';
import { opaqueForm } from './issuer-tokens.ts';

/** A client that may get tokens. */
export interface ClientRecord {
  readonly clientId: string;
  /** `sha256:` and the secret's SHA-256 in base64url (`hashSecret`): secrets are random, so a fast hash is enough. */
  readonly secretHash: string | null;
  /** The secret before, while it is still right beside the present one. */
  readonly formerSecretHash?: string | null;
  /** Public keys; a client that has them proves itself by nothing else (private_key_jwt). */
  readonly jwks?: JSONWebKeySet | null;
  readonly scopes: readonly string[];
  readonly agencies: readonly string[];
  readonly roles?: readonly string[];
}

/** Finds a client at the moment it asks, so that a revoked one gets no further token. */
export type FindClient = (clientId: string) => Promise<ClientRecord | undefined>;

/** A token of the issuer's own, as far as it is taken back or asked about. */
export interface IssuedToken {
  readonly tokenId: string;
  readonly clientId: string;
  readonly keyId: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** What the issuer keeps beside clients and keys, the same for all replicas. */
export interface IssuerStore {
  /** Whether an assertion is used for the first time; `until` in epoch milliseconds. */
  useOnce(assertion: string, until: number): Promise<boolean>;
  revoke(token: IssuedToken): Promise<void>;
  isRevoked(token: IssuedToken): boolean;
}

/** What the issuer keeps of a log-in under way, as the library wants it kept. */
export interface IssuerRecord {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly uid: string | null;
  readonly grantId: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface IssuerRecords {
  put(kind: string, id: string, record: IssuerRecord): Promise<void>;
  find(kind: string, id: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  findByUid(kind: string, uid: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** False where it was consumed before. */
  consume(kind: string, id: string): Promise<boolean>;
  remove(kind: string, id: string): Promise<void>;
  removeGrant(grantId: string): Promise<void>;
}

/** People who log in here, for the console. */
export interface IssuerPeople {
  readonly records: IssuerRecords;
  /** Signs the cookies of a log-in under way; the same for all replicas. */
  readonly cookieKey: string;
  /** Where people come back to, logged in. */
  readonly redirectUri: string;
  check(attempt: {
    readonly name: string;
    readonly password: string;
    readonly code: string;
    readonly address: string;
  }): Promise<{ readonly name: string; readonly factors: readonly string[] } | 'wrong' | 'wait'>;
  /** Whether there is such a person still. */
  has(name: string): Promise<boolean>;
}

/** The client by which the console logs people in. */
export const CONSOLE_CLIENT = 'console';

/** What the issuer needs. */
export interface IssuerOptions {
  /** The `iss` of its tokens: the gateway's public address, at which alone it answers. */
  readonly issuer: string;
  readonly audience: string;
  /** Private keys, ES256; the first signs. Another object once they were rotated. */
  readonly jwks: () => JSONWebKeySet;
  readonly findClient: FindClient;
  readonly store: IssuerStore;
  /** null: people log in elsewhere. */
  readonly people: IssuerPeople | null;
  readonly log: Log;
}

/** How long an access token is good, in milliseconds. */
export const TOKEN_LIFETIME = HOUR;

const GETS = ['/oauth2/jwks', '/.well-known/openid-configuration'];
/** Where a log-in of a person begins, and goes on once it has been proved. */
const LOG_INS = ['/oauth2/authorize', '/oauth2/authorize/:uid'];
const ABOUT_TOKENS = ['/oauth2/revoke', '/oauth2/introspect'];

/** How a client's secret is kept. */
export function hashSecret(secret: string): string {
  return `sha256:${hash('sha256', secret, 'base64url')}`;
}

/** New signing keys, to be kept by the caller: tokens stay good over a restart only with the same keys. */
export async function createSigningKeys(): Promise<JSONWebKeySet> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = await exportJWK(privateKey);
  return { keys: [{ ...key, kid: await calculateJwkThumbprint(key), alg: 'ES256', use: 'sig' }] };
}

/** The public half of signing keys, for those who check tokens. */
export function publicKeys(jwks: JSONWebKeySet): JSONWebKeySet {
  return {
    keys: jwks.keys.map((key) => {
      const { d, p, q, dp, dq, qi, k, ...open } = key as JWK;
      return open;
    }),
  };
}

/**
 * Mounts the issuer's endpoints. The library behind them is heavy and most processes are asked seldom: it is loaded when
 * the first call comes.
 */
export function mountIssuer(app: FastifyInstance, options: IssuerOptions): void {
  const { host, protocol } = new URL(options.issuer);
  let made: { readonly of: JSONWebKeySet; readonly provider: Promise<Provider> } | undefined;
  // The library takes its keys once: rotated ones make another.
  const provider = (): Promise<Provider> => {
    const jwks = options.jwks();
    if (made?.of !== jwks) {
      const provider = import('./issuer-provider.ts').then(({ createProvider }) => createProvider(options, jwks));
      made = { of: jwks, provider };
    }
    return made.provider;
  };
  /** Hands the call over to the library. */
  const handOver = (reply: FastifyReply): void => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '');
  };
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const answer = (await provider()).callback();
    handOver(reply);
    await answer(request.raw, reply.raw);
  };
  app.register(async (scope) => {
    // Its addresses are those of the public one, whatever a proxy in front says.
    scope.addHook('onRequest', (request, _reply, done) => {
      Object.assign(request.raw.headers, { 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) });
      done();
    });
    // The library reads the form itself, from the raw request.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post('/oauth2/token', { schema: { hide: true } }, handler);
    for (const url of GETS) scope.get(url, { schema: { hide: true } }, handler);
    if (options.people) {
      for (const url of LOG_INS) scope.get(url, { schema: { hide: true } }, handler);
      mountLogIn(scope, { people: options.people, provider, handOver });
    }
    scope.register(async (forms) => {
      forms.removeAllContentTypeParsers();
      forms.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
        Object.assign(request.raw, { body: opaqueForm(String(body)) });
        done(null);
      });
      for (const url of ABOUT_TOKENS) forms.post(url, { schema: { hide: true } }, handler);
    });
  });
}
