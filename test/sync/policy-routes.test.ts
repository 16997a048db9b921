import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareDefaultMode, type KeptPolicies, keepPolicies } from '../../src/sync/policy-keep.ts';
import { policyRoutes } from '../../src/sync/policy-routes.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';
import { gatewayWith } from '../watch/gateway.ts';

let timeline: Timeline;
let app: FastifyInstance;
/** Two processes of the installation. */
let here: KeptPolicies;
let elsewhere: KeptPolicies;
let applied = 0;
beforeAll(async () => {
  timeline = await openTimeline();
  await declareDefaultMode(timeline.pool, 'observe', { delivers: true });
  here = await keepPolicies(timeline.pool, silent);
  elsewhere = await keepPolicies(timeline.pool, silent);
  const gateway = await gatewayWith(
    policyRoutes({
      pool: timeline.pool,
      destinations: [PORTAL],
      reload: here.reload,
      apply: async () => ++applied,
    }),
    Date.now,
  );
  app = gateway.app;
});
afterAll(async () => {
  await here.stop();
  await elsewhere.stop();
  await app.close();
  await timeline.close();
});

const get = async () => {
  const answer = await app.inject({ url: '/v1/sync-policies', headers: { authorization: 'Bearer H15' } });
  return { tag: String(answer.headers.etag), json: answer.json() };
};
const put = async (body: object, headers: Record<string, string> = {}) => {
  const answer = await app.inject({
    method: 'PUT',
    url: '/v1/sync-policies',
    headers: { authorization: 'Bearer H15', 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, json: answer.json() };
};
const send = (more: object = {}) => ({ destination: PORTAL, mode: 'send', ...more });

describe('the list of policies', () => {
  it('begins as the installation has it, by nobody’s hand', async () => {
    expect((await get()).json).toMatchObject({ version: 1, author: 'SYNC_MODE', defaultMode: 'observe', items: [] });
  });

  it('is replaced whole, with its author and reason, and what was before is kept', async () => {
    const before = (await get()).json.version;
    const items = [send({ procedure: '1.005129', effectiveFrom: '2026-12-01', owns: ['status'] })];
    const { status, json } = await put({ items, reason: 'Bắt đầu với đất đai' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ version: before + 1, author: 'operator', reason: 'Bắt đầu với đất đai', items });
    expect(json.changed).toBe(applied);
    expect(json.former[0]).toMatchObject({ version: before, items: [] });
    // A reason is asked of nobody, and kept where it is given.
    expect(await put({ items: [] })).toMatchObject({ status: 200, json: { reason: null, items: [] } });
  });

  it('is known to every process within seconds', async () => {
    const { json } = await put({ items: [send()] });
    expect(here.policies()).toMatchObject({ version: json.version });
    await until('the other process has read it', async () => elsewhere.policies().version === json.version);
    expect(elsewhere.policies().items).toEqual([send()]);
  });

  it('is not overwritten by somebody who read an older one', async () => {
    const { tag } = await get();
    expect((await put({ items: [] }, { 'if-match': tag })).status).toBe(200);
    const late = await put({ items: [send()] }, { 'if-match': tag });
    expect(late).toMatchObject({ status: 412, json: { code: 'precondition-failed' } });
    expect((await get()).json.items).toEqual([]);
  });

  it('names what is wrong, and stays as it was', async () => {
    const { json: before } = await get();
    const unknown = await put({ items: [send(), { destination: 'elsewhere', mode: 'send' }] });
    expect(unknown).toMatchObject({ status: 422, json: { violations: [{ path: '$.items[1].destination' }] } });
    const wrong = await put({ items: [send({ agency: 'nowhere' })] });
    expect(wrong).toMatchObject({ status: 422, json: { violations: [{ path: '$.items[0].agency' }] } });
    expect((await get()).json).toEqual(before);
  });
});

describe('the installation’s own mode', () => {
  it('is a version of its own when the process that starts has another, and keeps the list', async () => {
    const { json: before } = await put({ items: [send({ agency: 'H15.50' })] });
    await declareDefaultMode(timeline.pool, 'observe', { delivers: true });
    expect((await get()).json.version).toBe(before.version);
    await declareDefaultMode(timeline.pool, 'send', { delivers: true });
    expect((await get()).json).toMatchObject({
      version: before.version + 1,
      author: 'SYNC_MODE',
      defaultMode: 'send',
      items: [send({ agency: 'H15.50' })],
    });
    expect(await put({ items: [] })).toMatchObject({ json: { defaultMode: 'send' } });
  });

  it('is not for a process to say that delivers nothing', async () => {
    const { json: before } = await get();
    await declareDefaultMode(timeline.pool, 'observe', { delivers: false });
    expect((await get()).json).toEqual(before);
  });
});
