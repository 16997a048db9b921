/** @module Puts the parts of the watch together: what looks, and the routes for alerts, the morning summary, flags and late causes. */
import type pg from 'pg';
import type { KeptCatalogue } from '../catalogue/keep.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import { alertRoutes } from './alert-routes.ts';
import { flagRoutes } from './flag-routes.ts';
import { lateRoutes } from './late-routes.ts';
import { Watch } from './part.ts';
import { summaryRoutes } from './summary-routes.ts';

export interface WatchNeeds {
  readonly kept: Pick<KeptCatalogue, 'catalogue' | 'profile'>;
  /** For calls, and for looking. */
  readonly pool: pg.Pool;
  readonly watchPool: pg.Pool;
  /** The first is the one whose formula flags and late causes speak of. */
  readonly destinations: readonly string[];
  readonly log: Log;
  readonly now: () => number;
  /** Until the first look; a minute unless told. */
  readonly firstAfterMs?: number | undefined;
}

export function openWatch(needs: WatchNeeds): { readonly watch: Watch; readonly routes: readonly Route[] } {
  const { kept, pool: db, watchPool, destinations, log, now, firstAfterMs } = needs;
  const { catalogue } = kept;
  const [destination] = destinations as [string];
  return {
    watch: new Watch({
      db: watchPool,
      catalogue,
      destinations: () => destinations,
      log,
      now,
      ...(firstAfterMs === undefined ? {} : { firstAfterMs }),
    }),
    routes: [
      ...alertRoutes({ db, catalogue }),
      ...summaryRoutes({ db, catalogue }),
      ...flagRoutes({ db, catalogue, destination }),
      ...lateRoutes({ db, catalogue, destination, profile: () => kept.profile(destination) }),
    ],
  };
}
