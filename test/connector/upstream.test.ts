import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Upstream } from '../../src/connector/upstream.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';

const NOW = Date.parse('2026-03-10T09:00:00+07:00');

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

let answering: Answering;
const requests: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[] = [];
const server = createServer(async (request, response) => {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  requests.push({ method: request.method!, path: request.url!, headers: request.headers, body });
  answering(request, response);
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  requests.length = 0;
  answering = (_request, response) => response.end('{"ok":true}');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const observed: string[] = [];

function upstreamAt(baseUrl: string, timeoutMs = 5_000): Upstream {
  observed.length = 0;
  const upstream = new Upstream({
    name: 'portal',
    baseUrl,
    connections: 2,
    timeoutMs,
    now: () => NOW,
    observed: (operation, outcome) => observed.push(`${operation} ${outcome}`),
  });
  onTestFinished(() => upstream.close());
  return upstream;
}

const CALL = { operation: 'TraCuuHoSo', method: 'POST', path: '/mapi/g', json: { a: 1 } } as const;

async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UpstreamError)) throw new Error(`no failure of the upstream: ${error}`);
  return error;
}

const status =
  (code: number, headers: Record<string, string> = {}, body = '{"message":"lỗi"}'): Answering =>
  (_request, response) =>
    response.writeHead(code, headers).end(body);

describe('a call', () => {
  it('goes below the base address as JSON, and answers JSON', async () => {
    const upstream = upstreamAt(`${url}/national-portal/`);
    expect(await upstream.json({ ...CALL, headers: { dstcode: 'VN:GOV' } })).toEqual({ ok: true });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/national-portal/mapi/g',
        body: '{"a":1}',
        headers: { dstcode: 'VN:GOV', 'content-type': 'application/json' },
      },
    ]);
    expect(observed).toEqual(['TraCuuHoSo ok']);
  });

  it('follows no redirect: what its system names is not where the operator said it lives', async () => {
    const upstream = upstreamAt(url);
    answering = status(307, { location: `${url}/elsewhere` });
    expect(await failureOf(upstream.json(CALL))).toMatchObject({ facts: { outcome: 'not-done' } });
    expect(requests.map(({ path }) => path)).toEqual(['/mapi/g']);
  });

  it('may be ended by its caller', async () => {
    answering = () => {};
    const upstream = upstreamAt(url);
    const error = await failureOf(upstream.json({ ...CALL, signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ kind: 'timeout', facts: { upstream: 'portal', byCaller: true } });
  });
});

describe('a call in another form', () => {
  it('carries a query without what is absent', async () => {
    const call = { ...CALL, method: 'GET', query: { ward: 'Phường 1', page: 2, of: undefined } } as const;
    await upstreamAt(url).json({ ...call, json: undefined });
    expect(requests).toMatchObject([{ method: 'GET', path: '/mapi/g?ward=Ph%C6%B0%E1%BB%9Dng+1&page=2', body: '' }]);
  });

  it('carries a form', async () => {
    await upstreamAt(url).json({ ...CALL, json: undefined, form: { grant_type: 'client_credentials', note: 'đ' } });
    expect(requests).toMatchObject([
      {
        body: 'grant_type=client_credentials&note=%C4%91',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      },
    ]);
  });

  it('carries XML and answers text, a SOAP fault with its status 500 included', async () => {
    answering = status(500, { 'content-type': 'text/xml' }, '<fault>sai số</fault>');
    const soap = { operation: 'verify', method: 'POST', path: '/soap', xml: '<a/>', headers: { soapaction: '"v"' } };
    expect(await upstreamAt(url).text({ ...soap, method: 'POST', accepts: [500] })).toBe('<fault>sai số</fault>');
    expect(requests).toMatchObject([
      { body: '<a/>', headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '"v"' } },
    ]);
  });
});

