/** @module Looks every few minutes at what officers have read within the hour, and raises an alert for auditors where it looks amiss. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import type { Queryable } from '../db/queryable.ts';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { HOUR, MINUTE, SECOND } from '../units.ts';
import { clearTaken, raiseSuspicions, recentReadings } from './suspicion-store.ts';
import { suspicionsOf } from './suspicions.ts';

export type SuspicionSettings = Pick<
  Config,
  'AUDIT_ALERT_PERSONS' | 'AUDIT_ALERT_WITHOUT_DOSSIER' | 'AUDIT_ALERT_OUT_OF_HOURS'
>;

export interface SuspicionWatchOptions {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly settings: SuspicionSettings;
  readonly log: Log;
  readonly now: () => number;
}

const EVERY = 5 * MINUTE;
const READINGS_AT_MOST = 50_000;

export function suspicionWatch(options: SuspicionWatchOptions): Rounds {
  return new Rounds({
    everyMs: EVERY,
    round: () => lookForSuspicions(options),
    failed: (error) =>
      options.log.warn({ err: error }, 'what officers read could not be looked at; the next round does'),
  });
}

/** One look at the last hour. @returns how many alerts were raised */
export async function lookForSuspicions({
  db,
  catalogue,
  settings,
  now: clock,
}: SuspicionWatchOptions): Promise<number> {
  const now = clock();
  const limits = {
    'many-persons-read': settings.AUDIT_ALERT_PERSONS,
    'read-without-dossier': settings.AUDIT_ALERT_WITHOUT_DOSSIER,
    'read-out-of-hours': settings.AUDIT_ALERT_OUT_OF_HOURS,
  };
  const isOfficeTime = (at: number, agency: string | null): boolean => {
    const calendar = catalogue().calendarOf(agency);
    return !calendar.covers(at) || calendar.workingMsBetween(at, at + SECOND) > 0;
  };
  const readings = await recentReadings(db, now - HOUR, READINGS_AT_MOST);
  const suspicions = suspicionsOf(readings, limits, isOfficeTime);
  await clearTaken(db, now);
  return suspicions.length === 0 ? 0 : raiseSuspicions(db, suspicions, isoDate(dayOf(now)), now);
}
