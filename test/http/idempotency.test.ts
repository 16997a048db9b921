import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sealWith } from '../../src/access/seal.ts';
import { fail, GatewayError } from '../../src/errors.ts';
import { type Act, createIdempotency, idempotencyKey } from '../../src/http/idempotency.ts';
import { purgeExpired } from '../../src/http/idempotency-store.ts';
import { defineRoute } from '../../src/http/route.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';
import { type TestApp, testApp } from './test-app.ts';

const HOUR = 3_600_000;

let database: TestDatabase;
let gateway: TestApp;
let token: string;
const seal = sealWith(randomBytes(32).toString('base64'));

/** Every run of the handler, and what it does. */
const acts: Act[] = [];
let work: (act: Act) => Promise<{ id: string; amount: number }>;

const payment = defineRoute({
  method: 'POST',
  path: '/v1/test-payments/:kind',
  id: 'createTestPayment',
  tag: 'tests',
  summary: { vi: 'Thanh toán', en: 'Pay' },
  scope: 'parcels.write',
  params: z.object({ kind: z.string() }),
  body: z.strictObject({ amount: z.int(), note: z.string().optional() }),
  response: { 201: z.object({ id: z.string(), amount: z.number() }) },
  errors: ['conflict'],
  idempotency: 'required',
  audit: 'write',
  handler: async ({ act, header, body }) => {
    acts.push(act);
    header('location', `/v1/test-payments/${act.id}`);
    const made = await work(act);
    return { ...made, amount: body.amount };
  },
});

const optional = defineRoute({
  method: 'POST',
  path: '/v1/test-notes',
  id: 'createTestNote',
  tag: 'tests',
  summary: { vi: 'Ghi chú', en: 'Note' },
  scope: 'parcels.write',
  response: { 204: z.undefined() },
  errors: [],
  audit: 'write',
  handler: ({ act }) => void acts.push(act),
});

beforeAll(async () => {
  database = await testDatabase();
  gateway = await testApp([payment, optional], {
    idempotency: (now) => createIdempotency({ db: database.pool, seal, log: silent, now }),
  });
  token = await gateway.token('igate');
});
beforeEach(() => {
  acts.length = 0;
  work = async ({ id }) => ({ id, amount: 0 });
});
afterAll(async () => {
  await gateway.app.close();
  await database.drop();
});

const pay = (
  key: string | null,
  body: object = { amount: 5 },
  more: { url?: string; headers?: Record<string, string>; as?: string } = {},
) =>
  gateway.app.inject({
    method: 'POST',
    url: more.url ?? '/v1/test-payments/fee',
    headers: {
      authorization: `Bearer ${more.as ?? token}`,
      'content-type': 'application/json',
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...more.headers,
    },
    payload: JSON.stringify(body),
  });

describe('a key', () => {
  it('must be there where it is required, and may be missing at any other write', async () => {
    const answer = await pay(null);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'idempotency-key-required' });
    const headers = { authorization: `Bearer ${token}` };
    expect((await gateway.app.inject({ method: 'POST', url: '/v1/test-notes', headers })).statusCode).toBe(204);
    expect(acts).toMatchObject([{ isRepeat: false }]);
  });

  it.each([
    ['abc-1', 'abc-1'],
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"with blanks"', 'with blanks'],
  ])('may be bare or a string of RFC 8941: %s', (header, key) => {
    expect(idempotencyKey(header, true)).toBe(key);
  });

  it.each(['', ' ', 'with blanks', '"', '"half', 'x'.repeat(256), 'khóa', 'a"b'])('is refused as %j', (header) => {
    expect(() => idempotencyKey(header, false)).toThrow(GatewayError);
  });
});

describe('the same call again', () => {
  it('gets the same answer, marked, and its work is done once', async () => {
    const first = await pay('again');
    const second = await pay('again');
    expect(first.statusCode).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(second.statusCode).toBe(201);
    expect(second.json()).toEqual(first.json());
    expect(second.headers).toMatchObject({ 'idempotency-replayed': 'true', location: first.headers.location });
    expect(acts).toHaveLength(1);
    expect(gateway.audited.slice(-2)).toMatchObject([{ status: 201 }, { status: 201, details: { replayed: true } }]);
  });

  it('is the same whatever the order of its members', async () => {
    await pay('order', { amount: 5, note: 'x' });
    expect((await pay('order', { note: 'x', amount: 5 })).headers['idempotency-replayed']).toBe('true');
  });

  it('gets a refusal again as well, each time in the language asked for', async () => {
    work = async () => fail('conflict', { detail: 'Paid already.', detailVi: 'Đã nộp rồi.' });
    const first = await pay('refused');
    expect(first.json()).toMatchObject({ code: 'conflict', detail: 'Đã nộp rồi.' });
    const second = await pay('refused', { amount: 5 }, { headers: { 'accept-language': 'en' } });
    expect(second.statusCode).toBe(409);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.json()).toMatchObject({ code: 'conflict', detail: 'Paid already.' });
    expect(acts).toHaveLength(1);
  });

  it('is another one with another body, path or client', async () => {
    await pay('mine', { amount: 5 });
    expect((await pay('mine', { amount: 6 })).json()).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    const elsewhere = await pay('mine', { amount: 5 }, { url: '/v1/test-payments/charge' });
    expect(elsewhere.json()).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    const theirs = await pay('mine', { amount: 6 }, { as: await gateway.token('other') });
    expect(theirs.statusCode).toBe(201);
    expect(acts).toHaveLength(2);
  });

  it('is a new act a day later', async () => {
    const now = Date.now();
    const actAfter = async (ms: number, request: object) => {
      const idempotency = createIdempotency({ db: database.pool, seal, log: silent, now: () => now + ms });
      const call = { clientId: 'igate', key: 'daily', request, now: now + ms };
      return (await idempotency.once(call, async (act) => ({ status: 201, headers: {}, body: act }))).answer.body;
    };
    const first = await actAfter(0, { amount: 5 });
    expect(await actAfter(24 * HOUR - 1, { amount: 5 })).toEqual(first);
    const second = await actAfter(24 * HOUR, { amount: 6 });
    expect(second).toMatchObject({ isRepeat: false });
    expect(second).not.toEqual(first);
  });
});

