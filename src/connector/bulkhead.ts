/** @module A bulkhead: how many calls of an upstream run and wait at once, so that one that hangs takes no more than its own room. */
export interface BulkheadOptions {
  readonly concurrency: number;
  /** Calls that may wait; one more is refused at once. */
  readonly queue: number;
}

/** Runs so many at once, lets so many wait in the order they came, refuses the rest. */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(options: BulkheadOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * @param signal one that waits leaves with its caller, and its place is free at once
   * @throws what `refused` makes when there is no room or its caller went
   */
  async run<T>(
    work: () => Promise<T>,
    signal: AbortSignal | undefined,
    refused: (why: 'full' | 'left') => Error,
  ): Promise<T> {
    if (this.#running < this.#options.concurrency) this.#running++;
    else {
      if (this.#waiting.size >= this.#options.queue) throw refused('full');
      await this.#turn(signal, () => refused('left'));
    }
    try {
      return await work();
    } finally {
      // A place is handed over, never freed and taken again: who came later cannot slip in between.
      if (this.#waiting.size === 0) this.#running--;
      else this.#waiting.values().next().value!();
    }
  }

  #turn(signal: AbortSignal | undefined, refused: () => Error): Promise<void> {
    if (signal?.aborted) throw refused();
    return new Promise((resolve, reject) => {
      const called = (): void => {
        this.#waiting.delete(called);
        signal?.removeEventListener('abort', left);
        resolve();
      };
      const left = (): void => {
        this.#waiting.delete(called);
        reject(refused());
      };
      this.#waiting.add(called);
      signal?.addEventListener('abort', left, { once: true });
    });
  }
}
