/** @module The drain of one destination: claims what is out of step, delivers it, acknowledges; level-triggered, so that a lost wake-up costs a poll (sync.md D1–D8). */
import { randomUUID } from 'node:crypto';
import type { Seal } from '../access/seal.ts';
import type { PortalClient, PortalView } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Breaker } from '../connector/breaker.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import { type Delivery, deliver, LeaseLost, SystemicRefusal, unitsOf, type Work, workOf } from './deliver.ts';
import { Gate } from './gate.ts';
import { Leases } from './leases.ts';
import { Outcomes } from './outcomes.ts';
import { sendEverything, type Treat } from './policy.ts';
import { Prober } from './prober.ts';
import type { Profile } from './profile.ts';
import type { Concluded } from './settlement.ts';
import * as store from './store.ts';

export interface DrainSettings {
  /** Milliseconds before an unknown outcome is asked about. */
  readonly settleAfterMs: number;
  readonly leaseMs: number;
  readonly requestTimeoutMs: number;
  readonly probeEveryMs: number;
  /** Milliseconds after an acknowledgement until the destination is read back. */
  readonly readBackAfterMs: number;
}

export interface DrainOptions {
  readonly destination: string;
  readonly instance: string;
  readonly db: Queryable;
  readonly seal: Seal;
  readonly portal: PortalClient;
  readonly breaker: Breaker;
  readonly profile: () => Profile;
  readonly catalogue: () => Catalogue;
  readonly settings: DrainSettings;
  /** Without them everything is sent. */
  readonly treat?: Treat;
  readonly log: Log;
  readonly now: () => number;
  readonly random?: () => number;
  /** Told what the destination shows of a dossier that begins to be sent, before anything is. */
  readonly saw?: (row: store.ClaimedRow, view: PortalView | null) => Promise<void>;
  /** Told of every settled row. */
  readonly settled?: (outcome: store.Settlement['outcome'], lagMs: number) => void;
  /** Names a point at which a fault test may stop the process. */
  readonly reached?: (point: 'after-lease' | 'after-send' | 'before-acknowledge') => void;
}

const POLL = 250;
/** Dossiers a process has under way at once: enough to keep its calls busy, few enough to be asked about after a crash. */
const IN_FLIGHT = 600;
const CLAIM = 200;
/** A plan takes some 25 µs; between so many the event loop is given back, for pushes wait for their answers meanwhile. */
const PLANNED_AT_ONCE = 40;
/** Between two claims: a claim costs the same for one row as for a hundred. */
const CLAIM_EVERY = 25;
/** Failures in a row, alone in its call, after which a dossier that the destination breaks on is blocked. */
const POISON_ATTEMPTS = 10;
const RECLAIM_EVERY = 5 * SECOND;

