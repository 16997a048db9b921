/** @module Puts the routes of reconciliation together: exports, runs, what they found, and what could not be checked. */
import type { KeptCatalogue } from '../catalogue/keep.ts';
import type { Config } from '../config.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Route } from '../http/route.ts';
import { differenceRoutes } from './difference-routes.ts';
import { furtherHeaders, furtherStatuses } from './export-columns.ts';
import { exportRoutes } from './export-routes.ts';
import { reconciliationRoutes } from './routes.ts';
import { uncheckedRoutes } from './unchecked-routes.ts';

export interface ReconciliationNeeds {
  readonly config: Pick<
    Config,
    'RECONCILE_EXPORT_COLUMNS' | 'RECONCILE_EXPORT_STATUSES' | 'RECONCILE_EXPORT_BYTES_AT_MOST'
  >;
  readonly pool: Queryable;
  readonly kept: Pick<KeptCatalogue, 'catalogue' | 'profile'>;
  readonly destinations: readonly { readonly name: string }[];
  readonly now: () => number;
}

export function openReconciliation(needs: ReconciliationNeeds): Route[] {
  const { config, pool: db, kept, now } = needs;
  const { catalogue, profile } = kept;
  const destinations = () => needs.destinations;
  return [
    ...exportRoutes({
      db,
      catalogue,
      profile,
      destinations,
      words: {
        headers: furtherHeaders.parse(JSON.parse(config.RECONCILE_EXPORT_COLUMNS)),
        statuses: furtherStatuses.parse(JSON.parse(config.RECONCILE_EXPORT_STATUSES)),
      },
      bytesAtMost: config.RECONCILE_EXPORT_BYTES_AT_MOST,
      now,
    }),
    ...uncheckedRoutes({ db, catalogue }),
    ...reconciliationRoutes({ db, catalogue, destinations }),
    ...differenceRoutes({ db, catalogue, destinations }),
  ];
}
