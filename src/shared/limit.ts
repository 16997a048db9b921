/** @module How often something may be tried: counted over all replicas in windows of a fixed length. */
import { GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';
import type { SharedStore } from './store.ts';

export interface Limit {
  /** As the refusal names it. */
  readonly name: string;
  /** Whose tries are counted; nothing personal, for it may be kept as it is. */
  readonly of: string;
  readonly atMost: number;
  readonly windowMs: number;
}

/**
 * Counts a try against every limit, also against those after one that is exhausted.
 *
 * @throws GatewayError `rate-limited` that names the first limit that is exhausted
 */
export async function countTry(store: SharedStore, limits: readonly Limit[], now: number): Promise<void> {
  const tries = await Promise.all(
    limits.map(({ name, of, windowMs }) => store.add(`${name} ${of} ${Math.floor(now / windowMs)}`, 1, windowMs)),
  );
  const hit = limits.find(({ atMost }, i) => tries[i]! > atMost);
  if (!hit) return;
  const { name, atMost, windowMs } = hit;
  throw new GatewayError('rate-limited', {
    retryAfter: Math.ceil((windowMs - (now % windowMs)) / SECOND),
    extra: { limit: name },
    detail: `${atMost} tries in ${windowMs / SECOND} seconds are allowed (${name}).`,
    detailVi: `Chỉ được thử ${atMost} lần trong ${windowMs / SECOND} giây (giới hạn ${name}).`,
  });
}
