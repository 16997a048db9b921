/** @module The embedded issuer over real HTTP, as a client meets it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SECRETS, type TestApp, testApp } from './test-app.ts';

let gateway: TestApp;
let url: string;

beforeAll(async () => {
  gateway = await testApp();
  url = await gateway.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => gateway.app.close());

const basic = (secret: string = SECRETS.igate) => `Basic ${Buffer.from(`igate:${secret}`).toString('base64')}`;

async function ask(form: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...form });
  const response = await fetch(`${url}/oauth2/token`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('without a scope a token carries all scopes of the client, for an hour', async () => {
  const { status, body } = await ask({}, { authorization: basic() });
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'parcels.read parcels.write' });
  const claims = JSON.parse(Buffer.from(String(body.access_token).split('.')[1]!, 'base64url').toString());
  expect(claims).toMatchObject({ client_id: 'igate', agencies: ['H15'], aud: 'urn:lienthong:gateway' });
});

test('the secret may stand in the form', async () => {
  const { status } = await ask({ client_id: 'igate', client_secret: SECRETS.igate });
  expect(status).toBe(200);
});

test('a token for fewer scopes opens only those', async () => {
  const { body } = await ask({ scope: 'parcels.write' }, { authorization: basic() });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const answer = await fetch(`${url}/v1/parcels/T-1`, { headers });
  expect(answer.status).toBe(403);
});

test.each([
  ['a wrong secret', {}, { authorization: basic('guess') }, 401, 'invalid_client'],
  ['an unknown client', { client_id: 'nobody', client_secret: 'x' }, {}, 401, 'invalid_client'],
  ['the hash in place of the secret', { client_id: 'igate', client_secret: 'sha256:x' }, {}, 401, 'invalid_client'],
  ['a scope it does not hold', { scope: 'other.read' }, { authorization: basic() }, 400, 'invalid_scope'],
  ['another audience', { resource: 'urn:elsewhere' }, { authorization: basic() }, 400, 'invalid_target'],
  ['another grant', { grant_type: 'password' }, { authorization: basic() }, 400, undefined],
])('%s gets no token', async (_name, form, headers, status, error) => {
  const answer = await ask(form as Record<string, string>, headers as Record<string, string>);
  expect(answer.status).toBe(status);
  expect(answer.body.access_token).toBeUndefined();
  expect(answer.body.error).toEqual(error ?? expect.any(String));
});

test('the discovery document names the endpoints, and no private key is published', async () => {
  const discovery = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
  expect(discovery).toMatchObject({
    issuer: 'http://gateway.test',
    token_endpoint: 'http://gateway.test/oauth2/token',
  });
  const { keys } = (await (await fetch(`${url}/oauth2/jwks`)).json()) as { keys: object[] };
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toHaveProperty('d');
});

test('no secret and no token reaches the log', async () => {
  await ask({ client_id: 'igate', client_secret: SECRETS.igate });
  const log = gateway.lines.join('');
  expect(log).not.toContain(SECRETS.igate);
  expect(log).not.toContain('eyJ');
});
