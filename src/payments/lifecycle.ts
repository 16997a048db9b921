/** @module What a payment is after what was asked, reported, settled or given back: pure, and the same report twice is one. */
import type { PaymentReport, RefundReport } from '../capabilities/payments.ts';

/**
 * `debited-failed`: the money left its payer and the platform recorded no payment. `recovered`: it recorded the payment
 * after all. Refunds are of the payment as a whole; a second debit that goes back leaves the payment as it is.
 */
export const STATES = [
  'created',
  'pending',
  'succeeded',
  'failed',
  'unknown',
  'debited-failed',
  'refund-requested',
  'refunded',
  'recovered',
  'settled',
] as const;
export type PaymentState = (typeof STATES)[number];

export const RECEIPTS = ['none', 'issued', 'cancelled'] as const;
export type Receipt = (typeof RECEIPTS)[number];

/** Why a payment is failed or unknown; stable words. */
export type Cause = 'not-asked' | 'refused' | 'answer-lost' | 'page-lost' | 'not-paid' | 'expired' | 'unclear';

/** Money that left the payer under one reference. */
export interface Debit {
  readonly transactionId: string;
  readonly amount: number;
  readonly at: number;
  readonly bankCode: string | null;
  /** The day on which the bank credited it; null until a settlement file says so. */
  readonly settledOn: string | null;
  readonly refund: 'requested' | 'unknown' | 'refunded' | 'refused' | null;
}

/** What the platform last said when it was asked. */
export interface Asked {
  readonly at: number;
  readonly status: PaymentReport['status'];
  readonly amount: number | null;
  readonly transactionId: string | null;
}

export interface Payment {
  readonly state: PaymentState;
  readonly cause: Cause | null;
  readonly amount: number;
  readonly askedAt: number;
  /** After it nobody can pay at the page any more. */
  readonly expiresAt: number;
  readonly pageUrl: string | null;
  readonly debits: readonly Debit[];
  readonly paidAt: number | null;
  readonly asked: Asked | null;
  readonly receipt: Receipt;
}

const PAID: ReadonlySet<PaymentState> = new Set(['succeeded', 'recovered', 'settled']);
const OPEN: ReadonlySet<PaymentState> = new Set(['created', 'pending', 'unknown']);

/** The fee is paid: the money came and did not go back. */
export const isPaid = ({ state }: Pick<Payment, 'state'>): boolean => PAID.has(state);
/** Nobody knows yet how it ends: its payer must not be asked to pay again. */
export const isOpen = ({ state }: Pick<Payment, 'state'>): boolean => OPEN.has(state);

/** The platform gave a page. */
export const opened = (payment: Payment, pageUrl: string): Payment =>
  isOpen(payment) ? { ...payment, state: 'pending', cause: null, pageUrl } : payment;

/** It was asked for and nobody knows whether the platform has it. */
export const lost = (payment: Payment): Payment =>
  payment.state === 'created' ? { ...payment, state: 'unknown', cause: 'answer-lost' } : payment;

/** It was not asked for, or the platform would not have it. */
export const refused = (payment: Payment, cause: 'not-asked' | 'refused'): Payment =>
  isOpen(payment) ? { ...payment, state: 'failed', cause } : payment;

/** What never reached the platform is asked for anew, as of now. */
export const anew = (payment: Payment, now: number, pageMs: number): Payment =>
  payment.state === 'failed' && payment.cause === 'not-asked'
    ? { ...payment, state: 'created', cause: null, pageUrl: null, askedAt: now, expiresAt: now + pageMs }
    : payment;

/**
 * What the platform says, by a notice or asked.
 *
 * A payment is never taken back by a report: once paid, only money that goes back unpays it. "Failed" and "absent" end an
 * open payment; where the settlement file has its money, the platform's no makes it `debited-failed`.
 */
export function reported(payment: Payment, report: PaymentReport, now: number, by: 'notice' | 'question'): Payment {
  const { status, amount, transactionId } = report;
  const heard: Payment =
    by === 'question' ? { ...payment, asked: { at: now, status, amount, transactionId } } : payment;
  if (status === 'paid') return paid(heard, report, now);
  if (isPaid(heard) || heard.state === 'refund-requested' || heard.state === 'refunded') return heard;
  // A payer may be at the page that the platform gave: that it knows nothing of it now is not believed before the page ends.
  const mayStillPay = heard.pageUrl !== null && now <= heard.expiresAt;
  const isOver =
    status === 'failed' || (status === 'absent' && !mayStillPay) || (status === 'waiting' && now > heard.expiresAt);
  if (heard.debits.some(({ settledOn }) => settledOn !== null))
    return isOver ? { ...heard, state: 'debited-failed' } : heard;
  if (!isOpen(heard)) return heard;
  switch (status) {
    case 'failed':
      return { ...heard, state: 'failed', cause: 'not-paid' };
    case 'absent':
      if (isOver) return { ...heard, state: 'failed', cause: 'not-asked' };
      return { ...heard, state: 'unknown', cause: 'unclear' };
    case 'unclear':
      return { ...heard, state: 'unknown', cause: 'unclear' };
    case 'waiting':
      if (isOver) return { ...heard, state: 'failed', cause: 'expired' };
      return heard.pageUrl === null ? heard : { ...heard, state: 'pending', cause: null };
  }
}

