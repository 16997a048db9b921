/** @module Answers that may be given again: while they are fresh, and, to who allows it, with their age while the upstream fails. */
import { createHash } from 'node:crypto';
import type { SharedStore } from '../shared/store.ts';
import { SECOND } from '../units.ts';
import type { Operation } from './operation.ts';
import { UpstreamError } from './upstream-error.ts';

/** An answer, how old it is in milliseconds, and whether it is given in place of one that could not be had. */
export interface CachedAnswer {
  readonly answer: unknown;
  readonly ageMs: number | null;
  readonly isStale: boolean;
}

export interface CachedCall {
  readonly store: SharedStore;
  readonly now: () => number;
  readonly provider: string;
  readonly operation: Operation;
  readonly input: object;
  /** Whether the caller takes an old answer rather than none. */
  readonly allowsStale: boolean;
  run(): Promise<unknown>;
}

interface Kept {
  readonly at: number;
  readonly answer: unknown;
}

/** Asks the upstream unless a fresh answer is kept; an operation without a cache rule always asks. */
export async function answerOf(call: CachedCall): Promise<CachedAnswer> {
  const { store, now, operation } = call;
  const { cache } = operation;
  if (!cache) return { answer: await call.run(), ageMs: null, isStale: false };
  const key = keyOf(call, cache.key(call.input));
  const text = await store.get(key);
  const kept = text === null ? null : (JSON.parse(text) as Kept);
  const ageMs = kept ? now() - kept.at : 0;
  if (kept && ageMs < cache.seconds * SECOND) return { answer: kept.answer, ageMs, isStale: false };
  const livesMs = (cache.seconds + (cache.staleSeconds ?? 0)) * SECOND;
  try {
    const answer = await call.run();
    await store.set(key, JSON.stringify({ at: now(), answer } satisfies Kept), livesMs);
    return { answer, ageMs: null, isStale: false };
  } catch (error) {
    const isGone = error instanceof UpstreamError && error.isTransient;
    if (!kept || ageMs > livesMs || !call.allowsStale || !isGone) throw error;
    return { answer: kept.answer, ageMs, isStale: true };
  }
}

/** What is asked may be long or say too much for a name. */
function keyOf({ provider, operation }: CachedCall, asked: string): string {
  const digest = createHash('sha256').update(asked).digest('base64url');
  return `answer of ${provider} to ${operation.id}: ${digest}`;
}

/** How the answer came about (RFC 9211): a stale one has outlived its time by the negative `ttl`. */
export function cacheStatus({ ageMs, isStale }: CachedAnswer, seconds: number): string {
  if (ageMs === null) return 'lienthong; fwd=miss; stored';
  const ttl = seconds - Math.floor(ageMs / SECOND);
  return `lienthong; hit; ttl=${ttl}${isStale ? '; detail=upstream-failed' : ''}`;
}
