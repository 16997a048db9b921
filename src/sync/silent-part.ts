/** @module Counts silent failures now and then: the metric that must be 0, and a line in the log where it is not. */
import { Gauge, type Registry } from 'prom-client';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { DAY, MINUTE } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { keepSuspects, SILENCES, silentAt, suspectsLookedAt } from './silent-store.ts';

export interface SilenceOptions {
  readonly db: Queryable;
  readonly destinations: readonly { readonly name: string; breaker(): string }[];
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => number;
}

const EVERY = 30 * MINUTE;
/** Every dossier is looked at once a day, whichever process does it; what nobody appended to for two days does not fall behind by itself. */
const EVERY_DOSSIER = 1 * DAY;
/** A start with many to look at answers calls first. */
const FIRST_AFTER = 1 * MINUTE;

export class SilenceWatch implements WorkerPart {
  readonly #options: SilenceOptions;
  readonly #gauge: Gauge<'destination' | 'why'>;
  readonly #rounds: Rounds;

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#gauge = new Gauge({
      name: 'lienthong_sync_silent_failures',
      help: 'Dossiers with accepted entries that are neither delivered nor named to anybody, as last counted; must be 0.',
      labelNames: ['destination', 'why'],
      registers: [options.registry],
    });
    this.#rounds = new Rounds({
      everyMs: EVERY,
      firstAfterMs: FIRST_AFTER,
      round: () => this.round(),
      failed: (error) => options.log.warn({ err: error }, 'silent failures could not be counted; they are later'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async round(): Promise<void> {
    const { db, destinations, now, log } = this.#options;
    for (const { name: destination, breaker } of destinations) {
      if (now() - ((await suspectsLookedAt(db, destination)) ?? 0) >= EVERY_DOSSIER)
        await keepSuspects(db, destination, now());
      const isOpen = breaker() === 'closed';
      const { counts } = await silentAt(db, destination, { now: now(), isOpen, own: null, limit: 1_000 });
      for (const why of SILENCES) this.#gauge.set({ destination, why }, counts[why]);
      if (SILENCES.some((why) => counts[why] > 0))
        log.error({ destination, ...counts }, 'accepted entries have ended nowhere: see /v1/destinations/…/silent');
    }
  }
}
