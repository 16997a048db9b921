/** @module Works through reconciliation runs, a day at a time, and through the looks that follow; any process may go on where another stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { UpstreamError } from '../connector/upstream-error.ts';
import { isoDate, parseDay } from '../deadlines/local-time.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { Asking, isStruggle } from './asking.ts';
import { DayListing } from './day-listing.ts';
import { type LookDeps, lookAgain } from './look.ts';
import { compareDay, compareStrangers, isListed, type RunDeps, toAskOf } from './run.ts';
import * as store from './store.ts';
import { type DayResult, RunSums } from './sums.ts';

export interface ReconcilerOptions extends Omit<LookDeps, 'ask'> {
  readonly instance: string;
  /** Whether the destination takes calls now. */
  readonly isOpen: () => boolean;
  /** Questions a second, at most. */
  readonly perSecond: number;
}

const LOOK_EVERY = 0.5 * SECOND;
const LEASE = MINUTE;
/** As soon a cancelled run is noticed, too. */
const HELD_ANEW_AFTER = 2 * SECOND;

const SLICE = 1 * SECOND;
/** While the database compares one, what came of the other is noted, and the portal lists the next. */
const DAYS_AT_ONCE = 2;
/** Runs whose listings are kept from one turn to the next. */
const RUNS_LISTED = 3;
/** Asked code by code, a part of a day takes about as long: looks and other runs have their turn between two of them. */
const CODES_AT_ONCE = { least: 8, most: 200 };

/** A day that was compared, or a part of it: by which way, and where its run goes on. */
interface ComparedPart {
  readonly day: string;
  readonly way: NonNullable<store.Run['way']>;
  readonly result: DayResult;
  readonly to: store.Place;
}

/** The run was cancelled, taken over, or this process stops: what was compared stands. */
class RunStopped extends Error {}

export class Reconciler implements WorkerPart {
  readonly #options: ReconcilerOptions;
  readonly #rounds: Rounds;
  readonly #asking: Asking;
  /** When this process's hold on its run ends. */
  #leaseUntil = 0;
  #isWaiting = false;
  /** What was listed of each run's next days, to be gone on with. */
  readonly #listings = new LRUCache<string, Map<string, DayListing>>({ max: RUNS_LISTED });

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#asking = new Asking(options);
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
    if (!isOpen() || this.#asking.restsFor > 0) return false;
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
      // The portal struggles: the run goes on from where it stands when it answers again.
      if (error instanceof UpstreamError && (isStruggle(error) || error.kind === 'contract')) {
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
    const deps = { ...this.#options, ask: <T>(question: () => Promise<T>) => this.#asking.ask(question) };
    return lookAgain(deps, async (runId) => {
      if (runId === null) return null;
      if (!known.has(runId)) known.set(runId, await store.findRun(this.#options.db, runId));
      return known.get(runId)!;
    });
  }

  /** Compares for about a second: how far it has come is kept once, and what waits for its look comes next. */
  async #compare(run: store.Run): Promise<void> {
    const { db, instance, perSecond } = this.#options;
    const codesAtOnce = Math.min(CODES_AT_ONCE.most, Math.max(CODES_AT_ONCE.least, perSecond));
    const deps: RunDeps = { ...this.#options, codesAtOnce, ask: (question) => this.#ask(run.id, question) };
    const { id, position: first, codePosition: after } = run;
    if (first === null) {
      const { result, next } = await compareStrangers(deps, run);
      return await store.advanceCodes(db, { id, instance, after: after! }, result, next);
    }
    await this.#compareDays(run, deps, { day: first, code: run.dayCode });
  }

  async #compareDays(run: store.Run, deps: RunDeps, from: store.Place): Promise<void> {
    const { db, instance } = this.#options;
    const until = performance.now() + SLICE;
    const sum = new RunSums();
    const underWay: Promise<ComparedPart>[] = [];
    let [to, next] = [from, from.day];
    let { way } = run;
    try {
      do {
        // Asked code by code, the next part begins where this one ended; which way it is shows with the first day.
        const atOnce = way === 'listing' || way === 'export' ? DAYS_AT_ONCE : 1;
        for (; next !== null && underWay.length < atOnce; next = this.#dayAfter(run, next)) {
          const part = this.#compareDay(deps, { ...run, way }, next, next === to.day ? to.code : null);
          // A failure is met where it is awaited.
          part.catch(() => {});
          underWay.push(part);
        }
        const part = await underWay.shift()!;
        ({ way, to } = part);
        this.#listings.get(run.id)?.delete(part.day);
        sum.add(part.result);
        if (way === 'by-code') {
          // What was asked about is kept at once; behind a day that is not through nothing counts.
          if (sum.compared > 0 || underWay.length > 0) break;
          next = to.day;
        }
        if (!this.#goesOn(until)) next = null;
      } while (next !== null || underWay.length > 0);
    } finally {
      // What was compared behind a day that failed is compared again.
      await Promise.allSettled(underWay);
      if (to !== from) await store.advanceRun(db, { id: run.id, instance, from, to }, way!, sum);
    }
  }

  /** Compares a day, or what is asked about of it at once, and tells where the run goes on. */
  async #compareDay(deps: RunDeps, run: store.Run, day: string, code: string | null): Promise<ComparedPart> {
    const listed = isListed(run) ? await this.#listed(deps, run, day) : null;
    const dayAfter = this.#dayAfter(run, day);
    // The portal lists the next day while the database compares this one; its failure is met where it is awaited.
    if (dayAfter !== null && listed !== null) this.#listed(deps, run, dayAfter).catch(() => {});
    if (listed === null && run.exportId === null && run.toAsk === null && deps.portal !== null)
      await store.writeToAsk(deps.db, run.id, await toAskOf(deps, run, day));
    const { way, result, next } = await compareDay(deps, { ...run, dayCode: code }, day, listed);
    return { day, way, result, to: next === null ? { day: dayAfter, code: null } : { day, code: next } };
  }

  #dayAfter({ to }: store.Run, day: string): string | null {
    return day < to ? isoDate(parseDay(day, 'position') + 1) : null;
  }

  #goesOn(until: number): boolean {
    return performance.now() < until && !this.#rounds.isStopping && this.#asking.restsFor === 0;
  }

  /** A day's listing: what was listed of it before is not asked for again. */
  #listed(deps: RunDeps, run: store.Run, day: string): ReturnType<DayListing['read']> {
    if (deps.portal === null) return Promise.resolve(null);
    const days = this.#listings.get(run.id) ?? new Map<string, DayListing>();
    this.#listings.set(run.id, days);
    const listing = days.get(day) ?? new DayListing(day);
    days.set(day, listing);
    return listing.read(deps.portal, deps);
  }

  /** Keeps the pace and the run; a run that was cancelled or taken over is left at once. */
  async #ask<T>(runId: string, question: () => Promise<T>): Promise<T> {
    const { isOpen } = this.#options;
    await this.#hold(runId);
    while (!isOpen() && !this.#rounds.isStopping) {
      await pause(LOOK_EVERY);
      await this.#hold(runId);
    }
    if (this.#rounds.isStopping) throw new RunStopped();
    return this.#asking.ask(question);
  }

  async #hold(runId: string): Promise<void> {
    const { db, instance, now } = this.#options;
    if (this.#leaseUntil - now() > LEASE - HELD_ANEW_AFTER) return;
    this.#leaseUntil = now() + LEASE;
    if (!(await store.keepRun(db, runId, instance, this.#leaseUntil))) throw new RunStopped();
  }
}
