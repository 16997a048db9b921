/** @module The one table of errors: what each code means, who failed and what the caller can do about it. Its rows stand by subject in `errors/`. */
import { accessErrors } from './errors/access.ts';
import { callErrors } from './errors/calls.ts';
import type { ErrorDeclaration } from './errors/declaration.ts';
import { dossierErrors } from './errors/dossiers.ts';
import { gatewayErrors } from './errors/gateway.ts';
import { paymentErrors } from './errors/payments.ts';
import { upstreamErrors } from './errors/upstreams.ts';

export type { Bilingual, ErrorDeclaration } from './errors/declaration.ts';

/** Every error the gateway answers, by its stable code. The documents' pages are generated from it. */
export const errors = {
  ...callErrors,
  ...accessErrors,
  ...dossierErrors,
  ...paymentErrors,
  ...gatewayErrors,
  ...upstreamErrors,
} as const satisfies Record<string, ErrorDeclaration>;

/** A stable code of the table. */
export type ErrorCode = keyof typeof errors;

/** One fault in what was sent: where (RFC 9535 path into the body, or `query.x`, `path.x`, `header.x`) and what. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** Facts that travel in the answer. For a 5xx of the gateway itself only `retryAfter` leaves the process. */
export interface ErrorFacts {
  /** What happened in this case, in English; `detailVi` the same in Vietnamese. */
  readonly detail?: string;
  readonly detailVi?: string;
  /** The name of the connector whose upstream failed. */
  readonly upstream?: string;
  /** Seconds until a repeat makes sense. */
  readonly retryAfter?: number;
  readonly violations?: readonly Violation[];
  /** Further members of the problem document, e.g. `scope`, `limit`, `dossierCode`. */
  readonly extra?: Readonly<Record<string, string | number | boolean | null>>;
  /** Response headers that belong to the error, e.g. `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What caused it; logged, never answered. */
  readonly cause?: unknown;
}

/** An error of the table with the facts of the case. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.detail ?? errors[code].title.en, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.facts = facts;
  }

  get declaration(): ErrorDeclaration {
    return errors[this.code];
  }
}

/**
 * Throws the error of that code.
 *
 * @throws GatewayError always
 */
export function fail(code: ErrorCode, facts?: ErrorFacts): never {
  throw new GatewayError(code, facts);
}
