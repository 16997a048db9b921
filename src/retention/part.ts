/** @module Removes what has been kept for its time, kind by kind, and leaves an entry in the audit of each removal. */
import { recordDeed } from '../audit/deed.ts';
import type { Audit } from '../audit/record.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { HOUR } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { endOf, type KeptDays, KINDS, type Kind } from './kinds.ts';

export interface RetentionOptions {
  readonly db: Queryable;
  readonly audit: Audit;
  readonly days: KeptDays;
  readonly log: Log;
  readonly now: () => number;
  /** Who removes, and why, where it is not the worker by its hour. */
  readonly by?: { readonly author: string; readonly reason: string };
}

export interface Removal {
  readonly kind: Kind;
  /** What came before this was removed. */
  readonly before: number;
  readonly removed: number;
}

const EVERY = 1 * HOUR;
const PAGE = 5_000;

/** Any process may run it, several at once do no harm. */
export class Retention implements WorkerPart {
  readonly #options: RetentionOptions;
  readonly #rounds: Rounds;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#rounds = new Rounds({ everyMs: EVERY, firstAfterMs: 0, round: () => this.#round(), failed: () => {} });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Removes everything of these kinds that is due. */
  async run(kinds: readonly Kind[] = KINDS): Promise<Removal[]> {
    const removals: Removal[] = [];
    for (const kind of kinds) removals.push(await this.#remove(kind));
    return removals;
  }

  /** One kind that fails keeps no other from its turn. */
  async #round(): Promise<void> {
    for (const kind of KINDS) {
      if (this.#rounds.isStopping) return;
      try {
        await this.#remove(kind);
      } catch (error) {
        const { log } = this.#options;
        log.warn(
          { err: error, of: kind.name },
          'what has had its time could not be removed; the next hour tries again',
        );
      }
    }
  }

  async #remove(kind: Kind): Promise<Removal> {
    const { db, days, log, now } = this.#options;
    const before = endOf(kind, days, now());
    let removed = 0;
    for (let page = PAGE; page >= PAGE && !this.#rounds.isStopping; ) {
      page = await kind.remove(db, before, PAGE);
      removed += page;
    }
    const removal = { kind, before, removed };
    if (removed > 0) {
      await this.#note(removal);
      log.info({ of: kind.name, removed }, 'what had had its time was removed');
    }
    return removal;
  }

  #note({ kind, before, removed }: Removal): Promise<void> {
    const { audit, now, by } = this.#options;
    return recordDeed(audit, {
      at: now(),
      clientId: by?.author ?? 'gateway',
      purpose: 'retention',
      operation: 'purge',
      details: {
        of: kind.name,
        removed,
        before: new Date(before).toISOString(),
        ...(by && { reason: by.reason }),
      },
    });
  }
}
