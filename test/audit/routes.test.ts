/** @module Auditors read the log by page and filter, have it verified a span at a time, and answer a citizen who read their data. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasePersonKey } from '../../src/audit/persons.ts';
import { type AuditEntry, createAudit } from '../../src/audit/record.ts';
import { auditRoutes } from '../../src/audit/routes.ts';
import { targetHash } from '../../src/audit/target.ts';
import { whoReadRoutes } from '../../src/audit/who-read-routes.ts';
import { catalogue } from '../support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';
import { type Gateway, gatewayWith } from '../watch/gateway.ts';

const KEY = 'a key of the tests, thirty-two characters';
const AN = '066090000123';
const COMMUNE = 'UBND xã Buôn Hồ';
const BINH = '066190000456';
const NOW = Date.parse('2026-03-12T17:00:00+07:00');

let database: TestDatabase;
let gateway: Gateway;

beforeAll(async () => {
  database = await testDatabase();
  const titleOf = (id: string) =>
    id === 'lookupCitizen' ? { vi: 'Tra cứu thông tin công dân', en: 'Read a citizen' } : null;
  const systemOf = (name: string) =>
    name === 'population' ? { vi: 'Cơ sở dữ liệu quốc gia về dân cư', en: 'Population database' } : null;
  const db = database.pool;
  gateway = await gatewayWith(
    [
      ...auditRoutes({
        pool: db,
        catalogue: () => catalogue,
        titleOf,
        signed: { path: '/nowhere/audit-heads.jsonl', keys: { read: async () => null } },
      }),
      ...whoReadRoutes({ db, catalogue: () => catalogue, targetKey: KEY, titleOf, systemOf }),
    ],
    () => NOW,
  );
  const audit = createAudit(db, { targetKey: KEY, seal: testSeal });
  // One after the other: their ids follow their order here.
  for (const entry of entries()) await audit.record(entry);
});
afterAll(async () => {
  await gateway.app.close();
  await database.drop();
});

/** Seven calls, an hour apart, the newest at 16:00. */
function entries(): AuditEntry[] {
  const base = {
    clientId: 'igate-hoa-khanh',
    officer: 'cb-204',
    purpose: 'dossier-processing',
    dossier: 'H15.50-260310-0001',
    operation: 'lookupCitizen',
    target: AN,
    status: 200,
    details: { kind: 'read', agencies: ['H15.50'], system: 'population' },
  };
  const others: Partial<AuditEntry>[] = [
    {},
    { officer: 'cb-311', dossier: 'H15.12-260310-0002', target: BINH },
    { clientId: 'igate-department', details: { ...base.details, agencies: ['H15.12'] }, status: 502 },
    { clientId: null, officer: null, operation: 'forgotten', details: { kind: 'read' } },
    { target: null, targets: [BINH, AN], operation: 'listDossiers', details: { kind: 'read', agencies: ['H15.50'] } },
    { target: BINH, status: 403 },
    { dossier: 'H15.50-260311-0007' },
  ];
  return others.map((over, hour) => ({
    ...base,
    at: NOW - (7 - hour) * 3_600_000,
    traceId: `trace-${hour + 1}`,
    ...over,
  }));
}

const ids = ({ json }: { json: { items: Record<string, unknown>[] } }) => json.items.map(({ id }) => id);

test('a page of the log is newest first and leads to the next one; each filter narrows it', async () => {
  const first = await gateway.call('H15', '/v1/audit?limit=4');
  expect(ids(first)).toEqual([7, 6, 5, 4]);
  const next = /<([^>]+)>; rel="next"/.exec((first.headers as { link: string }).link)![1]!;
  expect(ids(await gateway.call('H15', next))).toEqual([3, 2, 1]);
  expect(ids(await gateway.call('H15', '/v1/audit?officer=cb-311'))).toEqual([2]);
  expect(ids(await gateway.call('H15', '/v1/audit?client=igate-department'))).toEqual([3]);
  expect(ids(await gateway.call('H15', '/v1/audit?dossier=H15.50-260311-0007'))).toEqual([7]);
  expect(ids(await gateway.call('H15', '/v1/audit?operation=listDossiers'))).toEqual([5]);
  const span = new URLSearchParams({ from: '2026-03-12T12:00:00+07:00', to: '2026-03-12T14:00:00+07:00' });
  expect(ids(await gateway.call('H15', `/v1/audit?${span}`))).toEqual([4, 3]);
  const backwards = new URLSearchParams({ from: '2026-03-12T12:00:00+07:00', to: '2026-03-12T12:00:00+07:00' });
  expect((await gateway.call('H15', `/v1/audit?${backwards}`)).status).toBe(400);
});

