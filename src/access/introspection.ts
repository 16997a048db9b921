/** @module Opaque tokens: the issuer is asked about each (RFC 7662), once for those who ask at the same time, and its no is kept a while. */
import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { wordsOf } from '../http/claims.ts';
import { SECOND } from '../units.ts';
import { askIssuer, unavailable } from './issuer-calls.ts';

const NO_KEPT_FOR = 10 * SECOND;
const MOST_NOES = 10_000;
/** More are refused: invented tokens must not become a flood at the issuer. */
const MOST_AT_ONCE = 32;
/** One that failed is left alone for that long. */
const RESTS_FOR = 1 * SECOND;

export interface IntrospectionOptions {
  readonly name: string;
  readonly issuer: string;
  /** null: whatever the answer names. */
  readonly audience: string | null;
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Asks about a token: its claims, null where it is not active or not for us. @throws GatewayError issuer-unavailable */
export function introspection(options: IntrospectionOptions): (token: string) => Promise<JWTPayload | null> {
  const { name, issuer, audience, endpoint, clientId, clientSecret, now } = options;
  const refused = new LRUCache<string, true>({ max: MOST_NOES, ttl: NO_KEPT_FOR });
  const underway = new Map<string, Promise<JWTPayload | null>>();
  const proof = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const authorization = `Basic ${Buffer.from(proof).toString('base64')}`;
  let restsUntil = 0;

  const ask = async (token: string): Promise<JWTPayload | null> => {
    const body = new URLSearchParams({ token, token_type_hint: 'access_token' });
    const headers = { authorization, accept: 'application/json' };
    const said = await askIssuer(name, endpoint, { method: 'POST', headers, body });
    if (typeof said.active !== 'boolean')
      throw unavailable(name, new Error('it does not say whether a token is active'));
    const isOurs = audience === null || wordsOf(said.aud).includes(audience);
    return said.active && isOurs && (said.iss ?? issuer) === issuer ? said : null;
  };

  return async (token) => {
    const key = hash('sha256', token, 'base64');
    if (refused.has(key)) return null;
    const joined = underway.get(key);
    if (joined) return joined;
    if (underway.size >= MOST_AT_ONCE || now() < restsUntil) throw unavailable(name);
    const asking = ask(token);
    underway.set(key, asking);
    try {
      const claims = await asking;
      if (claims === null) refused.set(key, true);
      return claims;
    } catch (error) {
      restsUntil = now() + RESTS_FOR;
      throw error;
    } finally {
      underway.delete(key);
    }
  };
}
