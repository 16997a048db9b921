/** @module Whatever an upstream answers instead of what was agreed: who, at which operation and where is told to the caller, the answer itself to the operator only. */
import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sealWith } from '../../src/access/seal.ts';
import { parseAnswer } from '../../src/connector/answer.ts';
import { brokenAnswerRoutes } from '../../src/connector/broken-answer-routes.ts';
import { purgeBrokenAnswers } from '../../src/connector/broken-answer-store.ts';
import { noteBrokenAnswers, noting } from '../../src/connector/broken-answers.ts';
import { type Connections, openConnections } from '../../src/connector/connections.ts';
import { defineOperation, type OperationContext } from '../../src/connector/operation.ts';
import { operationRoutes } from '../../src/connector/operation-route.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { createLog } from '../../src/log.ts';
import { processStore } from '../../src/shared/store.ts';
import { type TestApp, testApp } from '../http/test-app.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';
import { until } from '../support/until.ts';
import { type StubSettings, stubConnector, stubSettings } from './stub-upstream.ts';

const wire = z.object({
  people: z.array(z.object({ soDinhDanh: z.string(), tuoi: z.number(), trangThai: z.enum(['1', '2']) })),
});

const REGISTRY = stubConnector('registry', {
  operations: [
    defineOperation({
      id: 'countPeople',
      capability: 'lookup',
      method: 'POST',
      path: '/v1/people/count',
      summary: { vi: 'Đếm', en: 'Count' },
      scope: 'parcels.read',
      output: z.object({ people: z.int() }),
      effect: 'read',
      personalData: true,
      example: {},
      errors: [],
      async run({ upstream }: OperationContext<StubSettings>) {
        const operation = 'DanhSachCongDan';
        const answer = await upstream.json({ operation, method: 'GET', path: '/people' });
        return { people: parseAnswer(wire, answer, { upstream: upstream.name, operation }).people.length };
      },
    }),
  ],
});

