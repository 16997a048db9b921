/** @module A destination's listing of one day of receipt, page after page; one that was interrupted goes on where it stood. */
import type { PortalClient, PortalPage } from '../capabilities/portal.ts';
import { writtenCode } from '../dossiers/identifiers.ts';

/** A day's rows, column by column, as a statement takes them. Times are epoch milliseconds. */
export interface Listed {
  readonly codes: readonly string[];
  readonly statuses: readonly (string | null)[];
  readonly appointments: readonly (number | null)[];
  readonly channels: readonly (string | null)[];
  readonly procedures: readonly (string | null)[];
}

/** null where the destination has no listing. */
export type Listing = Listed | null;

export interface Pages {
  /** Asks when the run's turn has come. @throws when the run is to stop, or the destination struggles */
  ask<T>(question: () => Promise<T>): Promise<T>;
}

export class DayListing {
  readonly day: string;
  // What moved from one page to the next while they were asked for stands on both.
  readonly #codes = new Set<string>();
  readonly #statuses: (string | null)[] = [];
  readonly #appointments: (number | null)[] = [];
  readonly #channels: (string | null)[] = [];
  readonly #procedures: (string | null)[] = [];
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
      if (!this.#take(found) || !found.more) return this.#listed();
      this.#page++;
    }
  }

  /** @returns whether the page told anything new */
  #take({ rows }: PortalPage): boolean {
    const before = this.#codes.size;
    for (const row of rows) {
      const code = writtenCode(row.code);
      if (code === '' || this.#codes.has(code)) continue;
      this.#codes.add(code);
      this.#statuses.push(row.statusCode);
      this.#appointments.push(row.appointmentAt);
      this.#channels.push(row.channel ?? null);
      this.#procedures.push(row.procedureCode);
    }
    return this.#codes.size > before;
  }

  #listed(): Listed {
    return {
      codes: [...this.#codes],
      statuses: this.#statuses,
      appointments: this.#appointments,
      channels: this.#channels,
      procedures: this.#procedures,
    };
  }
}
