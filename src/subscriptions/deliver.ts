/**
 * @module Delivers the feed to one subscriber while its lease lasts: in order for each dossier, others never kept waiting.
 *
 * The place in the feed moves on past a dossier that was refused, or whose answer is slow; it stands in `subscription_lag`
 * from then on and is caught up by itself. When nothing gets through, the place stays and one message at a time asks
 * whether the subscriber is back.
 */
import type { KeyObject } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import type { AgenciesOn } from '../agencies/directory.ts';
import { type Change, readChanges, readChangesOf, type Wanted } from '../feed/read-store.ts';
import { backoff } from '../sync/backoff.ts';
import { DAY, SECOND } from '../units.ts';
import * as store from './delivery-store.ts';
import { messageOf } from './message.ts';
import { accountFor, keyOf, type Lane, lanesOf, newLane, refuse } from './round.ts';
import { ATTEMPT_TIMEOUT, type Attempt, type Sender } from './send.ts';

export interface DeliveryOptions {
  readonly pool: pg.Pool;
  /** The agencies as they stand now. */
  readonly agencies: () => AgenciesOn;
  readonly sender: Sender;
  readonly now: () => number;
  readonly random: () => number;
  /** How long nothing may get through until people are told. */
  readonly pauseAfterMs: number;
  readonly attempted: (outcome: Attempt['outcome']) => void;
  readonly isStopping: () => boolean;
}

export const LEASE = 30 * SECOND;
/** What a lease must outlive: an attempt, and a little. */
const MARGIN = ATTEMPT_TIMEOUT + 5 * SECOND;
/** Messages under way at once, and changes looked at in a round; more where a message holds many. */
const LANES = 8;
const ROUND_CHANGES = 200;
/** A slow answer holds its own dossier up, and the others for no longer than this. */
const PATIENCE = 1 * SECOND;
/** So many failures in a row lie in the subscriber, not in the messages. */
const DOWN_AFTER = 5;
/** A new claim reads anew what the subscriber wants. */
const TURN = 5 * SECOND;
const LONGEST_HOLD = 1 * DAY;
const KEPT_ATTEMPTS = 200;
const ATTEMPTS_A_ROUND = 50;

type Lag = { -readonly [K in keyof store.Lag]: store.Lag[K] };

