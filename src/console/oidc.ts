/** @module The console as a client of an OpenID provider: authorization code with PKCE, by openid-client. */
import type { Configuration, CustomFetch, IDToken } from 'openid-client';
import { HOUR } from '../units.ts';

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Without one it is a public client, which PKCE protects. */
  readonly clientSecret: string | undefined;
  readonly scope: string;
  readonly redirectUri: string;
  /** Reaches the provider; over the network unless told. */
  readonly reach?: CustomFetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What is remembered of a log-in while the browser is at the provider. */
export interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Epoch milliseconds. */
  readonly begunAt: number;
}

const CLOCKS_DIFFER_SECONDS = 30;
const DISCOVERED_AGAIN_AFTER = 1 * HOUR;

export class Oidc {
  readonly #options: OidcOptions;
  #discovered: { readonly at: number; readonly configuration: Promise<Configuration> } | null = null;

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  /** Where the browser is to go. */
  async begin(): Promise<{ readonly url: string; readonly pending: Pending }> {
    // Loaded when the first person logs in.
    const client = await import('openid-client');
    const { redirectUri, scope, now } = this.#options;
    const configuration = await this.#configuration();
    const verifier = client.randomPKCECodeVerifier();
    const pending = { state: client.randomState(), nonce: client.randomNonce(), verifier, begunAt: now() };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // Who has logged out of the console is asked again.
      prompt: 'login',
    });
    return { url: url.href, pending };
  }

  /** Who came back. @param url as the browser was sent to it @throws whatever the provider or the check refuses */
  async finish(url: string, { state, nonce, verifier }: Pending): Promise<{ claims: IDToken; idToken: string }> {
    const client = await import('openid-client');
    const answer = await client.authorizationCodeGrant(
      await this.#configuration(),
      new URL(url, this.#options.redirectUri),
      { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
    );
    return { claims: answer.claims()!, idToken: answer.id_token! };
  }

  /** Where the provider ends its own session; null where it says nothing of it. */
  async endUrl(idToken: string): Promise<string | null> {
    const client = await import('openid-client');
    const configuration = await this.#configuration();
    if (!configuration.serverMetadata().end_session_endpoint) return null;
    const back = new URL('/console', this.#options.redirectUri).href;
    return client.buildEndSessionUrl(configuration, { id_token_hint: idToken, post_logout_redirect_uri: back }).href;
  }

  #configuration(): Promise<Configuration> {
    const { now } = this.#options;
    if (this.#discovered === null || now() - this.#discovered.at > DISCOVERED_AGAIN_AFTER) {
      const configuration = this.#discover();
      this.#discovered = { at: now(), configuration };
      configuration.catch(() => {
        this.#discovered = null;
      });
    }
    return this.#discovered.configuration;
  }

  async #discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret, reach } = this.#options;
    const isPlain = issuer.startsWith('http:');
    return client.discovery(
      new URL(issuer),
      clientId,
      { [client.clockTolerance]: CLOCKS_DIFFER_SECONDS },
      clientSecret ? client.ClientSecretBasic(clientSecret) : client.None(),
      {
        timeout: 5,
        ...(isPlain ? { execute: [client.allowInsecureRequests] } : {}),
        ...(reach ? { [client.customFetch]: reach } : {}),
      },
    );
  }
}
