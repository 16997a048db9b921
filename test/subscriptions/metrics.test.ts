import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSubscriptionMetrics } from '../../src/subscriptions/metrics.ts';
import { SECOND } from '../../src/units.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

it('says with each scrape how many subscriptions there are and how far behind each is', async () => {
  const registry = new Registry();
  const { attempted } = createSubscriptionMetrics(registry, scene.database.pool, () => scene.now);
  const id = await scene.subscribe();
  const gone = await scene.subscribe({ state: 'paused' });
  await scene.append('H15.50-260310-0001', 'H15.50-260310-0002');
  await scene.rows("insert into subscription_lag values ($1, 'H15.50-260310-0001', 1, now(), 1, now(), null)", [id]);
  attempted('taken');
  const lines = async () =>
    (await registry.metrics()).split('\n').filter((line) => /^lienthong_.*[1-9]\d*$/.test(line));
  expect((await lines()).sort()).toEqual(
    [
      'lienthong_subscription_attempts_total{outcome="taken"} 1',
      'lienthong_subscriptions{state="active"} 1',
      'lienthong_subscriptions{state="paused"} 1',
      `lienthong_subscription_waiting_changes{subscription="${id}"} 2`,
      `lienthong_subscription_waiting_changes{subscription="${gone}"} 2`,
      `lienthong_subscription_lagging_dossiers{subscription="${id}"} 1`,
    ].sort(),
  );
  await scene.rows('delete from subscription where id = $1', [gone]);
  scene.now += 5 * SECOND;
  expect((await lines()).some((line) => line.includes(gone))).toBe(false);
});
