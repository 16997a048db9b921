/** @module A hundredth of a real quarter through the whole product: its figures come out, and notice when times are wrong. */
import { afterEach, expect, it } from 'vitest';
import { readPublished, scaled } from '../replay/published.ts';
import { replay } from '../replay/replay.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product | null = null;
afterEach(async () => {
  await product?.stop();
  product = null;
});

const published = readPublished('daklak-2026-q1');

async function replayed(sample: number, shuffle: number) {
  product = await startProduct({ SYNC_READ_BACK_AFTER_MS: '600000' });
  const { url: gateway, simulators, token, deps } = product;
  const target = { gateway, simulators, token, database: deps.pool };
  return replay(target, published, { sample, seed: 2026, shuffle, progress: () => {} });
}

it('reproduces the report to the unit, by the report’s code and by SQL, and the portal gives the lawful verdict on each', async () => {
  const { figures, verdicts } = await replayed(0.01, 0);
  for (const { name, published: wanted, byReport, bySql } of figures)
    expect.soft([name, byReport, bySql]).toEqual([name, wanted, wanted]);
  expect(verdicts).toMatchObject({ onTimeCalledLate: [], lateCalledOnTime: [], judged: 2173 });
  // What the province loses today: on time, and late at the portal, because a pause was not carried.
  expect(verdicts.lateWithoutPauses).toBeGreaterThan(verdicts.lateByLaw);
}, 120_000);

it('prints other figures when one time in a hundred is wrong', async () => {
  const { figures } = await replayed(0.004, 0.01);
  const wrong = figures.filter(({ published: wanted, byReport }) => byReport !== wanted).map(({ name }) => name);
  expect(wrong).toContain('resolvedOnTime');
}, 120_000);

it('is scaled so that sums stay sums', () => {
  for (const sample of [0.001, 0.01, 0.1]) {
    const figures = scaled(published, sample);
    expect(figures.resolved).toBe(figures.resolvedOnTime! + figures.resolvedLate!);
    expect(figures.received).toBe(figures.receivedOnline! + figures.receivedInPersonOrPost!);
    expect(figures.inProgress).toBe(figures.received! - figures.resolvedOfPeriod!);
  }
});
