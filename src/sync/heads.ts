/** @module The head that each destination of a dossier gets when something is appended, and the mode in which its row begins. Pure. */
import { type Fact, isOnlySeen } from '../dossiers/state.ts';
import { MINUTE } from '../units.ts';
import { type Mode, type PolicySubject, sendEverything, type Treat } from './policy.ts';

/** Where dossiers are carried, and how each is treated there. */
export interface Placement {
  readonly destinations: readonly string[];
  /** Without them everything is sent. */
  readonly treat?: Treat;
  /** Milliseconds from an entry until an observed destination is looked at: another writer may bring it there meanwhile. */
  readonly observeAfterMs?: number;
}

/** A dossier that something was appended to. */
export interface Appended extends PolicySubject {
  readonly id: number;
  readonly headSeq: number;
  /** Its facts, and the last of these that were added. */
  readonly facts: readonly Pick<Fact, 's' | 'w'>[];
  readonly added: number;
}

export interface Head {
  readonly id: number;
  readonly headSeq: number;
  readonly destination: string;
  readonly mode: Mode;
  /** The destination itself has shown what was added: it is not owed to it. */
  readonly seenThere: boolean;
  /** It has shown everything that there is. */
  readonly allSeenThere: boolean;
}

const OBSERVE_AFTER = 5 * MINUTE;

export function headsOf(placement: Placement, appended: readonly Appended[], now: number): Head[] {
  const { destinations, treat = sendEverything } = placement;
  return appended.flatMap((dossier) =>
    destinations.map((destination) => ({
      id: dossier.id,
      headSeq: dossier.headSeq,
      destination,
      mode: treat(destination, dossier, now).mode,
      seenThere: isOnlySeen(dossier.facts.slice(dossier.facts.length - dossier.added), destination),
      allSeenThere: isOnlySeen(dossier.facts, destination),
    })),
  );
}

export const lookAtOf = ({ observeAfterMs = OBSERVE_AFTER }: Placement, now: number): number => now + observeAfterMs;
