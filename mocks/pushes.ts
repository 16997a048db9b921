/** @module Calls from a system to the gateway: in order for each dossier, again and again until taken, over restarts. */
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultName, FaultPlane } from './faults.ts';
import type { Entry } from './journal.ts';

/** One call to make; kept in the journal until it is taken. */
export interface Push extends Entry {
  readonly kind: 'push';
  readonly id: string;
  readonly dossier: string;
  readonly operation: string;
  /** The body as it will be sent, whatever happens to the clock or the faults meanwhile. */
  readonly body: string;
}

export interface PushTaken extends Entry {
  readonly kind: 'push-taken';
  readonly id: string;
}

/** How a system addresses a push and what it takes for an acknowledgement. */
export interface PushRule {
  address(push: Push, now: number): { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  taken(status: number, body: string): boolean;
}

/** What became of a push at its first attempt. */
export interface PushResult {
  readonly pushed: boolean;
  /** The gateway's answer, or null when there was none in time. */
  readonly answer: { readonly status: number; readonly body: unknown } | null;
  /** Kept back by the fault `shufflePushes`. */
  readonly held?: true;
  /** Why nothing was sent. */
  readonly reason?: string;
}

interface Waiting {
  readonly push: Push;
  first(result: PushResult): void;
}

const FIRST_ANSWER_MS = 5_000;
const ATTEMPT_MS = 30_000;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;
/** A push kept back by `shufflePushes` leaves after the next one of its dossier, or after this long. */
const HOLD_MS = 3_000;

export interface PushesNeeds {
  readonly plane: FaultPlane;
  now(): number;
  keep(entry: Push | PushTaken): void;
  fired(name: FaultName): void;
}

/** The queues of one system. */
export class Pushes {
  readonly #needs: PushesNeeds;
  readonly #rule: PushRule | undefined;
  #queues = new Map<string, Waiting[]>();
  #held = new Map<string, Waiting[]>();
  #replayed = new Map<string, Push>();
  #stop = new AbortController();

  constructor(rule: PushRule | undefined, needs: PushesNeeds) {
    this.#rule = rule;
    this.#needs = needs;
  }

  /** Takes a push or its acknowledgement from the journal. */
  replay(entry: Push | PushTaken): void {
    if (entry.kind === 'push') this.#replayed.set(entry.id, entry);
    else this.#replayed.delete(entry.id);
  }

  /** Goes on with what was not taken before the stop. */
  resume(): void {
    for (const push of this.#replayed.values()) this.#queue({ push, first() {} });
    this.#replayed.clear();
  }

  /** Sends a push in its turn; resolves with the first answer, or after five seconds without one. */
  send(push: Push): Promise<PushResult> {
    if (!this.#rule)
      return Promise.resolve({ pushed: false, answer: null, reason: 'no webhook is configured for this system' });
    this.#needs.keep(push);
    const { plane } = this.#needs;
    if (plane.faults.shufflePushes && plane.random() < 0.5) {
      this.#needs.fired('shufflePushes');
      this.#hold({ push, first() {} });
      return Promise.resolve({ pushed: false, answer: null, held: true });
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ pushed: false, answer: null }), FIRST_ANSWER_MS);
      this.#queue({
        push,
        first(result) {
          clearTimeout(timer);
          resolve(result);
        },
      });
    });
  }

  /** Drops every push that waits. */
  reset(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#queues = new Map();
    this.#held = new Map();
  }

  close(): void {
    this.#stop.abort();
  }

  #queue(waiting: Waiting): void {
    const { dossier } = waiting.push;
    const queue = this.#queues.get(dossier);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const started = [waiting];
    this.#queues.set(dossier, started);
    void this.#run(dossier, started, this.#stop.signal);
  }

  #hold(waiting: Waiting): void {
    const { dossier } = waiting.push;
    const held = this.#held.get(dossier) ?? [];
    held.push(waiting);
    this.#held.set(dossier, held);
    const signal = this.#stop.signal;
    wait(HOLD_MS, undefined, { signal }).then(
      () => this.#release(dossier),
      () => undefined,
    );
  }

  #release(dossier: string): void {
    const held = this.#held.get(dossier) ?? [];
    this.#held.delete(dossier);
    for (const waiting of held) this.#queue(waiting);
  }

  async #run(dossier: string, queue: Waiting[], stop: AbortSignal): Promise<void> {
    let backoff = FIRST_BACKOFF_MS;
    while (queue[0] && !stop.aborted) {
      const { push, first } = queue[0];
      const result = await this.#attempt(push, stop);
      if (stop.aborted) return;
      first(result);
      if (!result.pushed) {
        await wait(backoff, undefined, { signal: stop }).catch(() => undefined);
        backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS);
        continue;
      }
      this.#needs.keep({ kind: 'push-taken', at: this.#needs.now(), id: push.id });
      backoff = FIRST_BACKOFF_MS;
      await this.#perhapsAgain(push, stop);
      queue.shift();
      this.#release(dossier);
    }
    if (!stop.aborted) this.#queues.delete(dossier);
  }

  async #perhapsAgain(push: Push, stop: AbortSignal): Promise<void> {
    const { plane } = this.#needs;
    const chance = plane.faults.duplicatePushRate;
    if (!chance || plane.random() >= chance) return;
    this.#needs.fired('duplicatePushRate');
    await this.#attempt(push, stop);
  }

  async #attempt(push: Push, stop: AbortSignal): Promise<PushResult> {
    const rule = this.#rule!;
    try {
      const { url, headers } = rule.address(push, this.#needs.now());
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
        body: push.body,
        redirect: 'manual',
        signal: AbortSignal.any([stop, AbortSignal.timeout(ATTEMPT_MS)]),
      });
      const text = await response.text();
      return { pushed: rule.taken(response.status, text), answer: { status: response.status, body: readable(text) } };
    } catch (error) {
      return { pushed: false, answer: null, reason: reasonOf(error) };
    }
  }
}

function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `fetch` hides why under `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
