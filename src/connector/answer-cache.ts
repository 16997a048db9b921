/** @module Answers given again: fresh ones without asking, older ones – with their age, to who takes them – while the upstream fails. */
import type { SharedStore } from '../shared/store.ts';
import { SECOND } from '../units.ts';
import { UpstreamError } from './upstream-error.ts';

/** How long an answer may be given again, in seconds. */
export interface Freshness {
  readonly seconds: number;
  readonly staleSeconds?: number;
}

/** What the caller takes (RFC 9111, 5.2.1). */
export interface Wanted {
  /** `no-cache`: asked anew. */
  readonly anew: boolean;
  /** `max-age`: seconds, no older. */
  readonly maxAge: number | null;
  /** `allowStale=true`, or `max-stale` with or without seconds: so long beyond its freshness; 0 where it takes none. */
  readonly maxStale: number;
}

export interface Given<T> {
  readonly answer: T;
  /** When the upstream gave it, in epoch milliseconds. */
  readonly at: number;
  readonly from: 'upstream' | 'cache' | 'stale';
}

/** Reads what the caller takes from its query and its `Cache-Control`. */
export function wantedOf(allowStale: boolean, header: string | string[] | undefined): Wanted {
  const directives = new Map<string, string | undefined>();
  for (const part of String(header ?? '')
    .toLowerCase()
    .split(',')) {
    const [name, value] = part.trim().split('=', 2);
    directives.set(name!, value);
  }
  const secondsOf = (name: string): number | null => {
    const value = directives.get(name);
    return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : null;
  };
  const takesStale = allowStale || directives.has('max-stale');
  return {
    anew: directives.has('no-cache'),
    maxAge: secondsOf('max-age'),
    maxStale: takesStale ? (secondsOf('max-stale') ?? Number.POSITIVE_INFINITY) : 0,
  };
}

/**
 * The answer to `key`: kept, or asked for and then kept; where the upstream fails, an older one if the rule has such and
 * the caller takes it.
 * @throws what `ask` throws where there is none to give instead
 */
export async function throughCache<T>(
  asked: {
    readonly store: SharedStore;
    readonly now: () => number;
    readonly key: string;
    readonly rule: Freshness;
    readonly wanted: Wanted;
  },
  ask: () => Promise<T>,
): Promise<Given<T>> {
  const { store, now, key, rule, wanted } = asked;
  const text = await store.get(key);
  const kept = text === null ? null : (JSON.parse(text) as { at: number; answer: T });
  const age = kept === null ? Number.POSITIVE_INFINITY : (now() - kept.at) / SECOND;
  if (kept && !wanted.anew && age <= Math.min(rule.seconds, wanted.maxAge ?? rule.seconds))
    return { ...kept, from: 'cache' };
  try {
    const answer = await ask();
    const at = now();
    await store.set(key, JSON.stringify({ at, answer }), (rule.seconds + (rule.staleSeconds ?? 0)) * SECOND);
    return { answer, at, from: 'upstream' };
  } catch (error) {
    const isTaken = age <= rule.seconds + Math.min(rule.staleSeconds ?? 0, wanted.maxStale) && wanted.maxStale > 0;
    if (!kept || !isTaken || !(error instanceof UpstreamError) || !error.isTransient) throw error;
    return { ...kept, from: 'stale' };
  }
}

/** How the answer came about (RFC 9211): a stale one has outlived its time by the negative `ttl`. */
export function cacheStatus(from: Given<unknown>['from'], ageSeconds: number, { seconds }: Freshness): string {
  if (from === 'upstream') return 'lienthong; fwd=miss; stored';
  return `lienthong; hit; ttl=${seconds - ageSeconds}${from === 'stale' ? '; detail=upstream-failed' : ''}`;
}
