/** @module The worker's part that keeps subscribers told: finds subscriptions with something to do, leases and delivers them. */
import type { Seal } from '../access/seal.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { SECOND } from '../units.ts';
import { signingKey } from '../webhooks/verify.ts';
import type { WorkerPart } from '../worker.ts';
import { Delivery, type DeliveryOptions, LEASE } from './deliver.ts';
import { type Claimed, claim, releaseOwn } from './delivery-store.ts';
import { secretName } from './secret.ts';

export interface SubscriptionsOptions extends Omit<DeliveryOptions, 'isStopping'> {
  readonly seal: Seal;
  readonly log: Log;
  /** Names this process over its lives. */
  readonly instance: string;
  readonly everyMs?: number;
}

const EVERY = 0.25 * SECOND;
const AT_ONCE = 16;
/** What an attempt under way gets to finish when the process stops. */
const PATIENCE = 2 * SECOND;

/** Any number of processes may run it: a subscription belongs to one of them at a time. */
export class Subscriptions implements WorkerPart {
  readonly #options: SubscriptionsOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #rounds: Rounds;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs ?? EVERY,
      firstAfterMs: 0,
      round: () => this.#look(),
      failed: (error) =>
        options.log.warn({ err: error }, 'subscriptions could not be looked at; the next look tries again'),
    });
  }

  async start(): Promise<void> {
    await releaseOwn(this.#options.pool, this.#options.instance);
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
    // An attempt that is cut off counts as none.
    const patience = setTimeout(() => void this.#options.sender.close(), PATIENCE);
    await Promise.all(this.#running);
    clearTimeout(patience);
    await this.#options.sender.close();
  }

  async #look(): Promise<void> {
    const { pool, now, instance } = this.#options;
    const limit = AT_ONCE - this.#running.size;
    if (limit <= 0) return;
    for (const claimed of await claim(pool, { now: now(), leaseUntil: now() + LEASE, instance, limit })) {
      const running = this.#deliver(claimed).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #deliver(claimed: Claimed): Promise<void> {
    const { seal, log } = this.#options;
    try {
      const sealed = [claimed.secret, claimed.formerSecret].filter((secret) => secret !== null);
      const keys = sealed.map((secret) => signingKey(seal.open(secret, secretName(claimed.id))));
      await new Delivery({ ...this.#options, isStopping: () => this.#rounds.isStopping }, claimed, keys).run();
    } catch (error) {
      // Its lease ends by itself; what was sent and not yet noted is sent once more.
      log.warn({ err: error, subscription: claimed.id }, 'a subscription could not be delivered');
    }
  }
}
