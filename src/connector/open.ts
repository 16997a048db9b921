/** @module Puts what watches over the connectors together: their health, ends that replicas tell each other of, and the routes that show them. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { SharedStore } from '../shared/store.ts';
import type { WorkerPart } from '../worker.ts';
import { brokenAnswerRoutes } from './broken-answer-routes.ts';
import type { Connections } from './connections.ts';
import type { Connector } from './define.ts';
import { HealthWatch } from './health-watch.ts';
import { maintenanceRoutes } from './maintenance-routes.ts';
import { readWindows } from './maintenance-store.ts';
import { connectorRoutes } from './routes.ts';
import { SharedStops } from './shared-stops.ts';
import { statusRoutes } from './status-page.ts';

export interface ConnectorsNeeds {
  readonly connectors: readonly Connector[];
  readonly connections: Connections;
  /** Upstreams whose return another part waits for and asks for itself. */
  readonly portals: readonly string[];
  /** For calls, and for looking. */
  readonly pool: pg.Pool;
  readonly watchPool: pg.Pool;
  readonly shared: SharedStore;
  readonly seal: Seal;
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
  /** Until a healthy upstream that nobody calls is asked for the first time. */
  readonly idleProbesAfterMs?: number | undefined;
}

export function openConnectors(needs: ConnectorsNeeds): {
  readonly routes: readonly Route[];
  /** What runs in every process. */
  readonly everywhere: readonly WorkerPart[];
} {
  const { connectors, connections, pool: db, watchPool, shared, seal, instance, log, now } = needs;
  const health = new HealthWatch({
    connections,
    db: watchPool,
    instance,
    log,
    now,
    probedElsewhere: new Set(needs.portals),
    idleProbesAfterMs: needs.idleProbesAfterMs ?? 0,
  });
  return {
    routes: [
      ...connectorRoutes({ connectors, health, windows: () => readWindows(db, now()) }),
      ...brokenAnswerRoutes({ db, seal }),
      ...maintenanceRoutes({ connectors, db, now, changed: () => health.share() }),
      ...statusRoutes({ connectors, health, now }),
    ],
    everywhere: [health, new SharedStops({ connections: connections.all, shared, log, now })],
  };
}
