import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { Webhook } from 'svix';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLimiter } from '../../src/access/rate-limit.ts';
import { buildApp } from '../../src/app.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import { parseNetworks } from '../../src/connector/addresses.ts';
import { createEgress } from '../../src/connector/egress.ts';
import { toCursor } from '../../src/feed/cursor.ts';
import type { Caller } from '../../src/http/auth.ts';
import { processStore } from '../../src/shared/store.ts';
import { subscriptionActRoutes } from '../../src/subscriptions/act-routes.ts';
import { subscriptionRoutes } from '../../src/subscriptions/routes.ts';
import { createSender } from '../../src/subscriptions/send.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { noKeys } from '../support/no-keys.ts';
import { silent } from '../support/timeline.ts';
import { until } from '../support/until.ts';
import { openScene, type Scene, seal } from './scene.ts';

type Json = Record<string, unknown> & { items: Json[] };

let scene: Scene;
let app: FastifyInstance;
const audited: AuditEntry[] = [];

/** A token's text is `<client> <agency> <scope>…`. */
function callerOf(authorization: string | undefined): Caller {
  const [clientId = '', agency = '', ...scopes] = (authorization ?? '').replace('Bearer ', '').split(' ');
  return {
    clientId,
    agencies: [agency],
    scopes: new Set(scopes),
    roles: [],
    officer: null,
    issuer: 'http://gateway.test',
    issuedAt: 0,
    expiresAt: Number.POSITIVE_INFINITY,
  };
}
const RW = 'subscriptions.read subscriptions.write';
const IGATE = `igate H15 ${RW}`;
const OTHER = `other H15.50 ${RW}`;
const OPERATOR = `operator H15 ${RW} sync.operate`;

beforeAll(async () => {
  scene = await openScene();
  const {
    agencies,
    database: { pool: db },
  } = scene;
  const egress = createEgress(parseNetworks(['127.0.0.0/8']));
  const sender = createSender(egress.connect);
  app = await buildApp({
    config: { TRUST_PROXY: [], METRICS_ADDRESSES: [], UNKNOWN_PATHS_PER_MINUTE: 60, SHED_AT_DELAY_MS: 0 },
    limiter: createLimiter(processStore(), Date.now),
    publicUrl: 'http://gateway.test',
    log: silent,
    clock: () => scene.now,
    audit: {
      async record(entry) {
        audited.push(entry);
      },
    },
    idempotency: noKeys,
    authenticator: { remembered: callerOf, verify: async (authorization) => callerOf(authorization) },
    issuer: null,
    console: null,
    routes: [
      ...subscriptionRoutes({ db, agencies, seal, egress }),
      ...subscriptionActRoutes({ db, agencies, seal, sender, clock: () => scene.now }),
    ],
    checks: {},
    metrics: new Registry(),
  });
});
beforeEach(async () => {
  await scene.reset();
  audited.length = 0;
});
afterAll(async () => {
  await app.close();
  await scene.close();
});

