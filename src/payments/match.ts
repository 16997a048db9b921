/** @module Holds what we recorded, what the platform said when asked and what the bank settled against each other, then the dossier, the portal and the receipt: pure. */
import type { ReportedStatus } from '../capabilities/payments.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { dayOf, startOfDay } from '../deadlines/local-time.ts';
import type { PaymentState, Receipt } from './lifecycle.ts';

/** The outcomes, the gravest first. `expected` is a legitimate delay and no difference; `open` is not decided yet. */
export const OUTCOMES = [
  'settled-unknown-to-us',
  'debited-failed',
  'paid-twice',
  'amount-differs',
  'not-settled',
  'refund-missing',
  'dossier-not-told',
  'portal-not-told',
  'receipt-missing',
  'open',
  'expected',
  'not-paid',
  'given-back',
  'matched',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const HARMLESS: ReadonlySet<Outcome> = new Set(['open', 'expected', 'not-paid', 'given-back', 'matched']);
/** Whether someone has to do something about it. */
export const isDifference = (outcome: Outcome): boolean => !HARMLESS.has(outcome);

export interface SettledMovement {
  readonly kind: 'payment' | 'refund';
  readonly transactionId: string;
  readonly amount: number;
}

/** Everything that is known of one reference. */
export interface Evidence {
  /** Null: nobody here knows the reference. */
  readonly recorded: {
    readonly state: PaymentState;
    readonly amount: number;
    readonly paidAmount: number | null;
    readonly paidAt: number | null;
    /** Debits that were recorded, less those given back. */
    readonly debits: number;
    /** An earlier payment of the same fee stands, too. */
    readonly hasTwin: boolean;
    /** Refunds that were asked for and not refused. */
    readonly refunds: readonly { readonly askedAt: number; readonly isBack: boolean }[];
    readonly receipt: Receipt;
  } | null;
  /** What the platform last said; null when it was never asked. */
  readonly asked: { readonly status: ReportedStatus; readonly amount: number | null } | null;
  readonly settlement: readonly SettledMovement[];
  /** When the payment became an entry of its dossier. */
  readonly dossierToldAt: number | null;
  /** Whether the portal shows the dossier as paid online; null when it was not read, or does not tell. */
  readonly portalShows: boolean | null;
}

/** Who has how long, in working days where not said otherwise. */
export interface MatchRules {
  /** T+2: the bank credits on the second working day after the payment. */
  readonly settleWorkingDays: number;
  readonly refundWorkingDays: number;
  /** NĐ 254/2026: sent within three working days after a technical failure. */
  readonly receiptWorkingDays: number;
  /** Milliseconds within which the dossier and then the portal are told. */
  readonly tellWithin: number;
}

const PAID_STATES: ReadonlySet<PaymentState> = new Set(['succeeded', 'recovered', 'settled']);
const OPEN_STATES: ReadonlySet<PaymentState> = new Set(['created', 'pending', 'unknown']);

/**
 * The outcomes of one reference, the gravest first; never empty. A payment can have several: paid twice, and its receipt missing.
 */
export function match(evidence: Evidence, rules: MatchRules, now: number, calendar: Calendar): readonly Outcome[] {
  const { recorded, settlement } = evidence;
  if (recorded === null) return ['settled-unknown-to-us'];
  const debits = settlement.filter(({ kind }) => kind === 'payment');
  const backs = settlement.filter(({ kind }) => kind === 'refund');
  const found = new Set<Outcome>();
  const isPast = (since: number, workingDays: number): boolean => now >= endAfter(since, workingDays, calendar);

  if (recorded.state === 'debited-failed' || isDebitedWithoutPayment(evidence, debits.length - backs.length))
    found.add('debited-failed');
  const credited = new Set(debits.map(({ transactionId }) => transactionId)).size;
  const isTwin = recorded.hasTwin && PAID_STATES.has(recorded.state);
  if (isTwin || Math.max(recorded.debits, credited - backs.length) > 1) found.add('paid-twice');
  if (amountsDiffer(evidence, debits)) found.add('amount-differs');
  // A refund is complete when the platform calls it done and the bank's file shows it.
  const incomplete = recorded.refunds.filter(({ isBack }, i) => !isBack || i >= backs.length);
  for (const { askedAt } of incomplete)
    found.add(isPast(askedAt, rules.refundWorkingDays) ? 'refund-missing' : 'expected');

  if (PAID_STATES.has(recorded.state) && recorded.paidAt !== null) {
    const { paidAt } = recorded;
    if (debits.length === 0) found.add(isPast(paidAt, rules.settleWorkingDays) ? 'not-settled' : 'expected');
    const isLate = now > paidAt + rules.tellWithin;
    if (evidence.dossierToldAt === null) found.add(isLate ? 'dossier-not-told' : 'expected');
    else if (evidence.portalShows === false)
      found.add(now > evidence.dossierToldAt + rules.tellWithin ? 'portal-not-told' : 'expected');
    if (recorded.receipt === 'none')
      found.add(isPast(paidAt, rules.receiptWorkingDays) ? 'receipt-missing' : 'expected');
  }
  if (found.size === 0) found.add(quietOutcome(recorded.state));
  return OUTCOMES.filter((outcome) => found.has(outcome));
}

const quietOutcome = (state: PaymentState): Outcome => {
  if (OPEN_STATES.has(state)) return 'open';
  if (state === 'failed') return 'not-paid';
  return state === 'refunded' ? 'given-back' : 'matched';
};

/** The bank has the money, and neither we nor the platform call it a payment. */
function isDebitedWithoutPayment({ recorded, asked }: Evidence, credited: number): boolean {
  if (credited <= 0 || recorded === null) return false;
  if (recorded.state === 'failed') return true;
  return OPEN_STATES.has(recorded.state) && (asked?.status === 'failed' || asked?.status === 'absent');
}

/** What was asked for, what the platform says was paid, and what the bank credited must be one amount. */
function amountsDiffer({ recorded, asked }: Evidence, debits: readonly SettledMovement[]): boolean {
  const { amount, paidAmount } = recorded!;
  if (paidAmount !== null && paidAmount !== amount) return true;
  if (asked?.status === 'paid' && asked.amount !== null && asked.amount !== amount) return true;
  return debits.some((debit) => debit.amount !== amount);
}

/** The end of the n-th working day after the day of an instant: T+n is over. */
const endAfter = (since: number, workingDays: number, calendar: Calendar): number =>
  startOfDay(calendar.addWorkingDays(dayOf(since), workingDays) + 1);
