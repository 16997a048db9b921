/** @module Removes from the change feed what has been kept for its time, a page at a time. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { DAY, HOUR } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { removeOldest } from './store.ts';

export interface RetentionOptions {
  readonly db: Queryable;
  readonly log: Log;
  readonly now: () => number;
  readonly keptDays: number;
}

const EVERY = 1 * HOUR;
const PAGE = 5_000;

/** Any process may run it, several at once do no harm. */
export class FeedRetention implements WorkerPart {
  readonly #options: RetentionOptions;
  readonly #rounds: Rounds;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: EVERY,
      firstAfterMs: 0,
      round: () => this.run(),
      failed: (error) =>
        options.log.warn({ err: error }, 'old changes could not be removed from the feed; the next hour tries again'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Removes everything that is due. */
  async run(): Promise<void> {
    const { db, now, keptDays } = this.#options;
    const before = now() - keptDays * DAY;
    while (!this.#rounds.isStopping && (await removeOldest(db, before, PAGE)) === PAGE);
  }
}
