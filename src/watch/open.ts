/** @module Puts the parts of the watch together: what looks at dossiers and at what will end, and the routes for alerts, the morning summary, flags and late causes. */
import type pg from 'pg';
import type { KeptCatalogue } from '../catalogue/keep.ts';
import type { Config } from '../config.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import { alertRoutes } from './alert-routes.ts';
import { type ExpiryOptions, expiryWatch } from './expiries.ts';
import { flagRoutes } from './flag-routes.ts';
import { lateRoutes } from './late-routes.ts';
import { Watch } from './part.ts';
import { summaryRoutes } from './summary-routes.ts';

export interface WatchNeeds {
  readonly config: Pick<Config, 'CLIENT_NOTICE_DAYS' | 'CERTIFICATE_NOTICE_DAYS'>;
  readonly kept: Pick<KeptCatalogue, 'catalogue' | 'profile'>;
  /** For calls, and for looking. */
  readonly pool: pg.Pool;
  readonly watchPool: pg.Pool;
  /** The first is the one whose formula flags and late causes speak of. */
  readonly portals: readonly string[];
  /** Whose certificates are looked at. */
  readonly addresses: ExpiryOptions['addresses'];
  readonly log: Log;
  readonly now: () => number;
  /** Until the first look; a minute unless told. */
  readonly firstAfterMs?: number | undefined;
}

export function openWatch(needs: WatchNeeds): {
  readonly watch: Watch;
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
} {
  const { config, kept, pool: db, watchPool, portals, addresses, log, now, firstAfterMs } = needs;
  const { catalogue } = kept;
  const [destination] = portals as [string];
  const watch = new Watch({
    db: watchPool,
    catalogue,
    destinations: () => portals,
    log,
    now,
    ...(firstAfterMs === undefined ? {} : { firstAfterMs }),
  });
  return {
    watch,
    routes: [
      ...alertRoutes({ db, catalogue }),
      ...summaryRoutes({ db, catalogue }),
      ...flagRoutes({ db, catalogue, destination }),
      ...lateRoutes({ db, catalogue, destination, profile: () => kept.profile(destination) }),
    ],
    parts: [
      watch,
      expiryWatch({
        db: watchPool,
        addresses,
        days: { client: config.CLIENT_NOTICE_DAYS, certificate: config.CERTIFICATE_NOTICE_DAYS },
        log,
        now,
      }),
    ],
  };
}
