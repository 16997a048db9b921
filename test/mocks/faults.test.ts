/** @module Every class of fault strikes, is counted, and is gone after `{}`. */
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { buildSimulators } from '../../mocks/server.ts';
import {
  dossierRecord,
  type Json,
  logIn,
  type PortalClient,
  type Running,
  startGateway,
  startSimulators,
} from './support.ts';

/** How long a condition is awaited on a busy machine. */
const PATIENT = { timeout: 15_000 };
const CODE = 'H15.50-260202-0001';

async function portal(): Promise<{ simulators: Running; client: PortalClient; set(faults: Json): Promise<void> }> {
  const simulators = await startSimulators();
  const client = await logIn(simulators);
  await client.dossier(dossierRecord(CODE));
  return {
    simulators,
    client,
    async set(faults) {
      const answer = await simulators.send('PUT', '/_faults/national-portal', faults);
      expect(answer).toEqual({ status: 200, body: faults });
    },
  };
}

async function firedOf(simulators: Running, system = 'national-portal'): Promise<Json> {
  return (await simulators.get(`/_stats/${system}`)).body.faultsFired as Json;
}

/** One read on the wire, as the bare HTTP answer. */
async function rawRead(simulators: Running, signal?: AbortSignal): Promise<Response> {
  return fetch(`${simulators.url}/national-portal/mapi/g`, {
    method: 'POST',
    body: JSON.stringify({ service: 'LayDanhMucLinhVuc' }),
    ...(signal && { signal }),
  });
}

const TIME = '20260312160000';

describe('before anything is done', () => {
  test.each([
    ['down', { down: true }],
    ['resetRate', { resetRate: 1 }],
  ])('%s ends the connection', async (name, faults) => {
    const { simulators, client, set } = await portal();
    await set(faults);
    await expect(client.progress([CODE, '6', TIME])).rejects.toThrow();
    await set({});
    expect((await client.lookUp(CODE)).DanhSachTienDo).toEqual([]);
    expect(await firedOf(simulators)).toEqual({ [name]: 1 });
  });

  test('an error rate answers the status asked for and does nothing', async () => {
    const { simulators, client, set } = await portal();
    await set({ errorRate: 1, status: 502 });
    expect((await rawRead(simulators)).status).toBe(502);
    await client.progress([CODE, '6', TIME]);
    await set({});
    expect((await client.lookUp(CODE)).DanhSachTienDo).toEqual([]);
    expect(await firedOf(simulators)).toEqual({ errorRate: 2 });
  });

  test('a timeout takes the call and never answers it', async () => {
    const { simulators, client, set } = await portal();
    await set({ timeoutRate: 1 });
    const caller = new AbortController();
    const call = rawRead(simulators, caller.signal);
    await expect.poll(() => firedOf(simulators), PATIENT).toEqual({ timeoutRate: 1 });
    caller.abort();
    await expect(call).rejects.toThrow();
    await set({});
    expect(await client.lookUp(CODE)).toMatchObject({ MaHoSo: CODE });
  });

  test('maintenance says until when, in the portal’s own code', async () => {
    const { simulators, client, set } = await portal();
    await set({ maintenanceUntil: new Date(Date.now() + 90_000).toISOString() });
    const answer = await rawRead(simulators);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(await answer.json()).toMatchObject({ error_code: '-8' });
    await set({ maintenanceUntil: new Date(Date.now() - 1000).toISOString() });
    expect(await client.lookUp(CODE), 'an announced end that has come').toMatchObject({ MaHoSo: CODE });
    expect(await firedOf(simulators)).toEqual({ maintenanceUntil: 1 });
  });

  test('a limit per second is met with 429 and the wait asked for', async () => {
    const { simulators, client, set } = await portal();
    await set({ rateLimitPerSecond: 0.001, retryAfterSeconds: 7 });
    await rawRead(simulators);
    const answer = await rawRead(simulators);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await answer.json()).toMatchObject({ error_code: '-7' });
    await set({});
    expect(await client.lookUp(CODE)).toMatchObject({ MaHoSo: CODE });
  });

  test('a page of HTML comes with status 200', async () => {
    const { simulators, set } = await portal();
    await set({ htmlRate: 1 });
    const answer = await rawRead(simulators);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<html');
    await set({});
    expect((await rawRead(simulators)).headers.get('content-type')).toContain('application/json');
  });

  test('latency and jitter delay an answer that is otherwise right', async () => {
    const { simulators, client, set } = await portal();
    await set({ latencyMs: 20, jitterMs: 20 });
    expect(await client.lookUp(CODE)).toMatchObject({ MaHoSo: CODE });
    expect(await firedOf(simulators)).toEqual({ latencyMs: 1, jitterMs: 1 });
  });
});

