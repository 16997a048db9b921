/** @module What the real calls of the last minutes tell of an upstream: how many, how many failed and how, how long they took. */
import { MINUTE, SECOND } from '../units.ts';
import type { UpstreamFailure } from './upstream-error.ts';

/** The declared health call under this name is no real traffic. */
export const PROBE = 'probe';

export const TRAFFIC_WINDOW = 5 * MINUTE;
const STEP = 10 * SECOND;
/** Upper bounds of the kept durations in milliseconds; what takes longer falls into a last one. */
const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];

/** Answers that say nothing bad of the upstream: it works, or was not asked. */
const NO_FAULT: ReadonlySet<string> = new Set(['ok', 'rejected', 'exists', 'busy']);

export interface LastFailure {
  readonly at: number;
  readonly operation: string;
  readonly kind: UpstreamFailure;
}

interface Figures {
  readonly calls: number;
  readonly failures: number;
}

/** Plain data: processes hand it to each other. */
export interface TrafficReport extends Figures {
  readonly byKind: Readonly<Record<string, number>>;
  readonly byOperation: Readonly<Record<string, Figures>>;
  /** Calls by how long they took, one for each bound and one for what took longer. */
  readonly durations: readonly number[];
  readonly lastSuccessAt: number | null;
  readonly lastFailure: LastFailure | null;
}

interface Step {
  readonly since: number;
  readonly outcomes: Map<string, Map<string, number>>;
  readonly durations: number[];
}

const NONE: TrafficReport = {
  calls: 0,
  failures: 0,
  byKind: {},
  byOperation: {},
  durations: BOUNDS.map(() => 0).concat(0),
  lastSuccessAt: null,
  lastFailure: null,
};

/** Counts the calls of one upstream in steps of ten seconds. */
export class Traffic {
  readonly #now: () => number;
  readonly #steps: Step[] = [];
  #lastSuccessAt: number | null = null;
  #lastFailure: LastFailure | null = null;
  #lastCallAt: number | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** When anything was last called, the probe included. */
  get lastCallAt(): number | null {
    return this.#lastCallAt;
  }

  called(operation: string, outcome: 'ok' | UpstreamFailure, ms: number): void {
    const now = this.#now();
    this.#lastCallAt = now;
    if (operation === PROBE) return;
    const step = this.#stepAt(now);
    const outcomes = step.outcomes.get(operation) ?? new Map<string, number>();
    step.outcomes.set(operation, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
    const bound = BOUNDS.findIndex((limit) => ms <= limit);
    step.durations[bound === -1 ? BOUNDS.length : bound]!++;
    if (NO_FAULT.has(outcome)) this.#lastSuccessAt = now;
    else this.#lastFailure = { at: now, operation, kind: outcome as UpstreamFailure };
  }

  report(): TrafficReport {
    const after = this.#now() - TRAFFIC_WINDOW;
    while (this.#steps[0] && this.#steps[0].since < after) this.#steps.shift();
    return mergeTraffic([
      { ...NONE, lastSuccessAt: this.#lastSuccessAt, lastFailure: this.#lastFailure },
      ...this.#steps.map(reportOf),
    ]);
  }

  #stepAt(now: number): Step {
    const since = now - (now % STEP);
    const last = this.#steps.at(-1);
    if (last?.since === since) return last;
    const step = { since, outcomes: new Map(), durations: [...NONE.durations] };
    this.#steps.push(step);
    return step;
  }
}

function reportOf({ outcomes, durations }: Step): TrafficReport {
  const byKind: Record<string, number> = {};
  const byOperation: Record<string, Figures> = {};
  let calls = 0;
  let failures = 0;
  for (const [operation, counts] of outcomes) {
    const own = { calls: 0, failures: 0 };
    for (const [outcome, count] of counts) {
      own.calls += count;
      if (NO_FAULT.has(outcome)) continue;
      own.failures += count;
      byKind[outcome] = (byKind[outcome] ?? 0) + count;
    }
    byOperation[operation] = own;
    calls += own.calls;
    failures += own.failures;
  }
  return { ...NONE, calls, failures, byKind, byOperation, durations };
}

/** The figures of several processes, or of several steps of one, as of one. */
export function mergeTraffic(reports: readonly TrafficReport[]): TrafficReport {
  const byKind: Record<string, number> = {};
  const byOperation: Record<string, Figures> = {};
  for (const report of reports) {
    for (const [kind, count] of Object.entries(report.byKind)) byKind[kind] = (byKind[kind] ?? 0) + count;
    for (const [operation, { calls, failures }] of Object.entries(report.byOperation)) {
      const sofar = byOperation[operation] ?? { calls: 0, failures: 0 };
      byOperation[operation] = { calls: sofar.calls + calls, failures: sofar.failures + failures };
    }
  }
  return {
    calls: sum(reports.map(({ calls }) => calls)),
    failures: sum(reports.map(({ failures }) => failures)),
    byKind,
    byOperation,
    durations: NONE.durations.map((_, index) => sum(reports.map(({ durations }) => durations[index] ?? 0))),
    lastSuccessAt: reports.reduce<number | null>((last, { lastSuccessAt }) => latest(last, lastSuccessAt), null),
    lastFailure: reports.reduce<LastFailure | null>(
      (last, { lastFailure }) => (lastFailure && lastFailure.at > (last?.at ?? 0) ? lastFailure : last),
      null,
    ),
  };
}

/** The duration that this share of the calls stayed below, as the bound it falls under; null where it can't be told. */
export function durationBelow(share: number, { durations }: TrafficReport): number | null {
  const wanted = share * sum(durations);
  let counted = 0;
  for (const [index, bound] of BOUNDS.entries()) {
    counted += durations[index]!;
    if (counted > 0 && counted >= wanted) return bound;
  }
  return null;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const latest = (a: number | null, b: number | null): number | null => (a === null || (b !== null && b > a) ? b : a);
