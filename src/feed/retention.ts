/** @module Removes from the change feed what has been kept for its time, a page at a time. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
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
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    const run = (): void => {
      this.#running = this.#safeRun();
    };
    run();
    this.#timer = setInterval(run, EVERY);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  /** Removes everything that is due. */
  async run(): Promise<void> {
    const { db, now, keptDays } = this.#options;
    const before = now() - keptDays * DAY;
    while (!this.#stopped && (await removeOldest(db, before, PAGE)) === PAGE);
  }

  async #safeRun(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        'old changes could not be removed from the feed; the next hour tries again',
      );
    }
  }
}
