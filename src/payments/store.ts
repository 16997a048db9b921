/** @module SQL of payments: one function per statement. Times are epoch milliseconds. */
import type { BeneficiaryAccount, FeeItem } from '../capabilities/payments.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Asked, Cause, Debit, Payment, PaymentState, Receipt } from './lifecycle.ts';

/** A payment as it is kept: what was asked for, what it is, and who was told. */
export interface PaymentRecord {
  readonly id: string;
  readonly reference: string;
  readonly provider: string;
  readonly clientId: string;
  readonly dossierCode: string;
  readonly procedureCode: string;
  readonly agencyCode: string;
  readonly agencies: readonly string[];
  readonly items: readonly FeeItem[];
  readonly account: BeneficiaryAccount;
  readonly bankCode: string | null;
  /** The payer, sealed under the payment's id. */
  readonly payer: Buffer;
  readonly createdAt: number;
  readonly payment: Payment;
  readonly billUrl: string | null;
  readonly toldAt: number | null;
  readonly takenBackAt: number | null;
  readonly portalShows: boolean | null;
  readonly portalSeenAt: number | null;
  readonly nextAt: number | null;
  readonly intervalMs: number;
}

type Row = Omit<PaymentRecord, 'payment'> & {
  readonly state: PaymentState;
  readonly cause: Cause | null;
  readonly amount: number;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly pageUrl: string | null;
  readonly debits: readonly Debit[];
  readonly paidAt: number | null;
  readonly asked: Asked | null;
  readonly receipt: Receipt;
};

const COLUMNS = `
  id, reference, provider, client_id as "clientId", dossier_code as "dossierCode", procedure_code as "procedureCode", agency_code as "agencyCode",
  agencies, items, account, bank_code as "bankCode", payer, created_at as "createdAt", state, cause, amount, asked_at as "askedAt",
  expires_at as "expiresAt", page_url as "pageUrl", debits, paid_at as "paidAt", asked, receipt, bill_url as "billUrl", told_at as "toldAt",
  taken_back_at as "takenBackAt", portal_shows as "portalShows", portal_seen_at as "portalSeenAt", next_at as "nextAt", interval_ms as "intervalMs"`;

function recordOf({ state, cause, amount, askedAt, expiresAt, pageUrl, debits, paidAt, asked, receipt, ...row }: Row) {
  const payment: Payment = { state, cause, amount, askedAt, expiresAt, pageUrl, debits, paidAt, asked, receipt };
  return { ...row, payment } satisfies PaymentRecord;
}

const time = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;

/** Two payments of one dossier are not asked for at once: the second sees the first. Held until the transaction ends. */
export async function holdDossier(db: Queryable, dossierCode: string): Promise<void> {
  await db.query("select pg_advisory_xact_lock(hashtextextended('payment ' || $1, 0))", [dossierCode]);
}

/** Payments of the dossier for any of these fees that are open or paid. */
export async function competing(
  db: Queryable,
  dossierCode: string,
  feeCodes: readonly string[],
): Promise<PaymentRecord[]> {
  const { rows } = await db.query<Row>({
    name: 'payment-competing',
    text: `select ${COLUMNS} from payment
           where dossier_code = $1 and fee_codes && $2::text[] and state not in ('failed', 'refunded') order by created_at`,
    values: [dossierCode, feeCodes],
  });
  return rows.map(recordOf);
}

/** @returns false where this act has its payment already */
export async function insertPayment(db: Queryable, record: PaymentRecord): Promise<boolean> {
  const { payment } = record;
  const { rowCount } = await db.query({
    name: 'payment-insert',
    text: `
      insert into payment (id, reference, provider, client_id, dossier_code, procedure_code, agency_code, agencies, items, fee_codes, amount, account,
        bank_code, payer, created_at, asked_at, expires_at, state, next_at, interval_ms)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, ${time('$15')}, ${time('$16')}, ${time('$17')}, $18, ${time('$19')}, $20)
      on conflict (id) do nothing`,
    values: [
      record.id,
      record.reference,
      record.provider,
      record.clientId,
      record.dossierCode,
      record.procedureCode,
      record.agencyCode,
      record.agencies,
      JSON.stringify(record.items),
      record.items.map(({ code }) => code),
      payment.amount,
      JSON.stringify(record.account),
      record.bankCode,
      record.payer,
      record.createdAt,
      payment.askedAt,
      payment.expiresAt,
      payment.state,
      record.nextAt,
      record.intervalMs,
    ],
  });
  return rowCount === 1;
}

export async function findPayment(db: Queryable, id: string): Promise<PaymentRecord | null> {
  const { rows } = await db.query<Row>({
    name: 'payment-find',
    text: `select ${COLUMNS} from payment where id = $1`,
    values: [id],
  });
  return rows[0] ? recordOf(rows[0]) : null;
}

/** The payments of a dossier, the newest first. */
export async function paymentsOfDossier(db: Queryable, dossierCode: string): Promise<PaymentRecord[]> {
  const { rows } = await db.query<Row>({
    name: 'payment-of-dossier',
    text: `select ${COLUMNS} from payment where dossier_code = $1 order by created_at desc limit 200`,
    values: [dossierCode],
  });
  return rows.map(recordOf);
}

