/** @module Acceptance scenario 9: who may read for which dossier, who did, and a record of it that cannot be quietly changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import { IGATE_SCOPES } from '../../src/access/clients.ts';
import { operationScopes } from '../../src/connector/operation-route.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

/** Of the department, received by the commune H15.50. */
const CODE = 'H15.12-260310-9001';
const AN = '066090000123';
const lookup = {
  personalId: AN,
  name: 'Nguyễn Văn An',
  birthDate: '1990-05-17',
  procedureCode: '1.005129',
  fields: ['name', 'sex'],
};
const headers = { 'x-purpose': 'dossier-processing', 'x-dossier': CODE, 'x-officer': 'cb-204' };

interface WhoRead {
  readonly erased: { readonly at: string; readonly text: string } | null;
  readonly items: readonly Record<string, unknown>[];
}
const whoRead = (language = 'vi'): Promise<WhoRead> =>
  product.igate<WhoRead>(
    'POST',
    '/v1/audit/who-read',
    { personalId: AN },
    {
      'x-purpose': 'citizen-request',
      'x-dossier': 'CV-12/2026',
      'x-officer': 'tt-001',
      'accept-language': language,
    },
  );

/** Of a client of an agency, `of-<agency>`, that may do all that an iGate may. */
const bearerOf = async (agency: string): Promise<string> =>
  `Bearer ${await product.tokenOf(`of-${agency}`, [...IGATE_SCOPES, ...operationScopes(connectors)], agency)}`;

const ask = (authorization: string): Promise<Response> =>
  fetch(`${product.url}/v1/population/citizens/lookup`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(lookup),
  });

describe('an officer who reads for a dossier of a department', () => {
  beforeAll(async () => {
    await product.igate('PUT', `/v1/dossiers/${CODE}`, {
      procedureCode: '1.005129',
      agencyCode: 'H15.12',
      channel: 'counter',
      receivedAt: '2026-03-10T08:30:00+07:00',
      applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: AN },
      routing: { receiving: 'H15.50', resolving: 'H15.12', returning: 'H15.50' },
    });
  });

  it('is answered where the commune has received it', async () => {
    const answer = await ask(await bearerOf('H15.50'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ outcome: 'found', citizen: { name: 'Nguyễn Văn An' } });
  });

  it('is refused where it is of another commune', async () => {
    const answer = await ask(await bearerOf('H15.51'));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'forbidden-agency' });
    const status = await product.clientOf('H15.51');
    expect(await status(`/v1/dossiers/${CODE}`)).toBe(403);
  });

  it('is named where the dossier itself is read, alone or in a list', async () => {
    const bearer = await bearerOf('H15.12');
    for (const path of [`/v1/dossiers/${CODE}`, '/v1/dossiers?agency=H15.12'])
      expect(
        (await fetch(product.url + path, { headers: { authorization: bearer, 'x-officer': 'cb-300' } })).status,
      ).toBe(200);
    const { items } = await whoRead();
    expect(
      items.filter(({ officer }) => officer === 'cb-300').map(({ officer, operation }) => [officer, operation]),
    ).toEqual([
      ['cb-300', 'listDossiers'],
      ['cb-300', 'getDossier'],
    ]);
  });

  it('is named to the citizen with agency, purpose, dossier and system; who was refused is named too', async () => {
    const items = (await whoRead()).items.filter(({ operation }) => operation === 'lookUpCitizen');
    expect(items).toEqual([
      expect.objectContaining({
        officer: 'cb-204',
        client: 'of-H15.51',
        agencies: [expect.objectContaining({ code: 'H15.51' })],
        outcome: 'refused',
      }),
      expect.objectContaining({
        officer: 'cb-204',
        client: 'of-H15.50',
        agencies: [{ code: 'H15.50', name: 'UBND xã Buôn Hồ' }],
        purpose: 'dossier-processing',
        dossier: CODE,
        system: 'population',
        outcome: 'answered',
      }),
    ]);
    expect(items[1]!.text).toMatch(
      /cán bộ cb-204 của UBND xã Buôn Hồ.*hồ sơ H15\.12-260310-9001; dữ liệu đã được trả\.$/,
    );
    expect((await whoRead('en')).items.at(-1)!.text).toMatch(
      /officer cb-204 of UBND xã Buôn Hồ.*the data was given\.$/,
    );
  });
});

describe('the record of it', () => {
  const verified = () => product.igate<{ holds: boolean; fault: unknown }>('GET', '/v1/audit/verify');

  it('shows an entry that was changed', async () => {
    expect(await verified()).toMatchObject({ holds: true, fault: null });
    const { rows } = await product.database.query<{ id: number }>(
      `update audit_entry set officer = 'cb-999' where operation = 'lookUpCitizen' and status = 200 returning id`,
    );
    expect(await verified()).toMatchObject({ holds: false, fault: { kind: 'changed', id: rows[0]!.id } });
    await product.database.query(`update audit_entry set officer = 'cb-204' where id = $1`, [rows[0]!.id]);
    expect(await verified()).toMatchObject({ holds: true });
  });

  it('must be written before anything is told: else it is 503, and no data leaves', async () => {
    const bearer = await bearerOf('H15.50');
    await product.database.query('alter function audit_append(jsonb[]) rename to audit_append_out_of_order');
    const answer = await ask(bearer);
    await product.database.query('alter function audit_append_out_of_order(jsonb[]) rename to audit_append');
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'audit-unavailable' });
    expect(text).not.toContain('Nguyễn');
    expect((await ask(bearer)).status).toBe(200);
  });
});

it('lists pauses that were back-dated, and those of the last day', async () => {
  const late = 'H15.50-260310-9002';
  await product.igate('PUT', `/v1/dossiers/${late}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    channel: 'counter',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', name: 'Trần Thị Bình', personalId: '066190000456' },
    appointment: { at: '2026-03-31T17:00:00+07:00', basis: 'slip', documentRef: 'GTN-9002' },
  });
  await product.igate('POST', `/v1/dossiers/${late}/events`, {
    events: [
      { eventId: 'late-1', status: 'processing', occurredAt: '2026-03-10T09:00:00+07:00' },
      {
        eventId: 'late-2',
        status: 'paused',
        pauseReason: 'financial-obligation',
        occurredAt: '2026-03-31T15:00:00+07:00',
      },
    ],
  });
  // It was registered here weeks before the pause was told.
  await product.database.query(
    `update timeline_entry set recorded_at = recorded_at - interval '1 month' where event_id <> 'late-2' and dossier_id = (select id from dossier where code = $1)`,
    [late],
  );
  const { flaggedItems } = await product.igate<{ flaggedItems: { kind: string; dossierCode: string }[] }>(
    'GET',
    '/v1/reports/pauses?from=2026-03-01&to=2026-04-30',
  );
  expect(flaggedItems.filter(({ dossierCode }) => dossierCode === late).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['back-dated', 'last-day']),
  );
});
