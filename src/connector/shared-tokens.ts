/** @module Tokens of upstreams as replicas share them: what one fetched serves all, sealed, while it lives. */
import type { SharedStore } from '../shared/store.ts';
import { MINUTE } from '../units.ts';

/** What an upstream gave for a log-in. */
export interface Token {
  readonly token: string;
  /** Milliseconds that it lives; null where it does not say: then until it is refused. */
  readonly livesMs: number | null;
}

/** The tokens of one upstream. */
export interface SharedTokens {
  get(): Promise<Token | null>;
  set(token: Token): Promise<void>;
}

/** For who shares nothing. */
export const UNSHARED: SharedTokens = { get: async () => null, set: async () => {} };

/** Whoever takes a token over must have time to use it. */
const SHARED_FOR = 0.8;
/** One without an end is asked of the upstream anew now and then by a replica that starts. */
const ENDLESS_FOR = 10 * MINUTE;

export function sharedTokens(store: SharedStore, upstream: string, now: () => number): SharedTokens {
  const key = `token of ${upstream}`;
  return {
    async get() {
      const text = await store.get(key);
      if (text === null) return null;
      const { token, endsAt } = JSON.parse(text) as { token: string; endsAt: number | null };
      return { token, livesMs: endsAt === null ? null : endsAt - now() };
    },
    async set({ token, livesMs }) {
      const endsAt = livesMs === null ? null : now() + livesMs;
      await store.set(key, JSON.stringify({ token, endsAt }), livesMs === null ? ENDLESS_FOR : livesMs * SHARED_FOR);
    },
  };
}
