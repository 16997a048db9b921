/** @module Who calls: access tokens checked against keys in memory, and what a caller may touch. */
import { hash } from 'node:crypto';
import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { RateLimit } from '../access/client.ts';
import { GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';
import { type ClaimNames, claimsOf } from './claims.ts';

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
  /** What the register of clients says beside; absent for a client that is not registered here. */
  readonly grants?: Grants;
}

/** What is granted to a client beside scopes and agencies. */
export interface Grants {
  /** null: none. */
  readonly rateLimit: RateLimit | null;
  /** Purposes for which it may ask for personal data; null: any. */
  readonly purposes: ReadonlySet<string> | null;
  /** Kinds of personal data that it is answered; null: all. */
  readonly personalData: ReadonlySet<string> | null;
}

/** One who issues tokens that are taken. */
export interface TokenIssuer {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** null: whatever it names; only for one that is asked about each token. */
  readonly audience: string | null;
  /** Finds the public key of a JWT; without it the issuer is asked about every token. */
  readonly find?: JWTVerifyGetKey;
  /** Asks the issuer about a token (RFC 7662): its claims, null where it is not active. */
  readonly introspect?: (token: string) => Promise<JWTPayload | null>;
  /** Those of the embedded issuer unless told. */
  readonly claims?: ClaimNames;
  /** Put before the names of its clients, so that none passes for another issuer's. */
  readonly clientPrefix?: string;
  /** By how much its clock may differ. */
  readonly toleranceMs?: number;
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

// Fixed, so that a token can never choose how it is checked (RFC 8725, 3.1).
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];
const REMEMBERED_TOKENS = 10_000;
/** How long an issuer that was asked about a token is believed. */
const BELIEVED_FOR = 30 * SECOND;
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

interface Known {
  readonly caller: Caller;
  readonly token: RevocableToken;
  /** Until when it is not looked at again, in epoch milliseconds. */
  readonly until: number;
}

/** Creates the check of access tokens (RFC 9068) of every issuer, told apart by what the token says and proved by that issuer alone. */
export function createAuthenticator({ issuers, clock, isRevoked = () => false }: AuthOptions): Authenticator {
  const byName = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const known = new LRUCache<string, Known>({ max: REMEMBERED_TOKENS });

  async function verified(token: string, issuer: TokenIssuer, find: JWTVerifyGetKey): Promise<Known> {
    const tolerance = issuer.toleranceMs ?? 0;
    const { payload, protectedHeader } = await jwtVerify(token, find, {
      issuer: issuer.issuer,
      ...(issuer.audience === null ? {} : { audience: issuer.audience }),
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
      clockTolerance: tolerance / SECOND,
      currentDate: new Date(clock()),
    });
    const until = payload.exp! * SECOND + tolerance;
    const caller = callerOf(payload, issuer, until);
    return { caller, token: { tokenId: payload.jti ?? null, keyId: protectedHeader.kid ?? null }, until };
  }

  /** The caller of a token that one of the issuers says is active; one that cannot be asked is named only where no other knows it. */
  async function asked(token: string, whom: readonly TokenIssuer[]): Promise<Known> {
    let failure: unknown = new GatewayError('token-invalid');
    for (const issuer of whom) {
      try {
        const payload = await issuer.introspect?.(token);
        if (!payload) continue;
        const now = clock();
        const expiresAt =
          payload.exp === undefined ? now + BELIEVED_FOR : payload.exp * SECOND + (issuer.toleranceMs ?? 0);
        if (expiresAt <= now) throw new GatewayError('token-expired');
        const caller = callerOf(payload, issuer, expiresAt);
        const until = Math.min(expiresAt, now + BELIEVED_FOR);
        return { caller, token: { tokenId: payload.jti ?? null, keyId: null }, until };
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  function looked(token: string): Promise<Known> {
    const named = issuerOf(token);
    if (named === null) return asked(token, issuers);
    const issuer = byName.get(named);
    if (issuer === undefined) throw new GatewayError('token-invalid');
    return issuer.find ? verified(token, issuer, issuer.find) : asked(token, [issuer]);
  }

  return {
    remembered(authorization) {
      if (authorization === undefined) return undefined;
      const found = known.get(hash('sha256', authorization, 'base64'));
      return found !== undefined && found.until > clock() && !isRevoked(found.token) ? found.caller : undefined;
    },

    async verify(authorization) {
      const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
      if (authorization === undefined || token === undefined) throw new GatewayError('unauthorized');
      try {
        const found = await looked(token);
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

/** The issuer that a JWT names, not yet proved; null for an opaque token. */
function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    return null;
  }
}

function callerOf(payload: JWTPayload, issuer: TokenIssuer, expiresAt: number): Caller {
  const { client, scopes, agencies, roles, officer } = claimsOf(payload, issuer.claims);
  if (client === null) {
    throw new GatewayError('token-invalid', {
      detail: 'The token names no client.',
      detailVi: 'Mã không nêu bên gọi.',
    });
  }
  return {
    clientId: `${issuer.clientPrefix ?? ''}${client}`,
    scopes: new Set(scopes),
    agencies,
    roles,
    officer,
    issuer: issuer.issuer,
    issuedAt: (payload.iat ?? 0) * SECOND,
    expiresAt,
  };
}
