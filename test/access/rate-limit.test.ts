/** @module The window that slides, alone and shared by replicas. */
import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { createLimiter, judge } from '../../src/access/rate-limit.ts';
import { sealWith } from '../../src/access/seal.ts';
import { redisStore } from '../../src/shared/redis.ts';
import { processStore } from '../../src/shared/store.ts';
import { redisServer } from '../shared/redis-server.ts';
import { silent } from '../support/timeline.ts';
import { until } from '../support/until.ts';

const TEN_A_MINUTE = { calls: 10, seconds: 60 };

it.each([
  ['the first of a window', { present: 1, former: 0, gone: 0 }, true, 9, 60, 0],
  ['the last that fits', { present: 10, former: 0, gone: 0.5 }, true, 0, 30, 0],
  ['one too many', { present: 11, former: 0, gone: 0.5 }, false, 0, 30, 36],
  ['one after a full window, at its very beginning', { present: 1, former: 10, gone: 0 }, false, 0, 60, 6],
  ['one after a full window, once a tenth of it has slid away', { present: 1, former: 10, gone: 0.1 }, true, 0, 54, 0],
  ['half a window of each', { present: 5, former: 10, gone: 0.5 }, true, 0, 30, 0],
  ['the end of a full window that followed a full one', { present: 11, former: 10, gone: 1 }, false, 0, 1, 6],
])('%s', (_title, windows, isWithin, remaining, resetsIn, retryAfter) => {
  expect(judge(windows, TEN_A_MINUTE)).toEqual({ isWithin, remaining, resetsIn, retryAfter });
});

it('whoever keeps calling gets what the limit says, hour after hour, and one more fits after Retry-After', async () => {
  const limit = { calls: 100, seconds: 60 };
  let now = 1_800_000_000_000;
  const limiter = createLimiter(processStore(), () => now);
  const take = () => limiter.take('client', 'igate', limit);
  let taken = 0;
  for (let i = 0; i < 12_000; i++, now += 300) if ((await take()).isWithin) taken++;
  expect(taken).toBeGreaterThan(0.97 * 6000);
  expect(taken).toBeLessThanOrEqual(6000);
  let last = await take();
  while (last.isWithin) last = await take();
  now += last.retryAfter * 1000;
  expect((await take()).isWithin).toBe(true);
});

it('replicas share one count over Redis; each goes on by itself while it is away', async () => {
  const server = await redisServer();
  const key = randomBytes(32).toString('base64');
  const now = Date.now();
  const replica = async () => {
    const store = await redisStore({ url: server.url, seal: sealWith(key), log: silent });
    onTestFinished(() => store.close());
    return { store, limiter: createLimiter(store, () => now) };
  };
  onTestFinished(() => server.kill());
  const [one, other] = [await replica(), await replica()];
  await until('both are joined', async () => {
    const word = randomBytes(8).toString('hex');
    await one.store.set('word', word, 10_000);
    return (await other.store.get('word')) === word;
  });
  const limit = { calls: 10, seconds: 86_400 };
  const take = (at: typeof one) => at.limiter.take('client', 'igate', limit);
  for (let i = 0; i < 5; i++) {
    expect((await take(one)).remaining).toBe(9 - 2 * i);
    expect((await take(other)).remaining).toBe(8 - 2 * i);
  }
  expect((await take(one)).isWithin).toBe(false);
  expect((await take(other)).isWithin).toBe(false);
  await server.kill();
  expect((await take(other)).isWithin).toBe(true);
});
