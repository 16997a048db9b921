/** @module The three-way match over a period: each reference with its outcomes, and what they come to for each agency. */

import type { Queryable } from '../db/queryable.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { DAY, MINUTE } from '../units.ts';
import { type Evidence, type MatchRules, match, type Outcome } from './match.ts';
import {
  type ElsewherePaid,
  type PaymentEvidence,
  type Period,
  paidElsewhere,
  paymentsOf,
  type UnknownLine,
  unknownLinesOf,
} from './report-store.ts';

export const RULES: MatchRules = {
  settleWorkingDays: 2,
  refundWorkingDays: 5,
  receiptWorkingDays: 3,
  tellWithin: 10 * MINUTE,
};

/** One reference, the gravest outcome first. */
export interface Matched {
  /** Where a reader goes on after it. */
  readonly cursor: string;
  readonly outcomes: readonly Outcome[];
  readonly paymentId: string | null;
  readonly reference: string | null;
  readonly dossierCode: string | null;
  readonly agencyCode: string | null;
  readonly amount: number | null;
  readonly since: number;
  /** What each side says. */
  readonly recorded: { readonly state: string; readonly amount: number } | null;
  readonly asked: { readonly status: string; readonly amount: number | null; readonly at: number } | null;
  readonly settled: { readonly payments: number; readonly refunds: number; readonly amount: number } | null;
  /** Where it was paid, when not through this gateway. */
  readonly paidAt: string | null;
}

export interface ReportDeps {
  readonly db: Queryable;
  readonly calendarOf: (agencyCode: string | null) => Calendar;
  readonly providers: readonly string[];
  readonly destination: string;
  readonly now: () => number;
}

/** Rows that are read at once. */
export const PAGE = 1_000;

/** Everything of the period in a fixed order, from a cursor on: payments, then money nobody asked for, then what was paid elsewhere. */
export async function* matchedOf(deps: ReportDeps, period: Period, cursor: string | null): AsyncGenerator<Matched> {
  const [stage = 'p', a = '', b = ''] = (cursor ?? '').split('~');
  if (cursor === null || stage === 'p') {
    const after = cursor === null ? null : { createdAt: Number(a), id: b };
    for await (const one of paged((last: PaymentEvidence | null) => paymentsOf(deps.db, period, last ?? after, PAGE)))
      yield ofPayment(deps, one);
  }
  if (cursor === null || stage !== 'e') {
    const after = stage === 'u' ? { settlementId: Number(a), line: Number(b) } : null;
    for await (const one of paged((last: UnknownLine | null) => unknownLinesOf(deps.db, period, last ?? after, PAGE)))
      yield ofUnknownLine(one);
  }
  const after = stage === 'e' ? { dossierId: Number(a), seq: Number(b) } : null;
  for await (const one of paged((last: ElsewherePaid | null) =>
    paidElsewhere(deps.db, period, deps, last ?? after, PAGE),
  ))
    yield ofElsewhere(deps, one);
}

export async function* paged<T>(page: (last: T | null) => Promise<readonly T[]>): AsyncGenerator<T> {
  for (let last: T | null = null; ; ) {
    const rows: readonly T[] = await page(last);
    yield* rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)!;
  }
}

/** A cursor of ours, and nothing else. */
export const CURSOR = /^(?:p~\d{1,15}(?:\.\d+)?~[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[ue]~\d{1,15}~\d{1,9})$/;

/** Everything that is known of a payment, as the match takes it. */
export const evidenceOf = (one: PaymentEvidence): Evidence => {
  const standing = one.debits.filter(({ refund }) => refund !== 'refunded');
  return {
    recorded: {
      state: one.state,
      amount: one.amount,
      paidAmount: one.paidAt === null ? null : (one.debits[0]?.amount ?? null),
      paidAt: one.paidAt,
      debits: standing.length,
      hasTwin: one.hasTwin,
      refunds: one.refunds,
      receipt: one.receipt,
    },
    asked: one.asked,
    settlement: one.settlement,
    dossierToldAt: one.toldAt,
    portalShows: one.portalShows,
  };
};

export function ofPayment({ now, calendarOf }: Pick<ReportDeps, 'now' | 'calendarOf'>, one: PaymentEvidence): Matched {
  const debits = one.settlement.filter(({ kind }) => kind === 'payment');
  return {
    cursor: `p~${one.createdAt}~${one.id}`,
    outcomes: match(evidenceOf(one), RULES, now(), calendarOf(one.agencyCode)),
    paymentId: one.id,
    reference: one.reference,
    dossierCode: one.dossierCode,
    agencyCode: one.agencyCode,
    amount: one.amount,
    since: one.paidAt ?? one.createdAt,
    recorded: { state: one.state, amount: one.amount },
    asked: one.asked,
    settled:
      one.settlement.length === 0
        ? null
        : {
            payments: debits.length,
            refunds: one.settlement.length - debits.length,
            amount: one.settlement.reduce((sum, { kind, amount }) => sum + (kind === 'refund' ? -amount : amount), 0),
          },
    paidAt: null,
  };
}

const ofUnknownLine = (one: UnknownLine): Matched => ({
  cursor: `u~${one.settlementId}~${one.line}`,
  outcomes: ['settled-unknown-to-us'],
  paymentId: null,
  reference: one.reference,
  dossierCode: null,
  agencyCode: one.agencyCode,
  amount: one.amount,
  since: Date.parse(`${one.settledOn}T00:00:00+07:00`),
  recorded: null,
  asked: null,
  settled: { payments: 1, refunds: 0, amount: one.amount },
  paidAt: null,
});

/** Another system took the money: what is left to hold against it is the portal. */
function ofElsewhere({ now }: ReportDeps, one: ElsewherePaid): Matched {
  const isLate = now() > one.recordedAt + RULES.tellWithin;
  const outcome: Outcome = one.acknowledged === false ? (isLate ? 'portal-not-told' : 'expected') : 'matched';
  return {
    cursor: `e~${one.dossierId}~${one.seq}`,
    outcomes: [outcome],
    paymentId: null,
    reference: one.reference,
    dossierCode: one.dossierCode,
    agencyCode: one.agencyCode,
    amount: one.amount,
    since: one.recordedAt,
    recorded: null,
    asked: null,
    settled: null,
    paidAt: one.source,
  };
}

/** What the gravest outcomes come to. */
export interface Tally {
  readonly agencyCode: string | null;
  readonly references: number;
  readonly amount: number;
  readonly outcomes: Partial<Record<Outcome, { count: number; amount: number }>>;
}

/** Adds one reference to its agency's tally, by its gravest outcome, so that the parts add up to the whole. */
export function tallied(tallies: Map<string, Tally>, { agencyCode, amount, outcomes }: Matched): void {
  const key = agencyCode ?? '';
  const before = tallies.get(key) ?? { agencyCode, references: 0, amount: 0, outcomes: {} };
  const outcome = outcomes[0]!;
  const part = before.outcomes[outcome] ?? { count: 0, amount: 0 };
  tallies.set(key, {
    agencyCode,
    references: before.references + 1,
    amount: before.amount + (amount ?? 0),
    outcomes: { ...before.outcomes, [outcome]: { count: part.count + 1, amount: part.amount + (amount ?? 0) } },
  });
}

/** Longer periods are several calls. */
export const LONGEST_PERIOD = 366 * DAY;
