/** @module An upstream that fails is seen by everybody – who stopped it, why, until when – and is called again without anyone's help. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Connections, openConnections } from '../../src/connector/connections.ts';
import { HealthWatch } from '../../src/connector/health-watch.ts';
import { maintenanceRoutes } from '../../src/connector/maintenance-routes.ts';
import { readWindows } from '../../src/connector/maintenance-store.ts';
import { connectorRoutes } from '../../src/connector/routes.ts';
import { statusRoutes } from '../../src/connector/status-page.ts';
import { createLog } from '../../src/log.ts';
import { testApp } from '../http/test-app.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { type StubUpstream, stubConnector, stubSettings, stubUpstream } from './stub-upstream.ts';

const REGISTRY = stubConnector('registry', {
  probe: async ({ upstream }) => void (await upstream.json({ operation: 'health', method: 'GET', path: '/health' })),
});
const CONNECTORS = [REGISTRY, stubConnector('absent')];

let database: TestDatabase;
let upstream: StubUpstream;
let lines: string[];
let ending: (() => Promise<unknown>)[];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  upstream = await stubUpstream();
  lines = [];
  ending = [];
  await database.pool.query('truncate connector_health; delete from maintenance_window');
});
afterEach(async () => {
  for (const end of ending.toReversed()) await end();
  await upstream.close();
});

/** A process of the gateway as far as upstreams are concerned. */
function processNamed(
  instance: string,
  now: () => number = Date.now,
): { connections: Connections; health: HealthWatch } {
  const connections = openConnections({
    connectors: CONNECTORS,
    settingsOf: (name) => stubSettings.parse(name === 'absent' ? {} : { BASE_URL: upstream.url }),
    now,
    observed: () => {},
    breakerResetMs: 150,
  });
  const health = new HealthWatch({
    connections,
    db: database.pool,
    instance,
    log: createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }),
    now,
    probedElsewhere: new Set(),
  });
  ending.push(
    () => connections.close(),
    () => health.stop(),
  );
  return { connections, health };
}

async function fail(connections: Connections, times: number): Promise<void> {
  const client = connections.get('registry')!.context.upstream;
  for (let n = 0; n < times; n++)
    await client.json({ operation: 'verify', method: 'GET', path: '/verify' }).catch(() => {});
}

async function gatewayOf({ health }: { health: HealthWatch }) {
  const deps = { connectors: CONNECTORS, health, now: Date.now };
  const { app, token } = await testApp([
    ...connectorRoutes({ ...deps, windows: () => readWindows(database.pool, Date.now()) }).map(open),
    ...maintenanceRoutes({ ...deps, db: database.pool, changed: () => health.share() }).map(open),
    ...statusRoutes(deps),
  ]);
  ending.push(() => app.close());
  const authorization = `Bearer ${await token('igate')}`;
  return {
    app,
    ask: async (method: 'GET' | 'PUT' | 'DELETE', url: string, payload?: object) =>
      app.inject({ method, url, headers: { authorization }, ...(payload && { payload }) }),
  };
}
const open = <T extends { scope: string }>(route: T): T => ({ ...route, scope: 'parcels.read' });

it('names who stopped an upstream, why, since when and until when, and calls it again after its health call succeeds', async () => {
  const { connections, health } = processNamed('a');
  const { ask } = await gatewayOf({ health });
  upstream.answer = { status: 500, body: '' };
  await fail(connections, 20);
  // On a slow machine the breaker opens before the last of them, and refuses the rest.
  const calls = upstream.asked.length;
  const down = (await ask('GET', '/v1/connectors/registry')).json();
  expect(down).toMatchObject({
    state: 'down',
    // It lets its health call pass so soon that this may be seen already.
    breaker: expect.stringMatching(/^(half-)?open$/),
    stop: { by: 'breaker', why: 'unavailable', words: 'verify', since: expect.any(String), until: expect.any(String) },
    health: { traffic: { calls, failures: calls, byKind: { unavailable: calls } } },
  });
  upstream.answer = { status: 200, body: '{}' };
  health.start();
  await until('it is back by itself', () => connections.get('registry')!.upstream.breaker.state === 'closed');
  expect(upstream.asked.map(({ url }) => url).slice(calls)).toEqual(['/health']);
  await until('it was told', () => lines.some((line) => line.includes('the upstream is back')));
  expect(lines.filter((line) => line.includes('"registry"'))).toHaveLength(2);
  const back = (await ask('GET', '/v1/connectors/registry')).json();
  expect(back).toMatchObject({ breaker: 'closed', stop: null, health: { now: { ok: true } } });
});

