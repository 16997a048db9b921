/** @module A declared operation as its callers meet it: permission, purpose, audit, provider, the upstream's failures. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type Connections, openConnections } from '../../src/connector/connections.ts';
import { defineOperation, fail, type OperationContext } from '../../src/connector/operation.ts';
import { operationRoutes } from '../../src/connector/operation-route.ts';
import { processStore } from '../../src/shared/store.ts';
import { type TestApp, testApp } from '../http/test-app.ts';
import { type StubSettings, type StubUpstream, stubConnector, stubSettings, stubUpstream } from './stub-upstream.ts';

const verifyInput = z.strictObject({ personalId: z.string().regex(/^\d{12}$/) });
const verifyOutput = z.object({ matches: z.boolean() });

const connectorNamed = (name: string) =>
  stubConnector(name, {
    operations: [
      defineOperation({
        id: 'verifySomeone',
        capability: 'lookup',
        method: 'POST',
        path: '/v1/someone/:region/verify',
        summary: { vi: 'Xác minh', en: 'Verify' },
        scope: 'parcels.read',
        params: PARAMS,
        input: verifyInput,
        output: verifyOutput,
        effect: 'read',
        personalData: true,
        subject: ({ personalId }) => personalId,
        example: { params: { region: 'H15' }, body: { personalId: '066090000123' } },
        errors: ['not-found'],
        async run(context: OperationContext<StubSettings>, { personalId, region }) {
          const answer = await context.upstream.json({
            operation: 'verify',
            method: 'POST',
            path: `/verify/${region}`,
            json: { personalId, key: context.settings.KEY, officer: context.access.officer },
          });
          if (answer === null) fail('not-found', { detail: 'Nobody has that number', detailVi: 'Không ai có số này' });
          return verifyOutput.parse(answer);
        },
      }),
    ],
  });
const PARAMS = z.object({ region: z.string() });

let upstream: StubUpstream;
let connections: Connections;
let gateway: TestApp;

beforeEach(async () => {
  upstream = await stubUpstream();
  upstream.answer = { status: 200, body: '{"matches":true}' };
  const connectors = [connectorNamed('unconfigured'), connectorNamed('first'), connectorNamed('second')];
  connections = openConnections({
    connectors,
    settingsOf: (name) => stubSettings.parse(name === 'unconfigured' ? {} : { BASE_URL: `${upstream.url}/${name}` }),
    now: Date.now,
    observed: () => {},
  });
  gateway = await testApp(operationRoutes({ connectors, connections, store: processStore(), now: Date.now }));
});
afterEach(async () => {
  await gateway.app.close();
  await connections.close();
  await upstream.close();
});

const PURPOSE = { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.50-260310-0001', 'x-officer': 'cb-204' };

async function verify({
  query = '',
  headers = PURPOSE as Record<string, string>,
  client = 'igate' as 'igate' | 'reader',
  body = { personalId: '066090000123' } as object,
} = {}) {
  return gateway.app.inject({
    method: 'POST',
    url: `/v1/someone/H15/verify${query}`,
    headers: { authorization: `Bearer ${await gateway.token(client)}`, ...headers },
    payload: body,
  });
}

it('asks the first provider that is configured, with path, body and officer in one hand', async () => {
  const answered = await verify();
  expect([answered.statusCode, answered.json()]).toEqual([200, { matches: true }]);
  expect(upstream.asked).toEqual([
    { url: '/first/verify/H15', body: { personalId: '066090000123', key: 'k', officer: 'cb-204' } },
  ]);
});

it('asks the provider that the caller names, and refuses one that nobody connected or knows', async () => {
  expect((await verify({ query: '?provider=second' })).statusCode).toBe(200);
  expect(upstream.asked.map(({ url }) => url)).toEqual(['/second/verify/H15']);
  const unconfigured = await verify({ query: '?provider=unconfigured' });
  expect(unconfigured.json()).toMatchObject({ status: 501, code: 'provider-not-configured', upstream: 'unconfigured' });
  expect((await verify({ query: '?provider=other' })).json()).toMatchObject({ code: 'invalid-parameters' });
});

it('sends its trace on, with a span of its own', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await verify({ headers: { ...PURPOSE, traceparent } });
  expect(upstream.traces).toEqual([expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/)]);
  expect(upstream.traces[0]).not.toBe(traceparent);
});

it('asks for scope and purpose before anything leaves, and keeps whose data was read in the audit', async () => {
  expect((await verify({ client: 'reader' })).json()).toMatchObject({ code: 'forbidden-scope' });
  expect((await verify({ headers: {} })).json()).toMatchObject({ code: 'purpose-required' });
  expect((await verify({ body: { personalId: '066090000123', more: 1 } })).json()).toMatchObject({
    code: 'validation',
  });
  expect(upstream.asked).toEqual([]);
  await verify();
  expect(gateway.audited.at(-1)).toMatchObject({
    operation: 'verifySomeone',
    target: '066090000123',
    officer: 'cb-204',
    dossier: 'H15.50-260310-0001',
    status: 200,
  });
});

it.each([
  [
    { status: 500, body: '' },
    { status: 503, code: 'upstream-unavailable' },
  ],
  [
    { status: 401, body: '' },
    { status: 502, code: 'upstream-auth' },
  ],
  [
    { status: 400, body: 'no such region' },
    { status: 502, code: 'upstream-rejected' },
  ],
  [
    { status: 200, body: '<html>' },
    { status: 502, code: 'upstream-contract' },
  ],
  [
    { status: 503, body: '', headers: { 'retry-after': '60' } },
    { code: 'upstream-maintenance', retryAfter: 60 },
  ],
  [
    { status: 429, body: '', headers: { 'retry-after': '7' } },
    { code: 'upstream-quota', retryAfter: 7 },
  ],
])('names the upstream that answered %j', async (bad, problem) => {
  upstream.answer = bad;
  const refused = await verify();
  expect(refused.json()).toMatchObject({ ...problem, upstream: 'first', who: 'upstream', operation: 'verify' });
  expect(gateway.audited.at(-1)).toMatchObject({ status: refused.statusCode });
});

it('answers an error of its own as any other of the table', async () => {
  upstream.answer = { status: 200, body: 'null' };
  expect((await verify()).json()).toMatchObject({ status: 404, code: 'not-found', detail: 'Không ai có số này' });
});

it('stands in the document with its example, its providers and every error', async () => {
  const { paths } = (await gateway.app.inject('/openapi.json')).json();
  const { post } = paths['/v1/someone/{region}/verify'];
  expect(post.requestBody.content['application/json'].example).toEqual({ personalId: '066090000123' });
  expect(post.parameters).toContainEqual(
    expect.objectContaining({
      name: 'provider',
      schema: expect.objectContaining({ enum: ['unconfigured', 'first', 'second'] }),
    }),
  );
  expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(['200', '501', '502', '503', '504']));
});

it('is refused where two connectors declare it in different words', () => {
  const connectors = [connectorNamed('first'), { ...connectorNamed('second'), operations: [] }];
  const other = { ...connectors[0]!.operations![0]!, output: z.object({}) };
  expect(() =>
    operationRoutes({
      connectors: [connectors[0]!, { ...connectors[1]!, operations: [other] }],
      connections,
      store: processStore(),
      now: Date.now,
    }),
  ).toThrow('share its contract');
});
