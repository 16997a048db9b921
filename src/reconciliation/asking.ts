/** @module Asks a destination at a pace, and less while it struggles: reconciliation is never what keeps it down. */
import { setTimeout as pause } from 'node:timers/promises';
import { UpstreamError } from '../connector/upstream-error.ts';
import { MINUTE, SECOND } from '../units.ts';

export interface AskingOptions {
  /** Questions a second, at most. */
  readonly perSecond: number;
  readonly now: () => number;
}

/** Rests after a fault: doubled with each that follows, or as long as the destination asked for. */
const FIRST_REST = 1 * SECOND;
const LONGEST_REST = MINUTE;
const LONGEST_ASKED_FOR = 15 * MINUTE;

/** Whether an answer says that the destination is not well; one that could not be read says so of its dossier alone. */
export const isStruggle = (error: UpstreamError): boolean => error.isTransient && error.kind !== 'contract';

export class Asking {
  readonly #options: AskingOptions;
  #nextAt = 0;
  #faults = 0;
  #restUntil = 0;

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /** Milliseconds until the destination is to be asked again; 0: now. */
  get restsFor(): number {
    return Math.max(0, this.#restUntil - this.#options.now());
  }

  /** Waits for the next question's turn. */
  async pace(): Promise<void> {
    const { now, perSecond } = this.#options;
    const wait = this.#nextAt - now();
    this.#nextAt = Math.max(now(), this.#nextAt) + SECOND / perSecond;
    if (wait > 0) await pause(wait);
  }

  /** Asks when its turn has come. @throws what the question does; a struggle of the destination lets it rest */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    await this.pace();
    try {
      const answer = await question();
      this.#faults = 0;
      return answer;
    } catch (error) {
      if (error instanceof UpstreamError && isStruggle(error)) this.#rest(error);
      throw error;
    }
  }

  #rest({ facts }: UpstreamError): void {
    const now = this.#options.now();
    // What was asked before it rested says nothing more.
    if (now < this.#restUntil) return;
    const rest = Math.min(LONGEST_REST, FIRST_REST * 2 ** Math.min(this.#faults++, 10));
    const askedFor = Math.min(LONGEST_ASKED_FOR, (facts.until ?? 0) - now);
    this.#restUntil = now + Math.max(rest, askedFor);
  }
}
