/** @module What was tried to deliver a dossier. */
import type { Queryable } from '../db/queryable.ts';

export interface DeliveryAttempt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly toSeq: number;
  readonly attempt: number;
  readonly outcome: string;
  readonly detail: string | null;
}

/** In order of time, the first and the newest of many: what it began with, and what stands. */
export async function attemptsOf(
  db: Queryable,
  destination: string,
  dossierId: number,
  { first, newest }: { readonly first: number; readonly newest: number },
): Promise<DeliveryAttempt[]> {
  const { rows } = await db.query<DeliveryAttempt>(
    `with told as (select id, at from delivery_attempt where destination = $1 and dossier_id = $2)
     select at, to_seq as "toSeq", attempt, outcome, detail from delivery_attempt
     where destination = $1 and dossier_id = $2 and (id, at) in (
       (select id, at from told order by at, id limit $3) union (select id, at from told order by at desc, id desc limit $4))
     order by at, id`,
    [destination, dossierId, first, newest],
  );
  return rows;
}

/** How often the destination said that it took something of the dossier. */
export async function countAcknowledged(db: Queryable, destination: string, dossierId: number): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from delivery_attempt where destination = $1 and dossier_id = $2 and outcome = 'acknowledged'`,
    [destination, dossierId],
  );
  return rows[0]!.n;
}
