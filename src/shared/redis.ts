/**
 * @module The shared store in Redis. Losing it loses nothing: each process goes on with its own, told once in the log.
 *
 * Whoever reads Redis reads nothing: values are sealed with the gateway's key, and their names are keyed hashes.
 */
import type { Redis } from 'ioredis';
import type { Seal } from '../access/seal.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import { processStore, type SharedStore } from './store.ts';

export interface RedisOptions {
  readonly url: string;
  readonly seal: Seal;
  readonly log: Log;
}

/** A store for speed that is slower than this is no help. */
const COMMAND_TIMEOUT = 0.25 * SECOND;
const LONGEST_RECONNECT = 5 * SECOND;

/** Connects in the background: a Redis that is away delays no start. */
export async function redisStore({ url, seal, log }: RedisOptions): Promise<SharedStore> {
  // Loaded only where it is configured: most installations start without it.
  const { Redis } = await import('ioredis');
  const own = processStore();
  const redis = new Redis(url, {
    connectionName: 'lienthong',
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 2 * SECOND,
    commandTimeout: COMMAND_TIMEOUT,
    retryStrategy: (times) => Math.min(LONGEST_RECONNECT, 100 * 2 ** Math.min(times, 10)) * (0.5 + Math.random() / 2),
  });
  tellOnce(redis, log);

  const named = (key: string): string => `lienthong:${seal.hash(key).toString('base64url')}`;
  let isLeft = false;
  redis.on('ready', () => {
    isLeft = false;
  });
  const tried = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (isLeft || redis.status !== 'ready') return undefined;
    try {
      return await work();
    } catch (error) {
      // One that hangs is left at once and joined anew, lest every call wait for it.
      if (!isLeft) redis.disconnect(true);
      isLeft = true;
      log.debug({ err: error }, 'Redis did not take a command; this process goes on with its own store');
      return undefined;
    }
  };

  return {
    async get(key) {
      const sealed = await tried(() => redis.getBuffer(named(key)));
      if (sealed === undefined) return own.get(key);
      return sealed === null ? null : opened(seal, sealed, key);
    },
    async set(key, value, livesMs) {
      await own.set(key, value, livesMs);
      await tried(() => redis.set(named(key), seal.close(value, key), 'PX', Math.max(1, Math.round(livesMs))));
    },
    async delete(key) {
      await own.delete(key);
      await tried(() => redis.del(named(key)));
    },
    async add(key, amount, livesMs) {
      const total = await own.add(key, amount, livesMs);
      const name = named(key);
      const replies = await tried(() =>
        redis
          .multi()
          .incrby(name, amount)
          .pexpire(name, Math.max(1, Math.round(livesMs)))
          .exec(),
      );
      const [error, counted] = replies?.[0] ?? [null, undefined];
      return error || typeof counted !== 'number' ? total : counted;
    },
    async close() {
      redis.disconnect();
      await own.close();
    },
  };
}

/** What was tampered with is not there: it is fetched again. */
function opened(seal: Seal, sealed: Buffer, key: string): string | null {
  try {
    return seal.open(sealed, key);
  } catch {
    return null;
  }
}

/** One line when it goes, one when it is back. */
function tellOnce(redis: Redis, log: Log): void {
  let isGone = false;
  redis.on('ready', () => {
    if (isGone) log.info('Redis is back: replicas share again');
    isGone = false;
  });
  redis.on('error', (error: Error) => {
    if (!isGone) log.warn({ err: error }, 'Redis is away: each replica goes on with what it knows itself');
    isGone = true;
  });
  redis.on('close', () => {
    if (!isGone && redis.status !== 'end') log.warn('Redis is away: each replica goes on with what it knows itself');
    isGone = true;
  });
}
