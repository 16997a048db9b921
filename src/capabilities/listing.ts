/**
 * @module What a system lists of the dossiers it works on: it never calls, and is asked for what it has written down since.
 * Part of the `exchange` capability.
 */
import type { EventCommand } from '../dossiers/commands.ts';

export { rfc3339 } from '../http/answer.ts';

/** A record that could not be read, or holds a code that stands in no table: kept aside for a person. */
export interface ListedAside {
  readonly reason: 'unreadable' | 'unmapped-code';
  /** What is wrong with it, with paths; no personal data. */
  readonly detail: string;
  readonly dossierRef: string | null;
  /** The record as it came. */
  readonly record: string;
}

/** One page of a listing, oldest record first. */
export interface ListedPage {
  /** Each with an event id of its own, which is the same whenever the record is listed. */
  readonly commands: readonly (EventCommand & { readonly eventId: string })[];
  readonly aside: readonly ListedAside[];
  /** Its records as they came, for the log of messages. */
  readonly raw: string;
  /** When its newest record was written down, by the system's clock; null for an empty page. */
  readonly newestAt: number | null;
  readonly isLast: boolean;
}

/** A failed call is an `UpstreamError`. Times are epoch milliseconds. */
export interface ChangeListing {
  /** The connector that stands behind it. */
  readonly name: string;
  /** The shortest and the longest time between two questions. */
  readonly minMs: number;
  readonly maxMs: number;
  /** How much later than its time a record may appear: so far back each question begins again. */
  readonly overlapMs: number;
  /** Where the very first question begins, before now. */
  readonly lookBackMs: number;
  /** Page `page` (from 1) of what was written down at `since` or later. */
  list(since: number, page: number): Promise<ListedPage>;
}
