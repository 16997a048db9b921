/** @module What can be asked of a dossier's timeline: commands, and the answer each one gets. */
import type { Channel } from './channel.ts';
import type { Obligation } from './obligations.ts';
import type { PaymentTold } from './paid.ts';
import type { DossierFields, Origin } from './shape.ts';
import type { AppointmentBasis, EntryBody, EntryKind } from './state.ts';
import type { Outcome, PauseWord, ReportedStatus, ShownStatus } from './status.ts';

/** How a sender names a dossier: by its code, or by a number of its own system. */
export interface DossierRef {
  readonly code: string | null;
  readonly alias: { readonly system: string; readonly code: string } | null;
}

/** What a destination shows of a dossier that somebody else has posted there. */
export interface Baseline {
  readonly destination: string;
  readonly status: ShownStatus;
  /** What kind of pause, with `paused`. */
  readonly pause: PauseWord | null;
  /** The status in the destination's own code. */
  readonly statusCode: string;
  /** Undefined where nobody has looked. */
  readonly appointmentAt: number | null | undefined;
  /** When it was so. */
  readonly asOf: number;
}

/** How much of an imported dossier its destinations are taken to have. */
export interface Adoption {
  /** `adopt`: everything, so that nothing is sent; `adopt-and-sync`: what the baseline says, else they are asked. */
  readonly mode: 'adopt' | 'adopt-and-sync';
  readonly baseline: Baseline | null;
}

/** Something that happened, from a webhook or from iGate. */
export interface EventCommand {
  readonly type: 'event';
  readonly source: string;
  readonly ref: DossierRef;
  /** The sender's own id, or null: then it is derived from source, dossier, operation, status, reason and time. */
  readonly eventId: string | null;
  readonly operation: string;
  /** Digest of the message where its time is a date only, so that two events of one day stay two. */
  readonly bodyDigest: string | null;
  readonly kind: EntryKind;
  readonly status: ReportedStatus | null;
  readonly reason: string | null;
  readonly outcome: Outcome | null;
  /** What a pause asks the citizen to pay, or a resume says was paid: a source's pause ends when nothing of its own is owed. */
  readonly obligations?: readonly Obligation[] | null;
  readonly occurredAt: number;
  readonly appointment: { readonly at: number; readonly basis: AppointmentBasis } | null;
  /** Of a `payment`: which one, and where it was made. */
  readonly payment?: PaymentTold;
  /** How the dossier was submitted, where its sender is the system that it was submitted to: it stands above what was registered. */
  readonly channel?: Channel;
  readonly body: EntryBody | null;
  /** The destination that shows it, where nobody told it: it is not sent back there. */
  readonly seenAt?: string;
  /** The origin as which this sender may open a dossier that nobody registered; null where it may not speak of unknown ones. */
  readonly opens: Origin | null;
  /** What the sender knows of the dossier, to open or complete it. */
  readonly known: DossierFields | null;
  /** A sender that does not retry gets its faults quarantined; one that hears the answer gets them refused. */
  readonly onFault: 'quarantine' | 'refuse';
  /** Agencies whose dossiers the sender may touch; null for a source bound by its declaration instead. */
  readonly agencies: readonly string[] | null;
  /** Of an import only. */
  readonly adoption?: Adoption;
}

/** PUT, POST or PATCH of a dossier, or a line of an import. */
export interface RegisterCommand {
  readonly type: 'register';
  readonly source: string;
  readonly code: string;
  readonly fields: DossierFields;
  /** 'put' registers or merges, 'create' refuses an existing one, 'patch' an absent one, 'complete' fills in an incomplete one, 'adopt' leaves a complete one as it is. */
  readonly mode: 'put' | 'create' | 'patch' | 'complete' | 'adopt';
  /** The head that the caller has read; `any` for whichever it is. */
  readonly ifMatch: number | 'any' | null;
  readonly reason: string | null;
  readonly agencies: readonly string[] | null;
  readonly author: string;
  /** The officer for whom registries are asked about what is unverified; the author where nobody is named. */
  readonly officer?: string | null;
  /** Of an import only. */
  readonly adoption?: Adoption;
  /** The destination that shows it, where nobody told it. */
  readonly seenAt?: string;
}

/** A wrong entry taken back by a person. */
export interface VoidCommand {
  readonly type: 'void';
  readonly code: string;
  readonly seq: number;
  readonly reason: string;
  readonly document: string | null;
  readonly author: string;
  readonly agencies: readonly string[] | null;
}

/** One dossier closed in favour of another; its entries go on under the survivor with their identities. */
export interface SupersedeCommand {
  readonly type: 'supersede';
  readonly code: string;
  readonly by: string;
  readonly reason: string;
  readonly author: string;
  readonly agencies: readonly string[] | null;
}

/** The appointment of an open dossier counted again because the calendar or a catalogue changed. */
export interface RecomputeCommand {
  readonly type: 'recompute';
  readonly code: string;
  /** What changed, e.g. `calendar-change:12`. */
  readonly cause: string;
}

export type Command = EventCommand | RegisterCommand | VoidCommand | SupersedeCommand | RecomputeCommand;

/** What a command came to. */
export type CommandResult =
  | {
      readonly outcome: 'accepted' | 'held' | 'unchanged';
      readonly dossierId: number;
      readonly code: string | null;
      readonly seq: number;
      readonly created: boolean;
    }
  | { readonly outcome: 'duplicate'; readonly dossierId: number; readonly seq: number }
  | { readonly outcome: 'quarantined'; readonly reason: QuarantineReason; readonly detail: string }
  | {
      readonly outcome: 'refused';
      readonly code: RefusalCode;
      readonly detail: string;
      /** For who reads Vietnamese, where it is said. */
      readonly detailVi?: string;
    };

export type QuarantineReason =
  | 'alias-ambiguous'
  | 'unmapped-code'
  | 'event-id-reused'
  | 'implausible-time'
  | 'unreadable'
  | 'unknown-dossier'
  | 'append-failed'
  | 'unverified-field';

export type RefusalCode =
  | QuarantineReason
  | 'dossier-not-found'
  | 'forbidden-agency'
  | 'alias-taken'
  | 'conflict'
  | 'precondition-required'
  | 'precondition-failed'
  | 'reason-required'
  | 'entry-not-found'
  | 'entry-not-voidable'
  | 'not-verifiable';
