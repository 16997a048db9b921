/** @module What is measured of differences: how many stand, by destination and state. */
import { Gauge, type Registry } from 'prom-client';
import type { Queryable } from '../db/queryable.ts';
import { MINUTE } from '../units.ts';
import { countStanding, STANDING } from './read-store.ts';

export interface MeasureOptions {
  readonly db: Queryable;
  /** Those that are told of where nothing stands, too. */
  readonly destinations: readonly string[];
  readonly registry: Registry;
  readonly now: () => number;
}

/** People work them off: a scrape must not cost the database what it watches. */
const FIGURES_KEPT = 1 * MINUTE;

export function measureDifferences({ db, destinations, registry, now }: MeasureOptions): void {
  let countedAt = Number.NEGATIVE_INFINITY;
  new Gauge({
    name: 'lienthong_differences',
    help: 'Differences that were seen twice and are not over, by state; those in evidence wait for people.',
    labelNames: ['destination', 'state'],
    registers: [registry],
    async collect() {
      if (now() - countedAt < FIGURES_KEPT) return;
      const counted = await countStanding(db);
      countedAt = now();
      this.reset();
      for (const destination of destinations) for (const state of STANDING) this.set({ destination, state }, 0);
      for (const { destination, state, count } of counted) this.set({ destination, state }, count);
    },
  });
}