describe('while the first call runs', () => {
  it('a second one waits to be told: 409 with when to come back', async () => {
    const gate = Promise.withResolvers<void>();
    work = async ({ id }) => {
      await gate.promise;
      return { id, amount: 0 };
    };
    const first = pay('slow');
    await expect.poll(() => acts.length).toBe(1);
    const second = await pay('slow');
    expect(second.statusCode).toBe(409);
    expect(second.json()).toMatchObject({ code: 'idempotency-in-progress', retryable: true });
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    gate.resolve();
    expect((await pay('slow')).json()).toEqual((await first).json());
    expect(acts).toHaveLength(1);
  });

  it('its caller’s deadline passes, the work goes on, and the next call gets what it came to', async () => {
    const gate = Promise.withResolvers<void>();
    work = async ({ id }) => {
      await gate.promise;
      return { id, amount: 0 };
    };
    const first = await pay('deadline', { amount: 5 }, { headers: { 'request-timeout': '0.05' } });
    expect(first.statusCode).toBe(504);
    expect((await pay('deadline')).statusCode).toBe(409);
    gate.resolve();
    await expect.poll(async () => (await pay('deadline')).statusCode).toBe(201);
    expect(acts).toHaveLength(1);
  });

  it('of ten at once, one runs', async () => {
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await pay('crowd')).statusCode));
    expect(acts).toHaveLength(1);
    expect(statuses).toContain(201);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
  });
});

describe('a call without a final answer', () => {
  it('is not kept after a 5xx or 429: the next one runs at once, as the same act', async () => {
    for (const code of ['upstream-timeout', 'rate-limited'] as const) {
      acts.length = 0;
      work = async () => fail(code);
      expect((await pay(code)).json()).toMatchObject({ code });
      work = async ({ id }) => ({ id, amount: 0 });
      expect((await pay(code)).statusCode).toBe(201);
      expect(acts).toMatchObject([{ isRepeat: false }, { id: acts[0]!.id, isRepeat: true }]);
      // Another body does not become possible by that.
      expect((await pay(code, { amount: 7 })).statusCode).toBe(422);
    }
  });

  it('that died with its process blocks its key for the lease only', async () => {
    const crashed = createIdempotency({ db: database.pool, seal, log: silent, now: Date.now });
    const call = { clientId: 'igate', key: 'crash', request: { amount: 1 } };
    const begun = Promise.withResolvers<Act>();
    // It never ends, and what never ends here renews nothing: its timer is the dead process's.
    const now = Date.now();
    void crashed.once({ ...call, now }, (act) => {
      begun.resolve(act);
      return new Promise(() => {});
    });
    const first = await begun.promise;
    const later = (ms: number) =>
      createIdempotency({ db: database.pool, seal, log: silent, now: () => now + ms }).once(
        { ...call, now: now + ms },
        async (act) => ({ status: 201, headers: {}, body: act }),
      );
    await expect(later(29_000)).rejects.toMatchObject({ code: 'idempotency-in-progress' });
    expect(await later(30_000)).toEqual({
      answer: { status: 201, headers: {}, body: { id: first.id, isRepeat: true } },
      replayed: false,
    });
  });

  it('that comes back after another took its key over changes nothing of the answer', async () => {
    const now = Date.now();
    const at = (ms: number) => createIdempotency({ db: database.pool, seal, log: silent, now: () => now + ms });
    const call = { clientId: 'igate', key: 'zombie', request: null };
    const gate = Promise.withResolvers<void>();
    const first = at(0).once({ ...call, now }, async () => {
      await gate.promise;
      return { status: 201, headers: {}, body: 'late' };
    });
    await expect
      .poll(async () => (await database.pool.query('select 1 from idempotency_key where answer is null')).rowCount)
      .toBeGreaterThan(0);
    const body = (
      await at(31_000).once({ ...call, now: now + 31_000 }, async () => ({
        status: 201,
        headers: {},
        body: 'taken over',
      }))
    ).answer.body;
    expect(body).toBe('taken over');
    gate.resolve();
    await first;
    const replayed = await at(32_000).once({ ...call, now: now + 32_000 }, () => Promise.reject(new Error('ran')));
    expect(replayed).toMatchObject({ replayed: true, answer: { body: 'taken over' } });
  });
});

describe('what is kept', () => {
  it('is sealed: neither key nor body nor answer can be read in the database', async () => {
    await pay('khoa-bi-mat', { amount: 987_654, note: 'Nguyễn Văn An' });
    const { rows } = await database.pool.query('select * from idempotency_key');
    const dump = JSON.stringify(rows, (_key, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    expect(dump).not.toMatch(/khoa-bi-mat|987654|Nguy/);
  });

  it('is purged after its day', async () => {
    await pay('old');
    const before = await database.pool.query('select 1 from idempotency_key');
    expect(await purgeExpired(database.pool, Date.now() + 49 * HOUR)).toBe(before.rowCount);
  });
});

it('a declaration that could not be kept is refused when it is mounted', async () => {
  const open = defineRoute({
    ...optional,
    scope: 'public',
    path: '/v1/open',
    id: 'open',
    response: {},
    idempotency: 'required',
    handler: () => Promise.reject(),
  });
  await expect(testApp([open])).rejects.toThrow('open: an idempotency key needs a client');
});
