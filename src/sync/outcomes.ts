/** @module What deliveries came to, gathered for a moment and written many at once, by token and generation (sync.md D4). */
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import type { Work } from './deliver.ts';
import type { Mode } from './policy.ts';
import { changeModes } from './policy-store.ts';
import type { Profile } from './profile.ts';
import { type Concluded, settlementOf } from './settlement.ts';
import { type Settlement, settle } from './store.ts';

export interface OutcomesOptions {
  readonly destination: string;
  readonly db: Queryable;
  readonly seal: Seal;
  readonly profile: () => Profile;
  readonly settings: { readonly settleAfterMs: number; readonly readBackAfterMs: number };
  readonly log: Log;
  readonly now: () => number;
  readonly random?: () => number;
  /** Told of every settled row. */
  readonly settled?: (outcome: Settlement['outcome'], lagMs: number) => void;
  readonly reached?: (point: 'before-acknowledge') => void;
  /** Told once they were written, as far as they could be. */
  readonly written: (concluded: readonly Concluded[], at: number) => Promise<void>;
}

const FLUSH_AFTER = 25;
/** Should its row not learn of its mode, it is not claimed again and again. */
const MISPLACED_AFTER = 5 * SECOND;

export class Outcomes {
  readonly #options: OutcomesOptions;
  readonly #waiting: Concluded[] = [];
  /** Claimed dossiers whose policy has changed since their row last heard of it. */
  readonly #misplaced = new Map<number, Mode>();
  #flushing: Promise<void> | null = null;
  #flushTimer: NodeJS.Timeout | null = null;

  constructor(options: OutcomesOptions) {
    this.#options = options;
  }

  add(concluded: Concluded): void {
    this.#waiting.push(concluded);
    this.#flushTimer ??= setTimeout(() => void this.flush(), FLUSH_AFTER);
  }

  /** A policy of a moment ago no longer lets it be sent: nothing was, and its row learns so at once. */
  putBack(work: Work, mode: Mode): void {
    this.#misplaced.set(work.row.dossierId, mode);
    this.add({ work, outcome: 'released', error: null, delayMs: MISPLACED_AFTER });
  }

  async flush(): Promise<void> {
    this.#flushTimer = null;
    // One at a time: what comes meanwhile goes with the next.
    while (this.#flushing) await this.#flushing;
    if (this.#waiting.length === 0) return;
    this.#flushing = this.#write(this.#waiting.splice(0)).finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #write(concluded: readonly Concluded[]): Promise<void> {
    const { db, destination, seal, now, profile, settings, settled, log } = this.#options;
    const { reached, random = Math.random, written } = this.#options;
    const at = now();
    const settlements = concluded.map((one) => settlementOf(one, { ...settings, random }, at));
    reached?.('before-acknowledge');
    try {
      const taken = await settle(db, destination, settlements, at, profile().version, seal);
      await this.#place(taken);
      for (const { work, outcome } of concluded) settled?.(outcome, at - (work.row.facts.at(-1)?.t ?? at));
      if (taken.size < settlements.length)
        log.warn(
          { destination, stale: settlements.length - taken.size },
          'acknowledgements of leases that are no longer held were refused',
        );
    } catch (error) {
      // Unsettled leases run out and are asked about: nothing is lost by waiting for that.
      log.error({ err: error, destination }, 'what deliveries came to could not be written');
    }
    await written(concluded, at);
  }

  async #place(settled: ReadonlySet<number>): Promise<void> {
    const { db, destination, now } = this.#options;
    const changes = [...this.#misplaced]
      .filter(([dossierId]) => settled.has(dossierId))
      .map(([dossierId, mode]) => ({ dossierId, mode }));
    if (changes.length === 0) return;
    for (const { dossierId } of changes) this.#misplaced.delete(dossierId);
    await changeModes(db, destination, changes, { now: now(), everyMs: 0 });
  }
}