export class Drain {
  readonly #options: DrainOptions;
  readonly #units = new Set<Promise<void>>();
  readonly #waitingForCall: (() => void)[] = [];
  #calls = 0;
  #inFlight = 0;
  #stopping = false;
  #wake: (() => void) | null = null;
  #woken = false;
  #loop: Promise<void> | null = null;
  #lastReclaim = 0;
  #lastClaim = 0;
  readonly #gate: Gate;
  readonly #leases: Leases;
  readonly #outcomes: Outcomes;
  readonly #prober: Prober;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#gate = new Gate(options);
    this.#leases = new Leases(options);
    this.#outcomes = new Outcomes({ ...options, written: (concluded, at) => this.#written(concluded, at) });
    this.#prober = new Prober({
      ...options,
      everyMs: options.settings.probeEveryMs,
      settleAfterMs: options.settings.settleAfterMs,
      recovered: () => this.wake(),
    });
  }

  /** Takes back what an earlier life of this instance had under way, then drains until stopped. */
  async start(): Promise<void> {
    const { db, destination, instance, settings, now, profile } = this.#options;
    await store.reclaim(db, destination, now(), settings.settleAfterMs, instance);
    await store.raiseProfile(db, destination, profile().version, now());
    this.#prober.start();
    this.#loop = this.#run();
  }

  /** Something was appended: look now. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Takes nothing new, lets what is under way finish, and settles it. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#prober.stop();
    this.wake();
    await this.#loop;
    await Promise.all(this.#units);
    await this.#outcomes.flush();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      let claimed = 0;
      try {
        claimed = await this.#round();
      } catch (error) {
        this.#options.log.error(
          { err: error, destination: this.#options.destination },
          'the drain could not read what is out of step; it tries again',
        );
        await this.#pause(1 * SECOND);
      }
      if (claimed === 0) await this.#pause(POLL);
    }
  }

  async #round(): Promise<number> {
    const { db, destination, instance, settings, now, profile, catalogue, treat = sendEverything } = this.#options;
    const early = CLAIM_EVERY - (performance.now() - this.#lastClaim);
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    this.#woken = false;
    this.#lastClaim = performance.now();
    if (now() - this.#lastReclaim >= RECLAIM_EVERY) {
      this.#lastReclaim = now();
      await store.reclaim(db, destination, now(), settings.settleAfterMs, null);
    }
    if (this.#inFlight > IN_FLIGHT - CLAIM || !(await this.#gate.isOpen())) return 0;
    const rows = await store.claim(db, {
      destination,
      instance,
      token: randomUUID(),
      now: now(),
      leaseMs: settings.leaseMs,
      limit: CLAIM,
    });
    if (rows.length === 0) return 0;
    this.#options.reached?.('after-lease');
    const works: Work[] = [];
    for (const [i, row] of rows.entries()) {
      if (i > 0 && i % PLANNED_AT_ONCE === 0) await new Promise(setImmediate);
      const { mode, owns } = treat(destination, row, now());
      const work = workOf({ ...row, owns }, profile(), catalogue());
      if (mode === 'send') works.push(work);
      else this.#outcomes.putBack(work, mode);
    }
    for (const unit of unitsOf(works)) this.#begin(unit);
    return rows.length;
  }

  #begin(unit: readonly Work[]): void {
    this.#inFlight += unit.length;
    const running = this.#deliverUnit(unit).finally(() => {
      this.#inFlight -= unit.length;
      this.#units.delete(running);
      if (this.#inFlight <= IN_FLIGHT - CLAIM) this.wake();
    });
    this.#units.add(running);
  }

  async #deliverUnit(unit: readonly Work[]): Promise<void> {
    const { portal, profile, catalogue, saw, reached } = this.#options;
    await this.#callSlot();
    const delivery: Delivery = {
      portal,
      profile: profile(),
      catalogue: catalogue(),
      holds: (works) => this.#leases.hold(works.map(({ row }) => row)),
      ...(saw ? { saw: ({ row }, view) => saw(row, view) } : {}),
      reached: (point) => reached?.(point),
    };
    try {
      if (this.#stopping) for (const work of unit) this.#outcome(work, 'released', null);
      else {
        await deliver(unit, delivery);
        const poisons = unit.length === 1 && (await this.#breaksOnlyOn(unit[0]!));
        for (const work of unit) this.#conclude(work, poisons);
      }
    } catch (error) {
      if (error instanceof LeaseLost)
        this.#options.log.warn(
          { destination: this.#options.destination },
          'leases ran out during a delivery; nothing more was sent',
        );
      else if (error instanceof SystemicRefusal) {
        for (const work of unit) this.#outcome(work, 'released', error.words);
        await this.#gate.close(error.words);
      } else {
        this.#options.log.error(
          { err: error, destination: this.#options.destination },
          'a delivery failed inside the gateway',
        );
        for (const work of unit) {
          work.unknown = true;
          this.#outcome(work, 'unknown', 'internal error');
        }
      }
    } finally {
      this.#calls--;
      this.#waitingForCall.shift()?.();
    }
  }

  async #callSlot(): Promise<void> {
    while (this.#calls >= this.#options.profile().concurrency)
      await new Promise<void>((resolve) => this.#waitingForCall.push(resolve));
    this.#calls++;
  }

  /** What fails alone, again and again, while the health call succeeds is the dossier's own fault, whatever the destination calls it. */
  async #breaksOnlyOn({ row, failure }: Work): Promise<boolean> {
    if (failure?.kind !== 'unavailable' || row.attempts < POISON_ATTEMPTS) return false;
    try {
      await this.#options.portal.probe();
      return true;
    } catch {
      return false;
    }
  }

  #conclude(work: Work, poisons: boolean): void {
    const { failure } = work;
    const now = this.#options.now();
    if (failure === null) {
      // Late there whatever is sent: kept with the attempt, for whoever asks why.
      this.#outcome(work, 'acknowledged', work.plan.portalFormula ? 'portal-formula' : null);
      return;
    }
    const words = failure.facts.words ?? failure.message;
    if (!failure.isTransient || poisons) {
      this.#gate.refused(work.row.dossierId);
      this.#outcome(work, 'blocked', words);
    } else if (failure.facts.outcome === 'unknown') {
      work.doubtful = true;
      work.unknown = true;
      this.#outcome(work, 'unknown', words);
    } else {
      const delayMs = failure.facts.until ? failure.facts.until - now : null;
      // A closed door is not the dossier's failure: it costs no attempt.
      this.#outcome(work, this.#gate.isDoorClosed ? 'released' : 'retry', words, delayMs);
    }
  }

  #outcome(
    work: Work,
    outcome: store.Settlement['outcome'],
    error: string | null,
    delayMs: number | null = null,
  ): void {
    this.#leases.forget(work.row);
    this.#outcomes.add({ work, outcome, error, delayMs });
  }

  async #written(concluded: readonly Concluded[], at: number): Promise<void> {
    const taken = concluded.filter(({ outcome }) => outcome === 'acknowledged').length;
    const refused = concluded.find(({ outcome }) => outcome === 'blocked');
    await this.#gate.written(at, taken, refused?.error ?? null);
    this.wake();
  }

  #pause(ms: number): Promise<void> {
    if (this.#woken || this.#stopping) return new Promise(setImmediate);
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      this.#wake = done;
      const self = this;
      function done(): void {
        clearTimeout(timer);
        self.#wake = null;
        resolve();
      }
    });
  }
}
