/** @module The `payments` capability: what the payments' domain asks of a payment platform, in the gateway's terms. Times are epoch milliseconds, money whole đồng. */
import type { Violation } from '../errors.ts';

export type { Violation };

/** One fee (phí) or charge (lệ phí) that a payment is for. */
export interface FeeItem {
  readonly code: string;
  readonly name: string;
  readonly kind: 'fee' | 'charge';
  readonly amount: number;
}

export interface Payer {
  readonly name: string;
  readonly personalId: string | null;
  readonly address: string | null;
  /** The network address that the payer pays from. */
  readonly ip: string;
}

/** The account that is paid (tài khoản thụ hưởng). */
export interface BeneficiaryAccount {
  readonly number: string;
  readonly bankCode: string;
  readonly holder: string;
}

/** What a payer is to pay. */
export interface PaymentRequest {
  /** Ours, and unique for ever: the platform and the bank know the payment by it. */
  readonly reference: string;
  /** When it was first asked for; a repeat carries the same time. */
  readonly askedAt: number;
  readonly amount: number;
  readonly dossierCode: string;
  readonly procedure: { readonly code: string; readonly name: string };
  readonly agency: { readonly code: string; readonly name: string };
  readonly account: BeneficiaryAccount;
  readonly payer: Payer;
  readonly items: readonly FeeItem[];
  /** The bank that the payer chose; null lets the platform ask. */
  readonly bankCode: string | null;
}

/** `waiting`: nobody has paid yet; `unclear`: the platform itself does not know; `absent`: it knows no such payment. */
export type ReportedStatus = 'waiting' | 'paid' | 'failed' | 'unclear' | 'absent';

/** What the platform says of a payment, when asked or by itself. */
export interface PaymentReport {
  readonly reference: string;
  readonly status: ReportedStatus;
  readonly transactionId: string | null;
  readonly amount: number | null;
  readonly bankCode: string | null;
  readonly at: number | null;
  /** Its own words, where it gave any. */
  readonly words: string | null;
}

/** Money that is to go back to its payer: always the whole of one transaction. */
export interface RefundRequest {
  readonly reference: string;
  readonly askedAt: number;
  /** The payment's reference, and the transaction under it that is given back. */
  readonly paymentReference: string;
  readonly transactionId: string;
  readonly amount: number;
  readonly reason: string;
}

/** What the platform says of a refund; `waiting`: under way there. */
export type RefundReport = Pick<PaymentReport, 'reference' | 'transactionId' | 'at' | 'words'> & {
  readonly status: 'waiting' | 'refunded' | 'refused' | 'absent';
};

/** One movement of money on a settlement file. */
export interface SettlementLine {
  readonly kind: 'payment' | 'refund';
  readonly reference: string;
  readonly transactionId: string;
  readonly amount: number;
  readonly bankCode: string | null;
  readonly agencyCode: string | null;
  readonly at: number;
  /** The day on which the bank credited it, `YYYY-MM-DD`. */
  readonly settledOn: string;
}

/** What a settlement file holds, in its order; `line` counts from 1. */
export type SettlementItem =
  | { readonly line: number; readonly is: 'line'; readonly read: SettlementLine }
  /** Named and passed over: one bad line never stops a run. */
  | { readonly line: number; readonly is: 'fault'; readonly faults: readonly Violation[] }
  /** What the file itself says that it holds: refunds count against payments. */
  | { readonly line: number; readonly is: 'total'; readonly lines: number; readonly sum: number };

/** A file that is no settlement file at all: its head lacks what every line needs. */
export class UnreadableSettlement extends Error {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super('the file is no settlement file');
    this.name = 'UnreadableSettlement';
    this.violations = violations;
  }
}

/** Each call throws `UpstreamError`, whose outcome says whether the work may have been done. */
export interface PaymentProvider {
  /** The connector that stands behind it. */
  readonly name: string;
  /** How the national portal counts a payment that was made here. */
  readonly paidVia: 'portal' | 'agency';
  /** Asks for a payment; the payer pays at the page. The same request again is the same payment. */
  create(request: PaymentRequest, signal?: AbortSignal): Promise<{ readonly pageUrl: string }>;
  query(payment: Pick<PaymentRequest, 'reference' | 'askedAt'>, signal?: AbortSignal): Promise<PaymentReport>;
  /** Where its receipt lies; null while there is none. */
  bill(payment: Pick<PaymentRequest, 'reference' | 'askedAt'>, signal?: AbortSignal): Promise<string | null>;
  refund(request: RefundRequest, signal?: AbortSignal): Promise<RefundReport>;
  queryRefund(refund: Pick<RefundRequest, 'reference' | 'askedAt'>, signal?: AbortSignal): Promise<RefundReport>;
  /** @throws UnreadableSettlement when the file as a whole cannot be read */
  readSettlement(file: AsyncIterable<Uint8Array>): AsyncIterable<SettlementItem>;
}
