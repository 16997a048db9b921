/** @module Another issuer, on a port of its own, such as a province's single sign-on: an oidc-provider that gives JWTs and opaque tokens. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { createSigningKeys } from '../../src/http/issuer.ts';
import { PUBLIC_URL } from './replicas.ts';

export const AUDIENCE = 'urn:lienthong:gateway';
export const SECRET = 'secret-of-the-outside-issuer';

export class OutsideIssuer {
  readonly url: string;
  /** Calls of its endpoints by path, since it was opened. */
  readonly calls: string[] = [];
  readonly #server: Server;
  readonly #claims: Readonly<Record<string, unknown>>;
  #jwks: JSONWebKeySet = { keys: [] };
  /** Every call is answered 503. */
  isDown = false;
  /** Who sits before the browser, and by what they prove it; the page that asks is left out. */
  person: { readonly name: string; readonly amr: readonly string[] } | null = null;
  #provider: Provider | null = null;

  private constructor(server: Server, claims: Readonly<Record<string, unknown>>) {
    this.#server = server;
    this.#claims = claims;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.calls.push(request.url!);
      if (this.isDown) return response.writeHead(503).end();
      if (request.url!.startsWith('/asks/')) {
        const { name: accountId, amr } = this.person!;
        const login = { accountId, amr: [...amr], remember: false };
        return this.#provider!.interactionFinished(request, response, { login });
      }
      return this.#provider!.callback()(request, response);
    });
  }

  /** @param claims of every token, in the product's own shape */
  static async open(claims: Readonly<Record<string, unknown>>): Promise<OutsideIssuer> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const issuer = new OutsideIssuer(server, claims);
    await issuer.rotate();
    return issuer;
  }

  /** Signs with a new key from now on; the former is published no more. */
  async rotate(): Promise<void> {
    this.#jwks = await createSigningKeys();
    const configuration: Configuration = {
      jwks: this.#jwks as NonNullable<Configuration['jwks']>,
      clients: [
        ...['igate', 'gateway'].map((id) => ({
          client_id: id,
          client_secret: SECRET,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          id_token_signed_response_alg: 'ES256' as const,
        })),
        {
          client_id: 'lienthong-console',
          client_secret: SECRET,
          redirect_uris: [`${PUBLIC_URL}/console/callback`],
          post_logout_redirect_uris: [`${PUBLIC_URL}/console`],
          id_token_signed_response_alg: 'ES256',
        },
      ],
      scopes: ['openid', 'catalogues.read', 'profile'],
      claims: { openid: ['sub', 'amr'], profile: ['preferred_username', 'realm_access', 'agencies', 'name'] },
      conformIdTokenClaims: false,
      findAccount: (_ctx, name) => ({
        accountId: name,
        claims: () => ({ ...this.#claims, sub: `id-of-${name}`, preferred_username: name, name: `Người ${name}` }),
      }),
      loadExistingGrant: async ({ oidc: { provider, client, session } }) => {
        const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
      interactions: { url: (_ctx, { uid }) => `/asks/${uid}` },
      extraTokenClaims: () => ({ ...this.#claims }),
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        introspection: { enabled: true, allowedPolicy: () => true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_ctx, resource) => ({
            scope: 'catalogues.read profile',
            audience: resource.replace(/:opaque$/, ''),
            accessTokenFormat: resource.endsWith(':opaque') ? 'opaque' : 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
    };
    this.#provider = new Provider(this.url, configuration);
  }

  /** A token of its own making. */
  async token(format: 'jwt' | 'opaque' = 'jwt', audience: string = AUDIENCE): Promise<string> {
    const answer = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`igate:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'catalogues.read profile',
        resource: format === 'opaque' ? `${audience}:opaque` : audience,
      }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  /** A token with its signature that says anything; times in seconds from now. */
  async signed(said: JWTPayload = {}, { from = 0, to = 60, alg = 'ES256' } = {}): Promise<string> {
    const key = this.#jwks.keys[0]!;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.url, aud: AUDIENCE, sub: 'igate', scope: 'catalogues.read', ...said })
      .setProtectedHeader({ alg, kid: key.kid! })
      .setIssuedAt(now)
      .setNotBefore(now + from)
      .setExpirationTime(now + to)
      .sign(await importJWK(key, alg));
  }

  get publicKeys(): JSONWebKeySet {
    return { keys: this.#jwks.keys.map(({ d, ...key }) => key) };
  }

  get introspection(): object {
    return { endpoint: `${this.url}/token/introspection`, clientId: 'gateway', clientSecret: SECRET };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
