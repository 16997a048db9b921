/** @module Asks for a payment: once for each act, and never while another of the same fees is not decided. */
import { randomBytes } from 'node:crypto';
import type { FeeItem, Payer, PaymentProvider } from '../capabilities/payments.ts';
import { toCompactTime } from '../connector/compact-time.ts';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import type { DossierRecord } from '../dossiers/read-store.ts';
import { fail } from '../errors.ts';
import { askAbout, openPage, payerOf } from './ask.ts';
import { change } from './change.ts';
import type { PaymentsDeps } from './deps.ts';
import { anew, isOpen, isPaid } from './lifecycle.ts';
import type { PaymentInput } from './shape.ts';
import {
  addEvents,
  competing,
  findPayment,
  holdDossier,
  insertPayment,
  type PaymentRecord,
  paymentsOfDossier,
} from './store.ts';

/** One call's wish, by its act. */
export interface PaymentWish {
  readonly actId: string;
  readonly clientId: string;
  readonly provider: string;
  readonly dossier: DossierRecord;
  readonly input: PaymentInput;
  /** Where the call came from, when the payer's own address is not told. */
  readonly remoteAddress: string;
  readonly signal: AbortSignal;
}

/**
 * Gives the payment of an act: asked for now, or as it has become since.
 * @throws GatewayError payment-open, payment-made, payment-account-unknown, validation
 * @throws UpstreamError where the platform was not reached or would not have it; the same act may be repeated
 */
export async function requestPayment(deps: PaymentsDeps, wish: PaymentWish): Promise<PaymentRecord> {
  const provider = deps.providers.get(wish.provider)!;
  const known = await findPayment(deps.pool, wish.actId);
  if (known) return goOn(deps, provider, known, wish.signal);
  const record = newRecord(deps, wish, await paidFees(deps.pool, wish.dossier.code ?? ''));
  const isNew = await inTransaction(deps.pool, async (client) => {
    await holdDossier(client, record.dossierCode);
    refuseSecond(
      await competing(
        client,
        record.dossierCode,
        record.items.map(({ code }) => code),
      ),
      record.id,
    );
    const inserted = await insertPayment(client, record);
    const requested = { at: record.createdAt, kind: 'requested', state: record.payment.state, details: {} };
    if (inserted) await addEvents(client, [{ paymentId: record.id, ...requested }]);
    return inserted;
  });
  return isNew ? openPage(deps, provider, record, wish.signal) : (await findPayment(deps.pool, record.id))!;
}

/** The act was begun before: what never reached the platform is sent, what may have is asked about. */
async function goOn(
  deps: PaymentsDeps,
  provider: PaymentProvider,
  known: PaymentRecord,
  signal: AbortSignal,
): Promise<PaymentRecord> {
  const { payment } = known;
  if (payment.state === 'failed' && payment.cause === 'not-asked') {
    const now = deps.now();
    const record = await askedAnew(deps, known, now);
    return openPage(deps, provider, record, signal);
  }
  const isUndecided = payment.state === 'created' || (payment.state === 'unknown' && payment.pageUrl === null);
  return isUndecided ? askAbout(deps, provider, known, signal) : known;
}

async function askedAnew(deps: PaymentsDeps, known: PaymentRecord, now: number): Promise<PaymentRecord> {
  await inTransaction(deps.pool, async (client) => {
    await holdDossier(client, known.dossierCode);
    refuseSecond(
      await competing(
        client,
        known.dossierCode,
        known.items.map(({ code }) => code),
      ),
      known.id,
    );
  });
  return change(deps.pool, known.id, now, { kind: 'requested', details: { again: true } }, (one) => ({
    ...one,
    payment: anew(one.payment, now, deps.settings.pageMs),
    nextAt: now + deps.settings.askAfterMs,
  }));
}

