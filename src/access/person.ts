/** @module A person who logs in to the console. */
import type { Role } from './roles.ts';

export interface Person {
  /** By which they log in. */
  readonly name: string;
  readonly fullName: string;
  readonly role: Role;
  /** Codes of agencies, each with all below it. */
  readonly agencies: readonly string[];
  /** Whether they log in here, and not at an outside provider. */
  readonly isLocal: boolean;
  readonly hasSecondFactor: boolean;
  /** Epoch milliseconds. */
  readonly suspendedAt: number | null;
}

/** Who changes a person, when and why. */
export interface PersonEdit {
  readonly author: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** How a log-in name is spelled: as it is typed, in any case. */
export const nameOf = (typed: string): string => typed.trim().toLowerCase();
