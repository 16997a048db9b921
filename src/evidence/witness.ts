/** @module Remembers what was lately said to a destination and by it, and keeps what is about a dossier that differs: as it was, sealed. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Seal } from '../access/seal.ts';
import { textOf } from '../connector/answer.ts';
import type { Client } from '../connector/define.ts';
import type { UpstreamCall } from '../connector/upstream.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { codesIn, onlyAbout } from './about.ts';
import { keepExchanges, seenSince, type Witnessed } from './witness-store.ts';

export interface WitnessOptions {
  readonly destination: string;
  readonly db: Queryable;
  readonly seal: Seal;
  readonly log: Log;
  readonly now: () => number;
  readonly everyMs?: number;
}

interface Heard {
  readonly at: number;
  readonly call: UpstreamCall;
  readonly outcome: string;
  readonly answer: string | null;
  /** The dossiers it is about; read when it is first asked for. */
  codes: ReadonlySet<string> | null;
  /** For which it is kept already. */
  readonly keptFor: Set<string>;
}

const EVERY = 2 * SECOND;
const MOST_CALLS = 1_000;
/** A batch with all its answers is far smaller. */
const LONGEST = 256 * 1024;
/** An answer that is so long may be a listing: these are about nobody, and a nightly run hears thousands. */
const LONG = 16 * 1024;
/** Characters of answers that are remembered. */
const MOST_HELD = 16 * 1024 * 1024;
const MOST_CODES = 20_000;
/** What is said about a dossier so long after it was seen to differ belongs to its story. */
const STORY = 10 * MINUTE;
/** Clocks of processes differ, and commits take their time. */
const OVERLAP = 10 * SECOND;

const codesOf = ({ json, form, query }: UpstreamCall): ReadonlySet<string> => codesIn(json ?? form ?? query);

export const exchangeName = (code: string): string => `exchange about ${code}`;

/**
 * Stands between a connector and its upstream. Nothing is written while nothing differs: what was said waits in memory,
 * and is forgotten when more has been said since than it holds.
 */
export class Witness implements WorkerPart {
  readonly #options: WitnessOptions;
  readonly #rounds: Rounds;
  #heard: Heard[] = [];
  /** Characters of the answers in it. */
  #held = 0;
  /** Codes of dossiers that differ. */
  readonly #differing: LRUCache<string, true>;
  #askedUpTo: number;

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#askedUpTo = options.now();
    this.#differing = new LRUCache({ max: MOST_CODES, ttl: STORY });
    this.#rounds = new Rounds({
      everyMs: options.everyMs ?? EVERY,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error, destination: options.destination }, 'exchanges could not be kept; tried again'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
    await this.round();
  }

  /** The same client, whose calls are remembered. */
  client(inner: Client): Client {
    const heard = async <T>(call: UpstreamCall, ask: () => Promise<T>): Promise<T> => {
      const at = this.#options.now();
      try {
        const answer = await ask();
        this.#hear(at, call, 'answered', textOf(answer));
        return answer;
      } catch (error) {
        if (error instanceof UpstreamError) {
          const words = `${error.kind}: ${error.facts.words ?? ''}`.trim();
          this.#hear(at, call, words.slice(0, 500), error.answer);
        }
        throw error;
      }
    };
    return {
      name: inner.name,
      json: (call) => heard(call, () => inner.json(call)),
      text: (call) => heard(call, () => inner.text(call)),
    };
  }

  /** Keeps at once whatever is remembered of a dossier. */
  async keep(code: string): Promise<void> {
    this.#differing.set(code, true);
    await this.#keepHeard();
  }

  /** One look at what has come to differ. */
  async round(): Promise<void> {
    const { db, destination, now } = this.#options;
    const asked = now();
    for (const code of await seenSince(db, destination, this.#askedUpTo - OVERLAP, MOST_CODES))
      this.#differing.set(code, true);
    this.#askedUpTo = asked;
    if (this.#differing.size > 0) await this.#keepHeard();
  }

  #hear(at: number, call: UpstreamCall, outcome: string, answer: string | null): void {
    const length = answer?.length ?? 0;
    if (call.isProbe || length > LONGEST) return;
    const codes = length > LONG ? codesOf(call) : null;
    if (codes?.size === 0) return;
    this.#heard.push({ at, call, outcome, answer, codes, keptFor: new Set() });
    this.#held += length;
    // Twice as much at most: cutting costs a copy.
    if (this.#heard.length < 2 * MOST_CALLS && this.#held < 2 * MOST_HELD) return;
    let [first, held] = [this.#heard.length, 0];
    while (first > 0 && this.#heard.length - first < MOST_CALLS && held < MOST_HELD)
      held += this.#heard[--first]!.answer?.length ?? 0;
    this.#heard = this.#heard.slice(first);
    this.#held = held;
  }

  async #keepHeard(): Promise<void> {
    const { db, destination, seal } = this.#options;
    const toKeep: Witnessed[] = [];
    const kept: [Heard, string][] = [];
    for (const heard of this.#heard) {
      heard.codes ??= codesOf(heard.call);
      for (const code of heard.codes) {
        if (!this.#differing.has(code) || heard.keptFor.has(code)) continue;
        const { call, at, outcome, answer } = heard;
        const { method, path, json, form, query } = call;
        const request = { method, path, ...(query && { query }), body: onlyAbout(json ?? form, code, heard.codes) };
        kept.push([heard, code]);
        toKeep.push({
          destination,
          dossierCode: code,
          at,
          operation: call.operation,
          outcome,
          answerSha256: answer === null ? null : createHash('sha256').update(answer).digest('hex'),
          request: seal.close(JSON.stringify(request), exchangeName(code)),
          answer: answer === null ? null : seal.close(answer, exchangeName(code)),
        });
      }
    }
    if (toKeep.length === 0) return;
    await keepExchanges(db, toKeep);
    for (const [heard, code] of kept) heard.keptFor.add(code);
  }
}