/** Nobody is told to pay again while a payment of theirs may still come, and nobody pays a fee twice. */
function refuseSecond(others: readonly PaymentRecord[], own: string): void {
  const other = others.find(({ id }) => id !== own);
  if (!other) return;
  const { payment, id } = other;
  const extra = { paymentId: id, state: payment.state };
  if (isPaid(payment))
    fail('payment-made', {
      extra,
      detail: `The fee is paid by payment ${id}.`,
      detailVi: `Khoản phí đã được thanh toán bằng giao dịch ${id}.`,
    });
  fail('payment-open', {
    extra,
    retryAfter: 30,
    detail: isOpen(payment)
      ? `Payment ${id} for these fees is ${payment.state}: it is asked about until it is decided.`
      : `Money of payment ${id} for these fees has left its payer (${payment.state}): it is recorded or given back first.`,
    detailVi: isOpen(payment)
      ? `Giao dịch ${id} cho các khoản này đang ở trạng thái ${payment.state}: hệ thống hỏi lại đến khi rõ kết quả.`
      : `Giao dịch ${id} cho các khoản này đã trừ tiền (${payment.state}): cần ghi nhận hoặc hoàn tiền trước.`,
  });
}

function newRecord(deps: PaymentsDeps, wish: PaymentWish, paid: ReadonlySet<string>): PaymentRecord {
  const { dossier, input } = wish;
  const now = deps.now();
  const agencyCode = dossier.fields.routing?.receiving ?? dossier.agencyCode;
  const { procedureCode } = dossier;
  if (agencyCode === null || procedureCode === null || dossier.code === null)
    fail('conflict', {
      detail: 'The dossier’s procedure and agency are not known yet.',
      detailVi: 'Chưa rõ thủ tục và cơ quan của hồ sơ.',
    });
  const account = deps.accountOf(agencyCode);
  if (account === null)
    fail('payment-account-unknown', {
      detail: `No account to credit is known for agency ${agencyCode}.`,
      detailVi: `Chưa khai báo tài khoản thụ hưởng của cơ quan ${agencyCode}.`,
    });
  const items = itemsOf(wish, paid);
  return {
    id: wish.actId,
    reference: newReference(now),
    provider: wish.provider,
    clientId: wish.clientId,
    dossierCode: dossier.code,
    procedureCode,
    agencyCode,
    agencies: dossier.agencies,
    items,
    account,
    bankCode: input.bankCode ?? null,
    payer: deps.seal.close(JSON.stringify(payer(wish)), payerOf(wish.actId)),
    createdAt: now,
    payment: {
      state: 'created',
      cause: null,
      amount: items.reduce((sum, { amount }) => sum + amount, 0),
      askedAt: now,
      expiresAt: now + deps.settings.pageMs,
      pageUrl: null,
      debits: [],
      paidAt: null,
      asked: null,
      receipt: 'none',
    },
    billUrl: null,
    toldAt: null,
    takenBackAt: null,
    portalShows: null,
    portalSeenAt: null,
    nextAt: now + deps.settings.askAfterMs,
    intervalMs: 0,
  };
}

/** The fees of a dossier that were paid through this gateway. */
async function paidFees(db: Queryable, dossierCode: string): Promise<ReadonlySet<string>> {
  const paid = (await paymentsOfDossier(db, dossierCode)).filter(({ payment }) => isPaid(payment));
  return new Set(paid.flatMap(({ items }) => items.map(({ code }) => code)));
}

/** What is paid for: as the call says, else the dossier's own fees that were not paid. */
function itemsOf({ input, dossier }: PaymentWish, paid: ReadonlySet<string>): readonly FeeItem[] {
  const own = (dossier.fields.fees ?? [])
    .filter(({ code, amount, paidVia }) => amount > 0 && !paidVia && !paid.has(code))
    .map(({ code, name, kind, amount }) => ({ code, name, kind, amount }));
  const items = input.fees ?? own;
  if (items.length > 0) return items;
  fail('validation', {
    violations: [
      {
        path: '$.fees',
        message: 'hồ sơ không còn khoản phải nộp / the dossier has no fee that is not paid: name the fees',
      },
    ],
  });
}

function payer({ input, dossier, remoteAddress }: PaymentWish): Payer {
  const given = input.payer ?? dossier.fields.applicant;
  if (!given)
    fail('validation', { violations: [{ path: '$.payer', message: 'chưa rõ người nộp / the payer is not known' }] });
  return {
    name: given.name,
    personalId: given.personalId ?? null,
    address: given.address ?? null,
    ip: input.payer?.ip ?? remoteAddress,
  };
}

/** Twenty letters and digits, unique for ever; its time makes it findable by people. */
const newReference = (now: number): string =>
  `LT${toCompactTime(now).slice(2)}${randomBytes(3).toString('hex').toUpperCase()}`;
