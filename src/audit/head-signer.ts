/** @module Signs the audit log's head every minute into the heads file: what is cut off or written anew later does not fit it. */
import type { JSONWebKeySet } from 'jose';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { readHead } from './chain-store.ts';
import { signHead } from './heads.ts';
import { appendHead } from './heads-file.ts';

export interface HeadSignerOptions {
  readonly db: Queryable;
  readonly jwks: JSONWebKeySet;
  readonly path: string;
  readonly log: Log;
  readonly now: () => number;
}

/** Runs in every process: each machine then keeps a copy of its own. */
export class HeadSigner implements WorkerPart {
  readonly #options: HeadSignerOptions;
  readonly #rounds: Rounds;
  #signed = 0;

  constructor(options: HeadSignerOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: MINUTE,
      round: () => this.round(),
      failed: (error) =>
        options.log.error(
          { err: error, path: options.path },
          "the audit log's head could not be signed; it is tried again",
        ),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Signs the head unless nothing was written since this process signed it last. */
  async round(): Promise<void> {
    const { db, jwks, path, now } = this.#options;
    const { id, hash } = await readHead(db);
    if (id === this.#signed) return;
    await appendHead(path, await signHead({ id, hash, at: new Date(now()).toISOString() }, jwks));
    this.#signed = id;
  }
}
