import { afterEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/dossiers/commands.ts';
import { GatewayError } from '../../src/errors.ts';
import { accepted, type Gateway, type GatewayOptions, gateway, NOW } from './gateway.ts';
import { OTHER_SECRET, SECRET, signedHeaders } from './signed.ts';

const PATH = '/v1/webhooks/coordination';
const DATA = {
  dossierCode: 'H15.12-260310-0001',
  status: 'paused',
  pauseReason: 'financial-obligation',
  occurredAt: '2026-03-10T08:59:55+07:00',
};
const messageOf = (data: unknown) =>
  JSON.stringify({ type: 'dossier.status.changed', timestamp: '2026-03-10T09:00:00+07:00', data });

let opened: Gateway | undefined;
afterEach(() => opened?.app.close());

async function push(
  body: string | Buffer,
  headers: Record<string, string | undefined> = {},
  options: GatewayOptions = {},
) {
  opened = await gateway(options);
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    ...signedHeaders(SECRET, NOW / 1000, body),
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const response = await opened.app.inject({ method: 'POST', url: PATH, headers: sent, payload: body });
  return { response, gateway: opened };
}

describe('a signed message', () => {
  it('is appended with its raw bytes and answered 202 once committed', async () => {
    const body = messageOf(DATA);
    const {
      response,
      gateway: { appended },
    } = await push(body);
    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({ accepted: 1, duplicates: 0, held: 0, quarantined: 0 });
    expect(appended).toHaveLength(1);
    expect(appended[0]!.commands).toMatchObject([
      { source: 'coordination', status: 'paused', reason: 'financial-obligation' },
    ]);
    expect(appended[0]!.raw).toMatchObject({ system: 'coordination', body: Buffer.from(body) });
    expect(appended[0]!.raw!.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('of several events counts each of them once', async () => {
    const results: CommandResult[] = [
      accepted,
      accepted,
      { outcome: 'held', dossierId: 2, code: null, seq: 1, created: true },
      { outcome: 'duplicate', dossierId: 1, seq: 1 },
      { outcome: 'quarantined', reason: 'implausible-time', detail: 'ahead' },
    ];
    const { response } = await push(messageOf(results.map(() => DATA)), {}, { append: async () => results });
    expect(response.json()).toEqual({ accepted: 2, duplicates: 1, held: 1, quarantined: 1 });
  });

  it('signed with the former secret is taken', async () => {
    const body = messageOf(DATA);
    const { response } = await push(body, signedHeaders(OTHER_SECRET, NOW / 1000, body));
    expect(response.statusCode).toBe(202);
  });

  it('of a content type of its own is taken, since its bytes are what counts', async () => {
    const { response } = await push(messageOf(DATA), { 'content-type': 'text/plain' });
    expect(response.statusCode).toBe(202);
  });
});

describe('a message whose proof fails is refused before it is read', () => {
  it.each([
    ['no signature', { 'webhook-signature': undefined }, 'webhook-signature-missing'],
    ['an empty id', { 'webhook-id': '' }, 'webhook-signature-missing'],
    ['a wrong signature', { 'webhook-signature': 'v1,AAAA' }, 'webhook-signature-invalid'],
    ['a time of ten minutes ago', { 'webhook-timestamp': String(NOW / 1000 - 600) }, 'webhook-timestamp-out-of-window'],
  ])('%s', async (_title, headers, code) => {
    const {
      response,
      gateway: { appended },
    } = await push('not even JSON', headers);
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code });
    expect(appended).toEqual([]);
  });
});

describe('a signed message of wrong content is refused, and nothing of it is stored', () => {
  it.each([
    ['broken JSON', '{"type":', 400, 'malformed-json', ['$']],
    ['no body', '', 400, 'malformed-json', ['$']],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'malformed-json', ['$']],
    ['an unknown type', messageOf(DATA).replace('status.changed', 'vanished'), 422, 'validation', ['$.type']],
    ['an unknown member', messageOf({ ...DATA, colour: 'red' }), 422, 'validation', ['$.data.colour']],
    ['prototype keys', messageOf(DATA).replace('{', '{"__proto__":{"x":1},'), 422, 'validation', ['$.__proto__']],
    [
      'a name twice',
      messageOf(DATA).replace('"status"', '"status":"resumed","status"'),
      422,
      'validation',
      ['$.data.status'],
    ],
    ['deep nesting', `{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`, 422, 'validation', [`$.a${'[0]'.repeat(31)}`]],
    ['a huge number', messageOf(DATA).replace('"data":', '"n":1e999,"data":'), 422, 'validation', ['$.n']],
    ['no events', messageOf([]), 422, 'validation', ['$.data']],
    ['more than 1,000 events', messageOf(Array(1001).fill(0)), 422, 'validation', ['$.data']],
    [
      'faults in two of three events',
      messageOf([{ ...DATA, pauseReason: undefined }, DATA, { ...DATA, dossierCode: 'x', occurredAt: '2026-03-10' }]),
      422,
      'validation',
      ['$.data[0].pauseReason', '$.data[2].dossierCode', '$.data[2].occurredAt'],
    ],
  ])('%s', async (_title, body, status, code, paths) => {
    const {
      response,
      gateway: { appended, aside },
    } = await push(body);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    const problem = response.json<{ code: string; violations: { path: string }[] }>();
    expect(problem.code).toBe(code);
    expect(problem.violations.map(({ path }) => path)).toEqual(paths);
    expect([appended, aside]).toEqual([[], []]);
  });

  it('with the faults in the language of its sender', async () => {
    const body = messageOf({ ...DATA, colour: 'red' });
    const inVietnamese = await push(body);
    expect(inVietnamese.response.json().violations[0].message).toBe('Trường không có trong định dạng.');
    await inVietnamese.gateway.app.close();
    const inEnglish = await push(body, { 'accept-language': 'en' });
    expect(inEnglish.response.json().violations[0].message).toBe('The format has no such member.');
  });

  it('and the log keeps where the faults were, not what stood there', async () => {
    const {
      gateway: { logLines },
    } = await push(messageOf({ ...DATA, note: 'Nguyễn Văn An', colour: 1 }));
    expect(logLines.join('')).toContain('$.data.colour');
    expect(logLines.join('')).not.toContain('Nguyễn');
  });

  it('413 above 1 MiB', async () => {
    const { response } = await push('x'.repeat(1024 * 1024 + 1));
    expect(response.statusCode).toBe(413);
    expect(response.json()).toMatchObject({ code: 'payload-too-large' });
  });
});

describe('a message that can not be stored now', () => {
  it.each(['queue-full', 'database-unavailable'] as const)('is answered 503 with Retry-After: %s', async (code) => {
    const { response } = await push(
      messageOf(DATA),
      {},
      {
        append: () => Promise.reject(new GatewayError(code, { retryAfter: 3 })),
      },
    );
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('3');
    expect(response.json()).toMatchObject({ code, retryable: true });
  });
});
