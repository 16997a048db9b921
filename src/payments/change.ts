/** @module A payment changes under its lock, and whatever changed it is an event of its history. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import { addEvents, lockPayments, type PaymentRecord, savePayments } from './store.ts';

/** What happened; stable words and facts without personal data. */
export interface Happening {
  readonly kind: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Locks payments and changes them; what stays the same is not written, and a change without a happening leaves no event. */
export async function changeLocked(
  db: Queryable,
  ids: readonly string[],
  now: number,
  work: (record: PaymentRecord) => { readonly record: PaymentRecord; readonly happening: Happening | null } | null,
): Promise<PaymentRecord[]> {
  const changed: PaymentRecord[] = [];
  const events: Parameters<typeof addEvents>[1][number][] = [];
  const all = (await lockPayments(db, ids)).map((before) => {
    const done = work(before);
    if (done === null || isDeepStrictEqual(done.record, before)) return before;
    const { record, happening } = done;
    changed.push(record);
    if (happening !== null) {
      const { kind, details = {} } = happening;
      events.push({ paymentId: record.id, at: now, kind, state: record.payment.state, details });
    }
    return record;
  });
  if (changed.length > 0) {
    await savePayments(db, changed);
    if (events.length > 0) await addEvents(db, events);
  }
  return all;
}

/** Changes one payment in a transaction of its own. */
export async function change(
  pool: pg.Pool,
  id: string,
  now: number,
  happening: Happening | null,
  work: (record: PaymentRecord) => PaymentRecord,
): Promise<PaymentRecord> {
  const [record] = await inTransaction(pool, (client) =>
    changeLocked(client, [id], now, (before) => ({ record: work(before), happening })),
  );
  if (!record) throw new Error(`payment ${id} is not there`);
  return record;
}
