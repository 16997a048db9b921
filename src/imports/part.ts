/** @module The worker's part that works imports off, one at a time, and goes on where another left off. */

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { KeptCatalogue } from '../catalogue/keep.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Command, CommandResult } from '../dossiers/commands.ts';
import { Transactions } from '../dossiers/transaction.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { UnreadableFile } from '../spreadsheet/table.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { RunEnded, runImport } from './run.ts';
import { dropCutOff } from './stage.ts';
import { claimImport, finishImport, type LeasedImport, releaseImport } from './store.ts';

export interface ImporterOptions {
  readonly db: pg.Pool;
  readonly appender: Pick<Appender, 'append'>;
  /** Opens a connection for a trial. */
  connect(): Promise<pg.Client>;
  readonly seal: Seal;
  readonly kept: Pick<KeptCatalogue, 'catalogue' | 'profile'>;
  readonly destinations: readonly string[];
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
  readonly everyMs?: number;
  readonly leaseMs?: number;
}

const EVERY = 1 * SECOND;
const LEASE = 30 * SECOND;
const CUT_OFF_EVERY = 10 * MINUTE;
/** One that never moves on must not be taken up for ever. */
const ATTEMPTS = 20;
const STUCK = {
  vi: `Cổng không xử lý được tệp sau ${ATTEMPTS} lần thử; báo quản trị kèm số của lần nhập.`,
  en: `The gateway could not work on the file in ${ATTEMPTS} attempts; tell the operator the number of the import.`,
};

export class Importer implements WorkerPart {
  readonly #options: ImporterOptions;
  readonly #stopping = new AbortController();
  readonly #rounds: Rounds;
  #lookedForCutOffAt = Number.NEGATIVE_INFINITY;

  constructor(options: ImporterOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs ?? EVERY,
      firstAfterMs: 0,
      round: () => this.round(),
      failed: (error) => options.log.warn({ err: error }, 'an import could not go on; it goes on where it stopped'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#rounds.stop();
  }

  /** Works on the oldest import that waits. @returns whether there was one */
  async round(): Promise<boolean> {
    const { db, instance, now, leaseMs = LEASE } = this.#options;
    if (now() - this.#lookedForCutOffAt >= CUT_OFF_EVERY) {
      this.#lookedForCutOffAt = now();
      await dropCutOff(db, now());
    }
    const leased = await claimImport(db, { instance, token: randomUUID(), now: now(), leaseMs });
    if (leased === null) return false;
    await this.#work(leased);
    return true;
  }

  async #work(leased: LeasedImport): Promise<void> {
    const { db, seal, log, now, kept, destinations, leaseMs = LEASE } = this.#options;
    if (leased.attempts > ATTEMPTS) return finishImport(db, leased, { state: 'failed', failure: STUCK }, now());
    const trial = leased.mode === 'validate' ? await this.#trial() : null;
    try {
      await runImport(leased, {
        db,
        seal,
        append: trial?.append ?? ((commands) => this.#options.appender.append({ commands, raw: null })),
        catalogue: kept.catalogue,
        profile: (destination) => (destinations.includes(destination) ? kept.profile(destination) : null),
        now,
        leaseMs,
        signal: this.#stopping.signal,
      });
      await finishImport(db, leased, { state: 'done', failure: null }, now());
      log.info({ import: leased.id, mode: leased.mode }, 'an import is done');
    } catch (error) {
      if (error instanceof UnreadableFile)
        return await finishImport(db, leased, { state: 'failed', failure: { vi: error.vi, en: error.message } }, now());
      await releaseImport(db, leased);
      if (!(error instanceof RunEnded)) throw error;
    } finally {
      await trial?.close();
    }
  }

  /** Says what appending would come to, on a connection of its own. */
  async #trial(): Promise<{ append(commands: readonly Command[]): Promise<CommandResult[]>; close(): Promise<void> }> {
    const { kept, seal, now } = this.#options;
    const client = await this.#options.connect();
    const transactions = new Transactions({ catalogue: kept.catalogue, seal, destinations: [], now });
    return {
      append: (commands) => transactions.rehearse(client, { commands, raw: null }),
      close: () => client.end(),
    };
  }
}
