/** @module Who calls: access tokens checked against keys in memory, and what a caller may touch. */
import { hash } from 'node:crypto';
import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';

/** A client of the gateway (or a person behind one), as its token says. */
export interface Caller {
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  /** Codes of the agencies whose dossiers it may touch, each with all below it. */
  readonly agencies: readonly string[];
  readonly roles: readonly string[];
  /** The person on whose behalf it calls (the `act` claim), when the token says. */
  readonly officer: string | null;
  /** Who issued the token. */
  readonly issuer: string;
  /** When the token was issued and when it ends, in epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Names of the claims, for an outside issuer that spells them its own way. */
export interface ClaimNames {
  readonly client: string;
  readonly scopes: string;
  readonly agencies: string;
  readonly roles: string;
}

/** One who issues tokens that are taken. */
export interface TokenIssuer {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Finds the public key of a token. */
  readonly find: JWTVerifyGetKey;
  /** Those of the embedded issuer unless told. */
  readonly claims?: ClaimNames;
}

/** By what a token is taken back: its `jti`, or the key that signed it. */
export interface RevocableToken {
  readonly tokenId: string | null;
  readonly keyId: string | null;
}

/** What tokens are checked against. */
export interface AuthOptions {
  readonly issuers: readonly TokenIssuer[];
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Whether a token was taken back before it expired; asked of every call, so answered from memory. */
  readonly isRevoked?: (token: RevocableToken) => boolean;
}

/** Checks access tokens, and the clients behind them, who call from an address. */
export interface Authenticator {
  /**
   * The caller of a token that was verified before and has not expired; nothing is computed but a digest.
   *
   * @throws GatewayError where its client may not call (any more)
   */
  remembered(authorization: string | undefined, address: string): Caller | undefined;
  /** @throws GatewayError unauthorized, token-expired, token-invalid, or where its client may not call */
  verify(authorization: string | undefined, address: string): Promise<Caller>;
}

const DEFAULT_CLAIMS: ClaimNames = {
  client: 'client_id',
  scopes: 'scope',
  agencies: 'agencies',
  roles: 'roles',
};

// Fixed, so that a token can never choose how it is checked (RFC 8725, 3.1).
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];
const REMEMBERED_TOKENS = 10_000;
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

interface Known {
  readonly caller: Caller;
  readonly token: RevocableToken;
}

/** Creates the check of access tokens (RFC 9068). */
export function createAuthenticator({ issuers, clock, isRevoked = () => false }: AuthOptions): Authenticator {
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const known = new LRUCache<string, Known>({ max: REMEMBERED_TOKENS });

  /** The caller of a token whose signature holds. */
  async function verified(token: string): Promise<Known> {
    const issuer = byName.get(decodeJwt(token).iss ?? '');
    if (issuer === undefined) throw new GatewayError('token-invalid');
    const { payload, protectedHeader } = await jwtVerify(token, issuer.find, {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
      currentDate: new Date(clock()),
    });
    const caller = callerOf(payload, issuer.claims ?? DEFAULT_CLAIMS);
    return { caller, token: { tokenId: payload.jti ?? null, keyId: protectedHeader.kid ?? null } };
  }

  return {
    remembered(authorization) {
      if (authorization === undefined) return undefined;
      const found = known.get(hash('sha256', authorization, 'base64'));
      return found !== undefined && found.caller.expiresAt > clock() && !isRevoked(found.token)
        ? found.caller
        : undefined;
    },

    async verify(authorization) {
      const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
      if (authorization === undefined || token === undefined) throw new GatewayError('unauthorized');
      try {
        const found = await verified(token);
        if (isRevoked(found.token)) throw new GatewayError('token-revoked');
        known.set(hash('sha256', authorization, 'base64'), found);
        return found.caller;
      } catch (error) {
        if (error instanceof joseErrors.JWTExpired) throw new GatewayError('token-expired', { cause: error });
        if (error instanceof joseErrors.JOSEError) throw new GatewayError('token-invalid', { cause: error });
        throw error;
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
    issuer: payload.iss!,
    issuedAt: (payload.iat ?? 0) * SECOND,
    expiresAt: payload.exp! * SECOND,
  };
}

/** A claim that is a list, or words in one string. */
function words(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}
