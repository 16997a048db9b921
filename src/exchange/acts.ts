/** @module An act at a ministry's system, from the intent that is committed first to what is known of it afterwards. */
import { randomUUID } from 'node:crypto';
import type { Seal } from '../access/seal.ts';
import {
  type ActDetails,
  type ExchangeAct,
  type Exchanged,
  type ExchangeProvider,
  type Submission,
  told,
} from '../capabilities/exchange.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Appender } from '../dossiers/append.ts';
import { fail } from '../errors.ts';
import type { Log } from '../log.ts';
import { backoff } from '../sync/backoff.ts';
import { MINUTE, SECOND } from '../units.ts';
import * as store from './store.ts';

export type Providers = ReadonlyMap<string, ExchangeProvider>;

export interface ActsOptions {
  readonly db: Queryable;
  readonly seal: Seal;
  readonly providers: Providers;
  readonly appender: Pick<Appender, 'append'>;
  readonly now: () => number;
  /** How long an unknown outcome is left to settle before its system is asked. */
  readonly settleAfterMs: number;
  /** How long after its answer a submission is looked for once more. */
  readonly readBackAfterMs: number;
  readonly log: Log;
}

/** Longer than any call may take; after it, what was being sent is an unknown outcome. */
const LEASE = 90 * SECOND;
/** An unknown outcome is on somebody's mind: its system is not left alone for long. */
const LONGEST_BEFORE_ASKING = 1 * MINUTE;
/** How often a submission is sent that its system answers as done and does not keep. */
const MOST_SUBMISSIONS = 3;
const CANNOT_TELL = 'the system cannot tell whether it was done';
const NOT_KEPT = 'the system answered it as done and does not have it';

/** Sends acts and settles what came of them. */
export class Acts {
  readonly #options: ActsOptions;

  constructor(options: ActsOptions) {
    this.#options = options;
  }

  provider(name: string): ExchangeProvider {
    return this.#options.providers.get(name) ?? fail('provider-not-configured', { upstream: name });
  }

  sealSubmission(id: string, submission: Submission): Buffer {
    return this.#options.seal.close(JSON.stringify(submission), submissionOf(id));
  }