async function call(
  who: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method,
    url: `/v1/subscriptions${url}`,
    headers: { authorization: `Bearer ${who}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { payload: JSON.stringify(body) } : {}),
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    json: (answer.body === '' ? {} : answer.json()) as Json,
  };
}

async function create(body: object = {}, who = IGATE): Promise<Json & { id: string; secret: string }> {
  const { status, json } = await call(who, 'POST', '', { name: 'iGate', url: scene.url, ...body });
  expect(status).toBe(201);
  return json as Json & { id: string; secret: string };
}

describe('a subscription', () => {
  it('begins at the end of the feed, with all that its client may read, and shows its secret this once', async () => {
    await scene.append('H15.50-260310-0001');
    const { secret, ...made } = await create();
    expect(made).toMatchObject({
      client: 'igate',
      url: scene.url,
      kinds: null,
      agencies: ['H15'],
      procedures: null,
      batch: 1,
      state: 'active',
      cursor: toCursor(1),
      waiting: 0,
      lagging: 0,
      createdAt: '2026-03-10T09:00:00+07:00',
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const read = await call(IGATE, 'GET', `/${made.id}`);
    expect(read.json).toEqual({ ...made, lags: [] });
    expect((await call(IGATE, 'GET', '')).json.items).toEqual([made]);
    expect(audited.map(({ operation, details }) => [operation, details?.subscription])).toEqual([
      ['createSubscription', made.id],
    ]);
  });

  it('has its secret sealed at rest', async () => {
    const { id, secret } = await create();
    const [row] = await scene.rows<{ secret: Buffer }>('select secret from subscription where id = $1', [id]);
    expect(row!.secret.toString('latin1')).not.toContain(secret.slice(6));
    expect(seal.open(row!.secret, `subscription:${id}`)).toBe(secret);
  });

  it('is for agencies of its client only', async () => {
    expect((await call(OTHER, 'POST', '', { name: 'x', url: scene.url, agencies: ['H15.51'] })).json.code).toBe(
      'forbidden-agency',
    );
    expect((await create({ agencies: ['H15.50.01'] }, OTHER)).agencies).toEqual(['H15.50.01']);
  });

  it.each([
    ['https://10.0.0.5/hooks', 'internal'],
    ['https://169.254.169.254/latest/meta-data', 'internal'],
    ['https://[::ffff:10.0.0.5]/hooks', 'internal'],
    ['http://93.184.215.14/hooks', 'https'],
    ['ftp://igate.example.vn/hooks', 'https'],
    ['https://nobody.invalid/hooks', 'resolved'],
    ['https://user:pass@93.184.215.14/', 'password'],
    ['igate', 'URL'],
  ])('cannot be made or moved to %s', async (url, why) => {
    const refused = await call(IGATE, 'POST', '', { name: 'x', url });
    expect(refused).toMatchObject({ status: 422, json: { code: 'validation', violations: [{ path: '$.url' }] } });
    expect((refused.json.violations as { message: string }[])[0]!.message).toContain(why);
    const { id } = await create();
    expect((await call(IGATE, 'PATCH', `/${id}`, { url }, { 'if-match': '*' })).status).toBe(422);
  });

  it('is seen and touched by its client and by operators whose agencies it stays within, by nobody else', async () => {
    const { id } = await create();
    const paths = [
      ['GET', ''],
      ['GET', '/deliveries'],
      ['POST', '/test'],
      ['POST', '/pause', { reason: 'vì thử' }],
      ['POST', '/resume', { reason: 'vì thử' }],
      ['POST', '/rotate-secret', {}],
      ['POST', '/replay', { cursor: toCursor(0) }],
      ['PATCH', '', { name: 'y' }],
    ] as const;
    for (const [method, path, body] of paths) {
      const headers: Record<string, string> = method === 'PATCH' ? { 'if-match': '*' } : {};
      expect((await call(OTHER, method, `/${id}${path}`, body, headers)).status, path).toBe(404);
      expect(
        (await call(`operator H15.50 ${RW} sync.operate`, method, `/${id}${path}`, body, headers)).status,
        path,
      ).toBe(404);
      expect((await call(OPERATOR, method, `/${id}${path}`, body, headers)).status, path).toBe(200);
    }
    expect((await call(OTHER, 'DELETE', `/${id}`)).status).toBe(404);
    expect((await call(OTHER, 'GET', '')).json.items).toEqual([]);
    expect((await call(OPERATOR, 'GET', '')).json.items).toHaveLength(1);
    expect((await call(`reader H15 subscriptions.read`, 'DELETE', `/${id}`)).json.code).toBe('forbidden-scope');
  });

  it('is changed by who has read it as it is', async () => {
    const { id } = await create({ kinds: ['entry'], procedures: ['1.005129.000.00.00.H15'] });
    const { headers, json } = await call(IGATE, 'GET', `/${id}`);
    expect(json.procedures).toEqual(['1.005129']);
    const tag = { 'if-match': String(headers.etag) };
    expect((await call(IGATE, 'PATCH', `/${id}`, { batch: 50 })).json.code).toBe('precondition-required');
    const changed = await call(IGATE, 'PATCH', `/${id}`, { batch: 50, kinds: null }, tag);
    expect(changed).toMatchObject({ status: 200, json: { batch: 50, kinds: null, procedures: ['1.005129'] } });
    expect((await call(IGATE, 'PATCH', `/${id}`, { batch: 1 }, tag)).json.code).toBe('precondition-failed');
    expect((await call(IGATE, 'DELETE', `/${id}`)).status).toBe(204);
    expect((await call(IGATE, 'GET', `/${id}`)).status).toBe(404);
  });

  it('is listed in pages', async () => {
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push((await create({ name })).id);
    const first = await call(IGATE, 'GET', '?limit=2');
    const next = /<\/v1\/subscriptions([^>]+)>; rel="next"/.exec(String(first.headers.link))![1]!;
    const rest = await call(IGATE, 'GET', next);
    expect([...first.json.items, ...rest.json.items].map(({ id }) => id).sort()).toEqual(made.sort());
  });
});

describe('a test message', () => {
  it('is signed like any other, says what came of it and changes nothing', async () => {
    const { id, secret } = await create();
    scene.now = Date.now();
    const { json } = await call(IGATE, 'POST', `/${id}/test`);
    expect(json).toMatchObject({ outcome: 'taken', status: 200, error: null });
    const { headers, text, message } = scene.arrived[0]!;
    expect(message).toMatchObject({ type: 'test', data: { subscription: id } });
    expect(() => new Webhook(secret).verify(text, headers as Record<string, string>)).not.toThrow();
    scene.answer = (_received, response) => response.writeHead(302, { location: scene.url }).end();
    expect((await call(IGATE, 'POST', `/${id}/test`)).json).toMatchObject({ outcome: 'refused', status: 302 });
    expect((await call(IGATE, 'GET', `/${id}`)).json).toMatchObject({ state: 'active', failingSince: null });
  });
});

describe('a secret that is rotated', () => {
  it('signs beside the former one for a while, then alone', async () => {
    scene.now = Date.now();
    const { id, secret: former } = await create();
    const { json } = await call(IGATE, 'POST', `/${id}/rotate-secret`, { overlapHours: 2 });
    const { secret } = json as Json & { secret: string };
    expect(secret).not.toBe(former);
    const verifiedBy = async (): Promise<boolean[]> => {
      await call(IGATE, 'POST', `/${id}/test`);
      const { headers, text } = scene.arrived.at(-1)!;
      return [secret, former].map((known) => {
        try {
          new Webhook(known).verify(text, headers as Record<string, string>);
          return true;
        } catch {
          return false;
        }
      });
    };
    expect(await verifiedBy()).toEqual([true, true]);
    expect((await call(IGATE, 'GET', `/${id}`)).json.formerSecretUntil).not.toBeNull();
    await scene.worker();
    await scene.append('H15.50-260310-0001');
    await until('the change was taken', () => scene.taken.length === 2);
    expect(String(scene.arrived.at(-1)!.headers['webhook-signature']).split(' ')).toHaveLength(2);

    await scene.rows("update subscription set former_until = now() - interval '1 second'");
    expect(await verifiedBy()).toEqual([true, false]);
    expect((await call(IGATE, 'GET', `/${id}`)).json.formerSecretUntil).toBeNull();
  });
});

describe('a replay', () => {
  it('sends again from a cursor, under the same ids, in order', async () => {
    const { id } = await create();
    await scene.worker();
    await scene.append('H15.50-260310-0001', 'H15.50-260310-0001', 'H15.50-260310-0002');
    await until('all of it was taken', () => scene.taken.length === 3);
    const ids = new Set(scene.arrived.map(({ headers }) => headers['webhook-id']));
    await until('the place is known', async () => (await call(IGATE, 'GET', `/${id}`)).json.cursor === toCursor(3));
    expect((await call(IGATE, 'POST', `/${id}/replay`, { cursor: toCursor(1) })).status).toBe(200);
    await until('two were taken again', () => scene.taken.length === 5);
    expect(scene.taken.slice(3).map(({ pos }) => pos)).toEqual([2, 3]);
    expect(scene.arrived.slice(3).every(({ headers }) => ids.has(headers['webhook-id']))).toBe(true);
  });

  it('sends again from a time', async () => {
    const { id } = await create();
    await scene.append('H15.50-260310-0001');
    scene.now += 1 * HOUR;
    const from = new Date(scene.now).toISOString();
    await scene.append('H15.50-260310-0001', 'H15.50-260310-0002');
    await scene.worker();
    await until('all of it was taken', () => scene.taken.length === 3);
    await until('the place is known', async () => (await call(IGATE, 'GET', `/${id}`)).json.cursor === toCursor(3));
    expect((await call(IGATE, 'POST', `/${id}/replay`, { from })).status).toBe(200);
    await until('two were taken again', () => scene.taken.length === 5);
    expect(
      scene.taken
        .slice(3)
        .map(({ pos }) => pos)
        .sort(),
    ).toEqual([2, 3]);
  });

  it('leaves nothing out, and begins nowhere that is gone', async () => {
    const { id } = await create();
    await scene.append('H15.50-260310-0001', 'H15.50-260310-0002');
    const ahead = await call(IGATE, 'POST', `/${id}/replay`, { cursor: toCursor(2) });
    expect(ahead.json).toMatchObject({ code: 'validation', violations: [{ path: '$.cursor' }] });
    expect((await call(IGATE, 'POST', `/${id}/replay`, { cursor: 'abc' })).status).toBe(422);
    for (const body of [{}, { cursor: toCursor(0), from: '2026-03-10T09:00:00+07:00' }])
      expect((await call(IGATE, 'POST', `/${id}/replay`, body)).status).toBe(422);
    await scene.worker();
    await until('all of it was taken', () => scene.taken.length === 2);
    await until('the place is known', async () => (await call(IGATE, 'GET', `/${id}`)).json.cursor === toCursor(2));
    await scene.rows('delete from change where pos = 1');
    await scene.rows('update feed_mark set removed_to = 1');
    for (const body of [{ cursor: toCursor(0) }, { from: new Date(scene.now - 1 * DAY).toISOString() }]) {
      const gone = await call(IGATE, 'POST', `/${id}/replay`, body);
      expect(gone).toMatchObject({ status: 410, json: { code: 'cursor-expired', cursor: toCursor(1) } });
    }
  });
});

describe('what came of the last attempts', () => {
  it('is told newest first, and what fell behind by its dossier', async () => {
    const { id } = await create();
    scene.answer = (received, response) =>
      response.writeHead(received.items[0]!.dossierCode!.endsWith('0001') ? 500 : 200).end();
    await scene.append('H15.50-260310-0001', 'H15.50-260310-0002');
    await scene.worker();
    await until('both were tried', async () => (await call(IGATE, 'GET', `/${id}/deliveries`)).json.items.length === 2);
    const { json } = await call(IGATE, 'GET', `/${id}/deliveries`);
    expect(json.items.map(({ outcome, status, firstPos, items }) => [outcome, status, firstPos, items]).sort()).toEqual(
      [
        ['refused', 500, 1, 1],
        ['taken', 200, 2, 1],
      ],
    );
    const one = await call(IGATE, 'GET', `/${id}/deliveries?limit=1`);
    expect(one.headers.link).toContain('rel="next"');
    const read = (await call(IGATE, 'GET', `/${id}`)).json;
    expect(read).toMatchObject({
      lagging: 1,
      cursor: toCursor(2),
      lags: [{ dossierCode: 'H15.50-260310-0001', attempts: 1, lastError: 'HTTP 500' }],
    });
    expect((await call(IGATE, 'GET', `/${randomUUID()}/deliveries`)).status).toBe(404);
  });
});
