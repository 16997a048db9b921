/** @module What an iGate looks up: persons, households, enterprises, parcels, civil records, post offices. */
import { an, type Client, dataOf, access as header } from './calls.ts';

const asked = { ...an, procedureCode: '1.005129' };

export async function lookups({ GET, POST }: Client) {
  const verified = dataOf(
    await POST('/v1/population/citizens/verify', {
      params: { header },
      body: { ...asked, birthDate: '1990-05-17' },
    }),
  );
  const person = dataOf(
    await POST('/v1/population/citizens/lookup', {
      params: { header },
      body: { ...asked, birthDate: '1990-05-17', fields: ['sex', 'permanentAddress'] },
    }),
  );
  const number = dataOf(
    await POST('/v1/population/citizens/confirm-number', {
      params: { header },
      body: { ...asked, oldNumber: '249900123' },
    }),
  );
  const household = dataOf(await POST('/v1/population/households/lookup', { params: { header }, body: asked }));
  const enterprise = dataOf(
    await GET('/v1/businesses/{enterpriseCode}', { params: { path: { enterpriseCode: '9900003708' }, header } }),
  );
  const parcels = dataOf(
    await POST('/v1/land/parcels/lookup', {
      params: { header },
      body: { place: { provinceCode: '66', communeCode: '24490', mapSheet: '12', number: '345' } },
    }),
  );
  const catalogue = dataOf(
    await GET('/v1/land-registry/catalogues/{catalogue}', { params: { path: { catalogue: 'processes' } } }),
  );
  const records = dataOf(
    await POST('/v1/civil-status/records/lookup', {
      params: { header },
      body: { kind: 'birth', personalId: an.personalId },
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
    records: records.records.length,
  };
}
