/** @module What an upstream announced to one replica, the other honours: over the store that both share, lost and found again. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import { type Connection, openConnections } from '../../src/connector/connections.ts';
import { SharedStops } from '../../src/connector/shared-stops.ts';
import { redisStore } from '../../src/shared/redis.ts';
import { processStore, type SharedStore } from '../../src/shared/store.ts';
import { type RedisServer, redisServer } from '../shared/redis-server.ts';
import { silent } from '../support/timeline.ts';
import { until } from '../support/until.ts';
import { type StubUpstream, stubConnector, stubSettings, stubUpstream } from './stub-upstream.ts';

let upstream: StubUpstream;
let now: number;
let ending: (() => Promise<unknown>)[];

beforeEach(async () => {
  upstream = await stubUpstream();
  now = Date.now();
  ending = [];
});
afterEach(async () => {
  for (const end of ending.toReversed()) await end();
  await upstream.close();
});

function replica(shared: SharedStore) {
  const connections = openConnections({
    connectors: [stubConnector('registry')],
    settingsOf: () => stubSettings.parse({ BASE_URL: upstream.url }),
    now: () => now,
    observed: () => {},
  });
  const connection = connections.get('registry') as Connection;
  const stops = new SharedStops({ connections: connections.all, shared, log: silent, now: () => now });
  ending.push(
    () => connections.close(),
    () => stops.stop(),
  );
  const call = () =>
    connection.upstream.json({ operation: 'verify', method: 'GET', path: '/verify' }).then(
      () => 'done',
      (error: { kind: string }) => error.kind,
    );
  return { connection, stops, call, held: () => connection.upstream.breaker.held };
}

const refusing = (status: number, seconds: number) => ({
  status,
  headers: { 'retry-after': String(seconds) },
  body: '{}',
});

it('a quota that one replica has used up is not tried by the other', async () => {
  const store = processStore();
  const [one, other] = [replica(store), replica(store)];
  upstream.answer = refusing(429, 60);
  expect(await one.call()).toBe('quota');
  await one.stops.look();
  await other.stops.look();
  expect(await other.call()).toBe('quota');
  expect(upstream.asked).toHaveLength(1);
  now += 60_001;
  upstream.answer = { status: 200, body: '{}' };
  expect(await other.call()).toBe('done');
});

it('the later of two ends counts', async () => {
  const store = processStore();
  const [one, other] = [replica(store), replica(store)];
  upstream.answer = refusing(429, 10);
  await one.call();
  upstream.answer = refusing(503, 90);
  await other.call();
  for (const each of [one, other, one]) await each.stops.look();
  expect(one.held()).toMatchObject({ kind: 'maintenance', until: now + 90_000 });
});

it('a maintenance that one replica finds ended early ends for both', async () => {
  const store = processStore();
  const [one, other] = [replica(store), replica(store)];
  upstream.answer = refusing(503, 600);
  await one.call();
  await one.stops.look();
  await other.stops.look();
  expect(other.held()).not.toBeNull();
  now += 15_000;
  one.connection.upstream.breaker.release();
  await one.stops.look();
  await other.stops.look();
  expect(other.held()).toBeNull();
  // And a new one afterwards is a new one.
  upstream.answer = refusing(503, 100);
  await other.call();
  await other.stops.look();
  await one.stops.look();
  expect(one.held()).toMatchObject({ until: now + 100_000 });
});

it('an operator’s window is not the upstream’s word, and is not shared this way', async () => {
  const store = processStore();
  const [one, other] = [replica(store), replica(store)];
  one.connection.upstream.breaker.announce({ since: now, until: now + 60_000, reason: 'nâng cấp' });
  await one.stops.look();
  await other.stops.look();
  expect(other.held()).toBeNull();
});

it('what was shared before a replica started reaches it', async () => {
  const store = processStore();
  const one = replica(store);
  upstream.answer = refusing(429, 600);
  await one.call();
  await one.stops.look();
  const late = replica(store);
  await late.stops.look();
  expect(late.held()).toMatchObject({ kind: 'quota' });
});

let redis: RedisServer;
beforeAll(async () => {
  redis = await redisServer();
});
afterAll(() => redis.kill());

it('over a real Redis, within seconds, and again after it was lost', async () => {
  const seal = sealWith(randomBytes(32).toString('base64'));
  const join = async () => {
    const shared = await redisStore({ url: redis.url, seal, log: silent });
    ending.push(() => shared.close());
    const joined = replica(shared);
    joined.stops.start();
    return joined;
  };
  const [one, other] = [await join(), await join()];
  upstream.answer = refusing(429, 600);
  await one.call();
  await until('the other honours it', () => other.held()?.kind === 'quota');
  await redis.kill();
  await redis.start();
  const late = await join();
  await until('a new replica hears of it, though Redis forgot', () => late.held()?.kind === 'quota');
  expect(upstream.asked).toHaveLength(1);
});
