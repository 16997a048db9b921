/** @module Keeps the months of the partitioned tables ahead of time, and removes what has had its time. */
import type pg from 'pg';
import type { Log } from '../log.ts';
import { HOUR } from '../units.ts';

const EVERY = 1 * HOUR;
const MONTHS_AHEAD = 14;
const TABLES = ['timeline_entry', 'delivery_attempt', 'exchange_log', 'audit_entry'];

/** Removes what has had its time, by its table's own rule; two processes doing so at once is harmless. */
export interface Purge {
  readonly of: string;
  /** @param now epoch milliseconds */
  readonly run: (now: number) => Promise<number>;
}

/** Makes missing partitions and purges at its start and every hour; two processes doing so at once is harmless. */
export class Maintenance {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  readonly #purges: readonly Purge[];
  #timer: NodeJS.Timeout | null = null;

  constructor(pool: pg.Pool, log: Log, purges: readonly Purge[]) {
    this.#pool = pool;
    this.#log = log;
    this.#purges = purges;
  }

  start(): void {
    void this.#run();
    this.#timer = setInterval(() => void this.#run(), EVERY);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
  }

  async #run(): Promise<void> {
    await this.#makePartitions();
    for (const { of, run } of this.#purges) {
      try {
        const removed = await run(Date.now());
        if (removed > 0) this.#log.info({ of, removed }, 'what had had its time was removed');
      } catch (error) {
        this.#log.warn({ err: error, of }, 'what has had its time could not be removed; it is tried again');
      }
    }
  }

  async #makePartitions(): Promise<void> {
    try {
      await this.#pool.query(
        "select pg_advisory_xact_lock(hashtext('lienthong-partitions')), ensure_monthly_partitions(name, current_date, $2) from unnest($1::text[]) as name",
        [TABLES, MONTHS_AHEAD],
      );
    } catch (error) {
      this.#log.warn(
        { err: error },
        'partitions could not be made ahead; entries go to the default partition until they can',
      );
    }
  }
}
