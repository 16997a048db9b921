/** @module SQL of refunds: one function per statement. Times are epoch milliseconds. */
import type { Queryable } from '../db/queryable.ts';

/** `asked`: written before the platform was called; `unknown`: called, and nobody knows whether it heard. */
export type RefundState = 'asked' | 'unknown' | 'waiting' | 'refunded' | 'refused';

export interface RefundRecord {
  readonly id: string;
  readonly paymentId: string;
  readonly reference: string;
  readonly transactionId: string;
  readonly amount: number;
  readonly reason: string;
  readonly clientId: string;
  readonly officer: string | null;
  readonly askedAt: number;
  readonly state: RefundState;
  /** What the platform said of it. */
  readonly words: string | null;
  readonly finishedAt: number | null;
}

const COLUMNS = `
  id, payment_id as "paymentId", reference, transaction_id as "transactionId", amount, reason, client_id as "clientId", officer,
  asked_at as "askedAt", state, words, finished_at as "finishedAt"`;

export async function insertRefund(db: Queryable, refund: RefundRecord): Promise<void> {
  await db.query({
    name: 'payment-refund-insert',
    text: `
      insert into payment_refund (id, payment_id, reference, transaction_id, amount, reason, client_id, officer, asked_at, state)
      values ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::float8 / 1000), $10)`,
    values: [
      refund.id,
      refund.paymentId,
      refund.reference,
      refund.transactionId,
      refund.amount,
      refund.reason,
      refund.clientId,
      refund.officer,
      refund.askedAt,
      refund.state,
    ],
  });
}

/** The refunds of payments, in the order in which they were asked for. */
export async function refundsOf(db: Queryable, paymentIds: readonly string[]): Promise<RefundRecord[]> {
  const { rows } = await db.query<RefundRecord>({
    name: 'payment-refund-of',
    text: `select ${COLUMNS} from payment_refund where payment_id = any($1::uuid[]) order by asked_at, id`,
    values: [paymentIds],
  });
  return rows;
}

export async function saveRefund(
  db: Queryable,
  { id, state, words, finishedAt }: Pick<RefundRecord, 'id' | 'state' | 'words' | 'finishedAt'>,
): Promise<void> {
  await db.query({
    name: 'payment-refund-save',
    text: 'update payment_refund set state = $2, words = $3, finished_at = to_timestamp($4::float8 / 1000) where id = $1',
    values: [id, state, words, finishedAt],
  });
}
