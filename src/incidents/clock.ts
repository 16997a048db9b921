/** @module Tells people of answers that are overdue, and takes it back when they come: each party's clock raises its alert once. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE } from '../units.ts';
import { readAlertRules } from '../watch/rules-store.ts';
import type { WorkerPart } from '../worker.ts';
import { clearAnswered, raiseLate } from './alert-store.ts';

export interface IncidentClockOptions {
  readonly db: Queryable;
  readonly log: Log;
  readonly now: () => number;
  readonly everyMs?: number;
}

export class IncidentClock implements WorkerPart {
  readonly #options: IncidentClockOptions;
  readonly #rounds: Rounds;

  constructor(options: IncidentClockOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs ?? MINUTE,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error }, 'the clocks of incidents could not be read; the next round reads them'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One look at every clock. */
  async round(): Promise<void> {
    const { db, now } = this.#options;
    await clearAnswered(db, now());
    if ((await readAlertRules(db)).get('incident-answer-late')?.watched) await raiseLate(db, now());
  }
}
