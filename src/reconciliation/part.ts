/** @module Works through reconciliation runs, a day at a time, and through the looks that follow; any process may go on where another stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { UpstreamError } from '../connector/upstream-error.ts';
import { isoDate, parseDay } from '../deadlines/local-time.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { type LookDeps, lookAgain } from './look.ts';
import { compareDay } from './run.ts';
import * as store from './store.ts';

export interface ReconcilerOptions extends LookDeps {
  readonly instance: string;
  /** Whether the destination takes calls now. */
  readonly isOpen: () => boolean;
  /** Questions a second, at most. */
  readonly perSecond: number;
}

const LOOK_EVERY = 0.5 * SECOND;
const LEASE = MINUTE;

/** The run was cancelled, taken over, or this process stops: what was compared stands. */
class RunStopped extends Error {}

export class Reconciler implements WorkerPart {
  readonly #options: ReconcilerOptions;
  readonly #rounds: Rounds;
  #nextCallAt = 0;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
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

  /** Looks at what is due, then works on the oldest run until it waits for its second looks or is done. */
  async round(): Promise<void> {
    const { db, destination, instance, now, isOpen } = this.#options;
    if (!isOpen()) return;
    while (!this.#rounds.isStopping && (await this.#look()) > 0);
    const run = await store.claimRun(db, destination, { instance, now: now(), until: now() + LEASE });
    if (run === null) return;
    try {
      await this.#work(run);
    } catch (error) {
      if (error instanceof RunStopped) return;
      // The portal struggles: the run goes on from its day when it answers again.
      if (error instanceof UpstreamError && error.isTransient) {
        this.#options.log.warn({ destination, kind: error.kind }, 'a reconciliation waits for the destination');
        return;
      }
      const words = error instanceof Error ? error.message : String(error);
      await store.endRun(db, run.id, 'failed', now(), words.slice(0, 500));
      throw error;
    } finally {
      await store.releaseRun(db, run.id, instance);
    }
  }

  #look(): Promise<number> {
    const known = new Map<string, boolean>();
    return lookAgain(this.#options, async (runId) => {
      if (runId === null) return false;
      const kept = known.get(runId);
      if (kept !== undefined) return kept;
      const run = await store.findRun(this.#options.db, runId);
      const repairs = run?.repair === true && !run.dryRun && run.state !== 'cancelled';
      known.set(runId, repairs);
      return repairs;
    });
  }

  async #work(claimed: store.Run): Promise<void> {
    const { db, instance, now, destination, log } = this.#options;
    let run = claimed;
    while (run.position !== null) {
      const day = run.position;
      const { way, result } = await compareDay({ ...this.#options, permit: () => this.#permit(run.id) }, run, day);
      const next = day < run.to ? isoDate(parseDay(day, 'position') + 1) : null;
      await store.advanceRun(db, run.id, way, result, next);
      run = { ...run, way, position: next };
      if (!(await store.keepRun(db, run.id, instance, now() + LEASE))) throw new RunStopped();
      if (this.#rounds.isStopping) throw new RunStopped();
    }
    if ((await store.countUnsettled(db, run.id)) > 0) return;
    if (await store.endRun(db, run.id, 'done', now()))
      log.info({ destination, run: run.id }, 'a reconciliation is done');
  }

  /** Keeps the pace and the lease. */
  async #permit(runId: string): Promise<void> {
    const { db, instance, now, perSecond, isOpen } = this.#options;
    const wait = this.#nextCallAt - now();
    this.#nextCallAt = Math.max(now(), this.#nextCallAt) + SECOND / perSecond;
    if (wait > 0) await pause(wait);
    while (!isOpen() && !this.#rounds.isStopping) {
      await store.keepRun(db, runId, instance, now() + LEASE);
      await pause(LOOK_EVERY);
    }
    if (this.#rounds.isStopping) throw new RunStopped();
  }
}
