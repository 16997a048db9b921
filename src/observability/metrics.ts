/** @module What is measured: per destination what waits and what came of attempts, ingest, the pool, the event loop. */
import type pg from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { destinationFigures } from '../sync/read-store.ts';
import { SECOND } from '../units.ts';

export interface MetricsOptions {
  readonly pool: pg.Pool;
  readonly destinations: readonly string[];
  readonly queueDepth: () => number;
  readonly now: () => number;
}

export interface Metrics {
  readonly registry: Registry;
  attempted(destination: string, outcome: string, lagMs: number): void;
  called(upstream: string, operation: string, outcome: string, ms: number): void;
  refused(upstream: string, operation: string, why: string): void;
}

/** Figures of a destination are counted at most this often: a scrape must not cost the database what it watches. */
const FIGURES_KEPT = 5 * SECOND;

/** Creates the process's metrics. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const attempts = new Counter({
    name: 'lienthong_sync_attempts_total',
    help: 'Deliveries by what came of them.',
    labelNames: ['destination', 'outcome'],
    registers,
  });
  const lag = new Histogram({
    name: 'lienthong_sync_lag_seconds',
    help: 'From the time of the newest entry to its acknowledgement by the destination.',
    labelNames: ['destination'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 60, 600, 3600],
    registers,
  });
  const calls = new Histogram({
    name: 'lienthong_upstream_call_seconds',
    help: 'Calls of upstreams by operation and outcome.',
    labelNames: ['upstream', 'operation', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const refusals = new Counter({
    name: 'lienthong_upstream_refused_total',
    help: 'Calls that were not made: no room for more at once, an open breaker, or an announced end.',
    labelNames: ['upstream', 'operation', 'why'],
    registers,
  });
  new Gauge({
    name: 'lienthong_ingest_queue',
    help: 'Commands that wait for their transaction.',
    registers,
    collect() {
      this.set(options.queueDepth());
    },
  });
  new Gauge({
    name: 'lienthong_database_connections',
    help: 'Connections of the pool by state.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'open' }, options.pool.totalCount);
      this.set({ state: 'idle' }, options.pool.idleCount);
      this.set({ state: 'waiting' }, options.pool.waitingCount);
    },
  });
  destinationGauges(options, registers);
  return {
    registry,
    attempted(destination, outcome, lagMs) {
      attempts.inc({ destination, outcome });
      if (outcome === 'acknowledged') lag.observe({ destination }, lagMs / SECOND);
    },
    called(upstream, operation, outcome, ms) {
      calls.observe({ upstream, operation, outcome }, ms / SECOND);
    },
    refused(upstream, operation, why) {
      refusals.inc({ upstream, operation, why });
    },
  };
}

function destinationGauges(options: MetricsOptions, registers: Registry[]): void {
  const rows = new Gauge({
    name: 'lienthong_sync_dossiers',
    help: 'Dossiers of a destination by state.',
    labelNames: ['destination', 'state'],
    registers,
  });
  let countedAt = 0;
  new Gauge({
    name: 'lienthong_sync_oldest_unacknowledged_seconds',
    help: 'Age of the oldest entry that a destination has not acknowledged.',
    labelNames: ['destination'],
    registers,
    async collect() {
      const now = options.now();
      if (now - countedAt < FIGURES_KEPT) return;
      countedAt = now;
      for (const destination of options.destinations) {
        const figures = await destinationFigures(options.pool, destination, null);
        for (const state of ['behind', 'retrying', 'blocked', 'unverified', 'unknown'] as const)
          rows.set({ destination, state }, figures[state]);
        for (const state of ['observed', 'compared'] as const) rows.set({ destination, state }, figures[state]);
        rows.set({ destination, state: 'in-step' }, figures.inStep);
        rows.set({ destination, state: 'paused-not-there' }, figures.pausesNotThere);
        rows.set({ destination, state: 'paused-lost' }, figures.pausesLost);
        this.set(
          { destination },
          figures.oldestUnacknowledgedAt === null ? 0 : (now - figures.oldestUnacknowledgedAt) / SECOND,
        );
      }
    },
  });
}
