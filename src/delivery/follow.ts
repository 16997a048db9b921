/** @module Follows what is with a carrier, a part of the worker: undecided orders first of all, then every order until it ends. */
import type pg from 'pg';
import type { DeliveryProvider, TrackedOrder } from '../capabilities/delivery.ts';
import { type Heard, Poller } from '../connector/poller.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Log } from '../log.ts';
import { MINUTE, SECOND } from '../units.ts';
import { type Deliveries, isEnded } from './deliveries.ts';
import * as store from './store.ts';

export interface FollowOptions {
  readonly pool: pg.Pool;
  readonly deliveries: Deliveries;
  readonly provider: DeliveryProvider;
  readonly log: Log;
  readonly now: () => number;
}

/** A process that dies while it asks leaves its orders to others after so long. */
const LEASE = 2 * MINUTE;

/** One carrier's orders. */
export function followDeliveries({ pool, deliveries, provider, log, now }: FollowOptions): Poller<store.DeliveryRow> {
  const { batch, minMs, maxMs, track } = provider.tracking;

  async function hear(known: store.DeliveryRow, seen: TrackedOrder | null): Promise<Heard> {
    let row = known;
    if (deliveries.isUnseen(row)) {
      if (seen === null && row.state === 'registered')
        log.warn(
          { upstream: provider.name, delivery: row.id },
          'the carrier took an order and shows none; it is sent again',
        );
      await deliveries.decide(provider, row, seen);
      row = (await store.find(pool, row.id))!;
      if (isEnded(row.state)) return 'ended';
      if (seen === null || row.cancelReason === null) return 'news';
    }
    if (seen === null) {
      log.warn(
        { upstream: provider.name, delivery: row.id },
        'the carrier knows nothing of an order that it had taken',
      );
      return 'faulty';
    }
    const isNews = await deliveries.take(provider, row, seen);
    if (isEnded(seen.state)) return 'ended';
    const wanted = deliveries.wordsOf(row.id, row.cancelReason);
    if (wanted !== null)
      await deliveries.tryCancel(provider, row, wanted).catch((error: unknown) => {
        if (!(error instanceof UpstreamError)) throw error;
        log.warn({ err: error, delivery: row.id }, 'a wanted cancellation was not done');
      });
    return isNews || wanted !== null ? 'news' : 'nothing-new';
  }

  return new Poller<store.DeliveryRow>({
    name: provider.name,
    batch,
    minMs,
    maxMs,
    everyMs: 1 * SECOND,
    claim: (limit) => store.claim(pool, provider.name, limit, now(), LEASE),
    async ask(rows) {
      const seen = await track(rows);
      const heard: Heard[] = [];
      for (const [i, row] of rows.entries()) heard.push(await hear(row, seen[i] ?? null));
      return heard;
    },
    settle: (rows, nexts) => store.settleDue(pool, rows, nexts, now()),
    log,
    now,
  });
}
