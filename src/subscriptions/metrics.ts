/** @module What is measured of subscriptions: attempts by outcome, how many there are, how far behind each is. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Queryable } from '../db/queryable.ts';
import { SECOND } from '../units.ts';
import { type State, subscriptionFigures } from './delivery-store.ts';
import type { Attempt } from './send.ts';
import { STATES } from './shape.ts';

/** A scrape must not cost the database what it watches. */
const FIGURES_KEPT = 5 * SECOND;

export interface SubscriptionMetrics {
  attempted(outcome: Attempt['outcome']): void;
}

export function createSubscriptionMetrics(registry: Registry, db: Queryable, now: () => number): SubscriptionMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'lienthong_subscription_attempts_total',
    help: 'Messages to subscribers by what came of them.',
    labelNames: ['outcome'],
    registers,
  });
  const waiting = new Gauge({
    name: 'lienthong_subscription_waiting_changes',
    help: 'Places of the change feed that a subscription has yet to pass.',
    labelNames: ['subscription'],
    registers,
  });
  const lagging = new Gauge({
    name: 'lienthong_subscription_lagging_dossiers',
    help: 'Dossiers that fell behind their subscription.',
    labelNames: ['subscription'],
    registers,
  });
  let countedAt = 0;
  new Gauge({
    name: 'lienthong_subscriptions',
    help: 'Subscriptions by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      if (now() - countedAt < FIGURES_KEPT) return;
      countedAt = now();
      const figures = await subscriptionFigures(db);
      const byState = Object.groupBy(figures, ({ state }) => state) as Partial<Record<State, unknown[]>>;
      for (const state of STATES) this.set({ state }, byState[state]?.length ?? 0);
      // What was deleted is no longer told of.
      waiting.reset();
      lagging.reset();
      for (const { id, ...of } of figures) {
        waiting.set({ subscription: id }, of.waiting);
        lagging.set({ subscription: id }, of.lagging);
      }
    },
  });
  return { attempted: (outcome) => attempts.inc({ outcome }) };
}
