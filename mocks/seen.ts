/** @module What a system has received, in order, and how often: the witness that tests and checkers ask. */
import type { FaultName } from './faults.ts';
import { toRfc3339, toRfc3339Millis } from './times.ts';

/** One accepted record of a write; times in milliseconds. */
export interface Seen {
  readonly at: number;
  readonly dossier: string;
  readonly service: string;
  readonly status: string | null;
  readonly occurredAt: number | null;
  readonly appointmentAt: number | null;
  /** False when the record repeats what was there and changed nothing. */
  readonly effect: boolean;
}

/** A record as `GET /_seen` shows it. */
export function shownRecord(seen: Seen): Record<string, string | boolean | null> {
  const time = (at: number | null): string | null => (at === null ? null : toRfc3339(at));
  return {
    at: toRfc3339Millis(seen.at),
    service: seen.service,
    status: seen.status,
    occurredAt: time(seen.occurredAt),
    appointmentAt: time(seen.appointmentAt),
    effect: seen.effect,
  };
}

/** Every accepted record of one system since the last reset. */
export class Witness {
  #all: Seen[] = [];
  #byDossier = new Map<string, Seen[]>();
  #effects = 0;

  add(seen: Seen): void {
    this.#all.push(seen);
    const records = this.#byDossier.get(seen.dossier);
    if (records) records.push(seen);
    else this.#byDossier.set(seen.dossier, [seen]);
    if (seen.effect) this.#effects += 1;
  }

  of(dossier: string): readonly Seen[] {
    return this.#byDossier.get(dossier) ?? [];
  }

  get all(): readonly Seen[] {
    return this.#all;
  }

  get effects(): number {
    return this.#effects;
  }

  get duplicates(): number {
    return this.#all.length - this.#effects;
  }

  reset(): void {
    this.#all = [];
    this.#byDossier = new Map();
    this.#effects = 0;
  }
}

/** How many calls came, were refused by the system itself, or met a fault. */
export class Tally {
  calls = 0;
  refusals = 0;
  #byService = new Map<string, number>();
  #fired = new Map<FaultName, number>();

  count(service: string, refused: boolean, fired: readonly FaultName[]): void {
    this.calls += 1;
    if (refused) this.refusals += 1;
    this.#byService.set(service, (this.#byService.get(service) ?? 0) + 1);
    for (const name of fired) this.fire(name);
  }

  fire(name: FaultName): void {
    this.#fired.set(name, (this.#fired.get(name) ?? 0) + 1);
  }

  get byService(): Record<string, number> {
    return Object.fromEntries(this.#byService);
  }

  get faultsFired(): Record<string, number> {
    return Object.fromEntries(this.#fired);
  }

  reset(): void {
    this.calls = 0;
    this.refusals = 0;
    this.#byService = new Map();
    this.#fired = new Map();
  }
}