it('lets an announced maintenance stop every process at once and end by itself or by hand', async () => {
  let offset = 0;
  const here = processNamed('a', () => Date.now() + offset);
  const there = processNamed('b', () => Date.now() + offset);
  const { ask } = await gatewayOf(here);
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const window = { connector: 'registry', endsAt, reason: 'Nâng cấp máy chủ' };
  expect((await ask('PUT', '/v1/maintenance-windows/upgrade', window)).statusCode).toBe(201);
  expect((await ask('PUT', '/v1/maintenance-windows/upgrade', window)).statusCode).toBe(200);
  await there.health.share();
  for (const { connections } of [here, there]) {
    const call = connections.get('registry')!.context.upstream.json({ operation: 'x', method: 'GET', path: '/' });
    await expect(call).rejects.toMatchObject({ kind: 'maintenance', facts: { until: Date.parse(endsAt) } });
  }
  expect(upstream.asked).toEqual([]);
  const [shown] = (await ask('GET', '/v1/connectors')).json().items;
  expect(shown).toMatchObject({ state: 'maintenance', stop: { by: 'operator', words: 'Nâng cấp máy chủ' } });
  expect(Date.parse(shown.maintenanceUntil)).toBe(Date.parse(endsAt));

  expect((await ask('DELETE', '/v1/maintenance-windows/upgrade')).statusCode).toBe(204);
  expect((await ask('DELETE', '/v1/maintenance-windows/upgrade')).statusCode).toBe(404);
  await fail(here.connections, 1);
  expect(upstream.asked).toHaveLength(1);

  await ask('PUT', '/v1/maintenance-windows/again', window);
  offset = 3_600_001;
  await fail(here.connections, 1);
  expect(upstream.asked).toHaveLength(2);
});

it.each([
  [{ connector: 'nobody', endsAt: '2035-01-01T00:00:00Z', reason: 'vì sao' }, 'not-found'],
  [
    { connector: 'registry', endsAt: '2020-01-01T00:00:00Z', startsAt: '2019-01-01T00:00:00Z', reason: 'vì sao' },
    'validation',
  ],
  [
    { connector: 'registry', startsAt: '2035-01-02T00:00:00Z', endsAt: '2035-01-01T00:00:00Z', reason: 'vì sao' },
    'validation',
  ],
  [
    { connector: 'registry', startsAt: '2035-01-01T00:00:00Z', endsAt: '2036-01-01T00:00:00Z', reason: 'vì sao' },
    'validation',
  ],
])('refuses maintenance that makes no sense: %j', async (window, code) => {
  const { ask } = await gatewayOf(processNamed('a'));
  expect((await ask('PUT', '/v1/maintenance-windows/w', window)).json()).toMatchObject({ code });
  expect((await ask('GET', '/v1/maintenance-windows')).json()).toEqual({ items: [] });
});

it('heeds the end that an upstream names, and asks meanwhile whether it came earlier', async () => {
  let offset = 0;
  const { connections, health } = processNamed('a', () => Date.now() + offset);
  upstream.answer = { status: 503, headers: { 'retry-after': '3600' }, body: '' };
  await fail(connections, 1);
  const report = (await health.reports()).get('registry');
  expect(report).toMatchObject({ state: 'maintenance', stop: { by: 'upstream', why: 'maintenance' } });
  upstream.answer = { status: 200, body: '{}' };
  offset = 15_000;
  health.look();
  await until('it is open again', () => connections.get('registry')!.upstream.breaker.held === null);
});

it('shows what another process sees of an upstream that this one never called', async () => {
  const [caller, other] = [processNamed('a'), processNamed('b')];
  upstream.answer = { status: 500, body: '' };
  await fail(caller.connections, 20);
  await caller.health.share();
  expect((await other.health.reports()).get('registry')).toMatchObject({ state: 'down', traffic: { failures: 20 } });
});

it('asks a silent upstream at the start how it is, and not again while others call it', async () => {
  let offset = 0;
  const { connections, health } = processNamed('a', () => Date.now() + offset);
  health.look();
  await until('it was asked', async () => (await health.reports()).get('registry')?.state === 'up');
  offset = 59_000;
  await fail(connections, 1);
  offset = 100_000;
  health.look();
  expect(upstream.asked.map(({ url }) => url)).toEqual(['/health', '/verify']);
  offset = 120_000;
  health.look();
  await until('it was asked again', () => upstream.asked.length === 3);
});

it('tells the operator once that an account is refused, and does not try it over and over', async () => {
  let offset = 0;
  const { health } = processNamed('a', () => Date.now() + offset);
  upstream.answer = { status: 401, body: '' };
  health.look();
  await until('it was told', () => lines.some((line) => line.includes('refuses the account')));
  offset = 59_000;
  health.look();
  offset = 61_000;
  health.look();
  await until('it was asked again', () => upstream.asked.length === 2);
  expect(lines.filter((line) => line.includes('refuses the account'))).toHaveLength(1);
  expect((await health.reports()).get('registry')).toMatchObject({ state: 'down', probe: { failure: 'auth' } });
});

it('shows the public how each connection does, in Vietnamese, English or JSON, and no more', async () => {
  const { connections, health } = processNamed('a');
  const { app } = await gatewayOf({ health });
  upstream.answer = { status: 500, body: 'secret words' };
  await fail(connections, 20);
  const page = async (headers: Record<string, string>, query = '') => app.inject({ url: `/status${query}`, headers });
  const vietnamese = await page({ accept: 'text/html', 'accept-language': 'en-US' });
  expect(vietnamese.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(vietnamese.body).toContain('Hệ thống registry');
  expect(vietnamese.body).toContain('Đang gián đoạn');
  expect(vietnamese.body).not.toContain('Hệ thống absent');
  expect((await page({ accept: 'text/html' }, '?lang=en')).body).toContain('Down');
  const json = (await page({})).json();
  expect(json.items).toEqual([
    { name: 'registry', title: REGISTRY.title, state: 'down', since: expect.any(String), until: expect.any(String) },
    { name: 'absent', title: CONNECTORS[1]!.title, state: 'not-connected', since: null, until: null },
  ]);
});
