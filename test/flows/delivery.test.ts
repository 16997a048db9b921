/** @module A delivery from order to hand-over through the whole product, with a carrier that loses answers. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly itemCode: string | null;
  readonly cancelling: boolean;
  readonly steps: readonly { readonly state: string }[];
}

const office = { name: 'Bộ phận Một cửa', phone: '0900000001', address: 'Trụ sở UBND', communeCode: '24490' };
const citizen = { name: 'Nguyễn Văn An', phone: '0900000000', address: 'Thôn 4', communeCode: '24343' };
const orderOf = (dossierCode: string, more: object = {}) => ({
  dossierCode,
  kind: 'result',
  sender: office,
  receiver: citizen,
  weightGrams: 200,
  ...more,
});

async function post(path: string, body: object, key: string = randomUUID()) {
  const response = await fetch(product.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${product.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
      'accept-language': 'en',
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Delivery };
}
const read = (id: string): Promise<Delivery> => product.igate<Delivery>('GET', `/v1/deliveries/${id}`);
const becomes = (id: string, state: string): Promise<unknown> =>
  until(`delivery ${id} is ${state}`, async () => (await read(id)).state === state);
const effectsOf = async (code: string): Promise<boolean[]> =>
  (await product.ask<{ records: { effect: boolean }[] }>(`/_seen/vnpost?dossier=${code}`)).records.map(
    ({ effect }) => effect,
  );

it('is ordered, followed and handed over; the change feed tells each step', async () => {
  const code = 'H15.50-260310-0001';
  const { status, body } = await post('/v1/deliveries', orderOf(code));
  expect([status, body.state]).toEqual([201, 'registered']);
  expect(body.itemCode).toMatch(/^RA\d{9}VN$/);
  await product.act('vnpost', { act: 'collect', dossier: code });
  await becomes(body.id, 'collecting');
  await product.act('vnpost', { act: 'hand-over', dossier: code });
  await becomes(body.id, 'handed-over');
  expect((await read(body.id)).steps.map(({ state }) => state)).toEqual(['registered', 'collecting', 'handed-over']);
  await until('the feed tells it', async () => {
    const { items } = await product.igate<{ items: { kind: string; status: string }[] }>(
      'GET',
      '/v1/changes?limit=500',
    );
    const told = items.filter(({ kind }) => kind === 'delivery').map(({ status }) => status);
    return told.join() === 'registered,collecting,handed-over';
  });
});

it('whose answer was lost is unknown at first, is asked about, and was ordered once', async () => {
  const code = 'H15.50-260310-0002';
  const key = randomUUID();
  await product.set('/_faults/vnpost', { lostAnswerRate: 1 });
  const first = await post('/v1/deliveries', orderOf(code), key);
  expect([first.status, first.body.state]).toEqual([202, 'unknown']);
  await product.set('/_faults/vnpost', {});
  const repeated = await post('/v1/deliveries', orderOf(code), key);
  expect(repeated.headers.get('idempotency-replayed')).toBe('true');
  expect(repeated.body.id).toBe(first.body.id);
  await becomes(first.body.id, 'registered');
  expect(await effectsOf(code)).toEqual([true]);
});

it('that never arrived is sent again after it was asked about, once', async () => {
  const code = 'H15.50-260310-0003';
  await product.set('/_faults/vnpost', { errorRate: 1, status: 500 });
  const { status, body } = await post('/v1/deliveries', orderOf(code));
  expect([status, body.state]).toEqual([202, 'unknown']);
  await product.set('/_faults/vnpost', {});
  await becomes(body.id, 'registered');
  expect(await effectsOf(code)).toEqual([true]);
});

it('that the carrier refuses is told in its words, and nothing is left open', async () => {
  const code = 'H15.50-260310-0004';
  const nowhere = { ...citizen, communeCode: '99999' };
  const refused = await post('/v1/deliveries', orderOf(code, { receiver: nowhere }));
  expect(refused).toMatchObject({ status: 502, body: { code: 'upstream-rejected', upstream: 'vnpost' } });
  expect(JSON.stringify(refused.body)).toContain('ReceiverCommuneCode');
  expect((await post('/v1/deliveries', orderOf(code))).status).toBe(201);
});

it('is cancelled; one that runs already is a conflict, and what was collected can not be cancelled', async () => {
  const code = 'H15.50-260310-0005';
  const { body } = await post('/v1/deliveries', orderOf(code));
  expect(await post('/v1/deliveries', orderOf(code))).toMatchObject({ status: 409, body: { deliveryId: body.id } });
  const cancelled = await post(`/v1/deliveries/${body.id}/cancel`, { reason: 'Công dân nhận trực tiếp' });
  expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
  const again = await post('/v1/deliveries', orderOf(code));
  await product.act('vnpost', { act: 'collect', dossier: code });
  expect(await post(`/v1/deliveries/${again.body.id}/cancel`, { reason: 'muộn' })).toMatchObject({
    status: 502,
    body: { code: 'upstream-rejected' },
  });
  const { items } = await product.igate<{ items: Delivery[] }>('GET', `/v1/deliveries?dossierCode=${code}`);
  expect(items.map(({ id }) => id)).toEqual([again.body.id, body.id]);
});

it('of another province’s dossier is refused, and so is a call without a key', async () => {
  expect(await post('/v1/deliveries', orderOf('H26.148-260310-0001'))).toMatchObject({
    status: 403,
    body: { code: 'forbidden-agency' },
  });
  const bare = await fetch(`${product.url}/v1/deliveries`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(orderOf('H15.50-260310-0006')),
  });
  expect(await bare.json()).toMatchObject({ code: 'idempotency-key-required' });
});
