/** @module Looks at every open dossier once a minute: raises each rung once, clears it when its reason is gone. */
import { hash } from 'node:crypto';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { DAY, MINUTE } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { isClockOffset, LATEST } from './clock-offset.ts';
import { type AlertRules, DOSSIER_ALERTS, limitReached } from './rules.ts';
import { readAlertRules } from './rules-store.ts';
import { nextChange, scheduleOf, stands } from './schedule.ts';
import * as store from './store.ts';

export interface WatchOptions {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  /** Destinations that are sent to; the others acknowledge nothing by design. */
  readonly destinations: () => readonly string[];
  readonly log: Log;
  readonly now: () => number;
  /** Until the first round; a minute unless told. */
  readonly firstAfterMs?: number;
  readonly everyMs?: number;
}

/** Few enough that judging them keeps no answer waiting. */
const PAGE = 100;
/** Dossiers that a round judges at most, so that a first look at a whole province is spread over rounds. */
const PAGES_PER_ROUND = 1_000;
const ENDED_AT_ONCE = 500;
/** Late deliveries that stand open at once. */
const SYNC_LATE_AT_MOST = 500;
/** A source's clock changes seldom, and the question reads many entries. */
const LAGS_EVERY = 10 * MINUTE;
const NEWEST_ENTRIES = 50_000;

/** Any number of processes may run it: what is raised is unique by kind and key. */
export class Watch implements WorkerPart {
  readonly #options: WatchOptions;
  readonly #rounds: Rounds;
  #lagsReadAt = Number.NEGATIVE_INFINITY;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs ?? MINUTE,
      firstAfterMs: options.firstAfterMs ?? MINUTE,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error }, 'the watch could not finish its round; the next one looks again'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One look at everything that may have changed. */
  async round(): Promise<void> {
    const { db } = this.#options;
    const rules = await readAlertRules(db);
    await this.#dossiers(rules);
    await this.#syncLate(rules);
    await this.#clockOffsets(rules);
  }

  async #dossiers(rules: AlertRules): Promise<void> {
    const { db, catalogue: current, now: clock } = this.#options;
    const now = clock();
    const catalogue = current();
    // Other working days or other limits move every rung.
    const rulesVersion = `${catalogue.version}:${hash('sha1', JSON.stringify([...rules.values()]), 'base64url').slice(0, 12)}`;
    let after = 0;
    for (let page = 0; page < PAGES_PER_ROUND && !this.#rounds.isStopping; page += 1) {
      const dossiers = await store.dueDossiers(db, { after, now, rulesVersion, limit: PAGE });
      if (dossiers.length === 0) break;
      const judged: store.Judged[] = [];
      const standing: store.Standing[] = [];
      for (const dossier of dossiers) {
        const { id: dossierId, agencyCode, headSeq } = dossier;
        const rungs = scheduleOf(dossier, rules, catalogue);
        judged.push({ dossierId, headSeq, nextAt: nextChange(rungs, now) });
        for (const rung of rungs)
          if (stands(rung, now))
            standing.push({ kind: rung.kind, key: rung.key, dossierId, agencyCode, detail: rung.detail });
      }
      await store.writeJudgements(db, judged, standing, { kinds: DOSSIER_ALERTS, rulesVersion, now });
      after = dossiers.at(-1)!.id;
      if (dossiers.length < PAGE) break;
    }
    while (
      !this.#rounds.isStopping &&
      (await store.clearEnded(db, { kinds: DOSSIER_ALERTS, now, limit: ENDED_AT_ONCE })) === ENDED_AT_ONCE
    );
  }

  async #syncLate(rules: AlertRules): Promise<void> {
    const { db, now: clock, destinations, catalogue } = this.#options;
    const now = clock();
    await store.clearSyncLate(db, now);
    const rule = rules.get('sync-late');
    if (!rule?.watched) return;
    // A limit in minutes is the same backwards.
    const before = 2 * now - limitReached(rule, now, catalogue().calendar);
    await store.raiseSyncLate(db, { destinations: destinations(), before, now, atMost: SYNC_LATE_AT_MOST });
  }

  async #clockOffsets(rules: AlertRules): Promise<void> {
    const { db, log, now: clock } = this.#options;
    const now = clock();
    if (!rules.get('clock-offset')?.watched || now - this.#lagsReadAt < LAGS_EVERY) return;
    this.#lagsReadAt = now;
    const lags = await store.recentLags(db, { since: now - DAY, newest: NEWEST_ENTRIES, each: LATEST });
    const healed: string[] = [];
    for (const { source, lags: ofSource } of lags) {
      if (!isClockOffset(ofSource)) healed.push(source);
      else if ((await store.raiseClockOffset(db, source, isoDate(dayOf(now)), now)) > 0)
        log.warn({ source }, 'this source seems to tell UTC as local time: set how its times are to be read');
    }
    if (healed.length > 0) await store.clearClockOffset(db, healed, now);
  }
}
