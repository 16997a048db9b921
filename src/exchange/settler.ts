/** @module Asks about acts whose answer was lost, until it is known what came of them, and once about submissions that were answered. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import type { Acts, Providers } from './acts.ts';
import * as store from './store.ts';

export interface SettlerOptions {
  readonly db: Queryable;
  readonly acts: Acts;
  readonly providers: Providers;
  readonly log: Log;
  readonly everyMs: number;
}

const AT_ONCE = 20;

/** A part of the worker; of several processes each takes its own. */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #rounds: Rounds;

  constructor(options: SettlerOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs,
      round: () => this.round(),
      failed: (error) => options.log.error({ err: error }, 'asking about unknown outcomes failed inside the gateway'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Asks about everything that is due. */
  async round(): Promise<void> {
    const { db, acts, providers, log } = this.#options;
    const names = [...providers.keys()];
    const lease = acts.lease();
    const unknown = await store.claimUnknown(db, lease, names, AT_ONCE);
    const answered = await store.claimReadBacks(db, lease, names, AT_ONCE);
    // Side by side: a system that hangs keeps no other waiting.
    await Promise.all(
      [...unknown, ...answered].map(async (act) => {
        try {
          const exchange = (await store.findExchange(db, act.exchangeId))!;
          await (act.state === 'done' ? acts.readBack(exchange, act) : acts.settleUnknown(exchange, act));
        } catch (error) {
          // Its lease runs out, and it is asked about again.
          log.error({ err: error, exchange: act.exchangeId, act: act.act }, 'an unknown outcome could not be settled');
        }
      }),
    );
  }
}
