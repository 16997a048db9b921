/** @module Puts the parts of outgoing webhooks together: routes, the worker's part, what is measured. */
import type pg from 'pg';
import type { Registry } from 'prom-client';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import { parseNetworks } from '../connector/addresses.ts';
import { createEgress } from '../connector/egress.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import { subscriptionActRoutes } from './act-routes.ts';
import { createSubscriptionMetrics } from './metrics.ts';
import { Subscriptions } from './part.ts';
import { subscriptionRoutes } from './routes.ts';
import { createSender } from './send.ts';

export interface SubscriptionsNeeds {
  readonly config: Pick<Config, 'EGRESS_ALLOW' | 'SUBSCRIPTION_PAUSE_AFTER_MS'>;
  readonly seal: Seal;
  readonly catalogue: () => Catalogue;
  /** For calls, and for deliveries. */
  readonly pool: pg.Pool;
  readonly watchPool: pg.Pool;
  readonly instance: string;
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => number;
}

export interface OpenSubscriptions {
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
  close(): Promise<void>;
}

export function openSubscriptions(needs: SubscriptionsNeeds): OpenSubscriptions {
  const { config, seal, pool, watchPool, instance, registry, log, now } = needs;
  const agencies = () => needs.catalogue().agencies.asOf(now());
  const egress = createEgress(parseNetworks(config.EGRESS_ALLOW));
  const sender = createSender(egress.connect);
  const { attempted } = createSubscriptionMetrics(registry, watchPool, now);
  return {
    routes: [
      ...subscriptionRoutes({ db: pool, agencies, seal, egress }),
      ...subscriptionActRoutes({ db: pool, agencies, seal, sender, clock: now }),
    ],
    parts: [
      new Subscriptions({
        pool: watchPool,
        agencies,
        sender,
        seal,
        instance,
        log,
        now,
        random: Math.random,
        pauseAfterMs: config.SUBSCRIPTION_PAUSE_AFTER_MS,
        attempted,
      }),
    ],
    close: () => sender.close(),
  };
}
