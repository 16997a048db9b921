/** @module Deliveries as the process has them: the routes, and one follower for each carrier. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { DeliveryProvider } from '../capabilities/delivery.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import { Deliveries } from './deliveries.ts';
import { followDeliveries } from './follow.ts';
import { deliveryRoutes } from './routes.ts';

export interface DeliveryDeps {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly catalogue: () => Catalogue;
  readonly providers: ReadonlyMap<string, DeliveryProvider>;
  readonly log: Log;
  readonly now: () => number;
}

export function openDeliveries({ pool, seal, catalogue, providers, log, now }: DeliveryDeps): {
  readonly deliveries: Deliveries;
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
} {
  const deliveries = new Deliveries({ pool, seal, providers, now });
  return {
    deliveries,
    routes: deliveryRoutes({ pool, catalogue, deliveries }),
    parts: [...providers.values()].map((provider) => followDeliveries({ pool, deliveries, provider, log, now })),
  };
}
