/** @module Starts the nightly reconciliation of everything, once a day whatever number of processes runs. */
import type { Queryable } from '../db/queryable.ts';
import { dayOf, isoDate, startOfDay } from '../deadlines/local-time.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { firstReceipt, insertRun, isSweeping } from './store.ts';

export interface SweepOptions {
  readonly db: Queryable;
  readonly destination: string;
  /** Minutes after midnight in Viet Nam. */
  readonly atMinute: number;
  readonly repair: boolean;
  readonly now: () => number;
  readonly log: Log;
}

const LOOK_EVERY = MINUTE;
/** A process that starts later than this leaves the night’s sweep to the next one. */
const LATEST = 60 * MINUTE;

export class NightlySweep implements WorkerPart {
  readonly #options: SweepOptions;
  readonly #rounds: Rounds;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: LOOK_EVERY,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error }, 'the nightly reconciliation could not be started; it is tried again'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Starts the sweep of the day when its time has come. */
  async round(): Promise<void> {
    const { db, destination, atMinute, repair, now } = this.#options;
    const today = dayOf(now());
    const due = startOfDay(today) + atMinute * MINUTE;
    if (now() < due || now() > due + LATEST) return;
    const from = await firstReceipt(db);
    // Asked code by code, a province takes longer than a night: the sweep that is under way goes on.
    if (from === null || (await isSweeping(db, destination))) return;
    const scope = { destination, agencyCode: null, procedureCode: null, from, to: isoDate(today) };
    await insertRun(db, scope, {
      repair,
      dryRun: false,
      requestedBy: 'gateway',
      now: now(),
      sweptOn: isoDate(today),
      // Where there is no listing: what is open, and what was delivered of late.
      extent: 'active',
    });
  }
}
