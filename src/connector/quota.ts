/** @module What an upstream allows: which limit, how much of it is used over all replicas, and when it begins anew; a limit that is used up is not tried. */
import type { Bilingual } from '../errors.ts';
import type { SharedStore } from '../shared/store.ts';
import { DAY, HOUR, MINUTE } from '../units.ts';

/** A limit as a connector declares it. */
export interface Limit<Settings = Readonly<Record<string, unknown>>> {
  readonly id: string;
  /** Whose it is and what it counts. */
  readonly title: Bilingual;
  readonly per: 'minute' | 'hour' | 'day';
  /** Calls; null where this installation knows of none. A setting, for who sets it may change it. */
  amount(settings: Settings): number | null;
  /** The upstream's own operations that it counts; all unless told. */
  readonly operations?: readonly string[];
}

/** What is known of a limit now. */
export interface LimitState {
  readonly id: string;
  readonly title: Bilingual;
  readonly per: Limit['per'];
  readonly amount: number;
  readonly used: number;
  readonly resetsAt: number;
}

const LENGTHS = { minute: MINUTE, hour: HOUR, day: DAY } as const;
/** A ministry's day begins at midnight in Vietnam. */
const OFFSET = 7 * HOUR;

interface Counter {
  readonly limit: Limit;
  readonly amount: number;
  window: number;
  /** By this process. */
  own: number;
  /** By all replicas, as last heard. */
  heard: number;
}

export interface QuotaOptions {
  readonly upstream: string;
  readonly limits: readonly Limit[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly shared: SharedStore;
  readonly now: () => number;
}

/** The limits of one upstream. */
export class Quota {
  readonly #options: QuotaOptions;
  readonly #counters: Counter[];

  constructor(options: QuotaOptions) {
    this.#options = options;
    this.#counters = options.limits.flatMap((limit) => {
      const amount = limit.amount(options.settings);
      return amount === null ? [] : [{ limit, amount, window: -1, own: 0, heard: 0 }];
    });
  }

  /** Counts a call, and answers null; or, where a limit is used up, when it begins anew. */
  take(operation: string): number | null {
    const counters = this.#counters.filter(({ limit }) => limit.operations?.includes(operation) ?? true);
    for (const counter of counters) {
      this.#turn(counter);
      if (usedOf(counter) >= counter.amount) return endOf(counter);
    }
    for (const counter of counters) this.#count(counter);
    return null;
  }

  /** How much this process has used of each limit. */
  report(): LimitState[] {
    return this.#counters.map((counter) => {
      this.#turn(counter);
      const { limit, amount, own: used } = counter;
      return { id: limit.id, title: limit.title, per: limit.per, amount, used, resetsAt: endOf(counter) };
    });
  }

  #turn(counter: Counter): void {
    const window = Math.floor((this.#options.now() + OFFSET) / LENGTHS[counter.limit.per]);
    if (counter.window !== window) Object.assign(counter, { window, own: 0, heard: 0 });
  }

  /** Told to the other replicas beside the call, which waits for nobody. */
  #count(counter: Counter): void {
    const { upstream, shared, now } = this.#options;
    const { window, limit } = counter;
    counter.own++;
    counter.heard++;
    const key = `used of ${upstream} ${limit.id} in ${window}`;
    void shared.add(key, 1, endOf(counter) - now() + MINUTE).then((total) => {
      if (counter.window === window) counter.heard = Math.max(counter.heard, total);
    });
  }
}

const usedOf = ({ own, heard }: Counter): number => Math.max(own, heard);
const endOf = ({ window, limit }: Counter): number => (window + 1) * LENGTHS[limit.per] - OFFSET;

/** The uses of several processes as one. */
export function mergeLimits(reports: readonly (readonly LimitState[])[], now: number): LimitState[] {
  const merged = new Map<string, LimitState>();
  for (const state of reports.flat()) {
    // A report that is some seconds old may be of a window that has ended.
    if (state.resetsAt <= now) continue;
    const sofar = merged.get(state.id);
    merged.set(state.id, sofar ? { ...sofar, used: sofar.used + state.used } : state);
  }
  return [...merged.values()];
}
