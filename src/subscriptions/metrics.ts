/** @module What is measured of subscriptions: attempts by outcome, how many there are, how far behind each is. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Queryable } from '../db/queryable.ts';
import { SECOND } from '../units.ts';
import { type Figures, subscriptionFigures } from './delivery-store.ts';
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
  let countedAt = Number.NEGATIVE_INFINITY;
  let counted: Promise<Figures[]> = Promise.resolve([]);
  /** One count for all gauges of a scrape. */
  const figures = (): Promise<Figures[]> => {
    if (now() - countedAt >= FIGURES_KEPT) {
      countedAt = now();
      counted = subscriptionFigures(db);
    }
    return counted;
  };
  new Gauge({
    name: 'lienthong_subscriptions',
    help: 'Subscriptions by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const all = await figures();
      for (const state of STATES) this.set({ state }, all.filter((one) => one.state === state).length);
    },
  });
  const bySubscription = (name: string, help: string, of: (figure: Figures) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['subscription'],
      registers,
      async collect() {
        const all = await figures();
        // What was deleted is no longer told of.
        this.reset();
        for (const figure of all) this.set({ subscription: figure.id }, of(figure));
      },
    });
  };
  bySubscription(
    'lienthong_subscription_waiting_changes',
    'Places of the change feed that a subscription has yet to pass.',
    ({ waiting }) => waiting,
  );
  bySubscription(
    'lienthong_subscription_lagging_dossiers',
    'Dossiers that fell behind their subscription.',
    ({ lagging }) => lagging,
  );
  return { attempted: (outcome) => attempts.inc({ outcome }) };
}