describe('after the work', () => {
  test('a lost answer has had its effect', async () => {
    const { simulators, client, set } = await portal();
    await set({ lostAnswerRate: 1 });
    await expect(client.progress([CODE, '6', TIME])).rejects.toThrow();
    await set({});
    expect(await client.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
    expect(await firedOf(simulators)).toEqual({ lostAnswerRate: 1 });
  });

  test('a malformed answer is whole and no JSON', async () => {
    const { simulators, set } = await portal();
    await set({ malformedRate: 1 });
    const text = await (await rawRead(simulators)).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    await set({});
    expect(await (await rawRead(simulators)).json()).toHaveProperty('error_code');
  });

  test('a truncated answer ends before its announced length', async () => {
    const { simulators, set } = await portal();
    await set({ truncateRate: 1 });
    await expect(rawRead(simulators).then((answer) => answer.text())).rejects.toThrow();
    await set({});
    expect(await (await rawRead(simulators)).json()).toHaveProperty('error_code');
    expect(await firedOf(simulators)).toEqual({ truncateRate: 1 });
  });

  test('a slow body arrives whole', async () => {
    const { simulators, client, set } = await portal();
    await set({ slowBodyBytesPerSecond: 5000 });
    expect(await client.lookUp(CODE)).toMatchObject({ MaHoSo: CODE });
    expect(await firedOf(simulators)).toEqual({ slowBodyBytesPerSecond: 1 });
  });

  test('a late effect comes after the answer was lost', async () => {
    const { simulators, client, set } = await portal();
    await set({ lateEffectMs: 2000 });
    await expect(client.progress([CODE, '6', TIME])).rejects.toThrow();
    expect(await client.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '2' });
    await set({});
    await expect.poll(() => client.lookUp(CODE), PATIENT).toMatchObject({ TrangThaiHoSo: '6' });
    expect(await firedOf(simulators)).toEqual({ lateEffectMs: 1 });
  });

  test('with a rate of lost answers beside it, only that share of the writes is late', async () => {
    const { client, set } = await portal();
    await set({ lateEffectMs: 150, lostAnswerRate: 0 });
    expect(await client.progress([CODE, '6', TIME])).toMatchObject({ error_code: '0' });
    expect(await client.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
  });
});

describe('what is kept', () => {
  test('of a partial batch a beginning is kept and an error answered', async () => {
    const { simulators, client, set } = await portal();
    await set({ partialBatchRate: 1, seed: 7 });
    const times = ['08', '09', '10', '11', '12', '13'].map((hour) => `20260312${hour}0000`);
    const answer = await client.progress(...times.map((time): [string, string, string] => [CODE, '4', time]));
    expect(answer.error_code).toBe('-99');
    await set({});
    const kept = ((await client.lookUp(CODE)).DanhSachTienDo as Json[]).map(({ ThoiDiemXuLy }) => ThoiDiemXuLy);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(times.length);
    expect(kept).toEqual(times.slice(0, kept.length));
    expect(await firedOf(simulators)).toEqual({ partialBatchRate: 1 });
  });

  test('a silent drop says done and keeps nothing', async () => {
    const { simulators, client, set } = await portal();
    await set({ silentDropRate: 1 });
    expect(await client.progress([CODE, '6', TIME])).toMatchObject({ error_code: '0' });
    await set({});
    expect((await client.lookUp(CODE)).DanhSachTienDo).toEqual([]);
    expect((await simulators.get('/_stats/national-portal')).body).toMatchObject({
      effects: 1,
      faultsFired: { silentDropRate: 1 },
    });
  });

  test('a stale read shows what was', async () => {
    const { client, set } = await portal();
    await client.progress([CODE, '6', TIME]);
    await set({ staleReadMs: 600_000 });
    expect(await client.call('TraCuuHoSo', { MaHoSo: CODE }), 'it was not there ten minutes ago').toMatchObject({
      error_code: '-4',
    });
    await set({});
    expect(await client.lookUp(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
  });
});

test('stale reads are played by the other systems too', async () => {
  const simulators = await startSimulators();
  await simulators.send('POST', '/_act/land-registry', { act: 'forward', dossier: CODE });
  await simulators.send('POST', '/_act/coordination', { act: 'process', dossier: CODE });
  const reads = [`/land-registry/GetThongTinHoSo?SoBienNhan=${CODE}`, `/coordination/dossiers?code=${CODE}`];
  const known = async (): Promise<boolean[]> => {
    const answers = [];
    for (const read of reads) answers.push(JSON.stringify((await simulators.get(read)).body).includes(`"${CODE}"`));
    return answers;
  };
  expect(await known()).toEqual([true, true]);
  for (const system of ['land-registry', 'coordination'])
    await simulators.send('PUT', `/_faults/${system}`, { staleReadMs: 600_000 });
  expect(await known()).toEqual([false, false]);
});

test('expiring tokens end the sessions there are, and new ones can be opened', async () => {
  const { simulators, client, set } = await portal();
  await set({ expireTokens: true });
  expect(await client.call('TraCuuHoSo', { MaHoSo: CODE })).toMatchObject({ error_code: '-1' });
  expect(await (await logIn(simulators)).lookUp(CODE)).toMatchObject({ MaHoSo: CODE });
  await set({});
  expect(await client.call('TraCuuHoSo', { MaHoSo: CODE }), 'an ended session stays ended').toMatchObject({
    error_code: '-1',
  });
  expect(await firedOf(simulators)).toEqual({ expireTokens: 1 });
});

test('a wrong clock shows in the Date header', async () => {
  const { simulators, set } = await portal();
  await set({ clockSkewMs: -7 * 3_600_000 });
  const hoursBehind = (answer: Response): number =>
    Math.round((Date.now() - Date.parse(answer.headers.get('date')!)) / 3_600_000);
  expect(hoursBehind(await rawRead(simulators))).toBe(7);
  await set({});
  expect(hoursBehind(await rawRead(simulators))).toBe(0);
});

test('the same seed strikes the same calls', async () => {
  const { simulators, set } = await portal();
  const run = async (): Promise<number[]> => {
    await set({ errorRate: 0.5, seed: 42 });
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await rawRead(simulators)).status);
    return statuses;
  };
  const first = await run();
  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await run()).toEqual(first);
});

