/** @module Signed heads compared with the entries while the log is read once, both from their beginning. */
import type { ChainFault, ChainHead } from './chain.ts';
import type { SignedHead } from './heads.ts';
import type { HeadLine, HeadsPlace } from './heads-file.ts';

/** Takes heads only as far as the entries have been read. */
export class HeadsBeside {
  readonly #lines: AsyncIterator<HeadLine> | null;
  readonly #from: number;
  readonly #hashAt: (id: number) => Promise<string | null>;
  #next: HeadLine | null = null;
  #newest: SignedHead | null = null;
  #passed: HeadsPlace | null = null;

  /**
   * @param from heads of earlier entries were compared before
   * @param hashAt for heads that do not stand in the order of their ids, as after a restored backup
   */
  constructor(
    lines: AsyncIterable<HeadLine> | undefined,
    from: number,
    hashAt: (id: number) => Promise<string | null>,
  ) {
    this.#lines = lines?.[Symbol.asyncIterator]() ?? null;
    this.#from = from;
    this.#hashAt = hashAt;
  }

  /** The last head that fitted. */
  get newest(): SignedHead | null {
    return this.#newest;
  }

  /** Behind the heads of entries before the last that was looked at, with which the next span begins; null where none was there. */
  get passed(): HeadsPlace | null {
    return this.#passed;
  }

  /** What is wrong with the heads up to the last of these entries. */
  async compare(page: readonly ChainHead[]): Promise<ChainFault | null> {
    const end = page.at(-1);
    if (!end) return null;
    const hashes = new Map(page.map(({ id, hash }) => [id, hash]));
    for (;;) {
      const line = await this.#peek();
      if (line === null) return null;
      const { head } = line;
      if (head === null) return { kind: 'unsigned', id: line.line };
      if (head.id > end.id) return null;
      this.#next = null;
      if (head.id < end.id) this.#passed = line.next;
      if (head.id < this.#from) continue;
      if ((hashes.get(head.id) ?? (await this.#hashAt(head.id))) !== head.hash)
        return { kind: 'rewritten', id: head.id };
      this.#newest = head;
    }
  }

  /**
   * What is wrong at the end of the log, where every head must have found its entry.
   *
   * @param hashNow for heads that were signed while the log was read as it stood before
   */
  async compareEnd(last: ChainHead, hashNow: (id: number) => Promise<string | null>): Promise<ChainFault | null> {
    for (;;) {
      const line = await this.#peek();
      if (line === null) return null;
      const { head } = line;
      if (head === null) return { kind: 'unsigned', id: line.line };
      const hash = await hashNow(head.id);
      if (hash === null) return { kind: 'cut', id: last.id + 1, to: head.id };
      if (hash !== head.hash) return { kind: 'rewritten', id: head.id };
      this.#newest = head;
      this.#next = null;
    }
  }

  async close(): Promise<void> {
    await this.#lines?.return?.();
  }

  async #peek(): Promise<HeadLine | null> {
    if (this.#next !== null || this.#lines === null) return this.#next;
    const { value, done } = await this.#lines.next();
    this.#next = done ? null : value;
    return this.#next;
  }
}
