/** @module Log-ins under way at the embedded issuer, the same for all replicas. */
import type { Queryable } from '../db/queryable.ts';
import type { IssuerRecords } from '../http/issuer.ts';

type Payload = Readonly<Record<string, unknown>>;

interface Row {
  readonly payload: Payload;
  /** Epoch milliseconds. */
  readonly consumedAt: number | null;
}

export function issuerRecords(db: Queryable): IssuerRecords {
  const one = async (condition: string, values: readonly string[]): Promise<Payload | undefined> => {
    const { rows } = await db.query<Row>(
      `select payload, consumed_at as "consumedAt" from issuer_record where expires_at > now() and ${condition}`,
      [...values],
    );
    const [row] = rows;
    // Whether a code was used is a fact of the row: the library reads it in the payload, in seconds.
    return (
      row && { ...row.payload, ...(row.consumedAt === null ? {} : { consumed: Math.floor(row.consumedAt / 1000) }) }
    );
  };
  return {
    async put(kind, id, { payload, uid, grantId, expiresAt }) {
      await db.query(
        `insert into issuer_record (kind, id, payload, uid, grant_id, expires_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (kind, id) do update set payload = excluded.payload, uid = excluded.uid, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
        [kind, id, JSON.stringify(payload), uid, grantId, new Date(expiresAt)],
      );
    },
    find: (kind, id) => one('kind = $1 and id = $2', [kind, id]),
    findByUid: (kind, uid) => one('kind = $1 and uid = $2', [kind, uid]),
    async consume(kind, id) {
      const { rowCount } = await db.query(
        'update issuer_record set consumed_at = now() where kind = $1 and id = $2 and consumed_at is null',
        [kind, id],
      );
      return rowCount === 1;
    },
    async remove(kind, id) {
      await db.query('delete from issuer_record where kind = $1 and id = $2', [kind, id]);
    },
    async removeGrant(grantId) {
      await db.query('delete from issuer_record where grant_id = $1', [grantId]);
    },
  };
}

/** Removes what nobody comes back for. */
export async function purgeIssuerRecords(db: Queryable, now: number): Promise<number> {
  return (await db.query('delete from issuer_record where expires_at < $1', [new Date(now)])).rowCount ?? 0;
}