describe('a failure says its kind, and whether the work may have been done', () => {
  it.each([
    ['429', status(429, { 'retry-after': '30' }), 'quota', 'not-done', NOW + 30_000],
    [
      '503 with a time',
      status(503, { 'retry-after': 'Tue, 10 Mar 2026 03:00:00 GMT' }),
      'maintenance',
      'not-done',
      NOW + 3_600_000,
    ],
    ['503 without one', status(503), 'unavailable', 'not-done', null],
    ['401', status(401), 'auth', 'not-done', undefined],
    ['403', status(403), 'auth', 'not-done', undefined],
    ['500', status(500), 'unavailable', 'unknown', undefined],
    ['502', status(502, {}, '<html>Bad Gateway</html>'), 'unavailable', 'unknown', undefined],
    ['400', status(400), 'rejected', 'not-done', undefined],
    ['404', status(404), 'rejected', 'not-done', undefined],
    ['a page instead of JSON', status(200, {}, '<!DOCTYPE html>'), 'contract', 'unknown', undefined],
    ['garbled JSON', status(200, {}, '{"a":'), 'contract', 'unknown', undefined],
    [
      'a body that is no UTF-8',
      (_request: IncomingMessage, response: ServerResponse) => response.end(Buffer.from([0x22, 0xc3, 0x28, 0x22])),
      'contract',
      'unknown',
      undefined,
    ],
    ['an empty body', status(200, {}, ''), 'contract', 'unknown', undefined],
    [
      'a connection broken off',
      (request: IncomingMessage) => request.socket.destroy(),
      'unavailable',
      'unknown',
      undefined,
    ],
    [
      'a body cut short',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"ok"', () => response.destroy());
      },
      'unavailable',
      'unknown',
      undefined,
    ],
  ] as const)('%s', async (_title, answer, kind, outcome, until) => {
    answering = answer;
    const error = await failureOf(upstreamAt(url).json(CALL));
    expect(error).toMatchObject({ kind, facts: { upstream: 'portal', operation: 'TraCuuHoSo', outcome } });
    expect(error.facts.until).toBe(until);
    expect(observed).toEqual([`TraCuuHoSo ${kind}`]);
  });

  it('no answer in time: unknown', async () => {
    answering = () => {};
    const error = await failureOf(upstreamAt(url, 100).json(CALL));
    expect(error).toMatchObject({ kind: 'timeout', facts: { outcome: 'unknown' } });
  });

  it('a body beyond all bounds: unknown, and read no further', async () => {
    const piece = Buffer.alloc(1024 * 1024, ' ');
    answering = (_request, response) => {
      const pour = (): void => void (response.destroyed || response.write(piece, pour));
      pour();
    };
    const error = await failureOf(upstreamAt(url).json(CALL));
    expect(error).toMatchObject({
      kind: 'contract',
      facts: { outcome: 'unknown', words: 'answered more than is read' },
    });
  });

  it('a body that never ends: unknown', async () => {
    answering = (_request, response) => {
      response.writeHead(200).write('{');
    };
    const error = await failureOf(upstreamAt(url, 100).json(CALL));
    expect(error).toMatchObject({ kind: 'timeout', facts: { outcome: 'unknown' } });
  });

  it('nobody there: nothing was sent, so nothing was done', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await failureOf(upstreamAt(`http://127.0.0.1:${port}`).json(CALL));
    expect(error).toMatchObject({ kind: 'unavailable', facts: { outcome: 'not-done', words: 'could not be reached' } });
  });

  it('its own words, but no page of HTML', async () => {
    answering = status(400, {}, '{"message":"MaHoSo sai"}');
    expect((await failureOf(upstreamAt(url).json(CALL))).facts.words).toBe('HTTP 400 {"message":"MaHoSo sai"}');
    answering = status(500, {}, '<html>stack trace</html>');
    expect((await failureOf(upstreamAt(url).json(CALL))).facts.words).toBe('HTTP 500');
  });

  it('a slow call of one does not abort another', async () => {
    const upstream = upstreamAt(url, 2_000);
    answering = (request, response) => {
      if (request.url === '/slow') return;
      response.end('{"ok":true}');
    };
    const slow = failureOf(upstream.json({ ...CALL, path: '/slow', timeoutMs: 100 }));
    expect(await upstream.json(CALL)).toEqual({ ok: true });
    expect((await slow).kind).toBe('timeout');
    expect(await upstream.json(CALL)).toEqual({ ok: true });
  });
});
