/** @module The statements behind `Idempotency-Key`. Times are epoch milliseconds. */
import type { Queryable } from '../db/queryable.ts';

/** A key of a client, hashed. */
export interface KeyOfClient {
  readonly clientId: string;
  readonly keyHash: Buffer;
}

/** What a key stands for now. */
export type Begun =
  | { readonly state: 'ours'; readonly actId: string; readonly isRepeat: boolean }
  | {
      readonly state: 'taken';
      readonly requestHash: Buffer;
      readonly answer: Buffer | null;
      readonly leaseUntil: number;
    };

/**
 * Takes the key for a run under `token`: a new one, one that has expired, or one of the same request whose run ended
 * without an answer or let its lease run out.
 */
export async function begin(
  db: Queryable,
  key: KeyOfClient,
  run: {
    readonly requestHash: Buffer;
    readonly actId: string;
    readonly token: string;
    readonly now: number;
    readonly leaseUntil: number;
    readonly expiresAt: number;
  },
): Promise<Begun> {
  for (;;) {
    const taken = await db.query<{ actId: string }>({
      name: 'idempotency-begin',
      text: `insert into idempotency_key as k (client_id, key_hash, request_hash, act_id, token, lease_until, expires_at)
             values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($7::float8 / 1000))
             on conflict (client_id, key_hash) do update set
               act_id = case when k.expires_at <= to_timestamp($8::float8 / 1000) then excluded.act_id else k.act_id end,
               expires_at = case when k.expires_at <= to_timestamp($8::float8 / 1000) then excluded.expires_at else k.expires_at end,
               request_hash = excluded.request_hash, token = excluded.token, lease_until = excluded.lease_until, answer = null
             where k.expires_at <= to_timestamp($8::float8 / 1000)
                or (k.answer is null and k.lease_until <= to_timestamp($8::float8 / 1000) and k.request_hash = excluded.request_hash)
             returning act_id as "actId"`,
      values: [
        key.clientId,
        key.keyHash,
        run.requestHash,
        run.actId,
        run.token,
        run.leaseUntil,
        run.expiresAt,
        run.now,
      ],
    });
    if (taken.rows[0]) {
      const { actId } = taken.rows[0];
      return { state: 'ours', actId, isRepeat: actId !== run.actId };
    }
    const { rows } = await db.query<{ requestHash: Buffer; answer: Buffer | null; leaseUntil: number }>({
      name: 'idempotency-read',
      text: `select request_hash as "requestHash", answer, extract(epoch from lease_until)::float8 * 1000 as "leaseUntil"
             from idempotency_key where client_id = $1 and key_hash = $2`,
      values: [key.clientId, key.keyHash],
    });
    // Gone between the two statements: it had expired and was purged.
    if (rows[0]) return { state: 'taken', ...rows[0] };
  }
}

/** Keeps the answer; nothing where another run has taken the key over. */
export async function keepAnswer(db: Queryable, key: KeyOfClient, token: string, answer: Buffer): Promise<void> {
  await db.query({
    name: 'idempotency-keep',
    text: 'update idempotency_key set answer = $4 where client_id = $1 and key_hash = $2 and token = $3',
    values: [key.clientId, key.keyHash, token, answer],
  });
}

/** Lets the run go on until then, or end now so that a repeat may take it over at once. */
export async function leaseUntil(db: Queryable, key: KeyOfClient, token: string, until: number): Promise<void> {
  await db.query({
    name: 'idempotency-lease',
    text: `update idempotency_key set lease_until = to_timestamp($4::float8 / 1000)
           where client_id = $1 and key_hash = $2 and token = $3`,
    values: [key.clientId, key.keyHash, token, until],
  });
}

/** Removes keys whose day has passed; how many. */
export async function purgeExpired(db: Queryable, now: number): Promise<number> {
  const { rowCount } = await db.query(
    'delete from idempotency_key where expires_at <= to_timestamp($1::float8 / 1000)',
    [now],
  );
  return rowCount ?? 0;
}
