/** @module Puts the parts of the shims together: the paths, and what appends statuses that no step followed. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Config } from '../config.ts';
import type { Connections } from '../connector/connections.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import { LateStatuses } from './part.ts';
import { type ShimRouteDeps, shimRoutes } from './routes.ts';
import { createSessions } from './session.ts';

export interface ShimsNeeds
  extends Pick<ShimRouteDeps, 'append' | 'catalogue' | 'treat' | 'findClient' | 'connectors'> {
  readonly config: Pick<Config, 'SHIM_STATUS_AFTER_MS'>;
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly connections: Connections;
  readonly log: Log;
  readonly now: () => number;
}

export function openShims(needs: ShimsNeeds): {
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
} {
  const { config, pool: db, seal, connections, append, log, now } = needs;
  return {
    routes: shimRoutes({
      ...needs,
      db,
      sessions: createSessions(seal),
      waitMs: config.SHIM_STATUS_AFTER_MS,
      upstreamOf: (name) => connections.get(name)?.context ?? null,
    }),
    parts: [new LateStatuses({ db, append, log, now })],
  };
}
