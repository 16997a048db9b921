/** @module A dossier as the append works on it: its narrow row in memory, its facts, and what the append adds. */

import type { LimitOverride } from '../catalogue/limit.ts';
import type { Channel } from './channel.ts';
import type { Adoption } from './commands.ts';
import type { StatusFact } from './fold.ts';
import type { Obligation } from './obligations.ts';
import type { PaymentTold } from './paid.ts';
import type { DossierFields, Origin } from './shape.ts';
import type { Outcome, ReportedStatus, ShownStatus } from './status.ts';

/** A `claim` is what another writer told a destination of a dossier that is ours to tell of: kept, and believed by nobody. */
export const ENTRY_KINDS = [
  'status',
  'fields',
  'appointment',
  'payment',
  'result',
  'transfer',
  'void',
  'claim',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/**
 * What is remembered of each entry on the dossier's own row, so that folding a new one reads one row and no history.
 * Times are epoch milliseconds; short keys because every append rewrites them.
 */
export interface Fact {
  /** seq */
  readonly n: number;
  /** kind */
  readonly k: EntryKind;
  /** occurred at */
  readonly t: number;
  /** source */
  readonly s: string;
  /** event id */
  readonly e: string;
  /** digest of the content, to tell a repetition from a reuse of the id */
  readonly d: string;
  /** reported status */
  readonly st?: ReportedStatus;
  /** pause reason */
  readonly r?: string;
  /** outcome */
  readonly o?: Outcome;
  /** what a pause asks to be paid, or a resume says was paid */
  readonly g?: readonly Obligation[];
  /** appointment that the entry documents or computes */
  readonly a?: number;
  /** basis of that appointment */
  readonly b?: AppointmentBasis;
  /** seq that a void takes back */
  readonly v?: number;
  /** a payment that was made or given back */
  readonly p?: PaymentTold;
  /** the destination that shows it, where nobody told it: it was only seen; with a superseded dossier's code where it stands under that */
  readonly w?: string;
  /** how the dossier was submitted, as the system states where it was */
  readonly c?: Channel;
}

export type AppointmentBasis = 'slip' | 'ministry' | 'form-04' | 'computed';

/** Details of an entry that the fold does not need: document, officer, note, step times. */
export type EntryBody = Readonly<Record<string, unknown>>;

/** An entry to be written. */
export interface NewEntry {
  readonly dossierId: number;
  readonly seq: number;
  readonly kind: EntryKind;
  readonly status: ReportedStatus | null;
  readonly pauseReason: string | null;
  readonly occurredAt: number;
  readonly source: string;
  readonly eventId: string;
  readonly digest: string;
  readonly lateReported: boolean;
  readonly body: EntryBody | null;
}

export interface DossierState {
  readonly id: number;
  code: string | null;
  isNew: boolean;
  procedureCode: string | null;
  agencyCode: string | null;
  /** Receiving, resolving and returning agency, for rights and lists. */
  agencies: string[];
  channel: string | null;
  origin: Origin;
  incomplete: boolean;
  supersededBy: number | null;
  status: ShownStatus;
  pauseReason: string | null;
  pausedSince: number | null;
  outcome: Outcome | null;
  headSeq: number;
  facts: Fact[];
  submittedAt: number | null;
  receivedAt: number | null;
  appointmentAt: number | null;
  appointmentBasis: AppointmentBasis | null;
  /** A provincial cut or fast track for this dossier alone, by a numbered decision. */
  limitOverride: LimitOverride | null;
  finishedAt: number | null;
  /** Facts that were taken as told, to be verified; null where there are none. */
  unverified: string[] | null;
  createdAt: number;
  /** Read only for commands that need them; undefined otherwise. */
  fields: DossierFields | undefined;

  // What this batch adds.
  /** What an import of this batch takes its destinations to have. */
  adoption: Adoption | null;
  fieldsChanged: boolean;
  /** What is to be verified anew, for whom; or that nothing is any more. */
  verification: { readonly askedBy: string } | 'ended' | null;
  newAliases: { system: string; code: string }[];
  newEntries: NewEntry[];
}

/** Nobody told any of it: it is what a destination shows, with what the gateway counts from it. Nothing of it is owed there. */
export const isOnlySeen = (facts: readonly Pick<Fact, 's' | 'w'>[], destination: string): boolean =>
  facts.some(({ w }) => w === destination) && facts.every(({ s, w }) => w === destination || s === 'gateway');

/** The seqs that void entries took back. */
export function voidedSeqs(facts: readonly Fact[]): Set<number> {
  const voided = new Set<number>();
  for (const fact of facts) if (fact.v !== undefined) voided.add(fact.v);
  return voided;
}

/** The facts of kind status, as the fold takes them. */
export function statusFacts(facts: readonly Fact[]): StatusFact[] {
  const found: StatusFact[] = [];
  for (const fact of facts) {
    if (fact.k === 'status' && fact.st)
      found.push({
        seq: fact.n,
        at: fact.t,
        source: fact.s,
        eventId: fact.e,
        status: fact.st,
        reason: fact.r ?? null,
        outcome: fact.o ?? null,
        obligations: fact.g ?? null,
        isSeen: fact.w !== undefined,
      });
  }
  return found;
}
