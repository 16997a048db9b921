/**
 * @module Access tokens where the library asks for opaque ones.
 *
 * oidc-provider revokes and introspects only what it has stored (RFC 7009, RFC 7662), and our tokens are JWTs, which are
 * not: its endpoints are given a spelling that it takes for an opaque one, and its adapter reads the token out of that.
 */
import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { SECOND } from '../units.ts';
import type { IssuedToken } from './issuer.ts';

const OPAQUE = /^[\w-]+~[\w-]+~[\w-]+$/;

/** The form as the library is to read it: a JWT has no dots. */
export function opaqueForm(form: string): string {
  const fields = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(form))
    fields.append(name, name === 'token' ? value.replaceAll('.', '~') : value);
  return fields.toString();
}

/** The token of such a spelling: what the library may know of it, and what is needed to take it back. */
export async function readOpaque(
  spelling: string,
  { find, issuer, audience }: { readonly find: JWTVerifyGetKey; readonly issuer: string; readonly audience: string },
): Promise<{ readonly token: IssuedToken; readonly payload: Record<string, unknown> } | undefined> {
  if (!OPAQUE.test(spelling)) return undefined;
  try {
    const jwt = spelling.replaceAll('~', '.');
    const { payload, protectedHeader } = await jwtVerify(jwt, find, { issuer, audience, algorithms: ['ES256'] });
    const { jti, iat, exp, scope, client_id: clientId, agencies, roles } = payload;
    const token = {
      tokenId: String(jti),
      clientId: String(clientId),
      keyId: protectedHeader.kid ?? null,
      expiresAt: Number(exp) * SECOND,
    };
    // Its id is its spelling: that is what the library names when it destroys one.
    const kept = { jti: spelling, iat, exp, scope, clientId, aud: audience, extra: { agencies, roles } };
    return { token, payload: { ...kept, kind: 'ClientCredentials' } };
  } catch {
    return undefined;
  }
}
