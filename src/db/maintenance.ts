/** @module Keeps the months of the partitioned tables ahead of time. */
import type pg from 'pg';
import type { Log } from '../log.ts';
import { HOUR } from '../units.ts';

const EVERY = 1 * HOUR;
const MONTHS_AHEAD = 14;
const TABLES = ['timeline_entry', 'delivery_attempt', 'exchange_log', 'audit_entry'];

/** Makes missing partitions at its start and every hour; two processes doing so at once is harmless. */
export class Maintenance {
  readonly #pool: pg.Pool;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;

  constructor(pool: pg.Pool, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  start(): void {
    void this.#makePartitions();
    this.#timer = setInterval(() => void this.#makePartitions(), EVERY);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
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
