/** @module Puts the catalogues' routes together with what holds them against other sides' each day. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { CatalogueSource } from '../capabilities/catalogue.ts';
import { parseTimeOfDay } from '../deadlines/local-time.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { FeeCatalogue } from '../payments/fees.ts';
import { MINUTE } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import type { Catalogue } from './catalogue.ts';
import { catalogueDiffRoutes } from './diff-routes.ts';
import { catalogueRoutes } from './routes.ts';
import { catalogueListRoutes } from './sides/list-routes.ts';
import { type MeasureOptions, measureCatalogues } from './sides/metrics.ts';
import { CatalogueLooks } from './sides/part.ts';
import { catalogueLookRoutes } from './sides/routes.ts';
import { Sides } from './sides/sides.ts';

export interface CatalogueNeeds {
  readonly pool: pg.Pool;
  readonly watchPool: pg.Pool;
  readonly catalogue: () => Catalogue;
  readonly seal: Seal;
  /** What the province charges; null where it has told no fees. */
  readonly fees: FeeCatalogue | null;
  /** The other sides that are connected, by their connectors. */
  readonly sources: ReadonlyMap<string, CatalogueSource>;
  readonly registry: MeasureOptions['registry'];
  readonly config: { readonly CATALOGUE_LOOK_AT: string };
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
  /** From the start until the day's look is asked for; a minute unless told. */
  readonly dailyAfterMs?: number | undefined;
}

export function openCatalogues(needs: CatalogueNeeds): {
  readonly sides: Sides;
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
} {
  const { pool: db, watchPool, catalogue, seal, fees, sources, registry, config, instance, log, now } = needs;
  const sides = new Sides({ db: watchPool, catalogue, fees, sources, now });
  measureCatalogues({ db: watchPool, registry, now });
  const at = config.CATALOGUE_LOOK_AT;
  return {
    sides,
    routes: [
      ...catalogueRoutes({ catalogue }),
      ...catalogueDiffRoutes({ db, catalogue, sides }),
      ...catalogueLookRoutes({ db, catalogue, sides }),
      ...catalogueListRoutes({ db }),
    ],
    parts: [
      new CatalogueLooks({
        pool: watchPool,
        sides,
        catalogue,
        seal,
        instance,
        atMinute: at === 'off' ? null : parseTimeOfDay(at, 'CATALOGUE_LOOK_AT'),
        dailyAfterMs: needs.dailyAfterMs ?? MINUTE,
        log,
        now,
      }),
    ],
  };
}
