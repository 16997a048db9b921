/** @module A short run of what `npm run fuzz` does at length, and bytes that are no HTTP. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlanted } from '../support/planted.ts';
import type { Product } from '../support/product.ts';
import { fuzz } from './fuzz.ts';
import { bytes, MALFORMED, sendRaw } from './raw.ts';

const REQUESTS = 1_000;
const SEED = 20260310;

let product: Product;
beforeAll(async () => {
  product = await startPlanted();
});
afterAll(() => product.stop());

const isWell = async (): Promise<number> => (await fetch(`${product.url}/health/ready`)).status;

it('every answer to what the document allows, and to what it does not, is one that it promises', async () => {
  const { token, url } = product;
  const none = await product.tokenOf('without-scopes', ['nothing.at-all'], 'H15');
  const { findings } = await fuzz({
    url,
    tokens: { of: () => token, without: () => none },
    requests: REQUESTS,
    seed: SEED,
  });
  expect(findings).toEqual([]);
  expect(await isWell()).toBe(200);
}, 120_000);

it('bytes that are no HTTP are refused or let go, and harm nobody', async () => {
  const sent = [...MALFORMED, ...fc.sample(bytes, { numRuns: 300, seed: SEED })];
  const failed: unknown[] = [];
  for (const one of sent) {
    const { status, ended } = await sendRaw(product.url, one, 5_000);
    if (!ended || (status !== null && status >= 500)) failed.push({ sent: String(one).slice(0, 200), status, ended });
  }
  expect(failed).toEqual([]);
  expect(await isWell()).toBe(200);
});

it('what was deleted is gone', async () => {
  const { igate } = product;
  const gone = async (path: string): Promise<number> =>
    (await fetch(product.url + path, { headers: { authorization: `Bearer ${product.token}` } })).status;
  const url = `${product.simulators}/igate/webhooks`;
  const { id } = await igate<{ id: string }>('POST', '/v1/subscriptions', { name: 'Đã xóa', url, agencies: ['H15'] });
  const path = `/v1/subscriptions/${id}`;
  const remove = () =>
    fetch(product.url + path, { method: 'DELETE', headers: { authorization: `Bearer ${product.token}` } });
  expect((await remove()).status).toBe(204);
  expect((await remove()).status).toBe(404);
  expect(await gone(path)).toBe(404);
  expect(await gone(`${path}/deliveries`)).toBe(404);
});
