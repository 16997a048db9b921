/** @module The population database is down: the counter is told so, works on with what the citizen says, and decides once that is verified – by itself. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const CODE = 'H15.58-260310-8801';
const AN = { name: 'Nguyễn Văn An', personalId: '066090000123', birthDate: '1990-05-17' };

const verify = () =>
  fetch(`${product.url}/v1/population/citizens/verify`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${product.token}`,
      'content-type': 'application/json',
      'x-purpose': 'dossier-processing',
      'x-dossier': CODE,
      'x-officer': 'cb-204',
    },
    body: JSON.stringify({ ...AN, procedureCode: '1.005129' }),
  });

const tell = async (status: string, time: string) => {
  const event = { eventId: `${status}-${time}`, status, occurredAt: `2026-03-${time}:00+07:00` };
  const { items } = await product.igate<{ items: { result: string; reason: string | null }[] }>(
    'POST',
    `/v1/dossiers/${CODE}/events`,
    { events: [event] },
  );
  return items[0]!.reason ?? items[0]!.result;
};

const dossier = () =>
  product.igate<{
    status: string;
    unverified: string[] | null;
    verification: { finding: string | null; nextAt: string | null } | null;
  }>('GET', `/v1/dossiers/${CODE}`);

it('a dossier goes on while its registry is down, and ends when that is back', async () => {
  await product.set('/_faults/population', { down: true });
  const refused = await verify();
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ upstream: 'population', retryable: true });

  await product.igate('PUT', `/v1/dossiers/${CODE}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.58',
    channel: 'counter',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', ...AN },
    unverified: ['applicant.name', 'applicant.personalId', 'applicant.birthDate'],
  });
  expect(await tell('processing', '10T09:00')).toBe('accepted');
  expect(await tell('completed', '11T09:00')).toBe('unverified-field');
  await until(
    'the registry has been asked in vain',
    async () => (await dossier()).verification?.finding === 'unavailable',
  );
  expect((await dossier()).verification!.nextAt).not.toBeNull();

  await product.set('/_faults/population', {});
  await until('it is verified by itself', async () => (await dossier()).verification === null);
  expect(await dossier()).toMatchObject({ status: 'processing', unverified: [] });
  expect(await tell('completed', '11T09:00')).toBe('accepted');
  const { events } = await product.igate<{ events: { type: string; source: string }[] }>(
    'GET',
    `/v1/dossiers/${CODE}/timeline`,
  );
  expect(events).toContainEqual(expect.objectContaining({ type: 'fields', source: 'population' }));
});
