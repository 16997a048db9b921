/** @module What the issuer keeps in the database: assertions that were used, tokens that were revoked by their clients. */
import type { Queryable } from '../db/queryable.ts';
import type { IssuerStore } from '../http/issuer.ts';
import { type Revocations, revoke } from './revocations.ts';

export function issuerStore(db: Queryable, revocations: Revocations): IssuerStore {
  return {
    async useOnce(assertion, until) {
      const { rowCount } = await db.query(
        'insert into used_assertion (id, expires_at) values ($1, $2) on conflict do nothing',
        [assertion, new Date(until)],
      );
      return rowCount === 1;
    },
    async revoke({ tokenId, clientId, expiresAt }) {
      await revoke(db, {
        kind: 'token',
        subject: tokenId,
        until: expiresAt,
        author: clientId,
        reason: 'POST /oauth2/revoke',
      });
      await revocations.reload();
    },
    isRevoked: (token) => revocations.covers(token),
  };
}

/** Removes assertions that nobody would take any more. */
export async function purgeAssertions(db: Queryable, now: number): Promise<number> {
  return (await db.query('delete from used_assertion where expires_at < $1', [new Date(now)])).rowCount ?? 0;
}
