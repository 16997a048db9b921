/** @module How an upstream does now: what stands between us and it, and what its probe and its real calls tell. */
import { MINUTE, SECOND } from '../units.ts';
import type { Breaker, BreakerState } from './breaker.ts';
import type { Connection } from './connections.ts';
import { type LimitState, mergeLimits } from './quota.ts';
import { mergeTraffic, type TrafficReport } from './traffic.ts';
import type { UpstreamFailure } from './upstream-error.ts';

/** From bad to good: where processes see one upstream differently, the first in this order is told. */
export const HEALTH_STATES = ['maintenance', 'quota', 'down', 'degraded', 'up', 'unknown', 'not-connected'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** Why an upstream is not called at present, who said so, and when it is called again by itself. */
export interface Stop {
  readonly by: 'upstream' | 'operator' | 'breaker';
  readonly why: UpstreamFailure;
  /** The failed operation, or an operator's reason. */
  readonly words: string | null;
  readonly since: number;
  readonly until: number | null;
}

export interface ProbeResult {
  readonly at: number;
  readonly ms: number;
  /** Null where it succeeded. */
  readonly failure: UpstreamFailure | null;
}

/** An operation that is not called at present although its upstream is. */
export interface StoppedOperation extends Stop {
  readonly operation: string;
}

/** What one process knows of one upstream: plain data. */
export interface HealthReport {
  readonly state: HealthState;
  readonly breaker: BreakerState;
  readonly stop: Stop | null;
  readonly operations: readonly StoppedOperation[];
  readonly probe: ProbeResult | null;
  readonly traffic: TrafficReport;
  readonly limits: readonly LimitState[];
}

/** A failed probe, or none, says nothing after so long. */
const PROBE_COUNTS_FOR = 3 * MINUTE;
/** A tenth of the calls failing is seen by people; with fewer calls than this one failure would be a tenth. */
const DEGRADED_SHARE = 0.1;
const FEW_CALLS = 10;
/** Failures that are older say nothing of now. */
const RECENT = 60 * SECOND;

/** The health of a connection as this process sees it. */
export function reportOf(
  { upstream, traffic, quota }: Connection,
  probe: ProbeResult | null,
  now: number,
): HealthReport {
  const figures = traffic.report();
  const stop = stopOf(upstream.breaker, now);
  const operations = [...upstream.doors].flatMap(([operation, { breaker }]) => {
    const own = stopOf(breaker, now);
    return own ? [{ operation, ...own }] : [];
  });
  return {
    state: stop ? stateOfStop(stop) : operations.length > 0 ? 'degraded' : stateOf(figures, probe, now),
    breaker: upstream.breaker.state,
    stop,
    operations,
    probe,
    traffic: figures,
    limits: quota.report(),
  };
}

function stopOf(breaker: Breaker, now: number): Stop | null {
  const { held, why } = breaker;
  if (held) return { by: held.by, why: held.kind, words: held.reason, since: held.since, until: held.until };
  if (breaker.state === 'closed') return null;
  return {
    by: 'breaker',
    why: why?.kind ?? 'unavailable',
    words: why?.facts.operation ?? null,
    since: breaker.openedAt ?? now,
    until: breaker.until,
  };
}

const stateOfStop = ({ by, why }: Stop): HealthState =>
  by === 'breaker' ? 'down' : why === 'quota' ? 'quota' : 'maintenance';

function stateOf(traffic: TrafficReport, probe: ProbeResult | null, now: number): HealthState {
  const { calls, failures, lastFailure, lastSuccessAt } = traffic;
  const failing = lastFailure !== null && now - lastFailure.at < RECENT;
  if (failing && failures / calls >= DEGRADED_SHARE && calls >= FEW_CALLS) return 'degraded';
  const isProbed = probe !== null && now - probe.at < PROBE_COUNTS_FOR;
  if (isProbed && probe.failure !== null && (lastSuccessAt ?? 0) < probe.at) return 'down';
  if (failing && lastFailure.at > (lastSuccessAt ?? 0) && !(isProbed && probe.at > lastFailure.at)) return 'degraded';
  return isProbed || lastSuccessAt !== null ? 'up' : 'unknown';
}

/** What several processes know, as one. */
export function mergeReports(reports: readonly HealthReport[], now: number): HealthReport {
  const [worst] = reports.toSorted((a, b) => HEALTH_STATES.indexOf(a.state) - HEALTH_STATES.indexOf(b.state));
  return {
    ...worst!,
    operations: [
      ...new Map(reports.flatMap((report) => report.operations.map((own) => [own.operation, own]))).values(),
    ],
    probe: reports.reduce<ProbeResult | null>(
      (last, { probe }) => (probe && probe.at > (last?.at ?? 0) ? probe : last),
      null,
    ),
    traffic: mergeTraffic(reports.map(({ traffic }) => traffic)),
    limits: mergeLimits(
      reports.map(({ limits }) => limits),
      now,
    ),
  };
}