test('pushes are repeated and put out of order when asked', async () => {
  const gateway = await startGateway();
  const simulators = await startSimulators({ webhooks: { 'land-registry': { url: `${gateway.url}/{operation}` } } });
  const act = (more: Json) => simulators.send('POST', '/_act/land-registry', { dossier: CODE, ...more });
  await simulators.send('PUT', '/_faults/land-registry', { duplicatePushRate: 1 });
  await act({ act: 'forward' });
  await expect.poll(() => gateway.received.length, PATIENT).toBe(2);
  expect(gateway.received[0]!.text).toBe(gateway.received[1]!.text);

  gateway.received.length = 0;
  await simulators.send('PUT', '/_faults/land-registry', { shufflePushes: true, seed: 3 });
  const sent = [];
  for (let i = 0; i < 8; i++) {
    sent.push(`${i}`);
    await act({ act: 'forward', note: `${i}` });
  }
  await expect.poll(() => gateway.received.length, PATIENT).toBe(sent.length);
  const arrived = gateway.received.map(({ body }) => body.NoiDungXuLy as string);
  expect([...arrived].sort()).toEqual(sent);
  expect(arrived).not.toEqual(sent);
  expect(await firedOf(simulators, 'land-registry')).toMatchObject({
    duplicatePushRate: 1,
    shufflePushes: expect.any(Number),
  });
});

test('what is no fault is refused by name', async () => {
  const simulators = await startSimulators();
  const put = (faults: unknown) => simulators.send('PUT', '/_faults/national-portal', faults);
  const { status, body } = await put({ errorRate: 2, broken: true, status: 404, maintenanceUntil: 'tomorrow' });
  expect(status).toBe(400);
  for (const name of ['errorRate', 'broken', 'status', 'maintenanceUntil']) expect(body.message).toContain(name);
  expect(await put('down')).toMatchObject({ status: 400 });
  expect(await simulators.send('PUT', '/_faults/moon', {})).toMatchObject({ status: 404 });
  expect((await simulators.get('/_faults/national-portal')).body).toEqual({});
});

test('the systems are listed with their names, confidence and faults', async () => {
  const simulators = await startSimulators();
  await simulators.send('PUT', '/_faults/coordination', { down: true });
  const { items } = (await simulators.get('/_systems')).body as { items: Json[] };
  expect(items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: 'national-portal', wire: 'observed', faults: {} }),
      expect.objectContaining({ id: 'land-registry', wire: 'observed', faults: {} }),
      expect.objectContaining({
        id: 'coordination',
        wire: 'assumed',
        faults: { down: true },
        name: expect.objectContaining({ en: 'National coordination of dossiers' }),
      }),
    ]),
  );
  expect(await simulators.get('/_health')).toEqual({ status: 200, body: { status: 'ok' } });
});

test('a taken port is an error that is told', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(buildSimulators({ port }).listen()).rejects.toThrow('EADDRINUSE');
  taken.close();
});
