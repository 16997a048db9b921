/** @module Gives money back: one debit in whole, asked for once, asked about while nobody knows. */
import type { PaymentProvider, RefundReport } from '../capabilities/payments.ts';
import { toCompactTime } from '../connector/compact-time.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import { fail } from '../errors.ts';
import { changeLocked } from './change.ts';
import type { PaymentsDeps } from './deps.ts';
import { type Debit, type Payment, REFUND_OF, refundFault, withRefund } from './lifecycle.ts';
import { insertRefund, type RefundRecord, type RefundState, refundsOf, saveRefund } from './refund-store.ts';
import { findPayment, type PaymentRecord } from './store.ts';
import { tell } from './tell.ts';

export interface RefundWish {
  readonly actId: string;
  readonly paymentId: string;
  readonly clientId: string;
  readonly officer: string | null;
  readonly reason: string;
  readonly transactionId: string | undefined;
  readonly signal: AbortSignal;
}

/** As a report of the platform leaves the refund. */
const STATE_OF: Readonly<Record<RefundReport['status'], RefundState>> = {
  waiting: 'waiting',
  refunded: 'refunded',
  refused: 'refused',
  absent: 'refused',
};

/**
 * Asks for a refund, or gives it as it has become since the act asked for it.
 * @throws GatewayError refund-impossible; UpstreamError where the platform would not have it
 */
export async function requestRefund(deps: PaymentsDeps, wish: RefundWish): Promise<RefundRecord> {
  const { pool, now } = deps;
  const known = (await refundsOf(pool, [wish.paymentId])).find(({ id }) => id === wish.actId);
  if (known) return known.state === 'asked' || known.state === 'unknown' ? askAboutRefund(deps, known) : known;
  const refund = await inTransaction(pool, async (client) => {
    let made: RefundRecord | undefined;
    await changeLocked(client, [wish.paymentId], now(), (record) => {
      const debit = debitOf(record.payment, wish.transactionId);
      made = newRefund(wish, record, debit, now());
      const { transactionId, amount } = debit;
      return {
        record: {
          ...record,
          payment: withRefund(record.payment, transactionId, 'requested'),
          nextAt: now() + deps.settings.askAfterMs,
        },
        happening: { kind: 'refund-requested', details: { refund: made.reference, transactionId, amount } },
      };
    });
    await insertRefund(client, made!);
    return made!;
  });
  return send(deps, refund, wish.signal);
}

/** The debit that goes back. */
function debitOf(payment: Payment, wanted: string | undefined): Debit {
  const left = payment.debits.filter(({ refund }) => refund === null || refund === 'refused');
  const chosen = wanted ?? (left.length === 1 ? left[0]!.transactionId : undefined);
  if (chosen === undefined && left.length > 1)
    fail('validation', {
      violations: [
        {
          path: '$.transactionId',
          message: 'có nhiều lần trừ tiền, nêu rõ giao dịch / there are several debits: name one',
        },
      ],
    });
  const fault = refundFault(payment, chosen ?? '');
  if (fault !== null) fail('refund-impossible', { ...WHY[fault], extra: { state: payment.state } });
  return payment.debits.find(({ transactionId }) => transactionId === chosen)!;
}

const WHY = {
  'no-such-debit': {
    detail: 'No money is known to have left the payer under that transaction.',
    detailVi: 'Chưa ghi nhận khoản tiền nào bị trừ theo giao dịch này.',
  },
  'under-way': { detail: 'A refund of it is under way.', detailVi: 'Giao dịch đang được hoàn tiền.' },
  refunded: { detail: 'It has been refunded.', detailVi: 'Giao dịch đã được hoàn tiền.' },
} as const;

const newRefund = (wish: RefundWish, record: PaymentRecord, debit: Debit, now: number): RefundRecord => ({
  id: wish.actId,
  paymentId: record.id,
  reference: `LTR${toCompactTime(now).slice(2)}${wish.actId.slice(0, 5).toUpperCase()}`,
  transactionId: debit.transactionId,
  amount: debit.amount,
  reason: wish.reason,
  clientId: wish.clientId,
  officer: wish.officer,
  askedAt: now,
  state: 'asked',
  words: null,
  finishedAt: null,
});

/**
 * Sends the refund. Where the platform was not reached it stays asked for and the worker goes on; where the answer was lost it
 * is asked about.
 * @throws UpstreamError where the platform would not have it
 */
async function send(deps: PaymentsDeps, refund: RefundRecord, signal?: AbortSignal): Promise<RefundRecord> {
  const { record, provider } = await paymentOf(deps, refund);
  const { reference, askedAt, transactionId, amount, reason } = refund;
  const request = { reference, askedAt, paymentReference: record.reference, transactionId, amount, reason };
  try {
    return await keep(deps, refund, await provider.refund(request, signal));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const { kind, facts } = error;
    if (kind === 'rejected' || kind === 'exists') {
      await settleRefund(deps, refund, { state: 'refused', debit: 'refused', words: facts.words ?? null });
      throw error;
    }
    deps.log.warn(
      { err: error, refund: refund.id },
      'a refund could not be asked for, or its answer was lost; it is asked about',
    );
    if (facts.outcome === 'not-done') return refund;
    return settleRefund(deps, refund, { state: 'unknown', debit: 'unknown', words: null });
  }
}

/** Asks about a refund whose outcome is not known; one that never reached the platform is sent. */
export async function askAboutRefund(deps: PaymentsDeps, refund: RefundRecord): Promise<RefundRecord> {
  const { provider } = await paymentOf(deps, refund);
  const report = await provider.queryRefund(refund);
  return report.status === 'absent' ? send(deps, refund) : keep(deps, refund, report);
}

async function paymentOf(
  deps: PaymentsDeps,
  refund: RefundRecord,
): Promise<{ record: PaymentRecord; provider: PaymentProvider }> {
  const record = (await findPayment(deps.pool, refund.paymentId))!;
  const provider = deps.providers.get(record.provider);
  if (!provider) fail('provider-not-configured', { upstream: record.provider });
  return { record, provider };
}

const keep = (deps: PaymentsDeps, refund: RefundRecord, { status, words }: RefundReport): Promise<RefundRecord> =>
  settleRefund(deps, refund, { state: STATE_OF[status], debit: REFUND_OF[status], words });

/** Writes what became of a refund, and what that makes of its payment. */
async function settleRefund(
  deps: PaymentsDeps,
  refund: RefundRecord,
  { state, debit, words }: { state: RefundState; debit: NonNullable<Debit['refund']>; words: string | null },
): Promise<RefundRecord> {
  const now = deps.now();
  if (refund.state === state) return refund;
  const isOver = state === 'refunded' || state === 'refused';
  const settled: RefundRecord = { ...refund, state, words, finishedAt: isOver ? now : null };
  const record = await inTransaction(deps.pool, async (client) => {
    await saveRefund(client, settled);
    return laidOver(client, settled, debit, now);
  });
  if (record) await tell(deps, record);
  return settled;
}

async function laidOver(
  db: Queryable,
  { paymentId, transactionId, reference, state }: RefundRecord,
  debit: NonNullable<Debit['refund']>,
  now: number,
): Promise<PaymentRecord | undefined> {
  const [record] = await changeLocked(db, [paymentId], now, (before) => ({
    record: { ...before, payment: withRefund(before.payment, transactionId, debit) },
    happening: { kind: `refund-${state}`, details: { refund: reference, transactionId } },
  }));
  return record;
}
