/** @module The `exchange` capability: dossiers handed to a ministry's system and followed there, and the vocabulary in which its connector tells of them. */
import type { EventCommand } from '../dossiers/commands.ts';
import { dossierCodeFault } from '../dossiers/identifiers.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import type { Content, ContentKind, Paper } from './exchange-content.ts';

export type { EventCommand } from '../dossiers/commands.ts';
export type { Obligation } from '../dossiers/obligations.ts';
export type { DossierFields } from '../dossiers/shape.ts';
export { agencyCode, CHANNELS, dossierCode, instant, type WebhookData, webhookData } from '../dossiers/shape.ts';
export type { EntryBody } from '../dossiers/state.ts';
export type { Outcome } from '../dossiers/status.ts';
export type * from './exchange-content.ts';

/** A dossier as it is registered here; times are epoch milliseconds. */
export interface HandedDossier {
  readonly code: string;
  readonly procedureCode: string;
  readonly procedureName: string;
  readonly fields: DossierFields;
  readonly receivedAt: number;
  readonly appointmentAt: number | null;
}

/** A dossier with everything that its system needs of it. */
export interface Submission {
  readonly dossier: HandedDossier;
  readonly content: Content;
  readonly papers: readonly Paper[];
}

/** What is done with a dossier there; all but the first presuppose that the system has it. */
export const EXCHANGE_ACTS = ['submit', 'supplement', 'withdraw', 'hand-over', 'wrong-result'] as const;
export type ExchangeAct = (typeof EXCHANGE_ACTS)[number];

/** What the citizen added, as the system asked. */
export interface Supplementing {
  readonly note: string | null;
  readonly papers: readonly Paper[];
  readonly newAppointmentAt: number | null;
  readonly at: number;
}

/** What each act carries beside the dossier. */
export interface ActDetails {
  readonly submit: { readonly at: number };
  readonly supplement: Supplementing;
  readonly withdraw: { readonly reason: string; readonly at: number };
  /** The result was handed to the citizen. */
  readonly 'hand-over': { readonly at: number };
  readonly 'wrong-result': { readonly reason: string; readonly papers: readonly Paper[]; readonly at: number };
}

/** A dossier that was handed over. */
export interface Exchanged {
  /** Its number there; null where the answer that told it was lost. */
  readonly number: string | null;
  /** As it was last sent. */
  readonly submission: Submission;
}

/** What became of an act whose answer was lost. */
export type Found =
  | { readonly state: 'done'; readonly number: string }
  | { readonly state: 'not-done' }
  /** The system cannot tell; where doing the same again changes nothing there, that is how it is asked. */
  | { readonly state: 'unclear'; readonly mayRepeat: boolean };

/** A step that its system tells of; what is absent it does not say. */
export type TrackedStep = Pick<EventCommand, 'kind' | 'occurredAt'> & {
  /** The same whenever the same step is told. */
  readonly eventId: string;
} & Partial<Pick<EventCommand, 'status' | 'reason' | 'outcome' | 'appointment' | 'body'>>;

/** Where a dossier is, as its system tells when it is asked. */
export interface Tracked {
  readonly steps: readonly TrackedStep[];
  /** The system's own word for it, for people. */
  readonly statusThere: string | null;
  /** Nothing more will come. */
  readonly ended: boolean;
  /** Why this dossier's record could not be read, beside others that could; in the system's words. */
  readonly fault: string | null;
}

/** A dossier that is asked about. */
export interface TrackedRef {
  readonly number: string;
  readonly kind: ContentKind;
}

/** What came of a dossier (kết quả giải quyết). */
export interface ExchangeResult {
  readonly name: string;
  readonly number: string | null;
  readonly issuedOn: string | null;
  readonly file: { readonly name: string; readonly mediaType: string; readonly data: string } | null;
  readonly link: string | null;
}

/** A ministry's system to which dossiers are handed over. A failed call is an `UpstreamError` that says whether the work may have been done. */
export interface ExchangeProvider {
  /** The connector that stands behind it. */
  readonly name: string;
  readonly takes: readonly ContentKind[];
  /** Hands over a dossier; answers its number there. The same again changes nothing there. */
  submit(submission: Submission): Promise<string>;
  /** The other acts, where the system has them. */
  readonly acts: {
    readonly [A in Exclude<ExchangeAct, 'submit'>]?: (item: Exchanged, details: ActDetails[A]) => Promise<void>;
  };
  /** Asks what became of an act whose answer was lost. */
  wasDone<A extends ExchangeAct>(act: A, item: Exchanged, details: ActDetails[A]): Promise<Found>;
  /** How it is followed, where it never calls. */
  readonly track?: {
    readonly batch: number;
    readonly minMs: number;
    readonly maxMs: number;
    /** Answers in the order of the question. */
    read(refs: readonly TrackedRef[]): Promise<readonly Tracked[]>;
  };
  /** Fetches what came of a dossier; a system without it tells of results in its pushes. */
  results?(item: Exchanged, signal: AbortSignal): Promise<readonly ExchangeResult[]>;
}

/** An event with only what its system says; everything else is absent. */
export type Told = Pick<EventCommand, 'source' | 'ref' | 'operation' | 'kind' | 'occurredAt' | 'opens'> &
  Partial<EventCommand>;

/**
 * A push as an event of the timeline. Its faults are quarantined, so that one bad event of a message holds up no other;
 * no agencies bind it, since its own declaration does.
 */
export function told(event: Told): EventCommand {
  return {
    type: 'event',
    eventId: null,
    bodyDigest: null,
    status: null,
    reason: null,
    outcome: null,
    appointment: null,
    body: null,
    known: null,
    onFault: 'quarantine',
    agencies: null,
    ...event,
  };
}

/** The text where it has the form of a dossier code, else null: an outside number is then only an alias. */
export const asDossierCode = (text: string): string | null => (dossierCodeFault(text) === null ? text : null);

/** The members that say something; null where none does. */
export function saying<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } | null {
  const kept = Object.entries(members).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return kept.length === 0 ? null : (Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> });
}