/** The payment that a reference names: its own, or that of one of its refunds. */
export async function paymentIds(db: Queryable, references: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ reference: string; id: string }>({
    name: 'payment-ids',
    text: `select reference, id from payment where reference = any($1::text[])
           union all select reference, payment_id from payment_refund where reference = any($1::text[])`,
    values: [references],
  });
  return new Map(rows.map(({ reference, id }) => [reference, id]));
}

/** Reads them and keeps others from changing them until the transaction ends; in the order of ids, so that two never wait for each other in a ring. */
export async function lockPayments(db: Queryable, ids: readonly string[]): Promise<PaymentRecord[]> {
  const { rows } = await db.query<Row>({
    name: 'payment-lock',
    text: `select ${COLUMNS} from payment where id = any($1::uuid[]) order by id for no key update`,
    values: [ids],
  });
  return rows.map(recordOf);
}

/** Writes what may change of locked payments. */
export async function savePayments(db: Queryable, records: readonly PaymentRecord[]): Promise<void> {
  const rows = records.map(({ payment, ...record }) => ({
    ...payment,
    id: record.id,
    billUrl: record.billUrl,
    toldAt: record.toldAt,
    takenBackAt: record.takenBackAt,
    portalShows: record.portalShows,
    portalSeenAt: record.portalSeenAt,
    nextAt: record.nextAt,
    intervalMs: record.intervalMs,
  }));
  await db.query({
    name: 'payment-save',
    text: `
      update payment p set asked_at = ${time('r."askedAt"')}, expires_at = ${time('r."expiresAt"')}, state = r.state, cause = r.cause, page_url = r."pageUrl", debits = r.debits, paid_at = ${time('r."paidAt"')},
        asked = r.asked, receipt = r.receipt, bill_url = r."billUrl", told_at = ${time('r."toldAt"')}, taken_back_at = ${time('r."takenBackAt"')},
        portal_shows = r."portalShows", portal_seen_at = ${time('r."portalSeenAt"')}, next_at = ${time('r."nextAt"')}, interval_ms = r."intervalMs"
      from json_to_recordset($1::json) as r (id uuid, "askedAt" float8, "expiresAt" float8, state text, cause text, "pageUrl" text, debits jsonb, "paidAt" float8, asked jsonb, receipt text,
        "billUrl" text, "toldAt" float8, "takenBackAt" float8, "portalShows" boolean, "portalSeenAt" float8, "nextAt" float8, "intervalMs" bigint)
      where p.id = r.id`,
    values: [JSON.stringify(rows)],
  });
}

/** Something that happened to a payment, with the state it led to. */
export interface PaymentEvent {
  readonly at: number;
  readonly kind: string;
  readonly state: PaymentState;
  /** No personal data. */
  readonly details: Readonly<Record<string, unknown>>;
}

export async function addEvents(
  db: Queryable,
  events: readonly (PaymentEvent & { readonly paymentId: string })[],
): Promise<void> {
  await db.query({
    name: 'payment-event-add',
    text: `
      insert into payment_event (payment_id, at, kind, state, details)
      select "paymentId", ${time('at')}, kind, state, details
      from json_to_recordset($1::json) as r ("paymentId" uuid, at float8, kind text, state text, details jsonb)`,
    values: [JSON.stringify(events)],
  });
}

export async function readEvents(db: Queryable, paymentId: string): Promise<PaymentEvent[]> {
  const { rows } = await db.query<PaymentEvent>({
    name: 'payment-event-read',
    text: 'select at, kind, state, details from payment_event where payment_id = $1 order by id',
    values: [paymentId],
  });
  return rows;
}

/** Payments of a platform that are due, the longest waiting first; nobody else gets them before `until`. */
export async function claimDue(
  db: Queryable,
  provider: string,
  { now, until, limit }: { readonly now: number; readonly until: number; readonly limit: number },
): Promise<PaymentRecord[]> {
  const { rows } = await db.query<Row>({
    name: 'payment-claim',
    text: `
      update payment set next_at = ${time('$3')}
      where id = any(array(
        select id from payment where next_at <= ${time('$2')} and provider = $1 order by next_at limit $4 for no key update skip locked))
      returning ${COLUMNS}`,
    values: [provider, now, until, limit],
  });
  return rows.map(recordOf);
}

/** When each is looked at again; what was made due meanwhile – by a notice, a refund, a file – stays so. */
export async function scheduleNext(
  db: Queryable,
  nexts: readonly {
    readonly id: string;
    readonly claimedUntil: number;
    readonly nextAt: number | null;
    readonly intervalMs: number;
  }[],
): Promise<void> {
  await db.query({
    name: 'payment-schedule',
    text: `
      update payment p set next_at = ${time('r."nextAt"')}, interval_ms = r."intervalMs"
      from json_to_recordset($1::json) as r (id uuid, "claimedUntil" float8, "nextAt" float8, "intervalMs" bigint)
      where p.id = r.id and p.next_at = ${time('r."claimedUntil"')}`,
    values: [JSON.stringify(nexts)],
  });
}