/** One subscription, claimed. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #claimed: store.Claimed;
  readonly #keys: readonly KeyObject[];
  readonly #wanted: Wanted;
  readonly #lags = new Map<string, Lag>();
  /** Lags that changed, or are over, since the last commit. */
  readonly #touched = new Set<string>();
  /** Dossiers with a message under way that outlived its round. */
  readonly #underWay = new Set<string>();
  readonly #open = new Set<Promise<void>>();
  #attempts: store.KeptAttempt[] = [];
  #leaseUntil: number;
  #pos: number;
  #state: store.State;
  #committedState: store.State;
  #failures: number;
  #failingSince: number | null;
  #holdUntil = 0;
  #lastError: string | null;
  #takenAt: number | null = null;

  constructor(options: DeliveryOptions, claimed: store.Claimed, keys: readonly KeyObject[]) {
    this.#options = options;
    this.#claimed = claimed;
    this.#keys = keys;
    this.#wanted = wantedBy(claimed, options.agencies());
    this.#leaseUntil = options.now() + LEASE;
    this.#pos = claimed.pos;
    this.#state = claimed.state;
    this.#committedState = claimed.state;
    this.#failures = claimed.failures;
    this.#failingSince = claimed.failingSince;
    this.#lastError = claimed.lastError;
  }

  /** Delivers until nothing is left, nothing gets through, or the turn is over; then gives the lease back. */
  async run(): Promise<void> {
    const { pool, now, isStopping } = this.#options;
    for (const lag of await store.readLags(pool, this.#claimed.id)) this.#lags.set(lag.dossierCode, { ...lag });
    const turnEnds = now() + TURN;
    for (;;) {
      const more = await this.#round();
      const state = await this.#commit();
      if (state === null) return;
      if (state !== 'active' && state !== 'auto-paused') break;
      if (this.#open.size > 0 && !isStopping()) {
        // The others' changes go on meanwhile.
        if (!more) await Promise.race([...this.#open, wait(50)]);
      } else if (!more || now() >= turnEnds) break;
    }
    await Promise.all(this.#open);
    await this.#commit(true);
  }

  /** Whether nothing may be begun now. */
  #isHeld(): boolean {
    const now = this.#options.now();
    return (
      this.#options.isStopping() ||
      this.#state === 'disabled' ||
      this.#holdUntil > now ||
      this.#leaseUntil - now < MARGIN
    );
  }

  /** @returns whether there may be more at once */
  async #round(): Promise<boolean> {
    const slots = LANES - this.#underWay.size;
    if (slots <= 0 || this.#isHeld()) return false;
    const isDown = this.#failures >= DOWN_AFTER;
    const lagging = await this.#laggingLanes(isDown ? 1 : slots);
    // What asks whether a silent subscriber is back must not always be the same message: it may be the reason.
    const takesNew = !isDown || lagging.length === 0 || this.#failures % 2 === 0;
    const page = takesNew
      ? await this.#newChanges(isDown ? 1 : Math.max(ROUND_CHANGES, LANES * this.#claimed.batch))
      : null;
    const fresh = (page?.items ?? []).filter((change) => !this.#lags.has(keyOf(change)));
    const freshLanes = lanesOf(fresh, Math.max(1, Math.min(slots - lagging.length, LANES)));
    const lanes = isDown && fresh.length > 0 ? freshLanes : [...lagging, ...freshLanes];

    await this.#run(lanes);
    // From here to the end nothing waits: what is under way lands in lags that stand.
    for (const lane of lanes) lane.closed = true;
    for (const lane of lagging) this.#settleLagging(lane);
    if (page) this.#settleNew(freshLanes, page.next);
    return lagging.length > 0 || (page !== null && (page.items.length > 0 || !page.atEnd));
  }

  #newChanges(limit: number) {
    return readChanges(this.#options.pool, { ...this.#wanted, after: this.#pos, limit });
  }

  /** A lane for each lagging dossier whose turn has come; one that has caught up lags no more. */
  async #laggingLanes(most: number): Promise<Lane[]> {
    const { pool, now } = this.#options;
    const due = [...this.#lags.values()]
      .filter((lag) => lag.nextAttemptAt <= now() && !this.#underWay.has(lag.dossierCode))
      .sort((a, b) => a.nextAttemptAt - b.nextAttemptAt)
      .slice(0, most);
    const lanes: Lane[] = [];
    for (const { dossierCode, fromPos } of due) {
      const range = { from: fromPos, to: this.#pos, limit: Math.max(this.#claimed.batch, 20) };
      const changes =
        fromPos > this.#pos
          ? []
          : await readChangesOf(pool, dossierCode === '' ? null : dossierCode, { ...this.#wanted, ...range });
      if (changes.length > 0) lanes.push(newLane(changes, dossierCode));
      else {
        this.#lags.delete(dossierCode);
        this.#touched.add(dossierCode);
      }
    }
    return lanes;
  }

  /** Runs lanes side by side until all are through or patience ends; what is under way then lands later. */
  async #run(lanes: readonly Lane[]): Promise<void> {
    if (lanes.length === 0) return;
    const patience = new AbortController();
    const running = lanes.map((lane) => {
      const open = this.#runLane(lane).finally(() => this.#open.delete(open));
      this.#open.add(open);
      return open;
    });
    await Promise.race([
      Promise.all(running),
      wait(PATIENCE, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }

  async #runLane(lane: Lane): Promise<void> {
    while (lane.waiting.length > 0 && !lane.closed && !this.#isHeld()) {
      const changes = lane.waiting.splice(0, this.#claimed.batch);
      lane.current = changes;
      const attempt = await this.#send(changes);
      if (lane.closed) this.#landed(changes, attempt);
      else if (attempt.outcome === 'taken') lane.taken.push(...changes);
      else if (attempt.outcome === 'refused') refuse(lane, changes, attempt.error);
      else lane.waiting.unshift(...changes);
      lane.current = [];
    }
  }

  async #send(changes: readonly Change[]): Promise<Attempt> {
    const { sender, now, attempted, isStopping } = this.#options;
    const { id, url, batch } = this.#claimed;
    const message = messageOf(id, changes, batch);
    const at = now();
    const attempt = await sender.send({ url, keys: this.#keys }, message, now);
    if (isStopping() && attempt.outcome !== 'taken') return { ...attempt, outcome: 'unreachable', until: null };
    attempted(attempt.outcome);
    const { outcome, status, ms, error } = attempt;
    const [firstPos, lastPos] = [changes[0]!.pos, changes.at(-1)!.pos];
    const kept = { at, messageId: message.id, firstPos, lastPos, items: changes.length, outcome, status, ms, error };
    this.#attempts = [...this.#attempts, kept].slice(-ATTEMPTS_A_ROUND);
    this.#note(attempt);
    return attempt;
  }

  /** What an attempt says of the subscriber. */
  #note(attempt: Attempt): void {
    const { now, random } = this.#options;
    if (attempt.outcome === 'taken') {
      // Back again: what was held up by its absence is due.
      if (this.#failures >= DOWN_AFTER)
        for (const lag of this.#lags.values()) this.#change(lag, { nextAttemptAt: now() });
      this.#failures = 0;
      this.#failingSince = null;
      this.#lastError = null;
      this.#holdUntil = 0;
      this.#takenAt = now();
      if (this.#state === 'auto-paused') this.#state = 'active';
      return;
    }
    this.#lastError = attempt.error;
    if (attempt.outcome === 'gone') {
      this.#state = 'disabled';
      return;
    }
    this.#failures = attempt.outcome === 'unreachable' ? Math.max(this.#failures + 1, DOWN_AFTER) : this.#failures + 1;
    if (this.#failures < DOWN_AFTER) return;
    this.#failingSince ??= now();
    const asked = attempt.outcome === 'unreachable' ? attempt.until : null;
    const until = asked ?? now() + backoff(this.#failures - DOWN_AFTER + 1, random);
    this.#holdUntil = Math.max(this.#holdUntil, Math.min(until, now() + LONGEST_HOLD));
  }

  #settleLagging(lane: Lane): void {
    const lag = this.#lags.get(lane.lagging!);
    if (!lag) return;
    const last = lane.taken.at(-1);
    if (last) this.#caughtUp(lag, last.pos);
    if (lane.refused[0]) this.#refusedAgain(lag, lane.refused[0].error);
    if (lane.current.length > 0) this.#underWay.add(lag.dossierCode);
  }

  #settleNew(lanes: readonly Lane[], next: number): void {
    const { now, random } = this.#options;
    const { pos, fallen } = accountFor(lanes, next);
    this.#pos = pos;
    for (const { dossierCode, fromPos, why, shared, error } of fallen) {
      const attempts = why === 'refused' && !shared ? 1 : 0;
      const nextAttemptAt = attempts === 0 ? now() : now() + backoff(1, random);
      this.#lags.set(dossierCode, { dossierCode, fromPos, since: now(), attempts, nextAttemptAt, lastError: error });
      this.#touched.add(dossierCode);
      if (why === 'under-way') this.#underWay.add(dossierCode);
    }
  }

  /** A message that outlived its round has its answer. */
  #landed(changes: readonly Change[], attempt: Attempt): void {
    for (const change of changes) {
      const lag = this.#lags.get(keyOf(change));
      this.#underWay.delete(keyOf(change));
      if (!lag) continue;
      if (attempt.outcome === 'taken') this.#caughtUp(lag, change.pos);
      else if (attempt.outcome === 'refused') this.#refusedAgain(lag, attempt.error);
    }
  }

  #caughtUp(lag: Lag, pos: number): void {
    this.#change(lag, { fromPos: pos + 1, attempts: 0, nextAttemptAt: this.#options.now(), lastError: null });
  }

  #refusedAgain(lag: Lag, error: string | null): void {
    const { now, random } = this.#options;
    const attempts = lag.attempts + 1;
    this.#change(lag, { attempts, nextAttemptAt: now() + backoff(attempts, random), lastError: error });
  }

  #change(lag: Lag, to: Partial<Lag>): void {
    Object.assign(lag, to);
    this.#touched.add(lag.dossierCode);
  }

  /** Makes durable what was reached. @returns the subscription's state; null when the lease is another's by now */
  async #commit(releases = false): Promise<store.State | null> {
    const { pool, now, pauseAfterMs } = this.#options;
    if (this.#state === 'active' && this.#failingSince !== null && now() - this.#failingSince >= pauseAfterMs)
      this.#state = 'auto-paused';
    const leaseUntil = releases ? null : now() + LEASE;
    const lags = [...this.#touched].map((dossierCode) => this.#lags.get(dossierCode) ?? dossierCode);
    const attempts = this.#attempts;
    this.#touched.clear();
    this.#attempts = [];
    const state = await store.together(pool, async (db) => {
      const progress: store.Progress = {
        pos: this.#pos,
        state: this.#state,
        failures: this.#failures,
        failingSince: this.#failingSince,
        holdUntil: this.#holdUntil,
        lastError: this.#lastError,
        takenAt: this.#takenAt,
        leaseUntil,
      };
      const reached = await store.writeProgress(db, this.#claimed, progress, now());
      if (reached === null) return null;
      const over = lags.filter((lag) => typeof lag === 'string');
      const behind = lags.filter((lag) => typeof lag !== 'string');
      if (over.length > 0) await store.removeLags(db, this.#claimed.id, over);
      if (behind.length > 0) await store.writeLags(db, this.#claimed.id, behind);
      if (attempts.length > 0) await store.writeAttempts(db, this.#claimed.id, attempts, KEPT_ATTEMPTS);
      if (reached !== this.#committedState) await this.#notice(db, reached);
      return reached;
    });
    if (state === null) return null;
    if (leaseUntil !== null) this.#leaseUntil = leaseUntil;
    this.#committedState = state;
    return state;
  }

  /** People hear when a subscriber gets nothing any more; they need not hear of what they did themselves. */
  async #notice(db: Parameters<typeof store.raiseNotice>[0], reached: store.State): Promise<void> {
    const now = this.#options.now();
    const facts = { since: this.#failingSince ?? now, error: this.#lastError, now };
    if (reached === 'auto-paused') await store.raiseNotice(db, 'subscription-paused', this.#claimed, facts);
    if (reached === 'disabled') await store.raiseNotice(db, 'subscription-disabled', this.#claimed, facts);
    if (reached === 'active') await store.clearNotices(db, this.#claimed.id, now);
  }
}

/** What a subscription asked for, as far as its client still may read it. */
function wantedBy({ agencies, clientAgencies, kinds, procedures }: store.Claimed, on: AgenciesOn): Wanted {
  const asked = on.codesUnder(agencies);
  const allowed = clientAgencies === null ? null : new Set(on.codesUnder(clientAgencies));
  return { agencies: allowed === null ? asked : asked.filter((code) => allowed.has(code)), kinds, procedures };
}
