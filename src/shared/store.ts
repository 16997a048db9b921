/** @module What replicas share for speed only – tokens of upstreams, the ends they announced, cached lookups – and its twin within one process. */
import { LRUCache } from 'lru-cache';

/** Keeps small texts for a while. It may forget at any time and never fails: what is lost is fetched again. */
export interface SharedStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, livesMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Adds to a count that begins at 0 and ends after `livesMs`; what it comes to. */
  add(key: string, amount: number, livesMs: number): Promise<number>;
  close(): Promise<void>;
}

const MOST_BYTES = 32 * 1024 * 1024;

/** The twin for a process by itself, and for the time that Redis is away. */
export function processStore(): SharedStore {
  const kept = new LRUCache<string, string>({
    maxSize: MOST_BYTES,
    sizeCalculation: (value, key) => 2 * (value.length + key.length) + 1,
  });
  return {
    get: async (key) => kept.get(key) ?? null,
    set: async (key, value, livesMs) => void kept.set(key, value, { ttl: Math.max(1, Math.round(livesMs)) }),
    delete: async (key) => void kept.delete(key),
    async add(key, amount, livesMs) {
      const total = Number(kept.get(key) ?? 0) + amount;
      // The time it has left stays as it is.
      kept.set(key, String(total), {
        ttl: kept.has(key) ? kept.getRemainingTTL(key) : Math.max(1, Math.round(livesMs)),
      });
      return total;
    },
    close: async () => kept.clear(),
  };
}
