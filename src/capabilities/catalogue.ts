/** @module The `catalogue` capability: what an outside system tells of procedures, limits, fees and agencies, in the gateway's terms. */
import type { Limit } from '../deadlines/types.ts';

export type { Limit } from '../deadlines/types.ts';

/** A fee or charge (phí, lệ phí) of a procedure; without a code where the system tells no more than what it all comes to. */
export interface ListedFee {
  readonly code: string | null;
  /** Whole đồng. */
  readonly amount: number;
}

/** A procedure as a system lists it; null where nothing is told of it. */
export interface ListedProcedure {
  readonly code: string;
  readonly name: string | null;
  readonly sector: { readonly code: string; readonly name: string } | null;
  /** Thời hạn giải quyết. */
  readonly limit: Limit | null;
  readonly fees: readonly ListedFee[] | null;
  /** What stands there and could not be read, in the system's words: taken as not told, and named. */
  readonly unread: readonly string[];
}

export interface ListedAgency {
  readonly code: string;
  readonly name: string | null;
  /** Null where the system tells none: the agency stands at the top, or its place is not told. */
  readonly parentCode: string | null;
}

/** What a system can be asked for; a failed call is an `UpstreamError`. */
export interface CatalogueSource {
  /** The connector that stands behind it. */
  readonly name: string;
  /** Which of the province's procedures its list should hold: each of them, or those that it resolves itself. */
  readonly covers: 'all' | 'own';
  listProcedures?(): Promise<readonly ListedProcedure[]>;
  listAgencies?(): Promise<readonly ListedAgency[]>;
}
