/** @module The ways in which an upstream fails; the kind alone decides retry, HTTP status and breaker. */
export const UPSTREAM_FAILURES = [
  'unavailable',
  'timeout',
  'auth',
  'rejected',
  'exists',
  'contract',
  'maintenance',
  'quota',
] as const;
export type UpstreamFailure = (typeof UPSTREAM_FAILURES)[number];

export interface UpstreamErrorFacts {
  readonly upstream: string;
  readonly operation: string;
  /** What the upstream said, in its own words. */
  readonly words?: string;
  /** Whether the work may have been done although the answer did not say so. */
  readonly outcome: 'not-done' | 'unknown';
  /** Epoch milliseconds before which it asked not to be called. */
  readonly until?: number | null;
  readonly path?: string;
  readonly cause?: unknown;
}

/** A failed call of an upstream. */
export class UpstreamError extends Error {
  readonly kind: UpstreamFailure;
  readonly facts: UpstreamErrorFacts;

  constructor(kind: UpstreamFailure, facts: UpstreamErrorFacts) {
    super(`${facts.upstream} ${facts.operation}: ${kind}${facts.words ? `: ${facts.words}` : ''}`, {
      cause: facts.cause,
    });
    this.name = 'UpstreamError';
    this.kind = kind;
    this.facts = facts;
  }

  /** Whether the fault lies in how the upstream is doing, not in what it was asked. */
  get isTransient(): boolean {
    return this.kind !== 'rejected' && this.kind !== 'exists';
  }
}
