/** @module Asks the platform about a payment before anything is asked of its payer again. */
import type { Payer, PaymentProvider, PaymentRequest } from '../capabilities/payments.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import { inTransaction } from '../db/transaction.ts';
import { change } from './change.ts';
import type { PaymentsDeps } from './deps.ts';
import { heard } from './hear.ts';
import { isOpen, lost, opened, refused } from './lifecycle.ts';
import type { PaymentRecord } from './store.ts';

/** The name under which a payer is sealed: one payment's payer is no other's. */
export const payerOf = (paymentId: string): string => `the payer of payment ${paymentId}`;

/** A payment as the platform is asked for it, the same however often it is. */
export function requestOf(deps: PaymentsDeps, record: PaymentRecord): PaymentRequest {
  const { seal } = deps;
  const catalogue = deps.catalogue();
  const { id, reference, dossierCode, procedureCode, agencyCode, account, items, bankCode, payment } = record;
  const agency = catalogue.agency(agencyCode) ?? catalogue.nearestAgency(agencyCode);
  return {
    reference,
    askedAt: payment.askedAt,
    amount: payment.amount,
    dossierCode,
    procedure: {
      code: procedureCode,
      name: catalogue.procedureAt(procedureCode, payment.askedAt)?.name ?? `Thủ tục ${procedureCode}`,
    },
    agency: { code: agencyCode, name: agency?.name ?? agencyCode },
    account,
    payer: JSON.parse(seal.open(record.payer, payerOf(id))) as Payer,
    items,
    bankCode,
  };
}

/**
 * Asks the platform for the payment's page. What it answers is kept, or that its answer was lost.
 * @throws UpstreamError where nothing was done; the payment is failed then
 */
export async function openPage(
  deps: PaymentsDeps,
  provider: PaymentProvider,
  record: PaymentRecord,
  signal?: AbortSignal,
): Promise<PaymentRecord> {
  const { pool, now } = deps;
  try {
    const { pageUrl } = await provider.create(requestOf(deps, record), signal);
    return await change(pool, record.id, now(), { kind: 'page-opened' }, (one) => ({
      ...one,
      payment: opened(one.payment, pageUrl),
    }));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const { kind, facts } = error;
    const details = { kind, words: facts.words ?? null };
    if (facts.outcome === 'unknown')
      return change(pool, record.id, now(), { kind: 'answer-lost', details }, (one) => ({
        ...one,
        payment: lost(one.payment),
        nextAt: now() + deps.settings.askAfterMs,
      }));
    await change(pool, record.id, now(), { kind: 'not-asked', details }, (one) => ({
      ...one,
      payment: refused(one.payment, kind === 'rejected' ? 'refused' : 'not-asked'),
    }));
    throw error;
  }
}

/**
 * Asks about the payment and keeps the answer. Where nobody was ever given its page – the answer to INIT was lost – it is
 * asked for once more under the same reference: the platform either never heard of it, or has it and nobody can have paid.
 */
export async function askAbout(
  deps: PaymentsDeps,
  provider: PaymentProvider,
  record: PaymentRecord,
  signal?: AbortSignal,
): Promise<PaymentRecord> {
  const { pool, now } = deps;
  const { reference, payment } = record;
  const report = await provider.query({ reference, askedAt: payment.askedAt }, signal);
  const wasNeverOpened = isOpen(payment) && payment.pageUrl === null && now() < payment.expiresAt;
  if (!wasNeverOpened || (report.status !== 'absent' && report.status !== 'waiting'))
    return (await inTransaction(pool, (client) => heard(client, record.id, report, 'question', now()))) ?? record;
  try {
    const { pageUrl } = await provider.create(requestOf(deps, record), signal);
    return await change(pool, record.id, now(), { kind: 'page-opened', details: { again: true } }, (one) => ({
      ...one,
      payment: opened(one.payment, pageUrl),
    }));
  } catch (error) {
    if (!(error instanceof UpstreamError) || (error.kind !== 'rejected' && error.kind !== 'exists')) throw error;
    // It has the payment, and will not say at which page: nobody has that page, and a new payment may be asked for.
    const details = { words: error.facts.words ?? null };
    return change(pool, record.id, now(), { kind: 'page-lost', details }, (one) => ({
      ...one,
      payment: isOpen(one.payment) ? { ...one.payment, state: 'failed', cause: 'page-lost' } : one.payment,
    }));
  }
}
