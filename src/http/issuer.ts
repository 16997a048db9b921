/** @module The embedded issuer of access tokens: OAuth 2 client credentials by oidc-provider, in the gateway's own process. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import type Provider from 'oidc-provider';
import type { Adapter, AdapterPayload, Configuration } from 'oidc-provider';
import type { Log } from '../log.ts';
import { HOUR, SECOND } from '../units.ts';

/** A client that may get tokens. */
export interface ClientRecord {
  readonly clientId: string;
  /** `sha256:` and the secret's SHA-256 in base64url (`hashSecret`): secrets are random, so a fast hash is enough. */
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly agencies: readonly string[];
  readonly roles?: readonly string[];
}

/** Finds a client at the moment it asks, so that a revoked one gets no further token. */
export type FindClient = (clientId: string) => Promise<ClientRecord | undefined>;

/** What the issuer needs. */
export interface IssuerOptions {
  /** The `iss` of its tokens: the gateway's public address. */
  readonly issuer: string;
  readonly audience: string;
  /** Private keys, ES256; the first signs (`createSigningKeys` makes them, the caller keeps them). */
  readonly jwks: JSONWebKeySet;
  readonly findClient: FindClient;
  readonly log: Log;
}

const TOKEN_LIFETIME_SECONDS = HOUR / SECOND;
const PATHS = ['/oauth2/token', '/oauth2/jwks', '/.well-known/openid-configuration'];

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
 * Mounts the token endpoint, the keys and the discovery document. The library (0.2 s and 45 MB) is loaded with the
 * first call that needs it, so that neither a start nor a gateway behind an outside issuer pays for it.
 */
export function mountIssuer(app: FastifyInstance, options: IssuerOptions): void {
  let answering: Promise<(request: IncomingMessage, response: ServerResponse) => unknown> | undefined;
  app.register(async (scope) => {
    // The library reads the form itself, from the raw request.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const url of PATHS) {
      scope.route({
        method: url.endsWith('/token') ? 'POST' : 'GET',
        url,
        schema: { hide: true },
        handler: async (request, reply) => {
          answering ??= createProvider(options).then((provider) => provider.callback());
          const answer = await answering;
          reply.hijack();
          for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '');
          await answer(request.raw, reply.raw);
        },
      });
    }
  });
}

async function createProvider(options: IssuerOptions): Promise<Provider> {
  const { default: OidcProvider, errors } = await import('oidc-provider');
  const { audience, findClient, log } = options;

  const configuration: Configuration = {
    adapter: (name) => (name === 'Client' ? clientAdapter(findClient) : NOTHING_KEPT),
    jwks: options.jwks as NonNullable<Configuration['jwks']>,
    responseTypes: [],
    scopes: [],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    routes: { token: '/oauth2/token', jwks: '/oauth2/jwks' },
    ttl: { ClientCredentials: TOKEN_LIFETIME_SECONDS },
    clientDefaults: {
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      id_token_signed_response_alg: 'ES256',
    },
    // A page of the gateway itself (the console) may ask: a browser names the origin of its own site too.
    clientBasedCORS: (ctx, origin) => URL.parse(origin)?.host === ctx.host || origin === new URL(options.issuer).origin,
    cookies: { keys: ['no cookie is set by client credentials'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        async getResourceServerInfo(ctx, resource, client) {
          if (resource !== audience) throw new errors.InvalidTarget();
          const granted = (await findClient(client.clientId))?.scopes ?? [];
          const { params } = ctx.oidc;
          const asked = typeof params?.scope === 'string' ? params.scope.split(' ').filter(Boolean) : [];
          const refused = asked.filter((scope) => !granted.includes(scope));
          if (refused.length > 0) {
            throw new errors.InvalidScope('the client does not hold this scope', refused.join(' '));
          }
          // Without `scope` a token carries all that the client holds (RFC 6749, 3.3: a documented default).
          if (params && asked.length === 0) params.scope = granted.join(' ');
          return {
            scope: granted.join(' '),
            audience,
            accessTokenTTL: TOKEN_LIFETIME_SECONDS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    async extraTokenClaims(_ctx, token) {
      const client = token.clientId === undefined ? undefined : await findClient(token.clientId);
      return { agencies: [...(client?.agencies ?? [])], roles: [...(client?.roles ?? [])] };
    },
  };

  const provider = new OidcProvider(options.issuer, configuration);
  provider.Client.prototype.compareClientSecret = function compare(this: { clientSecret?: string }, given: string) {
    return sameText(this.clientSecret ?? '', hashSecret(given));
  };
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'the issuer failed'));
  return provider;
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Clients as the library wants to read them; what stands for the secret is its hash. */
function clientAdapter(findClient: FindClient): Adapter {
  return {
    ...NOTHING_KEPT,
    async find(id): Promise<AdapterPayload | undefined> {
      const client = await findClient(id);
      return client === undefined ? undefined : { client_id: client.clientId, client_secret: client.secretHash };
    },
  };
}

/** Access tokens are JWTs: nothing else that client credentials need is ever stored. */
const NOTHING_KEPT: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
};
