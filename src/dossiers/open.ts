/** @module Puts the parts of the dossiers together: the one appender of a process, and the routes that read and write timelines. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { SharedStore } from '../shared/store.ts';
import type { Placement } from '../sync/heads.ts';
import { Appender, type AppenderOptions } from './append.ts';
import { correctRoutes } from './correct-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { dossierRoutes } from './routes.ts';
import { searchRoutes } from './search-routes.ts';

export interface DossiersNeeds {
  readonly config: Pick<Config, 'SEARCH_TRIES_PER_CITIZEN' | 'SEARCH_TRIES_PER_ADDRESS'>;
  readonly pool: pg.Pool;
  connect(applicationName: string): Promise<pg.Client>;
  readonly seal: Seal;
  readonly shared: SharedStore;
  readonly catalogue: () => Catalogue;
  readonly placement: Placement;
  /** Told after each commit. */
  readonly committed: () => void;
  readonly reached?: AppenderOptions['reached'];
  readonly log: Log;
  readonly now: () => number;
}

export function openDossiers(needs: DossiersNeeds): {
  readonly appender: Appender;
  readonly routes: readonly Route[];
} {
  const { config, pool: db, connect, seal, shared, catalogue, placement, committed, reached, log, now } = needs;
  const appender = new Appender({
    connect: () => connect('lienthong-append'),
    catalogue,
    seal,
    ...placement,
    committed,
    ...(reached ? { reached } : {}),
    log,
    now,
  });
  return {
    appender,
    routes: [
      ...dossierRoutes({ db, appender, catalogue, placement }),
      ...searchRoutes({
        db,
        seal,
        store: shared,
        catalogue,
        triesPerCitizen: config.SEARCH_TRIES_PER_CITIZEN,
        triesPerAddress: config.SEARCH_TRIES_PER_ADDRESS,
      }),
      ...eventRoutes({ appender }),
      ...correctRoutes({ appender }),
    ],
  };
}