function paid(payment: Payment, report: PaymentReport, now: number): Payment {
  // Nobody pays before being asked, nor later than now: what lies outside is another clock's.
  const at = Math.min(Math.max(report.at ?? payment.paidAt ?? now, payment.askedAt), now);
  const debits = withDebit(payment.debits, {
    transactionId: report.transactionId ?? '',
    amount: report.amount ?? payment.amount,
    at,
    bankCode: report.bankCode,
  });
  const paidAt = payment.paidAt ?? at;
  switch (payment.state) {
    case 'created':
    case 'pending':
    case 'unknown':
    case 'failed':
      return settledState({ ...payment, state: 'succeeded', cause: null, debits, paidAt });
    case 'refunded':
    case 'debited-failed':
      return stands(debits, report.transactionId)
        ? { ...payment, state: 'recovered', cause: null, debits, paidAt }
        : { ...payment, debits, paidAt };
    default:
      return { ...payment, debits, paidAt };
  }
}

/** Whether the money of a transaction is still out; without its number, whether any is. */
const stands = (debits: readonly Debit[], transactionId: string | null): boolean =>
  debits.some((debit) => (transactionId ?? debit.transactionId) === debit.transactionId && debit.refund !== 'refunded');

/** Money that came for a payment that had ended: it is nobody's fee, and has to go back. */
const astray = (payment: Payment): Payment =>
  stands(payment.debits, null) ? { ...payment, state: 'debited-failed' } : payment;

/** The debits with one more, unless its transaction is known; a debit known without its number gets it. */
function withDebit(debits: readonly Debit[], debit: Omit<Debit, 'settledOn' | 'refund'>): readonly Debit[] {
  if (debits.some(({ transactionId }) => transactionId === debit.transactionId)) return debits;
  const nameless = debits.findIndex(({ transactionId }) => transactionId === '');
  if (debit.transactionId === '' && debits.length > 0) return debits;
  if (nameless >= 0)
    return debits.with(nameless, {
      ...debits[nameless]!,
      transactionId: debit.transactionId,
      bankCode: debit.bankCode,
    });
  return [...debits, { ...debit, settledOn: null, refund: null }];
}

/** A payment whose money the bank has credited. */
const settledState = (payment: Payment): Payment =>
  payment.state === 'succeeded' && payment.debits.some(({ settledOn }) => settledOn !== null)
    ? { ...payment, state: 'settled' }
    : payment;

/** One line of a settlement file: the bank credited a debit, or gave one back. */
export function settled(
  payment: Payment,
  line: {
    readonly kind: 'payment' | 'refund';
    readonly transactionId: string;
    readonly amount: number;
    readonly at: number;
    readonly bankCode: string | null;
    readonly settledOn: string;
  },
): Payment {
  if (line.kind === 'refund') return gaveBack(payment, line.amount);
  const known = withDebit(payment.debits, line);
  const debits = known.map((debit) =>
    debit.transactionId === line.transactionId && debit.settledOn === null
      ? { ...debit, settledOn: line.settledOn }
      : debit,
  );
  if (payment.state === 'failed' || payment.state === 'refunded') return astray({ ...payment, debits });
  return settledState({ ...payment, debits });
}

/** A refund that the bank's file shows, whoever asked for it: of the debit that was asked back, else of one of its amount. */
function gaveBack(payment: Payment, amount: number): Payment {
  const isOut = ({ refund }: Debit): boolean => refund !== 'refunded';
  const debit =
    payment.debits.find((one) => one.refund !== null && isOut(one) && one.amount === amount) ??
    payment.debits.find((one) => isOut(one) && one.amount === amount);
  return debit === undefined ? payment : withRefund(payment, debit.transactionId, 'refunded');
}

/** Why a refund cannot be asked for; null when it can. */
export function refundFault(
  payment: Payment,
  transactionId: string,
): 'no-such-debit' | 'under-way' | 'refunded' | null {
  const debit = payment.debits.find((one) => one.transactionId === transactionId);
  if (!debit || transactionId === '') return 'no-such-debit';
  if (debit.refund === 'refunded') return 'refunded';
  return debit.refund === 'requested' || debit.refund === 'unknown' ? 'under-way' : null;
}

/** A refund as it stands; the payment follows when no debit of it is left. */
export function withRefund(payment: Payment, transactionId: string, refund: NonNullable<Debit['refund']>): Payment {
  const debits = payment.debits.map((debit) =>
    debit.transactionId === transactionId && debit.refund !== 'refunded' ? { ...debit, refund } : debit,
  );
  const left = debits.filter((debit) => debit.refund === null || debit.refund === 'refused');
  if (left.length > 0) {
    // What was refused stands as it was before it was asked.
    const before = payment.state === 'refund-requested' ? stateOf({ ...payment, debits }) : payment.state;
    return { ...payment, state: before, debits };
  }
  const areBack = debits.every((debit) => debit.refund === 'refunded');
  return {
    ...payment,
    debits,
    state: areBack ? 'refunded' : 'refund-requested',
    receipt: areBack && payment.receipt === 'issued' ? 'cancelled' : payment.receipt,
  };
}

/** The state that the evidence gives to a payment whose refund came to nothing. */
function stateOf(payment: Payment): PaymentState {
  const isCredited = payment.debits.some(({ settledOn }) => settledOn !== null);
  if (payment.paidAt === null) return 'debited-failed';
  return isCredited ? 'settled' : 'succeeded';
}

/** How a report of a refund stands on its debit. */
export const REFUND_OF: Readonly<Record<RefundReport['status'], NonNullable<Debit['refund']>>> = {
  waiting: 'requested',
  refunded: 'refunded',
  refused: 'refused',
  // It never arrived: it may be asked for anew.
  absent: 'refused',
};

export const withReceipt = (payment: Payment): Payment =>
  payment.receipt === 'none' ? { ...payment, receipt: 'issued' } : payment;
