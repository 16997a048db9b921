/** @module Puts the parts of the sync together that serve all destinations: the policies, what follows them, what counts dossiers and looks for silence, and the routes. */
import type pg from 'pg';
import type { Registry } from 'prom-client';
import type { KeptCatalogue } from '../catalogue/keep.ts';
import type { Config } from '../config.ts';
import type { Destination } from '../destinations.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import type { Placement } from './heads.ts';
import type { Treat } from './policy.ts';
import { declareDefaultMode, type KeptPolicies, keepPolicies } from './policy-keep.ts';
import { Modes } from './policy-part.ts';
import { policyRoutes } from './policy-routes.ts';
import { syncRoutes } from './routes.ts';
import { SilenceWatch } from './silent-part.ts';
import { syncTotals } from './totals.ts';

export interface PoliciesNeeds {
  readonly config: Pick<Config, 'ROLE' | 'SYNC_MODE' | 'SYNC_READ_BACK_AFTER_MS'>;
  readonly pool: pg.Pool;
  readonly kept: Pick<KeptCatalogue, 'catalogue'>;
  readonly portals: readonly string[];
  /** Whether any of them has an address: where none has, nothing is sent, whatever the settings say. */
  readonly isConnected: boolean;
  readonly log: Log;
}

export interface OpenPolicies {
  readonly policies: KeptPolicies;
  readonly treat: Treat;
  readonly placement: Placement & { readonly treat: Treat };
}

/** Declares the installation's own mode and reads the policies: how dossiers are treated, which all that follows asks. */
export async function openPolicies(needs: PoliciesNeeds): Promise<OpenPolicies> {
  const { config, pool, kept, portals: destinations, isConnected, log } = needs;
  await declareDefaultMode(pool, isConnected ? config.SYNC_MODE : 'observe', { delivers: config.ROLE !== 'gateway' });
  const policies = await keepPolicies(pool, log);
  const treat: Treat = (destination, subject, at) =>
    policies.policies().of(destination, subject, at, kept.catalogue().agencies.asOf(at));
  return { policies, treat, placement: { destinations, treat, observeAfterMs: config.SYNC_READ_BACK_AFTER_MS } };
}

export interface SyncNeeds extends Pick<OpenPolicies, 'policies' | 'treat'> {
  readonly config: Pick<Config, 'SYNC_READ_BACKS_PER_SECOND'>;
  /** For calls, and for looking. */
  readonly pool: pg.Pool;
  readonly watchPool: pg.Pool;
  readonly kept: Pick<KeptCatalogue, 'catalogue'>;
  readonly portals: readonly string[];
  readonly destinations: readonly Destination[];
  readonly registry: Registry;
  /** Something is due: look now. */
  readonly wake: () => void;
  readonly log: Log;
  readonly now: () => number;
}

export function openSync(needs: SyncNeeds): {
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
} {
  const { config, pool, watchPool, kept, portals, destinations, policies, treat, registry, wake, log, now } = needs;
  const { catalogue } = kept;
  const modes = new Modes({
    pool,
    destinations: portals,
    policies: policies.policies,
    treat,
    catalogue,
    perSecond: config.SYNC_READ_BACKS_PER_SECOND,
    log,
    now,
    changed: wake,
  });
  return {
    routes: [
      ...syncRoutes({ db: pool, catalogue, destinations, treat, wake }),
      ...policyRoutes({ pool, destinations: portals, reload: policies.reload, apply: () => modes.round() }),
    ],
    parts: [
      modes,
      syncTotals({ pool: watchPool, destinations, log, now }),
      new SilenceWatch({ db: watchPool, destinations, registry, log, now }),
    ],
  };
}
