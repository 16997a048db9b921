/** @module oidc-provider as the embedded issuer: what it offers, whom it knows, what it keeps. */
import { timingSafeEqual } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import OidcProvider, { type Adapter, type AdapterPayload, type Configuration, errors } from 'oidc-provider';
import { canStand } from '../db/nul.ts';
import { SECOND } from '../units.ts';
import {
  CONSOLE_CLIENT,
  type FindClient,
  hashSecret,
  type IssuerOptions,
  type IssuerPeople,
  type IssuerRecords,
  publicKeys,
  TOKEN_LIFETIME,
} from './issuer.ts';
import { readOpaque } from './issuer-tokens.ts';

const TOKEN_LIFETIME_SECONDS = TOKEN_LIFETIME / SECOND;
const CLOCKS_DIFFER_SECONDS = 15;

/** The library with these keys; the first signs. */
export function createProvider(options: IssuerOptions, jwks: JSONWebKeySet): OidcProvider {
  const { audience, findClient, log } = options;
  const signing = jwks.keys[0]!.kid!;

  const configuration: Configuration = {
    adapter: adapterOf(options, jwks),
    jwks: jwks as NonNullable<Configuration['jwks']>,
    ...(options.people ? logIns(options.people) : { responseTypes: [], scopes: [] }),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] },
    clockTolerance: CLOCKS_DIFFER_SECONDS,
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      jwks: '/oauth2/jwks',
      revocation: '/oauth2/revoke',
      introspection: '/oauth2/introspect',
    },
    ttl: {
      ClientCredentials: TOKEN_LIFETIME_SECONDS,
      // A log-in: from the page to the console's own session, which lasts.
      Interaction: 600,
      Session: 600,
      Grant: 600,
      AuthorizationCode: 60,
      AccessToken: 60,
      IdToken: 300,
    },
    clientDefaults: {
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      id_token_signed_response_alg: 'ES256',
    },
    // A page of the gateway itself (the console) may ask: a browser names the origin of its own site too.
    clientBasedCORS: (ctx, origin) =>
      URL.parse(origin)?.host === ctx.req.headers.host || origin === new URL(options.issuer).origin,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      // Its own tokens only: what another's may do is no client's business.
      revocation: { enabled: true, allowedPolicy: isOwn },
      introspection: { enabled: true, allowedPolicy: isOwn },
      resourceIndicators: {
        enabled: true,
        // A person's token opens nothing: the console has sessions of its own.
        defaultResource: (_ctx, client) => (client?.clientId === CONSOLE_CLIENT ? [] : audience),
        async getResourceServerInfo(ctx, resource, client) {
          if (resource !== audience || client.clientId === CONSOLE_CLIENT) throw new errors.InvalidTarget();
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
            jwt: { sign: { alg: 'ES256', kid: signing } },
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
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function compare(this: { clientSecret?: string }, given: string) {
    return (this.clientSecret ?? '').split(' ').some((kept) => sameText(kept, hashSecret(given)));
  };
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'the issuer failed'));
  return provider;
}

const isOwn = (_ctx: unknown, client: { clientId: string }, token: { clientId?: string | undefined }): boolean =>
  token.clientId === client.clientId;

/** What people need who log in: authorization code with PKCE, for the console alone. */
function logIns(people: IssuerPeople): Configuration {
  return {
    responseTypes: ['code'],
    scopes: ['openid'],
    // By what they logged in stands in the id token, where the console looks for it.
    claims: { openid: ['sub', 'amr'] },
    conformIdTokenClaims: false,
    clients: [
      {
        client_id: CONSOLE_CLIENT,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [people.redirectUri],
      },
    ],
    pkce: { required: () => true },
    cookies: {
      keys: [people.cookieKey],
      names: { session: 'lienthong-issuer', interaction: 'lienthong-log-in', resume: 'lienthong-log-in-resume' },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: '/oauth2/authorize' },
    },
    interactions: { url: (_ctx, { uid }) => `/oauth2/log-in/${uid}` },
    findAccount: async (_ctx, name) =>
      (await people.has(name)) ? { accountId: name, claims: () => ({ sub: name }) } : undefined,
    // The console belongs to the gateway: nobody is asked whether it may know who they are.
    async loadExistingGrant({ oidc: { provider, client, session } }) {
      const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  };
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function adapterOf(options: IssuerOptions, jwks: JSONWebKeySet): (name: string) => Adapter {
  const { issuer, audience, findClient, store } = options;
  const read = (spelling: string) =>
    readOpaque(spelling, { find: createLocalJWKSet(publicKeys(jwks)), issuer, audience });
  const adapters: Readonly<Record<string, Partial<Adapter>>> = {
    Client: { find: (id) => clientOf(findClient, id) },
    ClientCredentials: {
      async find(id) {
        const found = await read(id);
        return found && !store.isRevoked(found.token) ? found.payload : undefined;
      },
      async destroy(id) {
        const found = await read(id);
        if (found) await store.revoke(found.token);
      },
    },
    ReplayDetection: {
      // Found and saved in one step: two replicas may be shown the same one at once.
      async upsert(id, { exp }) {
        if (!(await store.useOnce(id, exp! * SECOND)))
          throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
      },
    },
  };
  const kept = options.people && new Set(['Session', 'Interaction', 'AuthorizationCode', 'Grant']);
  return (name) =>
    kept?.has(name) ? recordsOf(name, options.people!.records) : { ...NOTHING_KEPT, ...adapters[name] };
}

/** What the library keeps of a kind, in the records. */
function recordsOf(kind: string, records: IssuerRecords): Adapter {
  return {
    ...NOTHING_KEPT,
    upsert: (id, payload, seconds) =>
      records.put(kind, id, {
        payload,
        uid: payload.uid ?? null,
        grantId: payload.grantId ?? null,
        expiresAt: Date.now() + (seconds ?? 0) * SECOND,
      }),
    find: async (id) => (canStand(id) ? records.find(kind, id) : undefined),
    findByUid: async (uid) => (canStand(uid) ? records.findByUid(kind, uid) : undefined),
    async consume(id) {
      // Shown to two replicas at once, a code is good at one.
      if (!(await records.consume(kind, id))) throw new errors.InvalidGrant('consumed already');
    },
    destroy: (id) => records.remove(kind, id),
    revokeByGrantId: (grantId) => records.removeGrant(grantId),
  };
}

/** A client as the library wants to read it; what stands for the secret is its hash, and the former one's while both are right. */
async function clientOf(findClient: FindClient, id: string): Promise<AdapterPayload | undefined> {
  const client = await findClient(id);
  if (client === undefined) return undefined;
  const { clientId, secretHash, formerSecretHash, jwks } = client;
  return jwks
    ? { client_id: clientId, token_endpoint_auth_method: 'private_key_jwt', jwks: publicKeys(jwks) }
    : { client_id: clientId, client_secret: [secretHash, formerSecretHash].filter(Boolean).join(' ') };
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
