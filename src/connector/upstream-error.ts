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
  // Ours: more calls at once than we allow ourselves. The upstream was not asked.
  'busy',
] as const;
export type UpstreamFailure = (typeof UPSTREAM_FAILURES)[number];

export interface UpstreamErrorFacts {
  readonly upstream: string;
  readonly operation: string;
  /** What the upstream said, in its own words, or how it failed. */
  readonly words?: string;
  /** Whether the work may have been done although the answer did not say so. */
  readonly outcome: 'not-done' | 'unknown';
  /** The HTTP status of its answer, where there was one. */
  readonly status?: number;
  /** It knows the account and does not let it: another log-in would change nothing. */
  readonly denied?: boolean;
  /** Epoch milliseconds before which it asked not to be called. */
  readonly until?: number | null;
  /** Where an answer left its contract (RFC 9535). */
  readonly path?: string;
  /** The caller went or ran out of time: it says nothing of the upstream. */
  readonly byCaller?: boolean;
  readonly cause?: unknown;
}

/** A failed call of an upstream. */
export class UpstreamError extends Error {
  readonly kind: UpstreamFailure;
  readonly facts: UpstreamErrorFacts;
  // Private, so that no log line shows it: it may hold anyone's data.
  readonly #answer: string | null;

  /** @param answer what the upstream answered, where that broke its contract */
  constructor(kind: UpstreamFailure, facts: UpstreamErrorFacts, answer: string | null = null) {
    // Without its words, which may name anybody: a message comes into log lines.
    super(`${facts.upstream} ${facts.operation}: ${kind}`, { cause: facts.cause });
    this.name = 'UpstreamError';
    this.kind = kind;
    this.facts = facts;
    this.#answer = answer;
  }

  /** What the upstream answered, for the operator's eyes only. */
  get answer(): string | null {
    return this.#answer;
  }

  /** Whether the fault lies in how the upstream is doing, not in what it was asked. */
  get isTransient(): boolean {
    return this.kind !== 'rejected' && this.kind !== 'exists';
  }
}
