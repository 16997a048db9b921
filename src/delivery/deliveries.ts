/**
 * @module Ordering and cancelling: the intent is kept first, and an order whose answer was lost is asked about before it is
 * sent again. What cannot be known yet is a state, which the follower ends.
 */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type {
  CarrierState,
  CarrierStep,
  DeliveryKind,
  DeliveryProvider,
  Order,
  TrackedOrder,
} from '../capabilities/delivery.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import { fail } from '../errors.ts';
import { MINUTE } from '../units.ts';
import type { DeliveryRow, DeliveryState } from './store.ts';
import * as store from './store.ts';

export interface DeliveriesOptions {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  /** The carriers of this installation by their connectors' names. */
  readonly providers: ReadonlyMap<string, DeliveryProvider>;
  readonly now: () => number;
}

/** One call's wish. */
export interface Wish {
  /** The same for every repeat of the call. */
  readonly actId: string;
  readonly clientId: string;
  readonly provider: string;
  readonly agencies: readonly string[];
  readonly order: Order;
}

/** Longer than any call takes: what is still `ordering` after it was cut off, and is asked about. */
const CALL_AT_MOST = 1 * MINUTE;
const RUNNING: readonly DeliveryState[] = ['registered', 'collecting'];
const UNDECIDED: readonly DeliveryState[] = ['ordering', 'unknown'];
/** What an order may be while it is sent: also one that the carrier has confirmed and then never shown. */
const SENDABLE: readonly DeliveryState[] = [...UNDECIDED, 'registered'];
const NOT_DONE: readonly DeliveryState[] = ['refused', 'not-ordered'];
const ENDED: readonly DeliveryState[] = ['handed-over', 'cancelled', ...NOT_DONE];
/** A carrier that shows an old copy of an order does not take it back. */
const RANK: readonly CarrierState[] = ['registered', 'collecting', 'handed-over', 'cancelled'];

export const isEnded = (state: DeliveryState): boolean => ENDED.includes(state);
export const isUndecided = (state: DeliveryState): boolean => UNDECIDED.includes(state);

