/** @module Verifies later, by itself, what was taken as told while its registry was down; then lets what waited for it go on. */
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Appender } from '../dossiers/append.ts';
import { personOf } from '../dossiers/unverified.ts';
import type { Log } from '../log.ts';
import { closeQuarantined, findQuarantined } from '../quarantine/store.ts';
import { Rounds } from '../rounds.ts';
import { backoff } from '../sync/backoff.ts';
import { HOUR, MINUTE } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { type AskDeps, askRegistry, type Verdict } from './ask.ts';
import * as store from './store.ts';

export interface VerificationOptions extends AskDeps {
  readonly db: Queryable;
  readonly appender: Appender;
  readonly log: Log;
  readonly everyMs: number;
  readonly random?: () => number;
}

const AT_ONCE = 10;
/** A process that dies in the midst of it leaves its share to the others after this. */
const TAKEN_FOR = 2 * MINUTE;
/** What only a person can change – a right, a connection – is looked at this often. */
const LONG_PAUSE = 1 * HOUR;

export class Verification implements WorkerPart {
  readonly #options: VerificationOptions;
  readonly #rounds: Rounds;

  constructor(options: VerificationOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs,
      round: () => this.round(),
      failed: (error) => options.log.error({ err: error }, 'verifying what was taken as told failed; it goes on'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Asks about what is due. */
  async round(): Promise<void> {
    const { db, now } = this.#options;
    const due = await store.takeDue(db, now(), now() + TAKEN_FOR, AT_ONCE);
    await Promise.all(due.map((one) => this.#verify(one)));
  }

  async #verify(due: store.Due): Promise<void> {
    const person = personOf(due.fields);
    // Its facts were taken away meanwhile: whoever did that has to say what is to be verified.
    if (person === null) return this.#found(due, 'refused', 'nothing is left that could be asked about', null);
    let verdict: Verdict | null;
    try {
      verdict = await askRegistry(this.#options, person, { dossier: due.code, officer: due.askedBy });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return this.#failed(due, error);
    }
    if (verdict === null)
      return this.#found(due, 'not-connected', 'no connection can verify it', this.#options.now() + LONG_PAUSE);
    const { outcome, provider } = verdict;
    if (outcome === 'confirmed') return this.#confirmed(due, provider);
    const again = outcome === 'not-permitted' ? this.#options.now() + LONG_PAUSE : null;
    return this.#found(due, outcome, `${provider}: ${outcome}`, again);
  }

  #failed(due: store.Due, { kind, facts, isTransient }: UpstreamError): Promise<void> {
    const { now, random = Math.random } = this.#options;
    if (!isTransient) return this.#found(due, 'refused', facts.words ?? kind, now() + LONG_PAUSE);
    const at = Math.max(facts.until ?? 0, now() + backoff(due.attempts, random));
    return this.#found(due, 'unavailable', `${facts.upstream}: ${kind}`, at);
  }

  #found(due: store.Due, finding: store.Finding, words: string, nextAt: number | null): Promise<void> {
    const { db, now, log } = this.#options;
    if (finding === 'contradicted')
      log.warn({ dossier: due.code, finding }, 'a fact taken as told is otherwise in its registry');
    return store.found(db, due.dossierId, finding, words, now(), nextAt);
  }

  /** The entry that says so ends the waiting; unless the dossier has changed meanwhile, then it is asked about again. */
  async #confirmed({ dossierId, code, headSeq }: store.Due, provider: string): Promise<void> {
    const { db, appender, now } = this.#options;
    const [result] = await appender.append({
      commands: [
        {
          type: 'register',
          source: provider,
          code,
          fields: { unverified: [] },
          mode: 'patch',
          ifMatch: headSeq,
          reason: 'verified',
          agencies: null,
          author: 'gateway',
        },
      ],
      raw: null,
    });
    if (result!.outcome === 'accepted') await this.#release(code);
    else await store.again(db, dossierId, now());
  }

  /** What ministries told meanwhile is applied now, in the order in which they told it. */
  async #release(code: string): Promise<void> {
    const { db, appender } = this.#options;
    for (const id of await store.waitingEvents(db, code)) {
      const item = await findQuarantined(db, id);
      if (!item?.command) continue;
      const [result] = await appender.append({ commands: [{ ...item.command, onFault: 'refuse' }], raw: null });
      if (result!.outcome !== 'refused' && result!.outcome !== 'quarantined')
        await closeQuarantined(db, id, 'released', 'gateway', 'verified');
    }
  }
}
