/** @module One registry hangs under load: whoever asks any other system through the gateway is answered meanwhile. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const HANGING = 200;
const OTHERS = 50;

const ACCESS = { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.58-260310-8001', 'x-officer': 'cb-204' };
const AN = { name: 'Nguyễn Văn An', personalId: '066090000123', birthDate: '1990-05-17', procedureCode: '1.005129' };
const PARCEL = { place: { provinceCode: '66', communeCode: '24490', mapSheet: '12', number: '345' } };

async function statusOf(path: string, body: object, signal: AbortSignal | null = null): Promise<number> {
  const headers = { authorization: `Bearer ${product.token}`, 'content-type': 'application/json', ...ACCESS };
  const answer = await fetch(product.url + path, { method: 'POST', headers, body: JSON.stringify(body), signal });
  await answer.arrayBuffer();
  return answer.status;
}

const verify = (signal?: AbortSignal) => statusOf('/v1/population/citizens/verify', AN, signal);

const others: readonly (() => Promise<number>)[] = [
  () => statusOf('/v1/land/parcels/lookup', PARCEL),
  () => statusOf('/v1/civil-status/records/lookup', { kind: 'birth', personalId: AN.personalId }),
  () => statusOf('/v1/deliveries/price', { fromCommuneCode: '24490', toCommuneCode: '24343', weightGrams: 300 }),
];

it('every call of the others is answered while those of the one that hangs still wait', async () => {
  expect(await verify()).toBe(200);
  await product.set('/_faults/population', { timeoutRate: 1 });
  const callers = new AbortController();
  const ended: unknown[] = [];
  const waiting = Array.from({ length: HANGING }, () =>
    verify(callers.signal).then(
      (status) => ended.push(status),
      () => ended.push('left'),
    ),
  );
  await until('it hangs', async () => {
    const { faultsFired } = await product.ask<{ faultsFired: { timeoutRate?: number } }>('/_stats/population');
    return faultsFired.timeoutRate !== undefined;
  });

  const answered = await Promise.all(others.flatMap((ask) => Array.from({ length: OTHERS }, ask)));
  expect(answered).toEqual(Array(others.length * OTHERS).fill(200));
  // What finds no place behind those that hang is refused at once; the rest still waits.
  expect(ended.filter((end) => end !== 503)).toEqual([]);
  expect(ended.length).toBeLessThan(HANGING);

  callers.abort();
  await Promise.all(waiting);
  await product.set('/_faults/population', {});
  await until('it is asked again', async () => (await verify()) === 200);
});