test('an entry is told with its agency of the time and nobody’s number; an auditor of one agency hears of its calls', async () => {
  const { json } = await gateway.call('H15', '/v1/audit?officer=cb-311');
  expect(json.items[0]).toMatchObject({
    at: '2026-03-12T11:00:00+07:00',
    client: 'igate-hoa-khanh',
    agencies: ['H15.50'],
    title: { vi: 'Tra cứu thông tin công dân' },
    kind: 'read',
    target: targetHash(BINH, KEY),
    targets: null,
    details: { system: 'population' },
  });
  expect(JSON.stringify(json)).not.toContain(BINH);
  // What the gateway itself did belongs to no agency.
  expect(ids(await gateway.call('H15.12', '/v1/audit'))).toEqual([4, 3]);
});

test('a citizen is told who read their data, in plain Vietnamese, or English', async () => {
  const headers = { 'x-purpose': 'citizen-request', 'x-dossier': 'yêu cầu số 12', 'x-officer': 'tt-001' };
  const ask = (body: object, more = {}) => gateway.call('H15', '/v1/audit/who-read', body, { ...headers, ...more });
  expect((await gateway.call('H15', '/v1/audit/who-read', { personalId: AN })).json.code).toBe('purpose-required');
  const told = await ask({ personalId: AN });
  // The list named both persons.
  expect(ids(told)).toEqual([7, 5, 4, 3, 1]);
  expect(told.json.items.at(-1)).toMatchObject({
    officer: 'cb-204',
    client: 'igate-hoa-khanh',
    agencies: [{ code: 'H15.50', name: COMMUNE }],
    systemName: 'Cơ sở dữ liệu quốc gia về dân cư',
    purpose: 'dossier-processing',
    dossier: 'H15.50-260310-0001',
    outcome: 'answered',
    text: `Lúc 10:00 12/03/2026, cán bộ cb-204 của ${COMMUNE}, qua ứng dụng igate-hoa-khanh; thực hiện “Tra cứu thông tin công dân” tại Cơ sở dữ liệu quốc gia về dân cư; mục đích: giải quyết hồ sơ; cho hồ sơ H15.50-260310-0001; dữ liệu đã được trả.`,
  });
  expect(told.json.items[3]).toMatchObject({ outcome: 'failed' });
  expect(told.json.erased).toBeNull();
  const english = await ask({ personalId: AN, limit: 2 }, { 'accept-language': 'en' });
  expect(ids(english)).toEqual([7, 5]);
  expect((await ask({ personalId: AN, limit: 3 }, { 'accept-language': 'en' })).json.items[2]!.text).toBe(
    "At 13:00 12/03/2026, a system (no officer was named); did “forgotten” on the gateway's own data; purpose: processing a dossier; for H15.50-260310-0001; the data was given.",
  );
  expect(ids(await ask({ personalId: AN, cursor: english.json.cursor }))).toEqual([4, 3, 1]);
  expect(gateway.audited.at(-1)).toMatchObject({ operation: 'whoRead', target: AN, officer: 'tt-001' });
  expect((await ask({})).status).toBe(422);
});

test('a person who was erased is said to be erased, and only what came after is told', async () => {
  const headers = { 'x-purpose': 'citizen-request', 'x-dossier': 'CV-12', 'x-officer': 'tt-001' };
  const order = { target: BINH, targetKey: KEY, author: 'tt-001', reason: 'request', now: NOW - 1.5 * 3_600_000 };
  await erasePersonKey(database.pool, order);
  const { json } = await gateway.call('H15', '/v1/audit/who-read', { personalId: BINH }, headers);
  expect(json.erased).toEqual({
    at: '2026-03-12T15:30:00+07:00',
    text: 'Dữ liệu của người này đã được xóa lúc 15:30 12/03/2026; các lượt truy cập trước đó không còn gắn với người này.',
  });
  expect(json.items).toEqual([]);
  expect((await gateway.call('H15', '/v1/audit/verify')).json).toMatchObject({ holds: true });
});

test('the log is verified a span at a time, and a changed entry is named', async () => {
  const first = await gateway.call('H15', '/v1/audit/verify?limit=4');
  expect(first.json).toMatchObject({ holds: true, from: 1, to: 4, complete: false, cursor: '4', fault: null });
  expect((await gateway.call('H15', '/v1/audit/verify?cursor=4')).json).toMatchObject({
    holds: true,
    from: 4,
    to: 7,
    complete: true,
    cursor: null,
  });
  await database.pool.query(`update audit_entry set officer = 'cb-999' where id = 6`);
  expect((await gateway.call('H15', '/v1/audit/verify?cursor=4')).json).toMatchObject({
    holds: false,
    to: 5,
    fault: { kind: 'changed', id: 6, text: { vi: 'dòng 6 đã bị sửa.', en: 'entry 6 was changed.' } },
  });
});
