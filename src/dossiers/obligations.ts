/** @module What one source says is owed on a dossier and was paid of it: a pause for money ends when nothing is owed any more. Pure. */

/** What a notice asks for or a payment covers: the notice's number, and đồng. */
export type Obligation = readonly [notice: string, amount: number];

/** The notices and payments of one source, in the order of their times. */
export class Obligations {
  readonly #owed = new Map<string, number>();
  readonly #paid = new Map<string, number>();

  /** A notice told anew replaces what it asked for before. */
  owe(asked: readonly Obligation[]): void {
    for (const [notice, amount] of asked) this.#owed.set(notice, amount);
  }

  /**
   * A payment counts for its notice, also when it is told before the notice is. One of a notice that nobody knows counts for the
   * only one on which anything is owed: a payment may name its notice otherwise.
   */
  pay(paid: readonly Obligation[]): void {
    for (const [notice, amount] of paid) {
      const open = this.#openNotices();
      const counted = !this.#owed.has(notice) && open.length === 1 ? open[0]! : notice;
      this.#paid.set(counted, (this.#paid.get(counted) ?? 0) + amount);
    }
  }

  get isSettled(): boolean {
    return this.#openNotices().length === 0;
  }

  #openNotices(): string[] {
    return [...this.#owed]
      .filter(([notice, amount]) => (this.#paid.get(notice) ?? 0) < amount)
      .map(([notice]) => notice);
  }
}
