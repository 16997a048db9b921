/** @module A destination's listing of one day of receipt, page after page; one that was interrupted goes on where it stood. */
import type { PortalClient, PortalPage } from '../capabilities/portal.ts';
import { writtenCode } from '../dossiers/identifiers.ts';

/** A day's rows as JSON, so that they need not be kept as they are; null where the destination has no listing. */
export type Listing = string | null;

export interface Pages {
  /** Asks when the run's turn has come. @throws when the run is to stop, or the destination struggles */
  ask<T>(question: () => Promise<T>): Promise<T>;
}

export class DayListing {
  readonly day: string;
  readonly #pages: string[] = [];
  // What moved from one page to the next while they were asked for stands on both.
  readonly #codes = new Set<string>();
  #page = 1;
  #reading: Promise<Listing> | null = null;

  constructor(day: string) {
    this.day = day;
  }

  /** All of the day. @throws what asking does: the next reading goes on with the page that failed */
  read(portal: Pick<PortalClient, 'list'>, asking: Pages): Promise<Listing> {
    this.#reading ??= this.#read(portal, asking).catch((error: unknown) => {
      this.#reading = null;
      throw error;
    });
    return this.#reading;
  }

  async #read(portal: Pick<PortalClient, 'list'>, asking: Pages): Promise<Listing> {
    for (;;) {
      const found = await asking.ask(() => portal.list(this.day, this.day, this.#page));
      if (found === null) return null;
      // One that shows the last page again for each further one has no end of its own.
      if (!this.#take(found) || !found.more) return `[${this.#pages.join(',')}]`;
      this.#page++;
    }
  }

  /** @returns whether the page told anything new */
  #take({ rows }: PortalPage): boolean {
    const fresh: object[] = [];
    for (const row of rows) {
      const code = writtenCode(row.code);
      if (code === '' || this.#codes.has(code)) continue;
      this.#codes.add(code);
      fresh.push(code === row.code ? row : { ...row, code });
    }
    if (fresh.length > 0) this.#pages.push(JSON.stringify(fresh).slice(1, -1));
    return fresh.length > 0;
  }
}
