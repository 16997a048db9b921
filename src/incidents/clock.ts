/** @module Tells people of answers that are overdue, and takes it back when they come: each party's clock raises its alert once. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE } from '../units.ts';
import { readAlertRules } from '../watch/rules-store.ts';
import { clearAnswered, raiseLate } from './alert-store.ts';

export interface IncidentClockOptions {
  readonly db: Queryable;
  readonly log: Log;
  readonly now: () => number;
}

export function incidentClock(options: IncidentClockOptions): Rounds {
  return new Rounds({
    everyMs: MINUTE,
    round: () => lookAtClocks(options),
    failed: (error) =>
      options.log.warn({ err: error }, 'the clocks of incidents could not be read; the next round reads them'),
  });
}

/** One look at every clock. */
export async function lookAtClocks({ db, now }: Pick<IncidentClockOptions, 'db' | 'now'>): Promise<void> {
  await clearAnswered(db, now());
  if ((await readAlertRules(db)).get('incident-answer-late')?.watched) await raiseLate(db, now());
}
