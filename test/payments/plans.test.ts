/** @module No statement that runs for each payment, notice or line reads a big table from end to end. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Queryable } from '../../src/db/queryable.ts';
import { refundsOf } from '../../src/payments/refund-store.ts';
import { paidElsewhere, paymentsOf, paymentsOfFile, unknownLinesOf } from '../../src/payments/report-store.ts';
import { knownLines } from '../../src/payments/settlement-store.ts';
import * as store from '../../src/payments/store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const PAYMENTS = 20_000;
const BIG = new Set(['payment', 'payment_event', 'payment_refund', 'settlement_line', 'timeline_entry']);

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(`
    insert into payment (id, reference, provider, client_id, dossier_code, procedure_code, agency_code, agencies, items, fee_codes, amount, account, payer,
      created_at, asked_at, expires_at, state, next_at)
      select gen_random_uuid(), 'LT' || n, 'p', 'igate', 'D-' || n, '1.005129', 'H15.50', '{H15.50}', '[]', '{LP01}', 1, '{}', '',
        now() - n * interval '1 minute', now(), now(), 'settled', case when n % 100 = 0 then now() end from generate_series(1, ${PAYMENTS}) as n;
    insert into payment_event (payment_id, at, kind, state) select id, now(), 'page-opened', 'pending' from payment;
    insert into payment_refund (id, payment_id, reference, transaction_id, amount, reason, client_id, asked_at, state)
      select gen_random_uuid(), id, 'R' || reference, 'T', 1, '', 'igate', now(), 'refunded' from payment;
    insert into settlement (provider, uploaded_by, uploaded_at) values ('p', 'x', now());
    insert into settlement_line (settlement_id, line, provider, kind, reference, transaction_id, amount, at, settled_on, payment_id)
      select 1, row_number() over (), 'p', 'payment', reference, reference, 1, now(), current_date, case when random() < 0.99 then id end from payment;
    insert into dossier (id, code, agencies, origin, status, head_seq, facts) select n, 'D-' || n, '{H15.50}', 'igate', 'accepted', 1, '' from generate_series(1, ${PAYMENTS}) as n;
    insert into timeline_entry (dossier_id, seq, kind, occurred_at, recorded_at, source, event_id)
      select id, 1, case when id % 1000 = 0 then 'payment' else 'status' end, now(), now(), 'igate', 'e-' || id from dossier;
    analyze`);
});
afterAll(() => database.drop());

const thisMonth = `_${new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 7).replace('-', '')}`;

/** Big tables that what `run` asks reads from end to end. */
async function readWhole(run: (db: Queryable) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  const visit = (node: PlanNode): void => {
    const name = node['Relation Name'] ?? '';
    // The months before and after this one are empty.
    const relation = name.replace(thisMonth, '');
    if (node['Node Type'] === 'Seq Scan' && BIG.has(relation)) found.push(relation);
    for (const child of node.Plans ?? []) visit(child);
  };
  const explain = async ({ text, values }: { text: string; values: unknown[] }) => {
    const { rows } = await database.pool.query(`explain (format json) ${text}`, values);
    visit((rows[0]['QUERY PLAN'] as { Plan: PlanNode }[])[0]!.Plan);
    return { rows: [], rowCount: 0 };
  };
  await run({ query: explain } as unknown as Queryable);
  return found;
}

const now = Date.now();
const period = { from: now - 86_400_000, to: now, own: ['H15', 'H15.50'], agency: null };
const elsewhere = { providers: ['p'], destination: 'national-portal' };

it.each<[string, (db: Queryable) => Promise<unknown>]>([
  ['asking whether a fee is being paid', (db) => store.competing(db, 'D-7', ['LP01'])],
  ['reading a payment', (db) => store.findPayment(db, randomUUID())],
  ['the payments of a dossier', (db) => store.paymentsOfDossier(db, 'D-7')],
  ['finding payments by their references', (db) => store.paymentIds(db, ['LT1', 'RLT2'])],
  ['locking payments', (db) => store.lockPayments(db, [randomUUID()])],
  ['what happened to a payment', (db) => store.readEvents(db, randomUUID())],
  ['taking what is due', (db) => store.claimDue(db, 'p', { now, until: now, limit: 8 })],
  ['the refunds of a payment', (db) => refundsOf(db, [randomUUID()])],
  ['lines that are known', (db) => knownLines(db, 'p', ['LT1', 'LT2'])],
  ['a page of the match', (db) => paymentsOf(db, period, null, 100)],
  ['a page of a file’s payments', (db) => paymentsOfFile(db, 1, randomUUID(), 100)],
  ['a page of money that nobody asked for', (db) => unknownLinesOf(db, period, { settlementId: 1, line: 5 }, 100)],
  ['a page of what was paid elsewhere', (db) => paidElsewhere(db, period, elsewhere, null, 100)],
])('%s reads no big table whole', async (_title, run) => {
  expect(await readWhole(run)).toEqual([]);
});