  submission(exchange: store.ExchangeRow): Submission {
    return JSON.parse(this.#options.seal.open(exchange.submission, submissionOf(exchange.id))) as Submission;
  }

  sealDetails<A extends ExchangeAct>(id: string, details: ActDetails[A]): Buffer {
    return this.#options.seal.close(JSON.stringify(details), detailsOf(id));
  }

  /** What the system said of an act, or how it failed. */
  words(act: store.ActRow): string | null {
    return act.words && this.#options.seal.open(act.words, wordsOf(act.id));
  }

  /** A lease for sending: committed with the intent. */
  lease(): store.Sending {
    const now = this.#options.now();
    return { token: randomUUID(), until: now + LEASE, now };
  }

  /**
   * Sends an act whose intent is committed under this lease, and settles it.
   * @param isOurs the gateway sends it again by itself: where it can't, it goes on trying
   * @throws UpstreamError when it was certainly not done; what may have been done is settled as unknown
   */
  async send(exchange: store.ExchangeRow, act: store.ActRow, token: string, isOurs = false): Promise<void> {
    const provider = this.provider(exchange.provider);
    const item = this.#item(exchange);
    try {
      const number = await this.#call(provider, act, item);
      await this.#done(exchange, act, token, number);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (isOurs && error.facts.outcome === 'not-done' && error.isTransient) return this.#askLater(act, token, error);
      await this.#failed(act, token, error);
      if (error.facts.outcome === 'not-done') throw error;
    }
  }

  /** Asks about an act whose answer was lost; one that its system does not know of is sent again. */
  async settleUnknown(exchange: store.ExchangeRow, act: store.ActRow): Promise<void> {
    const { db, log } = this.#options;
    const token = act.token!;
    try {
      const found = await this.provider(exchange.provider).wasDone(act.act, this.#item(exchange), this.#details(act));
      if (found.state === 'done') return await this.#done(exchange, act, token, found.number);
      if (found.state === 'unclear' && !found.mayRepeat) return await this.#askLater(act, token, CANNOT_TELL);
      const lease = this.lease();
      if (!(await store.sendAgain(db, act, lease))) return;
      log.info({ exchange: exchange.id, act: act.act }, 'an act whose answer was lost was not done; it is sent again');
      await this.send(exchange, { ...act, attempts: act.attempts + 1 }, lease.token, true);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      // A refusal of the repeat is settled already; a question that failed is asked again.
      await this.#askLater(act, token, error);
    }
  }

  /**
   * Nothing is believed because it was answered: a submission is looked for once more. One that its system does not have is
   * unknown again, and sent anew; after a few times a person has to look.
   */
  async readBack(exchange: store.ExchangeRow, act: store.ActRow): Promise<void> {
    const { db, log, now, readBackAfterMs } = this.#options;
    try {
      const found = await this.provider(exchange.provider).wasDone(act.act, this.#item(exchange), this.#details(act));
      if (found.state !== 'not-done') return await store.believe(db, act);
      const isLost = act.attempts >= MOST_SUBMISSIONS;
      log.warn(
        { exchange: exchange.id, attempts: act.attempts, isLost },
        'a submission was answered as done and is not there',
      );
      await store.disbelieve(
        db,
        act,
        { state: isLost ? 'refused' : 'unknown', words: this.#sealWords(act, NOT_KEPT) },
        now(),
      );
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      await store.readBackAt(db, act, now() + readBackAfterMs);
    }
  }

  #item(exchange: store.ExchangeRow): Exchanged {
    return { number: exchange.number, submission: this.submission(exchange) };
  }

  #details<A extends ExchangeAct>(act: store.ActRow): ActDetails[A] {
    return JSON.parse(this.#options.seal.open(act.details, detailsOf(act.id))) as ActDetails[A];
  }

  async #call(provider: ExchangeProvider, act: store.ActRow, item: Exchanged): Promise<string> {
    if (act.act === 'submit') return provider.submit(item.submission);
    const work = provider.acts[act.act] as ((item: Exchanged, details: unknown) => Promise<void>) | undefined;
    if (!work) fail('act-not-offered', { upstream: provider.name });
    await work(item, this.#details(act));
    return item.number!;
  }

  /** The timeline first: it takes the same entry twice as once, and a crash between the two is asked about. */
  async #done(exchange: store.ExchangeRow, act: store.ActRow, token: string, number: string): Promise<void> {
    const { db, appender, now, readBackAfterMs } = this.#options;
    const { provider, dossierCode, id } = exchange;
    await appender.append({
      commands: [
        told({
          source: 'gateway',
          operation: act.act,
          eventId: `exchange:${act.id}`,
          ref: { code: dossierCode, alias: number === dossierCode ? null : { system: provider, code: number } },
          kind: 'transfer',
          occurredAt: act.madeAt,
          opens: null,
          body: { toSystem: provider, act: act.act, number, exchange: id },
        }),
      ],
      raw: null,
    });
    const { track } = this.provider(provider);
    const state = act.act === 'submit' ? 'submitted' : act.act === 'withdraw' ? 'withdrawn' : null;
    // Something was done there: it is soon asked how far it is.
    const nextPollAt = track ? now() + track.minMs : null;
    const dueAt = act.act === 'submit' ? now() + readBackAfterMs : null;
    await store.settleAct(
      db,
      act,
      token,
      { state: 'done', words: null, dueAt, exchange: { state, number, nextPollAt } },
      now(),
    );
  }

  async #failed(act: store.ActRow, token: string, error: UpstreamError): Promise<void> {
    const { db, now, settleAfterMs } = this.#options;
    const isUnknown = error.facts.outcome === 'unknown';
    const state = isUnknown ? 'unknown' : error.isTransient ? 'not-sent' : 'refused';
    const of = act.act === 'submit' ? ({ state, number: null, nextPollAt: null } as const) : null;
    const dueAt = isUnknown ? now() + settleAfterMs : null;
    await store.settleAct(
      db,
      act,
      token,
      { state, words: this.#sealWords(act, wordsOfFailure(error)), dueAt, exchange: of },
      now(),
    );
  }

  async #askLater(act: store.ActRow, token: string, because: UpstreamError | string): Promise<void> {
    const words = typeof because === 'string' ? because : wordsOfFailure(because);
    const { db, now, settleAfterMs } = this.#options;
    const dueAt = now() + settleAfterMs + Math.min(LONGEST_BEFORE_ASKING, backoff(act.asked, Math.random));
    const of = act.act === 'submit' ? ({ state: 'unknown', number: null, nextPollAt: null } as const) : null;
    await store.settleAct(
      db,
      act,
      token,
      { state: 'unknown', words: this.#sealWords(act, words), dueAt, exchange: of },
      now(),
    );
  }

  #sealWords(act: store.ActRow, words: string): Buffer {
    return this.#options.seal.close(words.slice(0, 2000), wordsOf(act.id));
  }
}

const wordsOfFailure = ({ kind, facts }: UpstreamError): string => facts.words ?? kind;

export const submissionOf = (id: string): string => `the submission of exchange ${id}`;
export const detailsOf = (id: string): string => `the details of exchange act ${id}`;
export const wordsOf = (id: string): string => `the words on exchange act ${id}`;
