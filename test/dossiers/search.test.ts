import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Seal } from '../../src/access/seal.ts';
import { openingReaders } from '../../src/access/sealed-json.ts';
import { openPool } from '../../src/db/pool.ts';
import { type Gateway, openGateway } from '../deadlines/gateway.ts';

const BODY = {
  procedureCode: '1.005129',
  agencyCode: 'H15.50',
  channel: 'online',
  receivedAt: '2026-03-10T08:30:00+07:00',
};
const AN = { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123', birthDate: '1990-05-17' };
const RIGHT = { dossierCode: 'H15.50-260310-0001', personalId: AN.personalId, birthDate: AN.birthDate };
const WHY = { 'x-purpose': 'citizen-self-service', 'x-dossier': 'tra-cuu', 'x-officer': 'cong-dan' };

let gateway: Gateway;
let address = 0;
beforeAll(async () => {
  gateway = await openGateway({ SEARCH_TRIES_PER_CITIZEN: '8', SEARCH_TRIES_PER_ADDRESS: '6' });
  await gateway.call('igate', 'PUT', '/v1/dossiers/H15.50-260310-0001', { ...BODY, applicant: AN });
  const events = ['accepted', 'paused'].map((status, i) => ({
    eventId: `e-${status}`,
    dossierCode: RIGHT.dossierCode,
    status,
    ...(status === 'paused' && { pauseReason: 'financial-obligation', reasonText: 'Chờ thuế của ông An' }),
    occurredAt: `2026-03-1${i + 1}T09:00:00+07:00`,
  }));
  await gateway.call('igate', 'POST', '/v1/events', { events });
});
afterAll(() => gateway.close());

const search = (body: object, from = `10.0.0.${++address}`) =>
  gateway.call('igate', 'POST', '/v1/dossiers/search', body, { ...WHY, 'x-citizen-address': from });

it('answers all three fields with what a citizen may see, in plain words', async () => {
  const { status, json, text } = await search(RIGHT);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    dossierCode: RIGHT.dossierCode,
    status: 'paused',
    statusText: 'Đang tạm dừng giải quyết',
    pauses: [{ reason: 'financial-obligation', until: null, text: expect.stringContaining('nộp tiền') }],
  });
  expect(text).not.toContain('Nguyễn');
  expect(text).not.toContain('ông An');
});

it('answers wrong and absent alike, whatever is wrong', async () => {
  const wrong = [
    { ...RIGHT, birthDate: '1990-05-18' },
    { ...RIGHT, personalId: '066090000124' },
    { ...RIGHT, dossierCode: 'H15.50-260310-9999' },
  ];
  const answers = [];
  for (const body of wrong) {
    const { status, headers, json } = await search(body);
    answers.push({
      status,
      names: Object.keys(headers).sort(),
      length: headers['content-length'],
      body: { ...json, traceId: null },
    });
  }
  expect(answers[0]!.status).toBe(404);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

it('does the same work for what is found, wrong and absent', async () => {
  const { Search } = await import('../../src/dossiers/search.ts');
  const done: string[] = [];
  const noted = <T>(what: string, result: T): T => {
    done.push(what);
    return result;
  };
  const { seal } = gateway;
  const counting: Seal = {
    ...seal,
    open: (sealed, name) => noted('open', seal.open(sealed, name)),
    hash: (value) => noted('hash', seal.hash(value)),
  };
  const pool = openPool(gateway.database.url, {
    max: 1,
    applicationName: 'lienthong test',
    statementTimeoutMs: 30_000,
    readers: openingReaders(counting),
  });
  const db = { query: (query: unknown) => noted('query', pool.query(query as string)) } as unknown as typeof pool;
  const tried = new Search({ db, seal: counting });
  const workOf = async (asked: typeof RIGHT): Promise<string> => {
    done.length = 0;
    await tried.find(asked, tried.person(asked), [], () => true);
    return done.join(', ');
  };
  const found = await workOf(RIGHT);
  expect(found).toBe('hash, query, open, hash, hash, hash');
  expect(await workOf({ ...RIGHT, birthDate: '1990-05-18' })).toBe(found);
  expect(await workOf({ ...RIGHT, personalId: '066090000124' })).toBe(found);
  expect(await workOf({ ...RIGHT, dossierCode: 'H15.50-260310-9999' })).toBe(found);
  await pool.end();
});

it('limits tries by citizen and by address, found or not, and names the limit', async () => {
  const other = { ...RIGHT, personalId: '066090000777' };
  for (let i = 0; i < 8; i++) expect((await search(other)).status).toBe(404);
  expect(await search(other)).toMatchObject({ status: 429, json: { limit: 'search-per-citizen' } });
  const numbers = Array.from({ length: 7 }, (_, i) => ({ ...RIGHT, personalId: `06609000090${i}` }));
  for (const [i, body] of numbers.entries()) expect((await search(body, '10.1.1.1')).status).toBe(i < 6 ? 404 : 429);
  const refused = await search(RIGHT, '10.1.1.1');
  expect(refused).toMatchObject({ status: 429, json: { limit: 'search-per-address' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
});
