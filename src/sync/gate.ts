/** @module Whether a destination may be written to now: an operator's pause, a refusal of everybody, or its breaker (sync.md D3, D6). */
import type { Breaker } from '../connector/breaker.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { MINUTE, SECOND } from '../units.ts';
import { unblockSince } from './store.ts';

export interface DestinationPause {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
  /** When it is tried again by itself; null until an operator resumes it. */
  readonly until: number | null;
}

export async function readPause(db: Queryable, destination: string): Promise<DestinationPause | null> {
  const { rows } = await db.query<{ since: number; by: string; reason: string; until: number | null }>({
    name: 'destination-pause',
    text: `select paused_since as since, paused_by as by, paused_reason as reason, paused_until as until from destination
           where name = $1 and paused_since is not null`,
    values: [destination],
  });
  return rows[0] ?? null;
}

/** A person's word that ended a pause. */
export interface Resumption {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

/** Null where the destination is paused, or goes on by itself or since ever. */
export async function readResumption(db: Queryable, destination: string): Promise<Resumption | null> {
  const { rows } = await db.query<Resumption>(
    `select resumed_since as since, resumed_by as by, resumed_reason as reason from destination
     where name = $1 and resumed_since is not null`,
    [destination],
  );
  return rows[0] ?? null;
}

/** Ends the pause, and keeps who said so. */
export async function writeResumption(db: Queryable, destination: string, word: Resumption): Promise<void> {
  await writePause(db, destination, null);
  await db.query(
    'update destination set resumed_since = to_timestamp($2::float8 / 1000), resumed_by = $3, resumed_reason = $4 where name = $1',
    [destination, word.since, word.by, word.reason],
  );
}

export async function writePause(db: Queryable, destination: string, pause: DestinationPause | null): Promise<void> {
  await db.query(
    `insert into destination (name, paused_since, paused_by, paused_reason, paused_until)
     values ($1, to_timestamp($2::float8 / 1000), $3, $4, to_timestamp($5::float8 / 1000))
     on conflict (name) do update set paused_since = excluded.paused_since, paused_by = excluded.paused_by,
       paused_reason = excluded.paused_reason, paused_until = excluded.paused_until,
       resumed_since = null, resumed_by = null, resumed_reason = null`,
    [destination, pause?.since ?? null, pause?.by ?? null, pause?.reason ?? null, pause?.until ?? null],
  );
}

/** Counts refusals over the last minute: one dossier refused is its own fault, many are the destination's. */
class RefusalWatch {
  readonly #refused: { at: number; dossierId: number }[] = [];
  readonly #done: number[] = [];
  #doneCount = 0;

  succeeded(now: number, count: number): void {
    this.#done.push(now, count);
    this.#doneCount += count;
  }

  refused(now: number, dossierId: number): void {
    this.#refused.push({ at: now, dossierId });
  }

  /** More than three dossiers, and a tenth of all that were tried, refused within a minute. */
  isSystemic(now: number): boolean {
    while (this.#refused[0] && this.#refused[0].at < now - MINUTE) this.#refused.shift();
    while (this.#done[0] !== undefined && this.#done[0] < now - MINUTE) this.#doneCount -= this.#done.splice(0, 2)[1]!;
    const refused = new Set(this.#refused.map(({ dossierId }) => dossierId)).size;
    return refused > 3 && refused >= 0.1 * (refused + this.#doneCount);
  }

  clear(): void {
    this.#refused.length = 0;
  }
}

/** How long a destination that refuses everybody is left alone: 30 s doubling to 15 minutes. */
const systemicPauseMs = (times: number): number => Math.min(15 * MINUTE, 30 * SECOND * 2 ** (times - 1));

export interface GateOptions {
  readonly destination: string;
  readonly db: Queryable;
  readonly breaker: Breaker;
  readonly log: Log;
  readonly now: () => number;
}

/** An operator's pause is seen this soon: asking before every claim would cost as much as the claim. */
const PAUSE_SEEN_WITHIN = 250;

/** One process's gate before a destination. */
export class Gate {
  readonly #options: GateOptions;
  readonly #watch = new RefusalWatch();
  #openUntil = 0;
  #systemicTimes = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Nothing can be said there at all, whoever asks. */
  get isDoorClosed(): boolean {
    const { breaker } = this.#options;
    return breaker.state !== 'closed' || breaker.held !== null;
  }

  async isOpen(): Promise<boolean> {
    const { db, destination, now } = this.#options;
    if (this.isDoorClosed) return false;
    if (now() < this.#openUntil) return true;
    const pause = await readPause(db, destination);
    if (!pause) {
      this.#openUntil = now() + PAUSE_SEEN_WITHIN;
      return true;
    }
    if (pause.until === null || pause.until > now()) return false;
    // Deliveries that were under way when everybody was refused were blocked after the pause began.
    if (pause.by === 'gateway') await unblockSince(db, destination, pause.since - MINUTE, now());
    await writePause(db, destination, null);
    return true;
  }

  /** A dossier was refused. */
  refused(dossierId: number): void {
    this.#watch.refused(this.#options.now(), dossierId);
  }

  /** What was written: how many were taken, and the words of a refusal among them. */
  async written(at: number, taken: number, words: string | null): Promise<void> {
    if (taken > 0) this.#watch.succeeded(at, taken);
    if (this.#watch.isSystemic(at)) await this.close(words ?? 'refusals');
    else if (taken > 0) this.#systemicTimes = 0;
  }

  /** The destination refuses everybody: nobody is blocked, it is left alone for a while, and someone is told. */
  async close(words: string): Promise<void> {
    const { db, destination, now, log } = this.#options;
    this.#watch.clear();
    this.#openUntil = 0;
    const until = now() + systemicPauseMs(++this.#systemicTimes);
    log.error(
      { destination, words, until },
      'systemic-refusal: the destination refuses everybody; it is paused and tried again by itself',
    );
    await writePause(db, destination, { since: now(), by: 'gateway', reason: `systemic-refusal: ${words}`, until });
    await unblockSince(db, destination, now() - MINUTE, now());
  }
}
