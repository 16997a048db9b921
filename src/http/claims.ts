/** @module What a token says of its caller, in whichever names and shapes its issuer says it. */
import type { JWTPayload } from 'jose';

/** The claims by name; one inside an object as `realm_access.roles`. */
export interface ClaimNames {
  readonly client: string;
  readonly scopes: string;
  readonly agencies: string;
  readonly roles: string;
  /** The person on whose behalf the client calls. */
  readonly officer: string;
}

/** As the embedded issuer names them (RFC 9068, RFC 8693). */
export const OWN_CLAIMS: ClaimNames = {
  client: 'client_id',
  scopes: 'scope',
  agencies: 'agencies',
  roles: 'roles',
  officer: 'act.sub',
};

/** What a token says; a list may be an array, or words in one string. */
export interface Claims {
  readonly client: string | null;
  readonly scopes: readonly string[];
  readonly agencies: readonly string[];
  readonly roles: readonly string[];
  readonly officer: string | null;
}

export function claimsOf(payload: JWTPayload, names: ClaimNames = OWN_CLAIMS): Claims {
  return {
    client: textOf(claimOf(payload, names.client)) ?? textOf(payload.sub),
    scopes: wordsOf(claimOf(payload, names.scopes)),
    agencies: wordsOf(claimOf(payload, names.agencies)),
    roles: wordsOf(claimOf(payload, names.roles)),
    officer: textOf(claimOf(payload, names.officer)),
  };
}

/** A claim by its name, dots included (`https://example.vn/roles`); else by the way of members that the dots show. */
export function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let found: unknown = payload;
  for (const member of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, member)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[member];
  }
  return found;
}

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null);

export function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/[\s,]+/).filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}
