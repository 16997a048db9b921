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

/** The newest, in order of time. */
export async function attemptsOf(
  db: Queryable,
  destination: string,
  dossierId: number,
  limit: number,
): Promise<DeliveryAttempt[]> {
  const { rows } = await db.query<DeliveryAttempt>(
    `select at, "toSeq", attempt, outcome, detail from (
       select id, at, to_seq as "toSeq", attempt, outcome, detail from delivery_attempt
       where destination = $1 and dossier_id = $2 order by at desc, id desc limit $3) newest
     order by at, id`,
    [destination, dossierId, limit],
  );
  return rows;
}
