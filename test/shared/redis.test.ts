import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import { createLog } from '../../src/log.ts';
import { redisStore } from '../../src/shared/redis.ts';
import { processStore, type SharedStore } from '../../src/shared/store.ts';
import { until } from '../support/until.ts';
import { type RedisServer, redisServer } from './redis-server.ts';

const KEY = randomBytes(32).toString('base64');
let server: RedisServer;
let lines: string[] = [];

beforeAll(async () => {
  server = await redisServer();
});
afterAll(() => server.kill());

/** A replica's store, once it is joined. */
async function replica(): Promise<SharedStore> {
  lines = [];
  const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const store = await redisStore({ url: server.url, seal: sealWith(KEY), log });
  onTestFinished(() => store.close());
  return store;
}

/** Joined: what one replica says, the other hears. */
async function pair(): Promise<[SharedStore, SharedStore]> {
  const stores = [await replica(), await replica()] as [SharedStore, SharedStore];
  await until('both are joined', () => isShared(...stores));
  return stores;
}

async function isShared(one: SharedStore, other: SharedStore): Promise<boolean> {
  const word = randomBytes(8).toString('hex');
  await one.set('word', word, 10_000);
  return (await other.get('word')) === word;
}

describe('two replicas', () => {
  it('share what either keeps, until it is deleted or has had its time', async () => {
    const [one, other] = await pair();
    await one.set('token', 'abc', 60_000);
    expect(await other.get('token')).toBe('abc');
    await other.delete('token');
    expect(await one.get('token')).toBeNull();
    await one.set('short', 'x', 20);
    await until('it has had its time', async () => (await other.get('short')) === null);
  });

  it('count together, and each goes on by itself while Redis is away', async () => {
    const [one, other] = await pair();
    expect(await one.add('used', 1, 60_000)).toBe(1);
    expect(await other.add('used', 2, 60_000)).toBe(3);
    const redis = new Redis(server.url);
    onTestFinished(() => redis.disconnect());
    await redis.flushall();
    await one.add('ends by itself', 5, 60_000);
    const [name] = await redis.keys('*');
    expect(await redis.pttl(name!)).toBeGreaterThan(50_000);
    await server.kill();
    expect(await one.add('used', 1, 60_000)).toBe(2);
    await server.start();
  });

  it('leave nothing in Redis that can be read: no name, no value', async () => {
    const [one] = await pair();
    await one.set('lookup:066090000123', 'Nguyễn Văn An', 60_000);
    const redis = new Redis(server.url);
    onTestFinished(() => redis.disconnect());
    const names = await redis.keys('*');
    const values = await Promise.all(names.map((name) => redis.getBuffer(name)));
    const dump = names.join('\n') + values.map((value) => value?.toString('latin1')).join('\n');
    expect(names.length).toBeGreaterThan(0);
    expect(dump).not.toMatch(/066090000123|lookup|Nguy/);
  });

  it('take what was tampered with for nothing', async () => {
    const [one] = await pair();
    const redis = new Redis(server.url);
    onTestFinished(() => redis.disconnect());
    await redis.flushall();
    await one.set('token', 'abc', 60_000);
    const [name] = await redis.keys('*');
    await redis.set(name!, 'garbage of any length, longer than a nonce and a tag');
    expect(await one.get('token')).toBeNull();
  });
});

describe('Redis that goes', () => {
  it('takes nothing with it: each goes on with its own, says so once, and shares again when it is back', async () => {
    const [one, other] = await pair();
    await one.set('kept', 'here', 60_000);
    lines = [];
    await server.kill();
    expect(await one.get('kept')).toBe('here');
    await other.set('meanwhile', 'there', 60_000);
    expect(await other.get('meanwhile')).toBe('there');
    expect(await one.get('meanwhile')).toBeNull();
    await one.delete('kept');
    expect(await one.get('kept')).toBeNull();
    await server.start();
    await until('they share again', () => isShared(one, other));
    const said = lines.map((line) => JSON.parse(line).msg as string);
    expect(said.filter((text) => text.startsWith('Redis is away'))).toHaveLength(2);
    expect(said.filter((text) => text.startsWith('Redis is back'))).toHaveLength(2);
  });

  it('and one that hangs is left, and joined again when it answers', async () => {
    const [one, other] = await pair();
    await one.set('kept', 'here', 60_000);
    server.hang();
    try {
      expect(await one.get('kept')).toBe('here');
      // It is not waited for again.
      const began = performance.now();
      for (let i = 0; i < 1_000; i++) await one.get('kept');
      expect(performance.now() - began).toBeLessThan(5_000);
    } finally {
      server.goOn();
    }
    await until('they share again', () => isShared(one, other));
  });

  it('and one that is not there at the start is joined when it comes', async () => {
    await server.kill();
    const one = await replica();
    await one.set('early', 'x', 60_000);
    expect(await one.get('early')).toBe('x');
    await server.start();
    const other = await replica();
    await until('they share', () => isShared(one, other));
  });
});

it('a process by itself keeps its own', async () => {
  const store = processStore();
  await store.set('a', '1', 60_000);
  expect(await store.get('a')).toBe('1');
  await store.set('b', '2', 5);
  await until('it has had its time', async () => (await store.get('b')) === null);
  await store.delete('a');
  expect(await store.get('a')).toBeNull();
  expect([await store.add('n', 2, 30), await store.add('n', 3, 60_000)]).toEqual([2, 5]);
  await until('it begins anew', async () => (await store.get('n')) === null);
});
