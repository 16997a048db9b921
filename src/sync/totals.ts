/** @module Keeps how many dossiers each destination has: counted now and then, so that nobody who asks has to. */
import type pg from 'pg';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE } from '../units.ts';
import { countTotals, totalsAreDue } from './totals-store.ts';

export interface TotalsOptions {
  readonly pool: pg.Pool;
  readonly destinations: readonly { readonly name: string }[];
  readonly log: Log;
  readonly now: () => number;
}

/** It looks at every dossier: not oftener, by whichever process comes first. */
const EVERY = 30 * MINUTE;
/** A start with many to look at answers calls first. */
const FIRST_AFTER = 2 * MINUTE;

export const syncTotals = (options: TotalsOptions): Rounds =>
  new Rounds({
    everyMs: EVERY,
    firstAfterMs: FIRST_AFTER,
    round: () => keepTotals(options),
    failed: (error) =>
      options.log.warn({ err: error }, 'dossiers of destinations could not be counted; they are counted later'),
  });

export async function keepTotals({ pool, destinations, now }: Omit<TotalsOptions, 'log'>): Promise<void> {
  for (const { name } of destinations)
    if (await totalsAreDue(pool, name, now() - EVERY / 2)) await countTotals(pool, name, now());
}
