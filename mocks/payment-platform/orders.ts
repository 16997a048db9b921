/** @module What the platform keeps: orders, the money that moved for each, and the days that were settled. */
import type { Entry } from '../journal.ts';
import { Past } from '../past.ts';
import type { SettingsEntry } from '../simulator.ts';

/** TrangThaiGD: 1, 3 and 4 are observed; 2 (nobody has paid yet) is assumed. */
export type Status = '1' | '2' | '3' | '4';

/** Money that moved, whether or not the platform recorded it as a payment. */
export interface Transaction {
  /** MaGiaoDich. */
  readonly id: string;
  readonly kind: 'pay' | 'refund';
  readonly amount: number;
  readonly bank: string;
  readonly at: number;
  /** The day on whose file it stands, `yyyyMMdd`; null until then. */
  readonly settledOn: string | null;
}

/** What the province asked to be paid, or to be refunded. */
export interface Order {
  /** MaThamChieu. */
  readonly reference: string;
  readonly kind: 'pay' | 'refund';
  /** The order that a refund gives back. */
  readonly of: string | null;
  readonly dossier: string;
  readonly unit: string;
  readonly amount: number;
  /** ThoiGianGD and ThongTinGiaoDich as they were sent: every later message repeats them. */
  readonly askedAt: string;
  readonly information: string;
  /** Names the page; nothing of the payer stands in it. */
  readonly token: string;
  readonly status: Status;
  /** The transaction that the platform shows when asked. */
  readonly shown: Pick<Transaction, 'id' | 'amount' | 'bank'> | null;
  readonly hasBill: boolean;
  readonly transactions: readonly Transaction[];
}

/** A call of the province, when that is what changed something. */
export interface Heard {
  readonly service: string;
  readonly effect: boolean;
}

export type PlatformEntry =
  | (Entry & { readonly kind: 'order'; readonly order: Order; readonly heard: Heard | null })
  | (Entry & { readonly kind: 'forgotten'; readonly reference: string })
  | (Entry & { readonly kind: 'day'; readonly date: string; readonly lines: readonly string[] })
  | SettingsEntry;

export class Orders {
  #byReference = new Map<string, Order>();
  #byToken = new Map<string, string>();
  #byDossier = new Map<string, string>();
  #days = new Map<string, readonly string[]>();
  #past = new Past<Order>();

  get(reference: string): Order | undefined {
    return this.#byReference.get(reference);
  }

  /** The order as it was at `then`; undefined when it was not there. */
  asOf(reference: string, then: number): Order | undefined {
    const was = this.#past.at(reference, then);
    return was === undefined ? this.#byReference.get(reference) : (was ?? undefined);
  }

  ofPage(token: string): Order | undefined {
    return this.get(this.#byToken.get(token) ?? '');
  }

  /** The newest order to pay of a dossier. */
  ofDossier(dossier: string): Order | undefined {
    return this.get(this.#byDossier.get(dossier) ?? '');
  }

  refundsOf(reference: string): Order[] {
    return [...this.#byReference.values()].filter(({ of }) => of === reference);
  }

  all(): IterableIterator<Order> {
    return this.#byReference.values();
  }

  /** The lines of a day's file, or undefined when that day was not closed. */
  day(date: string): readonly string[] | undefined {
    return this.#days.get(date);
  }

  rememberPast(milliseconds: number): void {
    this.#past.reach(milliseconds);
  }

  apply(entry: Exclude<PlatformEntry, SettingsEntry>): void {
    switch (entry.kind) {
      case 'order': {
        const { order } = entry;
        this.#past.note(order.reference, entry.at, this.#byReference.get(order.reference) ?? null);
        this.#byReference.set(order.reference, order);
        this.#byToken.set(order.token, order.reference);
        if (order.kind === 'pay') this.#byDossier.set(order.dossier, order.reference);
        break;
      }
      case 'forgotten':
        this.#past.note(entry.reference, entry.at, this.#byReference.get(entry.reference) ?? null);
        this.#byReference.delete(entry.reference);
        break;
      case 'day':
        this.#days.set(entry.date, [...(this.#days.get(entry.date) ?? []), ...entry.lines]);
    }
  }

  reset(): void {
    this.#byReference = new Map();
    this.#byToken = new Map();
    this.#byDossier = new Map();
    this.#days = new Map();
    this.#past.reset();
  }
}
