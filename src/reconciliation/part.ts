/** @module Works through reconciliation runs, a day at a time, and through the looks that follow; any process may go on where another stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { UpstreamError } from '../connector/upstream-error.ts';
import { isoDate, parseDay } from '../deadlines/local-time.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { type LookDeps, lookAgain } from './look.ts';
import { RepairBudget, readStop } from './repairs.ts';
import { compareDay, compareStrangers, listDay, type RunDeps } from './run.ts';
import * as store from './store.ts';

export interface ReconcilerOptions extends Omit<LookDeps, 'permit' | 'mayMend'> {
  readonly instance: string;
  /** Whether the destination takes calls now. */
  readonly isOpen: () => boolean;
  /** Questions a second, at most. */
  readonly perSecond: number;
  /** Dossiers a minute that are mended, at most. */
  readonly repairsPerMinute: number;
}

const LOOK_EVERY = 0.5 * SECOND;
const LEASE = MINUTE;
/** As soon a cancelled run is noticed, too. */
const HELD_ANEW_AFTER = 2 * SECOND;

const SLICE = 1 * SECOND;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Its failure is met where it is awaited, if anybody still does. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** The run was cancelled, taken over, or this process stops: what was compared stands. */
class RunStopped extends Error {}

export class Reconciler implements WorkerPart {
  readonly #options: ReconcilerOptions;
  readonly #rounds: Rounds;
  #nextCallAt = 0;
  /** When this process's hold on its run ends. */
  #leaseUntil = 0;
  #isWaiting = false;
  readonly #budget: RepairBudget;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#budget = new RepairBudget(options.repairsPerMinute);
    this.#rounds = new Rounds({
      everyMs: LOOK_EVERY,
      round: () => this.round(),
      failed: (error) => options.log.error({ err: error }, 'reconciliation failed; it goes on with the next round'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Looks at what is due, then compares some days: no long run keeps a look, a repair or another run waiting. @returns whether there is more */
  async round(): Promise<boolean> {
    const { db, destination, instance, now, isOpen, log } = this.#options;
    if (!isOpen()) return false;
    const looked = await this.#look();
    for (const run of await store.endSettledRuns(db, destination, now()))
      log.info({ destination, run }, 'a reconciliation is done');
    this.#leaseUntil = now() + LEASE;
    const run = await store.claimRun(db, destination, { instance, now: now(), until: this.#leaseUntil });
    if (run === null) return looked > 0;
    try {
      await this.#compare(run);
      this.#isWaiting = false;
      return true;
    } catch (error) {
      if (error instanceof RunStopped) return false;
      // The portal struggles: the run goes on from its day when it answers again.
      if (error instanceof UpstreamError && error.isTransient) {
        if (!this.#isWaiting) log.warn({ destination, kind: error.kind }, 'a reconciliation waits for the destination');
        this.#isWaiting = true;
        return false;
      }
      const words = error instanceof Error ? error.message : String(error);
      await store.endRun(db, run.id, 'failed', now(), words.slice(0, 500));
      throw error;
    } finally {
      await store.releaseRun(db, run.id, instance);
    }
  }

  #look(): Promise<number> {
    const known = new Map<string, store.Run | null>();
    const deps = { ...this.#options, permit: () => this.#pace(), mayMend: (wanted: number) => this.#mayMend(wanted) };
    return lookAgain(deps, async (runId) => {
      if (runId === null) return null;
      if (!known.has(runId)) known.set(runId, await store.findRun(this.#options.db, runId));
      return known.get(runId)!;
    });
  }

  async #mayMend(wanted: number): Promise<number> {
    const { db, destination, now } = this.#options;
    return (await readStop(db, destination)) === null ? this.#budget.take(wanted, now()) : 0;
  }

  /** Compares for about a second: how far it has come is kept once, and what waits for its look comes next. */
  async #compare(run: store.Run): Promise<void> {
    const { db, instance } = this.#options;
    const deps: RunDeps = { ...this.#options, permit: () => this.#permit(run.id) };
    const { id, position: first, codePosition: after } = run;
    if (first === null) {
      const { result, next } = await compareStrangers(deps, run);
      return await store.advanceCodes(db, { id, instance, after: after! }, result, next);
    }
    const until = performance.now() + SLICE;
    const sum: Mutable<store.DayResult> = { compared: 0, inStep: 0, moving: 0, unchecked: 0 };
    let way = run.way;
    let day: string | null = first;
    let listing = listDay(deps, run, first);
    try {
      while (day !== null && (day === first || performance.now() < until) && !this.#rounds.isStopping) {
        const listed = await listing;
        const next: string | null = day < run.to ? isoDate(parseDay(day, 'position') + 1) : null;
        // The portal lists the next day while the database compares this one.
        if (next !== null && listed !== null) listing = heard(listDay(deps, run, next));
        const compared = await compareDay(deps, run, day, listed);
        ({ way } = compared);
        for (const [name, n] of Object.entries(compared.result)) sum[name as keyof store.DayResult] += n;
        day = next;
        if (way === 'by-code') break;
      }
    } finally {
      if (day !== first) await store.advanceRun(db, { id, instance, day: first }, way!, sum, day);
    }
  }

  /** Waits for the next question's turn: what reconciliation asks, it asks at one pace. */
  async #pace(): Promise<void> {
    const { now, perSecond } = this.#options;
    const wait = this.#nextCallAt - now();
    this.#nextCallAt = Math.max(now(), this.#nextCallAt) + SECOND / perSecond;
    if (wait > 0) await pause(wait);
  }

  /** Keeps the pace and the run; a run that was cancelled or taken over is left at once. */
  async #permit(runId: string): Promise<void> {
    const { isOpen } = this.#options;
    await this.#pace();
    await this.#hold(runId);
    while (!isOpen() && !this.#rounds.isStopping) {
      await pause(LOOK_EVERY);
      await this.#hold(runId);
    }
    if (this.#rounds.isStopping) throw new RunStopped();
  }

  async #hold(runId: string): Promise<void> {
    const { db, instance, now } = this.#options;
    if (this.#leaseUntil - now() > LEASE - HELD_ANEW_AFTER) return;
    this.#leaseUntil = now() + LEASE;
    if (!(await store.keepRun(db, runId, instance, this.#leaseUntil))) throw new RunStopped();
  }
}
