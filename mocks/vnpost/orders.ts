/** @module The orders that the post has: by number and by what is to be done, each with its states. */
import type { Entry } from '../journal.ts';
import { Past } from '../past.ts';

/** Status of an order. */
export const REGISTERED = '1';
export const COLLECTING = '2';
export const HANDED_OVER = '3';
export const CANCELLED = '4';

export interface Order {
  /** OrderNumber: the dossier's code. */
  readonly number: string;
  /** FlagConfig: 1 papers are fetched from the citizen, 2 a result is brought. */
  readonly flag: string;
  /** S10. */
  readonly item: string;
  readonly total: number;
  readonly states: readonly { readonly status: string; readonly at: number; readonly note: string }[];
}

/** An order as a call or a person of the post left it. */
export interface OrderEntry extends Entry {
  readonly kind: 'order';
  readonly order: Order;
  /** The province's call, when it was one. */
  readonly call: { readonly service: 'order' | 'cancel'; readonly effect: boolean } | null;
}

export const statusOf = (order: Order): string => order.states.at(-1)!.status;

const keyOf = (number: string, flag: string): string => `${number} ${flag}`;

export class Orders {
  #byKey = new Map<string, Order>();
  #items = 0;
  readonly #past = new Past<Order>();

  get(number: string, flag: string): Order | undefined {
    return this.#byKey.get(keyOf(number, flag));
  }

  /** Every order of a number as it was at `then`. */
  ofNumber(number: string, then: number): Order[] {
    return ['1', '2'].flatMap((flag) => {
      const was = this.#past.at(keyOf(number, flag), then);
      const order = was === undefined ? this.get(number, flag) : was;
      return order ? [order] : [];
    });
  }

  rememberPast(milliseconds: number): void {
    this.#past.reach(milliseconds);
  }

  put({ at, order }: OrderEntry): void {
    const key = keyOf(order.number, order.flag);
    const before = this.#byKey.get(key);
    this.#past.note(key, at, before ?? null);
    if (before?.item !== order.item) this.#items += 1;
    this.#byKey.set(key, order);
  }

  /** The next number of an item. */
  nextItem(): string {
    return itemOf(this.#items + 1);
  }

  reset(): void {
    this.#byKey = new Map();
    this.#items = 0;
    this.#past.reset();
  }
}

const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];

/** S10 of the UPU: `RA`, eight digits, a check digit, `VN`. */
function itemOf(running: number): string {
  const digits = String(99_000_000 + running);
  const rest = 11 - (WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0) % 11);
  return `RA${digits}${rest === 10 ? 0 : rest === 11 ? 5 : rest}VN`;
}
