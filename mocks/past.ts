/** @module What things were a while ago, for stale reads: the last seconds always, longer when a fault asks for it. */

const ALWAYS_MS = 10_000;

interface Was<T> {
  readonly key: string;
  /** Until when this was the state. */
  readonly until: number;
  readonly state: T | null;
}

/** States that were replaced, each until when it held. */
export class Past<T> {
  #byKey = new Map<string, Was<T>[]>();
  #queue: Was<T>[] = [];
  #head = 0;
  #reach = ALWAYS_MS;

  /** At least so many milliseconds are remembered from now on. */
  reach(milliseconds: number): void {
    this.#reach = Math.max(ALWAYS_MS, milliseconds);
  }

  /** `state` was what `key` had until now; null: it was not there. */
  note(key: string, now: number, state: T | null): void {
    this.#forgetBefore(now - this.#reach);
    const was: Was<T> = { key, until: now, state };
    this.#queue.push(was);
    const known = this.#byKey.get(key);
    if (known) known.push(was);
    else this.#byKey.set(key, [was]);
  }

  /** The state at `then`; undefined: as now, or further back than is remembered. */
  at(key: string, then: number): T | null | undefined {
    return this.#byKey.get(key)?.find(({ until }) => until > then)?.state;
  }

  reset(): void {
    this.#byKey = new Map();
    this.#queue = [];
    this.#head = 0;
  }

  #forgetBefore(then: number): void {
    while (this.#head < this.#queue.length && this.#queue[this.#head]!.until < then) {
      const { key } = this.#queue[this.#head]!;
      const known = this.#byKey.get(key)!;
      if (known.length === 1) this.#byKey.delete(key);
      else known.shift();
      this.#head += 1;
    }
    // Moving the queue only when half of it is past keeps the cost of forgetting constant.
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}
