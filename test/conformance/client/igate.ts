/** @module An iGate as its developers would write it: types from our document by openapi-typescript, calls by openapi-fetch, nothing of ours. */
import createClient from 'openapi-fetch';
import type { paths } from './gateway.ts';

const DOSSIER = 'H15.58-260310-8001';
const access = { 'X-Purpose': 'dossier-processing', 'X-Dossier': DOSSIER, 'X-Officer': 'cb-204' };
const an = { name: 'Nguyễn Văn An', personalId: '066090000123', procedureCode: '1.005129' };

let acts = 0;
const once = () => ({ ...access, 'Idempotency-Key': `conformance-${++acts}` });

/** Drives every operation of the six connectors, and says what came of each. */
export async function drive(baseUrl: string, token: string): Promise<Record<string, unknown>> {
  const { GET, POST } = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  const answered = <T>({ data, error }: { data?: T; error?: { title: string; detail: string } }): T => {
    if (data === undefined) throw new Error(error ? `${error.title} ${error.detail}` : 'no answer');
    return data;
  };
  const header = access;

  // Population.
  const verified = answered(
    await POST('/v1/population/citizens/verify', { params: { header }, body: { ...an, birthDate: '1990-05-17' } }),
  );
  const person = answered(
    await POST('/v1/population/citizens/lookup', {
      params: { header },
      body: { ...an, birthDate: '1990-05-17', fields: ['sex', 'permanentAddress'] },
    }),
  );
  const number = answered(
    await POST('/v1/population/citizens/confirm-number', {
      params: { header },
      body: { ...an, oldNumber: '249900123' },
    }),
  );
  const household = answered(await POST('/v1/population/households/lookup', { params: { header }, body: an }));

  // Business registry.
  const enterprise = answered(
    await GET('/v1/businesses/{enterpriseCode}', { params: { path: { enterpriseCode: '9900003708' }, header } }),
  );

  // Land registry.
  const parcels = answered(
    await POST('/v1/land/parcels/lookup', {
      params: { header },
      body: { place: { provinceCode: '66', communeCode: '24490', mapSheet: '12', number: '345' } },
    }),
  );
  const catalogue = answered(
    await GET('/v1/land-registry/catalogues/{catalogue}', { params: { path: { catalogue: 'processes' } } }),
  );
  const land = { path: { id: 'H15.58-260310-8006~land-registry' } };
  const exchange = answered(await GET('/v1/exchanges/{id}', { params: land }));
  const supplemented = answered(
    await POST('/v1/exchanges/{id}/supplement', {
      params: { ...land, header: once() },
      body: { note: 'Bổ sung bản sao', papers: [{ name: 'Giấy chứng nhận quyền sử dụng đất', copies: 1 }] },
    }),
  );
  const handedOver = answered(
    await POST('/v1/exchanges/{id}/hand-over', {
      params: { ...land, header: once() },
      body: { handedOverAt: '2026-03-30T10:00:00+07:00' },
    }),
  );
  const corrected = answered(
    await POST('/v1/exchanges/{id}/wrong-result', {
      params: { ...land, header: once() },
      body: { reason: 'Sai diện tích' },
    }),
  );
  const results = answered(await GET('/v1/exchanges/{id}/results', { params: { ...land, header } }));

  // Civil status.
  const records = answered(
    await POST('/v1/civil-status/records/lookup', {
      params: { header },
      body: { kind: 'birth', personalId: an.personalId },
    }),
  );
  const withdrawn = answered(
    await POST('/v1/exchanges/{id}/withdraw', {
      params: { path: { id: 'H15.58-260310-8007~civil-status' }, header: once() },
      body: { reason: 'Công dân rút hồ sơ' },
    }),
  );

  // Payment platform.
  const quote = answered(
    await POST('/v1/fees/quote', { body: { procedureCode: an.procedureCode, channel: 'online', groups: [] } }),
  );
  const payment = answered(
    await POST('/v1/payments', {
      params: { header: once() },
      body: {
        dossierCode: DOSSIER,
        fees: [{ code: 'LP01', name: 'Lệ phí', kind: 'charge', amount: 50_000 }],
        payer: { name: an.name, personalId: an.personalId, address: 'Thôn 4, xã Krông Pắc', ip: '203.0.113.7' },
      },
    }),
  );
  const paid = { path: { id: '5f0c6e1a-7d3b-4c58-9a61-2b8f4d9e0a17' } };
  const bill = answered(await GET('/v1/payments/{id}/bill', { params: { ...paid, header } }));
  const refunded = answered(
    await POST('/v1/payments/{id}/refund', {
      params: { ...paid, header: once() },
      body: { reason: 'Công dân rút hồ sơ' },
    }),
  );
  const again = answered(await GET('/v1/payments/{id}', { params: { path: { id: payment.id }, header } }));

  // The post.
  const price = answered(
    await POST('/v1/deliveries/price', {
      body: { fromCommuneCode: '24490', toCommuneCode: '24343', weightGrams: 300 },
    }),
  );
  const office = answered(await GET('/v1/post-offices/{communeCode}', { params: { path: { communeCode: '24490' } } }));
  const delivery = answered(
    await POST('/v1/deliveries', {
      params: { header: once() },
      body: {
        dossierCode: DOSSIER,
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
  const cancelled = answered(
    await POST('/v1/deliveries/{id}/cancel', {
      params: { path: { id: delivery.id }, header: once() },
      body: { reason: 'Nhận trực tuyến' },
    }),
  );

  return {
    verified: verified.outcome,
    sex: person.citizen?.sex,
    number: number.outcome,
    members: household.household?.members.length,
    enterprise: enterprise.stale,
    parcels: parcels.parcels.length,
    catalogue: catalogue.items.length,
    exchanges: [exchange, supplemented, handedOver, corrected, withdrawn].map(({ provider }) => provider),
    results: results.items.length,
    records: records.records.length,
    quote: quote.total,
    payments: [payment.state, again.id === payment.id, bill.url !== '', refunded.state],
    price: price.total,
    office: office.code,
    deliveries: [delivery.provider, cancelled.state],
  };
}
