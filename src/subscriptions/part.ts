/** @module The worker's part that keeps subscribers told: finds subscriptions with something to do, leases and delivers them. */
import type { Seal } from '../access/seal.ts';
import type { Log } from '../log.ts';
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
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await releaseOwn(this.#options.pool, this.#options.instance);
    this.#next(0);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
    // An attempt that is cut off counts as none.
    const patience = setTimeout(() => void this.#options.sender.close(), PATIENCE);
    await Promise.all(this.#running);
    clearTimeout(patience);
    await this.#options.sender.close();
  }

  #next(delay: number): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().then(() => {
        if (!this.#stopping) this.#next(this.#options.everyMs ?? EVERY);
      });
    }, delay);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { pool, now, instance, log } = this.#options;
    const limit = AT_ONCE - this.#running.size;
    if (limit <= 0) return;
    try {
      const leaseUntil = now() + LEASE;
      for (const claimed of await claim(pool, { now: now(), leaseUntil, instance, limit })) {
        const running = this.#deliver(claimed).finally(() => this.#running.delete(running));
        this.#running.add(running);
      }
    } catch (error) {
      log.warn({ err: error }, 'subscriptions could not be looked at; the next look tries again');
    }
  }

  async #deliver(claimed: Claimed): Promise<void> {
    const { seal, log } = this.#options;
    try {
      const sealed = [claimed.secret, claimed.formerSecret].filter((secret) => secret !== null);
      const keys = sealed.map((secret) => signingKey(seal.open(secret, secretName(claimed.id))));
      await new Delivery({ ...this.#options, isStopping: () => this.#stopping }, claimed, keys).run();
    } catch (error) {
      // Its lease ends by itself; what was sent and not yet noted is sent once more.
      log.warn({ err: error, subscription: claimed.id }, 'a subscription could not be delivered');
    }
  }
}
