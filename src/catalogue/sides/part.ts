/** @module Looks at the catalogues once a day, whatever number of processes runs: part by part, each leased, taken up by another process where one has died. */
import { UpstreamError } from '../../connector/upstream-error.ts';
import { dayOf, isoDate, startOfDay } from '../../deadlines/local-time.ts';
import type { Log } from '../../log.ts';
import { Rounds } from '../../rounds.ts';
import { HOUR, MINUTE, SECOND } from '../../units.ts';
import type { WorkerPart } from '../../worker.ts';
import { type LookOptions, lookAtDossiers, lookAtSide, TakenOver } from './look.ts';
import * as store from './look-store.ts';

export interface CatalogueLooksOptions extends Omit<LookOptions, 'leaseMs'> {
  /** Minutes after midnight in Viet Nam; null: only when somebody asks for it. */
  readonly atMinute: number | null;
  readonly log: Log;
  /** From the start until it asks for the day's look by itself; what a person asks for is done at once. */
  readonly dailyAfterMs: number;
}

const EVERY = 1 * SECOND;
/** A side is asked for two lists at most. */
const LEASE = 5 * MINUTE;
const AGAIN_AFTER = 5 * MINUTE;
const AGAIN_AT_MOST = 1 * HOUR;
/** Then it is the next day's look that asks again. */
const GIVEN_UP_AFTER = 12 * HOUR;

export class CatalogueLooks implements WorkerPart {
  readonly #options: CatalogueLooksOptions;
  readonly #rounds: Rounds;
  /** The day whose look is known to be there. */
  #asked: string | null = null;
  #dailyFrom = 0;

  constructor(options: CatalogueLooksOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: EVERY,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error }, 'the catalogues could not be looked at; it goes on with the next round'),
    });
  }

  start(): void {
    this.#dailyFrom = this.#options.now() + this.#options.dailyAfterMs;
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Asks for the day's look when its time has come, and does one part that is due. @returns whether there may be more */
  async round(): Promise<boolean> {
    await this.#askForToday();
    const { pool, sides, instance, now } = this.#options;
    if (await store.hasOpenLooks(pool)) await store.openLooks(pool, await sides.parts(), now());
    const part = await store.claimPart(pool, { instance, now: now(), until: now() + LEASE });
    if (part === null) return false;
    try {
      await this.#lookAt(part);
    } catch (error) {
      if (!(error instanceof TakenOver)) await this.#putOff(part, error);
    }
    await store.endLooks(pool, now());
    return true;
  }

  /** Also later in the day, where no process ran at its time. */
  async #askForToday(): Promise<void> {
    const { pool, atMinute, now } = this.#options;
    if (atMinute === null) return;
    const at = now();
    const today = dayOf(at);
    const lookedOn = isoDate(today);
    if (at < Math.max(startOfDay(today) + atMinute * MINUTE, this.#dailyFrom) || this.#asked === lookedOn) return;
    await store.insertLook(pool, { lookedOn, requestedBy: 'gateway', parts: null, now: at });
    this.#asked = lookedOn;
  }

  async #lookAt(part: store.LookPart): Promise<void> {
    const { log } = this.#options;
    const options: LookOptions = { ...this.#options, leaseMs: LEASE };
    if (part.part !== store.DOSSIERS) {
      const { found, began, ended, notTold } = await lookAtSide(options, part);
      log.info({ side: part.part, found, began, ended, notTold }, 'a side’s catalogue was compared with ours');
      return;
    }
    for (let position: number | null = part.position; position !== null && !this.#rounds.isStopping; )
      position = await lookAtDossiers(options, { ...part, position });
  }

  async #putOff(part: store.LookPart, error: unknown): Promise<void> {
    const { pool, instance, log, now } = this.#options;
    const at = now();
    // What was refused will be no other in five minutes.
    const heals = !(error instanceof UpstreamError) || error.isTransient;
    const again =
      heals && at - part.requestedAt < GIVEN_UP_AFTER
        ? at + Math.min(AGAIN_AFTER * 2 ** Math.min(part.attempts - 1, 10), AGAIN_AT_MOST)
        : null;
    await store.putOffPart(pool, part, instance, { error: String(error), again, now: at });
    log.warn({ err: error, part: part.part, again: again !== null }, 'a part of the look at the catalogues failed');
  }
}