let answering: (response: ServerResponse) => void;
const server = createServer((_request, response) => answering(response));
const lines: string[] = [];
const log = createLog({ level: 'debug', destination: { write: (line) => lines.push(line) } });
const seal = sealWith(randomBytes(32).toString('base64'));
let database: TestDatabase;
let connections: Connections;
let gateway: TestApp;
let now = Date.now();

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  database = await testDatabase();
});
beforeEach(async () => {
  lines.length = 0;
  now += 120_000;
  await database.pool.query('truncate broken_answer');
  connections = openConnections({
    connectors: [REGISTRY],
    settingsOf: () => stubSettings.parse({ BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
    now: () => now,
    timeoutMsOf: () => 5_000,
    observed: () => {},
    failed: noteBrokenAnswers({ db: database.pool, seal, log, now: () => now }),
  });
  gateway = await testApp([
    ...operationRoutes({ connectors: [REGISTRY], connections, store: processStore(), now: () => now }),
    ...brokenAnswerRoutes({ db: database.pool, seal }).map((route) => ({ ...route, scope: 'parcels.read' })),
  ]);
});
afterEach(async () => {
  await gateway.app.close();
  await connections.close();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.drop();
});

const PURPOSE = { 'x-purpose': 'operations', 'x-dossier': 'wire-change', 'x-officer': 'op-1' };

const call = async (method: 'GET' | 'POST', url: string) =>
  gateway.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${await gateway.token('igate')}`, 'accept-language': 'en', ...PURPOSE },
  });
const count = () => call('POST', '/v1/people/count');
const kept = async () =>
  (await call('GET', '/v1/connectors/registry/broken-answers')).json<{ items: Record<string, unknown>[] }>().items;

const saying = (body: string | Buffer) => (response: ServerResponse) => void response.end(body);
const person = (more: object) => JSON.stringify({ people: [{ soDinhDanh: '1', tuoi: 3, trangThai: '1', ...more }] });

describe('an answer', () => {
  it.each([
    ['of another shape', '{"nguoi":[]}', '$.people'],
    ['with a number as a text', person({ tuoi: '3' }), '$.people[0].tuoi'],
    ['with a text as a number', person({ soDinhDanh: 66090000123 }), '$.people[0].soDinhDanh'],
    ['with an unknown code', person({ trangThai: '9' }), '$.people[0].trangThai'],
    ['that is an array', '[]', '$'],
    ['that is null', 'null', '$'],
    ['cut short but sealed up again', '{"people":[{"soDinhDanh":"0660', undefined],
    ['that is a page', '<!DOCTYPE html><title>Đăng nhập</title>', undefined],
    ['that is empty', '', undefined],
  ])('%s is a broken contract that names upstream, operation and path, and is kept', async (_title, body, path) => {
    answering = saying(body);
    const answer = await count();
    expect(answer.statusCode).toBe(502);
    const problem = answer.json();
    expect(problem).toMatchObject({ code: 'upstream-contract', upstream: 'registry', operation: 'DanhSachCongDan' });
    expect(problem.path).toBe(path);
    expect(problem.detail).toContain(path ?? 'DanhSachCongDan');
    const [broken] = await until('it is kept', async () => {
      const items = await kept();
      return items.length > 0 && items;
    });
    expect(broken).toMatchObject({ operation: 'DanhSachCongDan', path: path ?? null, answer: body });
  });

  it('in another encoding is one too, each byte kept apart', async () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xd0, 0xe3, 0x22, 0x7d]);
    answering = saying(bytes);
    expect((await count()).json()).toMatchObject({ status: 502, code: 'upstream-contract' });
    const [broken] = await until('it is kept', async () => (await kept()).length > 0 && kept());
    expect(Buffer.from(broken!.answer as string, 'latin1')).toEqual(bytes);
  });

  it('that is larger than is read is left, and no memory is spent on it', async () => {
    answering = (response) => {
      const part = Buffer.alloc(1024 * 1024, 'x');
      response.on('error', () => {});
      const more = (left: number): void => {
        if (left === 0 || response.destroyed) response.end();
        else if (response.write(part)) setImmediate(more, left - 1);
        else response.once('drain', () => more(left - 1));
      };
      more(40);
    };
    expect((await count()).json()).toMatchObject({
      status: 502,
      code: 'upstream-contract',
      operation: 'DanhSachCongDan',
    });
  });

  it('whose connection breaks in its midst is no answer: the upstream is unavailable', async () => {
    answering = (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"people":[', () => response.destroy());
    };
    expect((await count()).json()).toMatchObject({ status: 503, code: 'upstream-unavailable', retryable: true });
    expect(await kept()).toEqual([]);
  });
});

describe('what is kept', () => {
  const marked = person({ soDinhDanh: 'Nguyễn Văn Đánh Dấu', tuoi: 'x' });

  it('is sealed in the database, in no log line and in no answer to the caller', async () => {
    answering = saying(marked);
    const answer = await count();
    expect(answer.body).not.toContain('Đánh Dấu');
    await until('it is kept', async () => (await kept()).length > 0);
    const { rows } = await database.pool.query<{ answer: Buffer }>('select answer from broken_answer');
    expect(rows[0]!.answer.toString('utf8')).not.toContain('Đánh Dấu');
    expect([...lines, ...gateway.lines].join('\n')).not.toContain('Đánh Dấu');
  });

  it('is read with a purpose, and each reading is audited with what was shown', async () => {
    answering = saying(marked);
    await count();
    await until('it is kept', async () => (await kept()).length > 0);
    expect(gateway.audited.at(-1)).toMatchObject({
      operation: 'listBrokenAnswers',
      officer: 'op-1',
      details: { kind: 'read', connector: 'registry', ids: [expect.any(Number)] },
    });
  });

  it('is without the credential that a log-in answers', async () => {
    answering = saying(
      '{"access_token" : "abc.def", "session":"s-1", "refreshToken":"r-1", "people": 5, "expires_in":3600}',
    );
    await count();
    const [broken] = await until('it is kept', async () => (await kept()).length > 0 && kept());
    expect(broken!.answer).toBe(
      '{"access_token" : "[removed]", "session":"[removed]", "refreshToken":"[removed]", "people": 5, "expires_in":3600}',
    );
  });

  it('is one of a kind a minute, however many calls fail', async () => {
    answering = saying(marked);
    for (let i = 0; i < 5; i++) await count();
    answering = saying('{}');
    await count();
    now += 60_000;
    await count();
    await until('they are kept', async () => (await kept()).length === 3);
    // Each is kept beside the calls, in no order of theirs.
    expect((await kept()).map(({ path }) => path).toSorted()).toEqual(['$.people', '$.people', '$.people[0].tuoi']);
  });

  it('goes after its time', async () => {
    answering = saying(marked);
    await count();
    await until('it is kept', async () => (await kept()).length > 0);
    expect(await purgeBrokenAnswers(database.pool, now)).toBe(0);
    expect(await purgeBrokenAnswers(database.pool, now + 1)).toBe(1);
  });

  it.each(['its own', 'its tracking'])(
    'comes from %s calls of a provider as well, which are given on as they are',
    async (whose) => {
      const broken = new UpstreamError(
        'contract',
        { upstream: 'registry', operation: 'query', outcome: 'unknown' },
        '<x/>',
      );
      class Provider {
        readonly #word = 'kept';
        fails = (): Promise<never> => Promise.reject(broken);
        readonly tracking = { fails: this.fails };
        async works(): Promise<string> {
          return this.#word;
        }
        get name(): string {
          return this.#word;
        }
      }
      const provider = noting(
        new Provider(),
        noteBrokenAnswers({ db: database.pool, seal, log: silent, now: () => now }),
      );
      expect(await provider.works()).toBe('kept');
      expect(provider.name).toBe('kept');
      const fails = whose === 'its own' ? provider.fails() : provider.tracking.fails();
      await expect(fails).rejects.toBe(broken);
      const [item] = await until('it is kept', async () => (await kept()).length > 0 && kept());
      expect(item).toMatchObject({ operation: 'query', path: null, answer: '<x/>' });
    },
  );
});
