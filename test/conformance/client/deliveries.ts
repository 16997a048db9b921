/** @module What an iGate does with the post: the price, an order, where it is, taking it back. */
import { an, type Client, dataOf, access as header, once } from './calls.ts';

const dossierCode = header['X-Dossier'];

export async function deliveries({ GET, POST }: Client) {
  const price = dataOf(
    await POST('/v1/deliveries/price', {
      body: { fromCommuneCode: '24490', toCommuneCode: '24343', weightGrams: 300 },
    }),
  );
  const office = dataOf(await GET('/v1/post-offices/{communeCode}', { params: { path: { communeCode: '24490' } } }));
  const delivery = dataOf(
    await POST('/v1/deliveries', {
      params: { header: once() },
      body: {
        dossierCode,
        kind: 'papers',
        sender: { name: an.name, phone: '0900000000', address: 'Thôn 4', communeCode: '24490' },
        receiver: {
          name: 'Một cửa xã Krông Pắc',
          phone: '0900000001',
          address: 'Trụ sở UBND xã',
          communeCode: '24490',
        },
        weightGrams: 300,
      },
    }),
  );
  const path = { id: delivery.id };
  const read = dataOf(await GET('/v1/deliveries/{id}', { params: { path, header } }));
  const ofDossier = dataOf(await GET('/v1/deliveries', { params: { query: { dossierCode }, header } }));
  const cancelled = dataOf(
    await POST('/v1/deliveries/{id}/cancel', {
      params: { path, header: once() },
      body: { reason: 'Nhận trực tuyến' },
    }),
  );
  return {
    price: price.total,
    office: office.code,
    deliveries: [delivery.provider, read.state, cancelled.state],
    listedDeliveries: ofDossier.items.some(({ id }) => id === delivery.id),
  };
}
