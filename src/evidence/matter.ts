/** @module What an evidence pack says, as data: the shape of its JSON, and what makes two of them the same. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AddressBook, Contact } from '../incidents/parties.ts';
import type { DifferenceState } from '../reconciliation/difference-store.ts';
import type { DifferenceKind } from '../reconciliation/kinds.ts';

/** What one side shows, by the destination's own codes and with their names. Times are RFC 3339. */
export interface Shown {
  readonly status: string | null;
  readonly statusName: string | null;
  readonly appointmentAt: string | null;
  readonly progress:
    | readonly { readonly at: string; readonly status: string; readonly statusName: string; readonly text: string }[]
    | null;
}

/** What the other side shows, as it was fetched. */
export interface Fetched extends Shown {
  readonly fetchedAt: string;
  /** Of its answer as it came; null where the exchange was not kept. */
  readonly answerSha256: string | null;
}

export interface StatedDifference {
  readonly id: number;
  readonly kind: DifferenceKind;
  readonly title: string;
  readonly state: DifferenceState;
  readonly ours: object | null;
  readonly theirs: object | null;
  /** Both sides in a line of Vietnamese. */
  readonly oursWords: string;
  readonly theirsWords: string;
  readonly cause: string | null;
  readonly firstSeenAt: string;
  readonly confirmedAt: string | null;
  readonly repairedAt: string | null;
  readonly repairs: number;
}

export interface StatedExchange {
  /** Names its files in the pack. */
  readonly name: string;
  readonly at: string;
  readonly operation: string;
  readonly outcome: string;
  /** Of the answer as it came, before anything was masked. */
  readonly answerSha256: string | null;
  /** Masked. */
  readonly request: string;
  readonly answer: string | null;
}

export interface StatedDossier {
  readonly code: string;
  readonly aliases: readonly string[];
  readonly procedureCode: string | null;
  readonly procedureName: string | null;
  readonly serviceCode: string | null;
  readonly agencyCode: string | null;
  readonly agencyName: string | null;
  readonly receivedAt: string | null;
  readonly appointmentAt: string | null;
  readonly status: string;
  readonly timeline: readonly {
    readonly seq: number;
    readonly at: string;
    readonly recordedAt: string;
    readonly what: string;
    readonly source: string;
    readonly sourceName: string;
  }[];
  /** What it is to show there by what was sent, and what it shows; null where it could not be asked. */
  readonly ours: Shown;
  readonly theirs: Fetched | null;
  readonly differences: readonly StatedDifference[];
  /** How often the other side said that it took something of it. */
  readonly acknowledged: number;
  /** The first and the newest. */
  readonly attempts: readonly {
    readonly at: string;
    readonly toSeq: number;
    readonly attempt: number;
    readonly outcome: string;
    readonly detail: string | null;
  }[];
  readonly exchanges: readonly StatedExchange[];
}

export interface StatedParty {
  readonly party: string;
  readonly name: string;
  readonly contact: Contact;
  readonly answerWorkingDays: number;
  readonly sentAt: string | null;
  readonly dueAt: string | null;
  readonly answeredAt: string | null;
}

export interface StatedImage {
  /** Names its file in the pack. */
  readonly name: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly takenAt: string | null;
  readonly addedAt: string;
  readonly addedBy: string;
}

/** Everything that a pack says, but when it was made. */
export interface Matter {
  /** The incident's number, or that of the difference. */
  readonly number: string;
  readonly title: string;
  readonly destination: string;
  readonly destinationName: string;
  readonly sender: AddressBook['sender'];
  readonly parties: readonly StatedParty[];
  readonly steps: readonly { readonly at: string; readonly words: string; readonly by: string }[];
  readonly messages: readonly {
    readonly at: string;
    readonly kind: string;
    readonly party: string;
    readonly channel: string | null;
    readonly reference: string | null;
    readonly words: string;
  }[];
  readonly images: readonly StatedImage[];
  readonly dossiers: readonly StatedDossier[];
}

/** Equal for packs that say the same: when the other side was asked is no part of it. */
export function digestOf(matter: Matter): string {
  const dossiers = matter.dossiers.map((one) => ({ ...one, theirs: one.theirs && { ...one.theirs, fetchedAt: null } }));
  return createHash('sha256')
    .update(canonicalize({ ...matter, dossiers })!)
    .digest('hex');
}
