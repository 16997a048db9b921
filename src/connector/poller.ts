/**
 * @module Asks a system that never calls how far the things are that it was given: often where something moves, seldom
 * where nothing does, and never so that an answer is counted before it is kept.
 */
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE } from '../units.ts';
import { UpstreamError } from './upstream-error.ts';

/** Something that is followed; `intervalMs` is how long it was left alone before. */
export interface Followed {
  readonly intervalMs: number;
}

/** What an answer came to, once it is kept: it said something new, nothing new, that no more will come, or was faulty. */
export type Heard = 'news' | 'nothing-new' | 'ended' | 'faulty';

/** When something is asked about again. */
export interface Next {
  /** Null: it has ended. */
  readonly inMs: number | null;
  readonly intervalMs: number;
}

export interface PollerOptions<T extends Followed> {
  /** For the log. */
  readonly name: string;
  /** As many as one question may be about. */
  readonly batch: number;
  /** The shortest and the longest time between two questions about one thing. */
  readonly minMs: number;
  readonly maxMs: number;
  /** How often it looks for what is due. */
  readonly everyMs: number;
  /** How long a system that failed altogether is left alone; a minute unless told. */
  readonly afterFailureMs?: number;
  /** Takes what is due, oldest first, and leaves it to no other process while it is asked about. */
  claim(limit: number): Promise<readonly T[]>;
  /**
   * Asks about all of them at once and keeps what it is told; resolves, in their order, when that is durable.
   * @throws UpstreamError for the whole question
   */
  ask(items: readonly T[]): Promise<readonly Heard[]>;
  /** Notes when each is due again. */
  settle(items: readonly T[], nexts: readonly Next[]): Promise<void>;
  readonly log: Log;
  readonly now: () => number;
  readonly random?: () => number;
}

/** While nothing moves, each pause is half as long again as the one before. */
const SLOWER = 1.5;
/** Things that were given together are not asked about together for ever. */
const SPREAD = 0.2;
/** After a question that failed altogether, unless the system says when to come back. */
const AFTER_FAILURE = 1 * MINUTE;

/** Follows one system's things, as a part of the worker. */
export class Poller<T extends Followed> {
  readonly #options: PollerOptions<T>;
  readonly #rounds: Rounds;

  constructor(options: PollerOptions<T>) {
    this.#options = options;
    const { everyMs, log, name } = options;
    this.#rounds = new Rounds({
      everyMs,
      round: () => this.round(),
      failed: (error) => log.error({ err: error, name }, 'a round of questions failed inside the gateway'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Asks about everything that is due, batch after batch; a system that fails is left alone until the next round. */
  async round(): Promise<void> {
    const { batch, claim } = this.#options;
    while (!this.#rounds.isStopping) {
      const items = await claim(batch);
      if (items.length === 0 || (await this.#askAbout(items)) === 'down' || items.length < batch) return;
    }
  }

  /** Asks, and one by one where the answer to all of them could not be read. */
  async #askAbout(items: readonly T[]): Promise<'answers' | 'faulty' | 'down'> {
    const { ask, settle, log, name } = this.#options;
    try {
      const heard = await ask(items);
      await settle(
        items,
        items.map((item, i) => this.#next(item, heard[i]!)),
      );
      return 'answers';
    } catch (error) {
      if (!(error instanceof UpstreamError)) {
        await this.#postpone(items, AFTER_FAILURE);
        throw error;
      }
      const isDown = error.kind !== 'rejected' && error.kind !== 'contract';
      if (items.length > 1 && !isDown) return this.#oneByOne(items);
      // That it is down is said once, by whoever watches it; a wrong answer is said each time.
      const say = isDown ? log.debug : log.warn;
      say.call(
        log,
        { err: error, name, about: items.length },
        'how far things are could not be asked; it is asked again',
      );
      if (isDown) await this.#postpone(items, this.#untilBack(error));
      else await settle(items, [this.#next(items[0]!, 'faulty')]);
      return isDown ? 'down' : 'faulty';
    }
  }

  /** What the answer breaks on may be one thing's record, which holds up no other; where it breaks on all, it is the system. */
  async #oneByOne(items: readonly T[]): Promise<'answers' | 'down'> {
    let answers = false;
    for (const item of items) {
      const state = await this.#askAbout([item]);
      if (state === 'down') return 'down';
      if (state === 'answers') answers = true;
    }
    return answers ? 'answers' : 'down';
  }

  #postpone(items: readonly T[], inMs: number): Promise<void> {
    const { settle } = this.#options;
    return settle(
      items,
      items.map(({ intervalMs }) => ({ inMs: this.#spread(inMs), intervalMs })),
    );
  }

  #untilBack({ facts }: UpstreamError): number {
    const { now, maxMs, afterFailureMs = AFTER_FAILURE } = this.#options;
    const announced = facts.until ? facts.until - now() : 0;
    return Math.max(announced, Math.min(afterFailureMs, maxMs));
  }

  #next({ intervalMs }: T, heard: Heard): Next {
    const { minMs, maxMs } = this.#options;
    if (heard === 'ended') return { inMs: null, intervalMs };
    const next = heard === 'news' ? minMs : Math.min(maxMs, Math.max(minMs, intervalMs * SLOWER));
    return { inMs: this.#spread(next), intervalMs: next };
  }

  #spread(ms: number): number {
    const random = this.#options.random ?? Math.random;
    return Math.round(ms * (1 - SPREAD / 2 + random() * SPREAD));
  }
}
