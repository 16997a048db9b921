/** @module What the platform says of payments, by its notice or asked, laid over what is known; then the dossier is told. */
import type { PaymentReport } from '../capabilities/payments.ts';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import { insertRawMessages, type RawMessage } from '../dossiers/store.ts';
import { changeLocked } from './change.ts';
import type { PaymentsDeps } from './deps.ts';
import { reported } from './lifecycle.ts';
import { type PaymentRecord, paymentIds } from './store.ts';
import { tell } from './tell.ts';

/** Lays one report over its payment, within a transaction; what a notice changes is looked at again at once. */
export async function heard(
  db: Queryable,
  id: string,
  report: PaymentReport,
  by: 'notice' | 'question',
  now: number,
): Promise<PaymentRecord | undefined> {
  const [record] = await changeLocked(db, [id], now, (before) => {
    const payment = reported(before.payment, report, now, by);
    const isNews =
      payment.state !== before.payment.state ||
      payment.debits !== before.payment.debits ||
      payment.asked?.status !== before.payment.asked?.status;
    const { status, amount, transactionId, bankCode, words } = report;
    return {
      record: { ...before, payment, ...(isNews && by === 'notice' && { nextAt: now, intervalMs: 0 }) },
      happening: isNews ? { kind: by, details: { status, amount, transactionId, bankCode, words } } : null,
    };
  });
  return record;
}

/**
 * Takes notices: durable, with the message as it came, when it resolves. The same notice again changes nothing.
 * @returns the reports whose reference nobody here asked for
 */
export async function takeNotices(
  deps: PaymentsDeps,
  reports: readonly PaymentReport[],
  raw: RawMessage,
): Promise<readonly PaymentReport[]> {
  const { pool, log } = deps;
  const now = deps.now();
  const { changed, unknown } = await inTransaction(pool, async (client) => {
    const ids = await paymentIds(
      client,
      reports.map(({ reference }) => reference),
    );
    const known: PaymentRecord[] = [];
    for (const report of reports) {
      const id = ids.get(report.reference);
      const record = id === undefined ? undefined : await heard(client, id, report, 'notice', now);
      if (record) known.push(record);
    }
    if (known.length > 0) await insertRawMessages(client, [raw], now, deps.seal);
    return { changed: known, unknown: reports.filter(({ reference }) => !ids.has(reference)) };
  });
  for (const record of changed) {
    try {
      await tell(deps, record);
    } catch (error) {
      // The notice is kept: the worker tells the dossier.
      log.warn({ err: error, payment: record.id }, 'a dossier could not be told of its payment yet');
    }
  }
  return unknown;
}
