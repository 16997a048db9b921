/** @module Puts the parts of the deadlines together: what counts them again, and the routes that explain them and change the days. */
import type pg from 'pg';
import type { KeptCatalogue } from '../catalogue/keep.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { Placement } from '../sync/heads.ts';
import type { WorkerPart } from '../worker.ts';
import { calendarRoutes } from './calendar-routes.ts';
import { recomputations } from './recompute.ts';
import { deadlineRoutes } from './routes.ts';

export interface DeadlinesNeeds {
  readonly pool: pg.Pool;
  readonly appender: Appender;
  readonly kept: KeptCatalogue;
  /** The destinations that are to hear of what moves. */
  readonly placement: Placement;
  readonly log: Log;
  readonly now: () => number;
}

export function openDeadlines({ pool: db, appender, kept, placement, log, now }: DeadlinesNeeds): {
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
} {
  const { catalogue } = kept;
  return {
    routes: [...deadlineRoutes({ catalogue }), ...calendarRoutes({ db, appender, kept, placement, now })],
    parts: [recomputations({ db, appender, catalogue, ...placement, now, kept, log })],
  };
}
