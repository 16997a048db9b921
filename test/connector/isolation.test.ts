/** @module What breaks or hangs stops itself only: another operation of its upstream, and every other upstream, go on. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Upstream } from '../../src/connector/upstream.ts';
import type { UpstreamError } from '../../src/connector/upstream-error.ts';
import { until } from '../support/until.ts';

/** Answers by path: `/fails` 500, `/hangs` nothing until it is let go, everything else at once. */
async function system() {
  const hanging = new Set<ServerResponse>();
  let isWell = false;
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    if (request.url === '/hangs') {
      hanging.add(response);
      response.on('close', () => hanging.delete(response));
    } else response.writeHead(request.url === '/fails' && !isWell ? 500 : 200).end('{"ok":true}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hanging,
    asked: () => asked,
    heal: () => {
      isWell = true;
    },
  };
}

const refusals: string[] = [];
let later: number;
beforeEach(() => {
  refusals.length = 0;
  later = 0;
});
const upstreams: Upstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

function upstreamAt(baseUrl: string, more: { timeoutMs?: number; queue?: number } = {}): Upstream {
  const upstream = new Upstream({
    name: 'registry',
    baseUrl,
    connections: 4,
    timeoutMs: 10_000,
    now: () => Date.now() + later,
    breakerResetMs: 100,
    refused: (operation, why) => refusals.push(`${operation} ${why}`),
    ...more,
  });
  upstreams.push(upstream);
  return upstream;
}

const call = (upstream: Upstream, operation: string, more: { signal?: AbortSignal; isProbe?: boolean } = {}) =>
  upstream.json({ operation, door: operation, method: 'GET', path: `/${operation}`, ...more }).then(
    () => 'ok',
    (error: UpstreamError) => error.kind,
  );

const times = (count: number, make: () => Promise<string>) => Promise.all(Array.from({ length: count }, make));

/** Three failures in a row over two seconds without a success. */
async function breakDoor(upstream: Upstream, operation = 'fails'): Promise<void> {
  await call(upstream, operation);
  later += 2_000;
  for (let i = 0; i < 2; i++) await call(upstream, operation);
}

describe('an operation that breaks', () => {
  it('closes its own door: the others of its upstream are answered', async () => {
    const { url, asked } = await system();
    const upstream = upstreamAt(url);
    await breakDoor(upstream);
    const before = asked();
    expect(await call(upstream, 'fails')).toBe('unavailable');
    expect(asked()).toBe(before);
    expect(refusals).toEqual(['fails open']);
    expect(await call(upstream, 'works')).toBe('ok');
    expect(upstream.breaker.state).toBe('closed');
    expect(upstream.doors.get('fails')!.breaker).toMatchObject({ state: 'open', why: { kind: 'unavailable' } });
  });

  it('is called again once the probe has succeeded, which speaks for every door', async () => {
    const { url, heal } = await system();
    const upstream = upstreamAt(url);
    await breakDoor(upstream);
    heal();
    await until('its time has come', () => upstream.isHalfOpen);
    expect(await call(upstream, 'fails')).toBe('unavailable');
    expect(await call(upstream, 'health', { isProbe: true })).toBe('ok');
    await until('its door is open to callers', () => !upstream.isHalfOpen);
    expect(await call(upstream, 'fails')).toBe('ok');
  });
});

describe('an operation that hangs', () => {
  it('takes its share of the connections and no more; the probe waits for nobody', async () => {
    const { url, hanging } = await system();
    const upstream = upstreamAt(url, { queue: 8 });
    const caller = new AbortController();
    const stuck = times(11, () => call(upstream, 'hangs', { signal: caller.signal }));
    await until('its share is taken', () => hanging.size === 3);
    expect(await call(upstream, 'hangs')).toBe('busy');
    expect(await times(20, () => call(upstream, 'works'))).toContain('ok');
    expect(await call(upstream, 'works')).toBe('ok');
    expect(await call(upstream, 'health', { isProbe: true })).toBe('ok');
    expect(hanging.size).toBe(3);
    caller.abort();
    expect(new Set(await stuck)).toEqual(new Set(['timeout']));
    expect(upstream.breaker.state).toBe('closed');
  });

  it('and a hanging probe ends at its own time, so that it cannot hold the breaker half-open for ever', async () => {
    const { url } = await system();
    const upstream = upstreamAt(url, { timeoutMs: 150 });
    await breakDoor(upstream, 'hangs');
    expect(upstream.doors.get('hangs')!.breaker.state).toBe('open');
    for (const state of ['half-open', 'open', 'half-open'] as const) {
      await until(`it is ${state}`, () => upstream.doors.get('hangs')!.breaker.state === state);
      if (state === 'half-open') void call(upstream, 'hangs', { isProbe: true });
    }
  });
});

describe('more calls at once than we allow', () => {
  it('are refused by us, and never count against the upstream', async () => {
    const { url, hanging } = await system();
    const upstream = upstreamAt(url, { queue: 0 });
    const caller = new AbortController();
    const stuck = times(3, () => call(upstream, 'hangs', { signal: caller.signal }));
    await until('its share is taken', () => hanging.size === 3);
    later += 10_000;
    expect(new Set(await times(100, () => call(upstream, 'hangs')))).toEqual(new Set(['busy']));
    expect(refusals).toHaveLength(100);
    expect(upstream.doors.get('hangs')!.breaker.state).toBe('closed');
    caller.abort();
    await stuck;
  });
});

it('one upstream that hangs beside others under load: the others are answered, every one of their calls', async () => {
  const [bad, ...good] = await Promise.all([system(), system(), system()]);
  const hangs = upstreamAt(bad.url, { queue: 16 });
  const others = good.map(({ url }) => upstreamAt(url, { queue: 1_000 }));
  const caller = new AbortController();
  const stuck = times(200, () => call(hangs, 'hangs', { signal: caller.signal }));
  const answered = await Promise.all(others.map((upstream) => times(500, () => call(upstream, 'works'))));
  expect(new Set(answered.flat())).toEqual(new Set(['ok']));
  // It holds what it was given all the while: connections to itself and places in its own queue.
  expect(bad.hanging.size).toBe(3);
  expect(refusals.filter((each) => each === 'hangs busy')).toHaveLength(200 - 3 - 16);
  caller.abort();
  expect(new Set(await stuck)).toEqual(new Set(['busy', 'timeout']));
});
