/** @module Who calls: access tokens checked against keys in memory, and what a caller may touch. */
import { hash } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, errors as joseErrors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import { GatewayError } from '../errors.ts';

/** A client of the gateway (or a person behind one), as its token says. */
export interface Caller {
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  /** Codes of the agencies whose dossiers it may touch, each with all below it. */
  readonly agencies: readonly string[];
  readonly roles: readonly string[];
  /** The person on whose behalf it calls (the `act` claim), when the token says. */
  readonly officer: string | null;
  /** When the token ends, in epoch milliseconds. */
  readonly expiresAt: number;
}

/** Names of the claims, for an outside issuer that spells them its own way. */
export interface ClaimNames {
  readonly client: string;
  readonly scopes: string;
  readonly agencies: string;
  readonly roles: string;
}

/** What a token is checked against. */
export interface AuthOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's public keys. */
  readonly jwks: JSONWebKeySet;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly claims?: ClaimNames;
}

/** Checks access tokens. */
export interface Authenticator {
  /** The caller of a token that was verified before and has not expired; nothing is computed but a digest. */
  remembered(authorization: string | undefined): Caller | undefined;
  /** @throws GatewayError unauthorized, token-expired, token-invalid */
  verify(authorization: string | undefined): Promise<Caller>;
}

const DEFAULT_CLAIMS: ClaimNames = {
  client: 'client_id',
  scopes: 'scope',
  agencies: 'agencies',
  roles: 'roles',
};

/** The names that the settings give them. */
export const claimNames = (
  config: Pick<Config, 'CLAIM_CLIENT' | 'CLAIM_SCOPES' | 'CLAIM_AGENCIES' | 'CLAIM_ROLES'>,
): ClaimNames => ({
  client: config.CLAIM_CLIENT,
  scopes: config.CLAIM_SCOPES,
  agencies: config.CLAIM_AGENCIES,
  roles: config.CLAIM_ROLES,
});

// Fixed, so that a token can never choose how it is checked (RFC 8725, 3.1).
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];
const REMEMBERED_TOKENS = 10_000;
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** Creates the check of access tokens (RFC 9068) against the keys given. */
export function createAuthenticator(options: AuthOptions): Authenticator {
  const { clock, claims = DEFAULT_CLAIMS } = options;
  const keys = createLocalJWKSet(options.jwks);
  const callers = new LRUCache<string, Caller>({ max: REMEMBERED_TOKENS });

  return {
    remembered(authorization) {
      if (authorization === undefined) return undefined;
      const caller = callers.get(hash('sha256', authorization, 'base64'));
      return caller !== undefined && caller.expiresAt > clock() ? caller : undefined;
    },

    async verify(authorization) {
      const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
      if (authorization === undefined || token === undefined) throw new GatewayError('unauthorized');
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: options.issuer,
          audience: options.audience,
          algorithms: ALGORITHMS,
          requiredClaims: ['exp'],
          currentDate: new Date(clock()),
        });
        const caller = callerOf(payload, claims);
        callers.set(hash('sha256', authorization, 'base64'), caller);
        return caller;
      } catch (error) {
        if (error instanceof GatewayError) throw error;
        throw new GatewayError(error instanceof joseErrors.JWTExpired ? 'token-expired' : 'token-invalid', {
          cause: error,
        });
      }
    },
  };
}

function callerOf(payload: JWTPayload, claims: ClaimNames): Caller {
  const clientId = payload[claims.client] ?? payload.sub;
  if (typeof clientId !== 'string' || clientId === '') {
    throw new GatewayError('token-invalid', {
      detail: 'The token names no client.',
      detailVi: 'Mã không nêu bên gọi.',
    });
  }
  const actor = payload.act;
  const officer = typeof actor === 'object' && actor !== null && 'sub' in actor ? actor.sub : undefined;
  return {
    clientId,
    scopes: new Set(words(payload[claims.scopes])),
    agencies: words(payload[claims.agencies]),
    roles: words(payload[claims.roles]),
    officer: typeof officer === 'string' ? officer : null,
    expiresAt: payload.exp! * 1000,
  };
}

/** A claim that is a list, or words in one string. */
function words(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}
