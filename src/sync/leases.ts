/** @module The leases of what is under way: each outlives the next request, or is renewed by its token first (sync.md D2). */
import type { Queryable } from '../db/queryable.ts';
import { SECOND } from '../units.ts';
import { type ClaimedRow, renew } from './store.ts';

export interface LeasesOptions {
  readonly destination: string;
  readonly db: Queryable;
  readonly settings: { readonly leaseMs: number; readonly requestTimeoutMs: number };
  readonly now: () => number;
}

/** By how much a lease outlives the longest request. */
const MARGIN = 5 * SECOND;

export class Leases {
  readonly #options: LeasesOptions;
  readonly #renewed = new Map<number, { token: string; until: number }>();

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Renews those that would run out during the next request. @returns false when one is lost: nothing may be sent */
  async hold(rows: readonly ClaimedRow[]): Promise<boolean> {
    const { db, destination, settings, now } = this.#options;
    const needed = now() + settings.requestTimeoutMs + MARGIN;
    const short = rows.filter((row) => this.#until(row) < needed);
    if (short.length === 0) return true;
    const until = now() + settings.leaseMs;
    const held = await renew(
      db,
      destination,
      short[0]!.token,
      short.map(({ dossierId }) => dossierId),
      until,
    );
    if (held.size < short.length) return false;
    for (const { dossierId, token } of short) this.#renewed.set(dossierId, { token, until });
    return true;
  }

  /** Nothing more is sent under it. */
  forget({ dossierId }: ClaimedRow): void {
    this.#renewed.delete(dossierId);
  }

  #until(row: ClaimedRow): number {
    const renewed = this.#renewed.get(row.dossierId);
    return renewed?.token === row.token ? renewed.until : row.leaseUntil;
  }
}
