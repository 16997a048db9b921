/** @module Payments as iGates ask for and read them: zod schemas. Money is whole đồng. */
import { z } from 'zod';
import { dossierCode } from '../dossiers/shape.ts';
import { rfc3339 } from '../http/answer.ts';
import { type Debit, isOpen, isPaid, RECEIPTS, STATES } from './lifecycle.ts';
import type { RefundRecord } from './refund-store.ts';
import type { PaymentEvent, PaymentRecord } from './store.ts';

const MOST = 999_999_999_999;
const code = z.string().min(1).max(100);
const name = z.string().min(1).max(250);

export const feeItem = z.strictObject({
  code,
  name,
  kind: z.enum(['fee', 'charge']),
  amount: z.int().min(1).max(MOST),
});

export const paymentPost = z.strictObject({
  dossierCode,
  fees: z
    .array(feeItem)
    .min(1)
    .max(50)
    .refine((items) => new Set(items.map((item) => item.code)).size === items.length, {
      params: { vi: 'mỗi khoản phí chỉ nêu một lần', en: 'each fee stands once' },
    })
    .optional()
    .meta({ description: 'What is paid for; without it the fees of the dossier that are not paid yet.' }),
  payer: z
    .strictObject({
      name,
      personalId: z.string().max(20).nullish(),
      address: z.string().max(500).nullish(),
      ip: z.union([z.ipv4(), z.ipv6()]).nullish(),
    })
    .optional()
    .meta({ description: 'Who pays; without it the applicant.' }),
  bankCode: z.string().min(1).max(30).nullish(),
});
export type PaymentInput = z.output<typeof paymentPost>;

export const refundPost = z.strictObject({
  reason: z.string().min(3).max(500),
  transactionId: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Which debit goes back, in whole; needed only where there are several.' }),
});

const time = z.string();
const debit = z.object({
  transactionId: z.string().nullable(),
  amount: z.int(),
  at: time,
  bankCode: z.string().nullable(),
  settledOn: z.string().nullable(),
  refund: z.enum(['requested', 'unknown', 'refunded', 'refused']).nullable(),
});
export const refundAnswer = z.object({
  id: z.uuid(),
  paymentId: z.uuid(),
  reference: z.string(),
  transactionId: z.string(),
  amount: z.int(),
  reason: z.string(),
  state: z.enum(['asked', 'unknown', 'waiting', 'refunded', 'refused']),
  words: z.string().nullable(),
  askedAt: time,
  finishedAt: time.nullable(),
});
export const paymentAnswer = z.object({
  id: z.uuid(),
  reference: z.string(),
  provider: z.string(),
  dossierCode: z.string(),
  agencyCode: z.string(),
  state: z.enum(STATES),
  cause: z.string().nullable(),
  mayPayAgain: z
    .boolean()
    .meta({ description: 'False while nobody knows how this payment ends: do not ask the payer to pay again.' }),
  amount: z.int(),
  fees: z.array(feeItem.extend({})),
  payUrl: z.string().nullable(),
  expiresAt: time,
  createdAt: time,
  paidAt: time.nullable(),
  debits: z.array(debit),
  asked: z.object({ at: time, status: z.string(), amount: z.int().nullable() }).nullable(),
  receipt: z.enum(RECEIPTS),
  dossierToldAt: time.nullable(),
  portalShows: z.boolean().nullable(),
});
export const paymentDetail = paymentAnswer.extend({
  refunds: z.array(refundAnswer),
  history: z.array(z.object({ at: time, kind: z.string(), state: z.string(), details: z.looseObject({}) })),
});

const toDebit = ({ transactionId, at, ...rest }: Debit): z.input<typeof debit> => ({
  ...rest,
  transactionId: transactionId || null,
  at: rfc3339(at),
});

export function toRefundAnswer(refund: RefundRecord): z.input<typeof refundAnswer> {
  const { id, paymentId, reference, transactionId, amount, reason, state, words, askedAt, finishedAt } = refund;
  return {
    ...{ id, paymentId, reference, transactionId, amount, reason, state, words },
    askedAt: rfc3339(askedAt),
    finishedAt: rfc3339(finishedAt),
  };
}

export function toPaymentAnswer(record: PaymentRecord, now: number): z.input<typeof paymentAnswer> {
  const { payment } = record;
  const canPay = payment.state === 'pending' && payment.pageUrl !== null && now < payment.expiresAt;
  return {
    id: record.id,
    reference: record.reference,
    provider: record.provider,
    dossierCode: record.dossierCode,
    agencyCode: record.agencyCode,
    state: payment.state,
    cause: payment.cause,
    mayPayAgain:
      !isOpen(payment) &&
      !isPaid(payment) &&
      payment.state !== 'debited-failed' &&
      payment.state !== 'refund-requested',
    amount: payment.amount,
    fees: record.items.map((item) => ({ ...item })),
    payUrl: canPay ? payment.pageUrl : null,
    expiresAt: rfc3339(payment.expiresAt),
    createdAt: rfc3339(record.createdAt),
    paidAt: rfc3339(payment.paidAt),
    debits: payment.debits.map(toDebit),
    asked:
      payment.asked === null
        ? null
        : { at: rfc3339(payment.asked.at), status: payment.asked.status, amount: payment.asked.amount },
    receipt: payment.receipt,
    dossierToldAt: rfc3339(record.toldAt),
    portalShows: record.portalShows,
  };
}

export const toPaymentDetail = (
  record: PaymentRecord,
  refunds: readonly RefundRecord[],
  history: readonly PaymentEvent[],
  now: number,
): z.input<typeof paymentDetail> => ({
  ...toPaymentAnswer(record, now),
  refunds: refunds.map(toRefundAnswer),
  history: history.map(({ at, kind, state, details }) => ({ at: rfc3339(at), kind, state, details: { ...details } })),
});
