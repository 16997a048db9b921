/**
 * @module Looks at what is observed and compared at a destination, by code and by listing, within a quota; one process at a time.
 *
 * By code: each dossier when its next look has come, ever more seldom while nothing changes. By listing, where there is
 * one: the last days of receipt, page after page; what changed there is looked at now, what nobody here knows is opened.
 * The pace halves when the destination struggles and recovers slowly; where it stands is kept in the database.
 */
import type { Seal } from '../access/seal.ts';
import type { PortalClient, PortalPage, PortalView } from '../capabilities/portal.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { dayOf, isoDate, parseDay } from '../deadlines/local-time.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Log } from '../log.ts';
import type { Adopt } from '../reconciliation/adopt.ts';
import { Rounds } from '../rounds.ts';
import type { Treat } from '../sync/policy.ts';
import { lookAgainAfter } from '../sync/verify.ts';
import { type DueReadBack, dueObservations } from '../sync/verify-store.ts';
import { DAY, MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { type Comparison, comparisonOf } from './comparison.ts';
import { clearOtherWriter, type ForeignRow, hasOtherWriter, noteForeign } from './foreign-store.ts';
import { look, type Rules } from './look.ts';
import { paceAfter } from './pace.ts';
import * as store from './store.ts';

export interface ObserverOptions {
  readonly destination: string;
  readonly instance: string;
  readonly db: Queryable;
  readonly seal: Seal;
  readonly portal: PortalClient;
  readonly isOpen: () => boolean;
  readonly rules: () => Rules;
  readonly treat: Treat;
  readonly appender: Pick<Appender, 'append'>;
  readonly adopt: Adopt;
  /** Questions at most. */
  readonly callsPerSecond: number;
  readonly callsPerDay: number;
  /** Milliseconds until an unchanged dossier is looked at again, doubled with each look. */
  readonly lookEveryMs: number;
  /** Milliseconds between two sweeps of the listing, and how many days of receipt each goes through. */
  readonly listEveryMs: number;
  readonly listDays: number;
  /** Milliseconds until the first sweep. */
  readonly firstListingAfterMs: number;
  readonly log: Log;
  readonly now: () => number;
}

const ROUND_EVERY = 1 * SECOND;
const HOLD = MINUTE;
const AT_ONCE = 4;
/** What a round may ask after a pause: no burst. */
const BURST_SECONDS = 2;
/** A writer that was not seen for this long is gone. */
export const OTHER_WRITER_FOR = 7 * DAY;
/** Looks at an ended dossier that has not changed. */
const LOOKS_AFTER_END = 6;

export class Observer implements WorkerPart {
  readonly #options: ObserverOptions;
  readonly #startedAt: number;
  readonly #rounds: Rounds;
  #allowance = 0;
  #allowedAt: number;
  #housekeptAt = Number.NEGATIVE_INFINITY;
  #otherWriter = false;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#startedAt = options.now();
    this.#allowedAt = this.#startedAt;
    this.#rounds = new Rounds({
      everyMs: ROUND_EVERY,
      round: () => this.round(),
      failed: (error) => options.log.error({ err: error }, 'observing failed; it goes on with the next round'),
    });
  }

  /** Whether another writer was at work at the destination of late; another process may have noticed it, a minute ago at most. */
  get knowsOtherWriter(): boolean {
    return this.#otherWriter;
  }

  /** Another writer was noticed. */
  noticed(): void {
    this.#otherWriter = true;
  }

  start(): void {
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
    await store.releaseObserver(this.#options.db, this.#options.destination, this.#options.instance).catch(() => {});
  }

  /** One round. @returns how many dossiers were looked at by code */
  async round(): Promise<number> {
    const { db, destination, instance, now, isOpen } = this.#options;
    await this.#housekeep();
    if (!isOpen()) return 0;
    const state = await store.holdObserver(db, destination, { instance, now: now(), until: now() + HOLD });
    if (state === null) return 0;
    const today = isoDate(dayOf(now()));
    const asked = state.day === today ? state.calls : 0;
    const pace = state.pace ?? this.#options.callsPerSecond;
    const run = new Round(
      this.#options,
      this.#allow(pace, this.#options.callsPerDay - asked),
      () => this.#rounds.isStopping,
    );
    const listing = await run.listing(this.#listingOf(state));
    const looked = await run.looks();
    if (run.noticed) this.noticed();
    this.#allowance -= run.calls;
    await store.writeObserver(db, destination, instance, {
      ...listing,
      pace: paceAfter(pace, run, this.#options.callsPerSecond),
      day: today,
      calls: asked + run.calls,
    });
    return looked;
  }

  /** How many questions may be asked now. */
  #allow(pace: number, leftToday: number): number {
    const at = this.#options.now();
    this.#allowance = Math.min(
      this.#allowance + (pace * (at - this.#allowedAt)) / SECOND,
      Math.max(1, pace * BURST_SECONDS),
    );
    this.#allowedAt = at;
    return Math.max(0, Math.min(Math.floor(this.#allowance), leftToday));
  }

  /** A sweep under way goes on; the next begins when its time has come. */
  #listingOf(state: store.ObserverState): store.ObserverState {
    const { now, firstListingAfterMs } = this.#options;
    if (state.listingDay !== null) return state;
    const dueAt = state.nextListingAt ?? this.#startedAt + firstListingAfterMs;
    return now() < dueAt ? state : { ...state, listingDay: isoDate(dayOf(now())), listingPage: 1 };
  }

  async #housekeep(): Promise<void> {
    const { db, destination, now } = this.#options;
    if (now() - this.#housekeptAt < MINUTE) return;
    this.#housekeptAt = now();
    this.#otherWriter = await hasOtherWriter(db, destination, now() - OTHER_WRITER_FOR);
    await clearOtherWriter(db, destination, now() - OTHER_WRITER_FOR, now());
  }
}

/** What one round asks, within its allowance. */
class Round {
  readonly #options: ObserverOptions;
  readonly #allowance: number;
  readonly #isStopped: () => boolean;
  calls = 0;
  /** The destination struggled: it is asked less. */
  struggled = false;
  /** Records of another writer were new. */
  noticed = false;

  constructor(options: ObserverOptions, allowance: number, isStopped: () => boolean) {
    this.#options = options;
    this.#allowance = allowance;
    this.#isStopped = isStopped;
  }

  get #left(): number {
    return this.struggled || this.#isStopped() ? 0 : this.#allowance - this.calls;
  }

  /** One page of a sweep that is under way. @returns where it stands then */
  async listing(state: store.ObserverState): Promise<store.ObserverState> {
    const { portal, now, listEveryMs, listDays, log, destination } = this.#options;
    const { listingDay: day, listingPage } = state;
    if (day === null || this.#left <= 0) return state;
    const page = await this.#ask(() => portal.list(day, day, listingPage));
    if (page === 'failed') return state;
    if (page === null) return { ...state, listingDay: null, nextListingAt: Number.POSITIVE_INFINITY };
    const opened = await this.#takeListed(page);
    if (opened > 0) log.info({ destination, day, opened }, 'dossiers that only the destination had were opened');
    if (page.more) return { ...state, listingPage: listingPage + 1 };
    const before = isoDate(parseDay(day, 'listingDay') - 1);
    const isLast = parseDay(before, 'listingDay') <= dayOf(now()) - listDays;
    return isLast
      ? { ...state, listingDay: null, listingPage: 1, nextListingAt: now() + listEveryMs }
      : { ...state, listingDay: before, listingPage: 1 };
  }

  async #takeListed({ rows }: PortalPage): Promise<number> {
    const { db, destination, now, adopt } = this.#options;
    if (rows.length === 0) return 0;
    const { unknown } = await store.noteListed(db, destination, rows, now());
    let opened = 0;
    // What no longer fits this round is found by the next sweep.
    for (const code of unknown.slice(0, Math.max(0, this.#left)))
      if ((await this.#ask(() => adopt(code))) === true) opened += 1;
    return opened;
  }

  /** Looks at what is due, by code. @returns how many */
  async looks(): Promise<number> {
    const { db, destination, now } = this.#options;
    if (this.#left <= 0) return 0;
    const due = await dueObservations(db, destination, now(), this.#left);
    let looked = 0;
    for (let i = 0; i < due.length && this.#left > 0; i += AT_ONCE) {
      const some = due.slice(i, i + AT_ONCE);
      const seen = await Promise.all(some.map((row) => this.#look(row)));
      await this.#write(seen);
      looked += some.length;
    }
    return looked;
  }

  async #look(due: DueReadBack): Promise<Looked> {
    const { portal, rules, treat, destination, now, lookEveryMs } = this.#options;
    const row = { ...due, owns: treat(destination, due, now()).owns };
    const view = await this.#ask(() => portal.read(row.code));
    const base = { dossierId: row.dossierId, unverified: false };
    if (view === 'failed') {
      const retry = {
        verifyAt: now() + MINUTE,
        verifyStep: row.verifyStep,
        unverified: true,
        exists: null,
        seen: null,
      };
      return { observation: { ...base, ...retry }, row, view: null, news: [], foreign: [], comparison: null };
    }
    const { news, foreign, isMoved } = view
      ? look(row, view, rules(), now())
      : { news: [], foreign: [], isMoved: row.seenStatus !== null };
    const step = news.length > 0 || isMoved ? 0 : row.verifyStep + 1;
    const isOver = row.finishedAt !== null && step >= LOOKS_AFTER_END;
    // What is new changes what would be written: it is compared at once.
    const after = news.length > 0 ? 0 : lookAgainAfter(lookEveryMs, step);
    return {
      observation: {
        ...base,
        verifyAt: isOver ? null : now() + after,
        verifyStep: step,
        exists: view !== null,
        seen: view && { status: view.statusCode, appointmentAt: view.appointmentAt },
      },
      row,
      view,
      news,
      foreign: foreign.map((one) => ({ ...one, dossierId: row.dossierId, isStray: false })),
      comparison: row.mode === 'compare' ? comparisonOf(row, view, rules(), portal) : null,
    };
  }

  async #write(seen: readonly Looked[]): Promise<void> {
    const { db, seal, destination, appender, now } = this.#options;
    const foreign = seen.flatMap((one) => one.foreign);
    if ((await noteForeign(db, destination, foreign, now())).length > 0) this.noticed = true;
    const news = seen.flatMap((one) => one.news);
    if (news.length > 0) await appender.append({ commands: news, raw: null });
    await store.writeComparisons(
      db,
      destination,
      seen.flatMap(({ comparison }) => comparison ?? []),
      now(),
      seal,
    );
    await store.writeObservations(
      db,
      destination,
      seen.map(({ observation }) => observation),
      now(),
    );
  }

  async #ask<T>(question: () => Promise<T>): Promise<T | 'failed'> {
    this.calls += 1;
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (error.isTransient) this.struggled = true;
      return 'failed';
    }
  }
}

interface Looked {
  readonly observation: store.Observation;
  readonly row: DueReadBack;
  readonly view: PortalView | null;
  readonly news: ReturnType<typeof look>['news'];
  readonly foreign: readonly ForeignRow[];
  readonly comparison: Comparison | null;
}
