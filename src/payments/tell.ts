/** @module Tells the dossier that it was paid online, or that its money went back: an entry of its timeline, from which the portal learns it. */
import type { PaymentTold } from '../dossiers/paid.ts';
import { change } from './change.ts';
import type { PaymentsDeps } from './deps.ts';
import { isPaid } from './lifecycle.ts';
import type { PaymentRecord } from './store.ts';

/** What the dossier has still to hear of the payment; null when nothing. Too little money is no payment of the fee. */
export function untold({ payment, toldAt, takenBackAt }: PaymentRecord): 'paid' | 'given-back' | null {
  const covers = payment.debits.some(({ amount }) => amount >= payment.amount);
  if (toldAt === null) return isPaid(payment) && payment.paidAt !== null && covers ? 'paid' : null;
  return takenBackAt === null && payment.state === 'refunded' ? 'given-back' : null;
}

/**
 * Appends what the dossier has not heard. The same entry again is a repetition, so that a crash in between loses and doubles
 * nothing; a dossier that refuses it is asked again later, and is named by the match until then.
 */
export async function tell(deps: PaymentsDeps, record: PaymentRecord): Promise<PaymentRecord> {
  const news = untold(record);
  const provider = deps.providers.get(record.provider);
  if (news === null || !provider) return record;
  const { appender, pool, log } = deps;
  const now = deps.now();
  const payment: PaymentTold = { reference: record.reference, via: news === 'paid' ? provider.paidVia : 'given-back' };
  const [result] = await appender.append({
    commands: [
      {
        type: 'event',
        source: record.provider,
        ref: { code: record.dossierCode, alias: null },
        eventId: `${record.reference}:${news}`,
        operation: 'payment',
        // The time at which the money went back is this process's; a repetition after a crash has another.
        bodyDigest: news,
        kind: 'payment',
        status: null,
        reason: null,
        outcome: null,
        occurredAt: news === 'paid' ? record.payment.paidAt! : now,
        appointment: null,
        payment,
        body: { reference: record.reference, amount: record.payment.amount, payment: news },
        opens: null,
        known: null,
        onFault: 'refuse',
        agencies: null,
      },
    ],
    raw: null,
  });
  if (result!.outcome === 'refused' || result!.outcome === 'quarantined') {
    const why = result!.outcome === 'refused' ? result!.code : result!.reason;
    log.warn({ payment: record.id, why }, 'a dossier did not take its payment; it is told again');
    return record;
  }
  const told = news === 'paid' ? { toldAt: now } : { takenBackAt: now };
  return change(pool, record.id, now, { kind: 'dossier-told', details: { news } }, (one) =>
    // What two processes told at once was one entry; the first of them says when.
    untold(one) === news ? { ...one, ...told } : one,
  );
}
