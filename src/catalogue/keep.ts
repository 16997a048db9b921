/** @module Keeps the catalogues in memory and notices within a second when any process has changed them. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { type Profile, profileAt } from '../sync/profile.ts';
import { SECOND } from '../units.ts';
import type { Catalogue, WholeDays } from './catalogue.ts';
import { catalogueVersion, loadCatalogue, loadProfiles } from './store.ts';

const LOOK_EVERY = 1 * SECOND;

/** After this long every process that can reach the database works with what was changed. */
export const KNOWN_EVERYWHERE_AFTER = 5 * SECOND;

export interface KeptCatalogue {
  readonly catalogue: () => Catalogue;
  /** @throws Error where no profile of the destination is in force */
  readonly profile: (destination: string) => Profile;
  /** Reads everything again, for the process that has just changed it. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the catalogues, then looks each second whether they moved; a failed look keeps what is in use. */
export async function keepCatalogue(db: Queryable, log: Log, wholeDays: WholeDays = {}): Promise<KeptCatalogue> {
  let catalogue = await loadCatalogue(db, wholeDays);
  let profiles = await loadProfiles(db);
  let reading: Promise<void> = Promise.resolve();

  // One after the other, so that what was read earlier never replaces what was read later.
  const reload = (): Promise<void> => {
    const next = reading
      .catch(() => {})
      .then(async () => {
        [catalogue, profiles] = await Promise.all([loadCatalogue(db, wholeDays), loadProfiles(db)]);
      });
    reading = next;
    return next;
  };

  const look = async (): Promise<void> => {
    if ((await catalogueVersion(db)) !== catalogue.version) await reload();
  };
  const rounds = new Rounds({
    everyMs: LOOK_EVERY,
    round: look,
    failed: (error) => log.warn({ err: error }, 'catalogues could not be read again; the former ones stay in use'),
  });
  rounds.start();

  return {
    catalogue: () => catalogue,
    profile: (destination) => {
      const profile = profileAt(profiles, destination, Date.now());
      if (!profile)
        throw new Error(`no profile of ${destination} is in force: add one with a date of effect that has come`);
      return profile;
    },
    reload,
    stop: () => rounds.stop(),
  };
}