/** Deliveries over their store and the carriers. */
export class Deliveries {
  readonly #options: DeliveriesOptions;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /**
   * Orders, or goes on with what an earlier run of the same act began.
   * @throws GatewayError conflict, where an order of the dossier and kind runs already
   * @throws UpstreamError where it was certainly not ordered; the act may be repeated
   */
  async order(wish: Wish): Promise<DeliveryRow> {
    const known = await store.find(this.#options.pool, wish.actId);
    const provider = this.provider(wish.provider);
    if (known && isUndecided(known.state)) return this.#goOn(provider, known);
    if (known && !NOT_DONE.includes(known.state)) return known;
    const row = await this.#begin(provider, wish, known !== null);
    return this.#send(provider, row, wish.order, true);
  }

  /**
   * Cancels what has not been handed over.
   * @throws GatewayError conflict, where there is nothing to cancel or nobody knows yet
   * @throws UpstreamError where the carrier refuses or was not reached: it is as it was
   */
  async cancel(row: DeliveryRow, reason: string): Promise<DeliveryRow> {
    const { pool, now } = this.#options;
    if (row.state === 'cancelled') return row;
    if (!RUNNING.includes(row.state)) nothingToCancel(row);
    const provider = this.provider(row.provider);
    // Kept before it is sent: should the answer be lost, the follower finds out and ends it.
    await store.wantCancel(pool, row.id, this.#sealed(row.id, reason), now() + provider.tracking.settleMs);
    await this.tryCancel(provider, row, reason);
    return (await store.find(pool, row.id))!;
  }

  /** Sends a cancellation that is wanted; where its answer is lost it stays wanted. @throws UpstreamError where it was not done */
  async tryCancel(provider: DeliveryProvider, row: DeliveryRow, reason: string): Promise<void> {
    const { pool, now } = this.#options;
    try {
      await provider.cancel(row, reason);
    } catch (error) {
      if (error instanceof UpstreamError && error.facts.outcome === 'unknown') return;
      await store.wantCancel(pool, row.id, null, now() + provider.tracking.minMs);
      throw error;
    }
    const at = now();
    const to = { state: 'cancelled', reason: this.#sealed(row.id, reason), dueAt: null } as const;
    if (await store.settle(pool, row.id, RUNNING, to, at))
      await this.#addSteps(row.id, [{ state: 'cancelled', at, note: reason }]);
  }

  /** Whether an order has still to be seen at its carrier: its word alone is not believed. */
  isUnseen(row: DeliveryRow): boolean {
    return isUndecided(row.state) || (row.state === 'registered' && row.sealed !== null);
  }

  /** Ends what has still to be seen by what the carrier shows: it is there, or it is sent again. */
  async decide(provider: DeliveryProvider, row: DeliveryRow, seen: TrackedOrder | null): Promise<void> {
    const { pool, now } = this.#options;
    if (seen !== null && isOurs(row, seen)) await this.take(provider, row, seen);
    else if (row.cancelReason !== null)
      // It was never there, and nobody wants it any more.
      await store.settle(pool, row.id, RUNNING, { state: 'cancelled', reason: row.cancelReason, dueAt: null }, now());
    else await this.#send(provider, row, this.#open(row), false);
  }

  /** Notes what the carrier shows of an order; whether that is news. */
  async take(provider: DeliveryProvider, row: DeliveryRow, seen: TrackedOrder): Promise<boolean> {
    const { pool, now } = this.#options;
    const added = await this.#addSteps(row.id, seen.steps);
    const { state, itemCode } = seen;
    const isOlder = RANK.indexOf(state) < RANK.indexOf(row.state as CarrierState);
    if (isOlder || (row.state === state && row.itemCode === itemCode && row.sealed === null)) return added > 0;
    const at = now();
    const dueAt = isEnded(state) ? null : at + provider.tracking.minMs;
    return store.settle(pool, row.id, [...UNDECIDED, ...RUNNING], { state, itemCode, dueAt }, at);
  }

  /** Their names, in the order of the registry. */
  get carriers(): readonly string[] {
    return [...this.#options.providers.keys()];
  }

  provider(name: string): DeliveryProvider {
    return this.#options.providers.get(name) ?? fail('provider-not-configured', { upstream: name });
  }

  /** Words that were sealed with a delivery. */
  wordsOf(id: string, sealed: Buffer | null): string | null {
    return sealed === null ? null : this.#options.seal.open(sealed, wordsName(id));
  }

  /** An earlier run was cut off: what the carrier has is taken; what it has not may still come, and is left to the follower. */
  async #goOn(provider: DeliveryProvider, row: DeliveryRow): Promise<DeliveryRow> {
    const { pool, now } = this.#options;
    const { settleMs } = provider.tracking;
    const [seen] = await provider.tracking.track([row]);
    if (seen && isOurs(row, seen)) await this.take(provider, row, seen);
    else if (row.state === 'ordering')
      await store.settle(
        pool,
        row.id,
        ['ordering'],
        { state: 'unknown', keepsPeople: true, dueAt: now() + settleMs },
        now(),
      );
    return (await store.find(pool, row.id))!;
  }

  /** Commits the intent. */
  async #begin(provider: DeliveryProvider, wish: Wish, isRepeat: boolean): Promise<DeliveryRow> {
    const { pool, seal, now } = this.#options;
    const { actId: id, clientId, agencies, order } = wish;
    const { dossierCode, kind, weightGrams, codAmount } = order;
    const at = now();
    const dueAt = at + CALL_AT_MOST;
    const sealed = seal.close(JSON.stringify(order), orderName(id));
    const row = {
      ...{ id, provider: provider.name, clientId, dossierCode, agencies, kind, state: 'ordering' as const, sealed },
      ...{ fromCommune: order.sender.communeCode, toCommune: order.receiver.communeCode, weightGrams, codAmount },
      ...{ createdAt: at, intervalMs: provider.tracking.minMs },
    };
    const isBegun = isRepeat ? await store.revive(pool, id, sealed, at, dueAt) : await store.insert(pool, row, dueAt);
    if (!isBegun) alreadyRuns(kind, dossierCode, await store.running(pool, row));
    return (await store.find(pool, id))!;
  }

  /**
   * @param isFirst its caller waits and hears when it was not ordered; else it is tried again until that is known
   * @throws UpstreamError, the first time, where it was certainly not ordered
   */
  async #send(provider: DeliveryProvider, row: DeliveryRow, order: Order, isFirst: boolean): Promise<DeliveryRow> {
    const { pool, now } = this.#options;
    const { minMs, settleMs } = provider.tracking;
    const settle = (to: store.Settled): Promise<boolean> => store.settle(pool, row.id, SENDABLE, to, now());
    try {
      const { itemCode, fee } = await provider.order(order);
      await settle({ state: 'registered', itemCode, fee, keepsPeople: true, dueAt: now() + minMs });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const { facts, kind } = error;
      const isRefused = facts.outcome === 'not-done' && (kind === 'rejected' || kind === 'exists');
      if (isRefused) await settle({ state: 'refused', reason: this.#sealed(row.id, facts.words ?? kind), dueAt: null });
      else if (facts.outcome === 'not-done' && isFirst)
        await settle({ state: 'not-ordered', reason: this.#sealed(row.id, kind), dueAt: null });
      else await settle({ state: 'unknown', keepsPeople: true, dueAt: now() + settleMs });
      if (isFirst && facts.outcome === 'not-done') throw error;
    }
    return (await store.find(pool, row.id))!;
  }

  #addSteps(id: string, steps: readonly CarrierStep[]): Promise<number> {
    const kept = steps.map((step) => ({ ...step, note: step.note === null ? null : this.#sealed(id, step.note) }));
    return store.addSteps(this.#options.pool, id, kept);
  }

  #sealed(id: string, words: string): Buffer {
    return this.#options.seal.close(words, wordsName(id));
  }

  #open(row: DeliveryRow): Order {
    return JSON.parse(this.#options.seal.open(row.sealed!, orderName(row.id))) as Order;
  }
}

/** A cancelled order of the same number is an earlier one, unless ours is to be cancelled or carries the same item. */
const isOurs = (row: DeliveryRow, seen: TrackedOrder): boolean =>
  seen.state !== 'cancelled' || row.cancelReason !== null || (row.itemCode !== null && row.itemCode === seen.itemCode);

export const orderName = (id: string): string => `the order of delivery ${id}`;
export const wordsName = (id: string): string => `words about delivery ${id}`;

function alreadyRuns(kind: DeliveryKind, dossierCode: string, other: DeliveryRow | null): never {
  fail('conflict', {
    detail: `A delivery (${kind}) of ${dossierCode} runs already: follow or cancel it`,
    detailVi: `Hồ sơ ${dossierCode} đã có đơn chuyển phát (${kind}) đang thực hiện: theo dõi hoặc hủy đơn đó`,
    extra: other ? { deliveryId: other.id, state: other.state } : {},
  });
}

function nothingToCancel({ id, state }: DeliveryRow): never {
  const isOpen = isUndecided(state);
  fail('conflict', {
    detail: isOpen
      ? `Nobody knows yet whether the carrier has delivery ${id}: it is asked about; cancel it once it is known`
      : `Delivery ${id} is ${state}: there is nothing to cancel`,
    detailVi: isOpen
      ? `Chưa rõ đơn vị chuyển phát đã nhận đơn ${id} hay chưa: hệ thống đang hỏi lại; hủy khi đã rõ`
      : `Đơn ${id} ở trạng thái ${state}: không còn gì để hủy`,
    extra: { state },
  });
}
