/** @module Waiting for the feed to grow: one question for all who wait in a process, asked only while somebody does. */
import { SECOND } from '../units.ts';

const EVERY = 0.25 * SECOND;

export interface ArrivalOptions {
  /** The feed's last place. */
  lastPosition(): Promise<number>;
  readonly everyMs?: number;
}

interface Waiting {
  readonly after: number;
  wake(): void;
}

/** Wakes long-polls, whichever process appended. */
export class Arrivals {
  readonly #options: ArrivalOptions;
  readonly #waiting = new Set<Waiting>();
  #looking = false;

  constructor(options: ArrivalOptions) {
    this.#options = options;
  }

  /** Resolves when the feed has grown beyond `after`, or when the signal aborts; never rejects. */
  wait(after: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting: Waiting = {
        after,
        wake: () => {
          this.#waiting.delete(waiting);
          signal.removeEventListener('abort', waiting.wake);
          resolve();
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', waiting.wake, { once: true });
      if (!this.#looking) void this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#waiting.size > 0) {
      try {
        const last = await this.#options.lastPosition();
        for (const waiting of [...this.#waiting]) if (last > waiting.after) waiting.wake();
      } catch {
        // The reader that wakes next asks the database itself, and hears what is wrong with it.
        for (const waiting of [...this.#waiting]) waiting.wake();
      }
      if (this.#waiting.size > 0)
        await new Promise((resolve) => setTimeout(resolve, this.#options.everyMs ?? EVERY).unref());
    }
    this.#looking = false;
  }
}
