/** @module The operations of reconciliation, for commands. */
import type { Route } from '../http/route.ts';
import { differenceRoutes } from '../reconciliation/difference-routes.ts';
import { furtherHeaders, furtherStatuses } from '../reconciliation/export-columns.ts';
import { exportRoutes } from '../reconciliation/export-routes.ts';
import { reconciliationRoutes } from '../reconciliation/routes.ts';
import { uncheckedRoutes } from '../reconciliation/unchecked-routes.ts';
import type { Place } from './place.ts';

export function reconciliationHands({ pool: db, catalogue, profile, config, now, ...place }: Place): Route[] {
  const destinations = () => place.destinations;
  return [
    ...reconciliationRoutes({ db, catalogue, destinations }),
    ...differenceRoutes({ db, catalogue, destinations }),
    ...uncheckedRoutes({ db, catalogue }),
    ...exportRoutes({
      db,
      catalogue,
      profile,
      destinations,
      words: {
        headers: furtherHeaders.parse(JSON.parse(config.RECONCILE_EXPORT_COLUMNS)),
        statuses: furtherStatuses.parse(JSON.parse(config.RECONCILE_EXPORT_STATUSES)),
      },
      // It comes from this machine's own disk.
      bytesAtMost: Number.MAX_SAFE_INTEGER,
      now,
    }),
  ];
}
