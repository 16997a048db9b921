/** @module Runs a part's work round after round: the next one so long after the last has ended, whatever became of it. */
import type { WorkerPart } from './worker.ts';

export interface RoundsOptions {
  readonly everyMs: number;
  /** Until the first round; `everyMs` unless told. */
  readonly firstAfterMs?: number;
  /** Until the next round where there is more to do; none unless told. */
  readonly moreAfterMs?: number;
  /** One round; true: there is more to do, and the next one follows sooner. */
  readonly round: () => Promise<unknown>;
  /** Told of a round that failed; it is tried again with the next one. */
  readonly failed: (error: unknown) => void;
}

/** Never two rounds at once; a stop waits for the one under way. */
export class Rounds implements WorkerPart {
  readonly #options: RoundsOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Whether a long round is to come to its end. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  start(): void {
    this.#next(this.#options.firstAfterMs ?? this.#options.everyMs);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #next(delay: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, delay);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    let more = false;
    try {
      more = (await this.#options.round()) === true;
    } catch (error) {
      this.#options.failed(error);
    }
    if (!this.#isStopping) this.#next(more ? (this.#options.moreAfterMs ?? 0) : this.#options.everyMs);
  }
}
