/** @module The embedded issuer as a certified client library drives it, at two replicas of the gateway. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, exportJWK, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putClient } from '../../src/access/clients.ts';
import { sealWith } from '../../src/access/seal.ts';
import { rotateSigningKeys } from '../../src/access/signing-keys.ts';
import { clientText } from '../../src/cli/client.ts';
import { rotateKeys } from '../../src/cli/keys.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import type { Running } from '../../src/main.ts';
import { DAY, HOUR, SECOND } from '../../src/units.ts';
import { until } from '../support/until.ts';
import { PUBLIC_URL, type Replicas, startReplicas } from './replicas.ts';

const SECRET = 'a secret with + and % of the tests';
const CLIENT: oauth.Client = { client_id: 'igate' };
const KEY_CLIENT: oauth.Client = { client_id: 'partner' };

let replicas: Replicas;
let server: oauth.AuthorizationServer;
let own: Awaited<ReturnType<typeof oauth.generateKeyPair>>;

beforeAll(async () => {
  replicas = await startReplicas();
  own = await oauth.generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(own.publicKey);
  const rights = { scopes: ['dossiers.read', 'catalogues.read'], agencies: ['H15'] };
  const { pool } = replicas.first.deps;
  await putClient(pool, { clientId: 'igate', secretHash: hashSecret(SECRET), ...rights });
  const jwks = { keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256' }] };
  const folder = await mkdtemp(join(tmpdir(), 'jwks-'));
  await writeFile(join(folder, 'jwks.json'), JSON.stringify(jwks));
  const options = {
    name: 'Đối tác',
    scopes: rights.scopes.join(),
    agencies: 'H15',
    purposes: 'all',
    personalData: 'all',
    jwks: join(folder, 'jwks.json'),
    reason: 'kết nối thử',
  };
  await clientText('create', 'partner', options, { env: { DATABASE_URL: replicas.databaseUrl }, now: Date.now() });
  await rm(folder, { recursive: true });
  const found = await oauth.discoveryRequest(new URL(PUBLIC_URL), reached());
  server = await oauth.processDiscoveryResponse(new URL(PUBLIC_URL), found);
});
afterAll(() => replicas?.stop());

const reached = (replica: Running = replicas.first) => ({ [oauth.customFetch]: replicas.through(replica) });
const withKey = () => oauth.PrivateKeyJwt(own.privateKey);

async function tokenFor(
  client: oauth.Client,
  proof: oauth.ClientAuth,
  { scope, replica }: { scope?: string; replica?: Running } = {},
): Promise<oauth.TokenEndpointResponse> {
  const asked = new URLSearchParams(scope ? { scope } : {});
  const answer = await oauth.clientCredentialsGrantRequest(server, client, proof, asked, reached(replica));
  return oauth.processClientCredentialsResponse(server, client, answer);
}

/** What a call with the token is answered. */
async function call(token: string, replica: Running = replicas.first): Promise<string> {
  const answer = await fetch(`${replica.url}/v1/procedures`, { headers: { authorization: `Bearer ${token}` } });
  return answer.ok ? 'taken' : ((await answer.json()) as { code: string }).code;
}

it('is discovered under its public address, whatever address it was asked at', () => {
  expect(server).toMatchObject({
    issuer: PUBLIC_URL,
    token_endpoint: `${PUBLIC_URL}/oauth2/token`,
    revocation_endpoint: `${PUBLIC_URL}/oauth2/revoke`,
    introspection_endpoint: `${PUBLIC_URL}/oauth2/introspect`,
  });
  expect(server.token_endpoint_auth_methods_supported).toEqual(
    expect.arrayContaining(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
  );
});

it('gives a token for a secret in the header or the form, and for an assertion of the client’s own key', async () => {
  for (const [client, proof] of [
    [CLIENT, oauth.ClientSecretBasic(SECRET)],
    [CLIENT, oauth.ClientSecretPost(SECRET)],
    [KEY_CLIENT, withKey()],
  ] as const) {
    const { access_token: token, scope } = await tokenFor(client, proof, { scope: 'catalogues.read' });
    expect(scope).toBe('catalogues.read');
    expect(await call(token)).toBe('taken');
    expect(await call(token, replicas.second)).toBe('taken');
  }
});

it('refuses what proves nothing, with the error that the standard names', async () => {
  const stranger = await oauth.generateKeyPair('ES256');
  const refused = async (client: oauth.Client, proof: oauth.ClientAuth, scope?: string) =>
    tokenFor(client, proof, scope ? { scope } : {}).then(
      () => 'given',
      (error: oauth.ResponseBodyError | oauth.WWWAuthenticateChallengeError) =>
        'error' in error ? error.error : error.cause.map(({ parameters }) => parameters.error).join(),
    );
  expect(await refused(CLIENT, oauth.ClientSecretPost('guess'))).toBe('invalid_client');
  expect(await refused({ client_id: 'nobody' }, oauth.ClientSecretPost('guess'))).toBe('invalid_client');
  expect(await refused(KEY_CLIENT, oauth.PrivateKeyJwt(stranger.privateKey))).toBe('invalid_client');
  // A client of one kind is not taken with the proof of the other.
  expect(await refused(KEY_CLIENT, oauth.ClientSecretPost('null'))).toBe('invalid_client');
  expect(await refused(CLIENT, withKey())).toBe('invalid_client');
  expect(await refused(CLIENT, oauth.ClientSecretPost(SECRET), 'clients.manage')).toBe('invalid_scope');
});

it.each([
  ['client', { grant_type: 'client_credentials', client_id: 'igate\0', client_secret: SECRET }],
  ['code', { grant_type: 'authorization_code', client_id: 'igate', client_secret: SECRET, code: 'x\0' }],
])('refuses a %s whose name no text of the database can hold', async (_name, form) => {
  const { url } = replicas.first;
  const answer = await fetch(`${url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});

it('takes an assertion once, whichever replica it is shown to, and none that is meant for another', async () => {
  const assertion = (claims: Record<string, unknown> = {}) =>
    new SignJWT({ jti: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('partner')
      .setSubject('partner')
      .setAudience((claims.aud as string) ?? PUBLIC_URL)
      .setExpirationTime('1m')
      .sign(own.privateKey);
  const show = async (shown: string, replica: Running): Promise<number> => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: shown,
    });
    return (await fetch(`${replica.url}/oauth2/token`, { method: 'POST', body })).status;
  };
  const once = await assertion();
  const both = await Promise.all([show(once, replicas.first), show(once, replicas.second)]);
  expect(both.toSorted()).toEqual([200, 401]);
  expect(await show(await assertion({ aud: 'https://elsewhere.test' }), replicas.first)).toBe(401);
});

it('takes a token back for its own client: every replica refuses it within seconds, and no other', async () => {
  const proof = oauth.ClientSecretBasic(SECRET);
  const { access_token: revoked } = await tokenFor(CLIENT, proof);
  const { access_token: other } = await tokenFor(KEY_CLIENT, withKey());
  const isActive = async (token: string): Promise<boolean> => {
    const answer = await oauth.introspectionRequest(server, CLIENT, proof, token, reached());
    return (await oauth.processIntrospectionResponse(server, CLIENT, answer)).active;
  };
  expect(await call(revoked, replicas.second)).toBe('taken');
  expect([await isActive(revoked), await isActive(other)]).toEqual([true, false]);

  for (const token of [revoked, other])
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, CLIENT, proof, token, reached()));
  expect(await call(revoked)).toBe('token-revoked');
  expect(await isActive(revoked)).toBe(false);
  await until('the other replica refuses it', async () => (await call(revoked, replicas.second)) === 'token-revoked');
  expect(await call(other, replicas.second)).toBe('taken');
});

it('rotates its key: the next is published before it signs, the former until its last token has expired', async () => {
  const { pool } = replicas.first.deps;
  const seal = sealWith(replicas.encryptionKey);
  const proof = oauth.ClientSecretBasic(SECRET);
  const signs = async (replica: Running): Promise<string> =>
    decodeProtectedHeader((await tokenFor(CLIENT, proof, { replica })).access_token).kid!;
  const published = async (replica: Running): Promise<string[]> => {
    const { keys } = (await (await fetch(`${replica.url}/oauth2/jwks`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const { access_token: before } = await tokenFor(CLIENT, proof);
  const first = await signs(replicas.first);

  // As the schedule does it: only one of those who find it due.
  const due = { author: 'test', reason: 'due', now: Date.now() + DAY, olderThanMs: HOUR };
  const made = await Promise.all([rotateSigningKeys(pool, seal, due), rotateSigningKeys(pool, seal, due)]);
  const [second] = made.filter((kid) => kid !== null);
  expect(made.toSorted()).toEqual([second, null].toSorted());
  for (const replica of [replicas.first, replicas.second])
    await until('the new key is published', async () => (await published(replica)).includes(second!));
  expect(await signs(replicas.second)).toBe(first);

  // Its time comes.
  await pool.query('update signing_key set signs_from = $2 where kid = $1', [second, new Date()]);
  for (const replica of [replicas.first, replicas.second])
    await until('the new key signs', async () => (await signs(replica)) === second);
  const { access_token: after } = await tokenFor(CLIENT, proof);
  for (const token of [before, after]) expect(await call(token, replicas.second)).toBe('taken');
  expect(await published(replicas.first)).toEqual([second, first]);

  // The hour of the last token is over.
  const ago = (time: number): Date => new Date(Date.now() - time);
  await pool.query('update signing_key set signs_from = $2 where kid = $1', [first, ago(3 * HOUR)]);
  await pool.query('update signing_key set signs_from = $2 where kid = $1', [second, ago(2 * HOUR)]);
  await until('the former key is gone', async () => !(await published(replicas.second)).includes(first));
});

it('with a key in wrong hands, refuses what it signed at once and signs with another', async () => {
  const proof = oauth.ClientSecretBasic(SECRET);
  const { access_token: before } = await tokenFor(CLIENT, proof);
  expect(await call(before, replicas.second)).toBe('taken');
  const said = await rotateKeys({
    env: { DATABASE_URL: replicas.databaseUrl, ENCRYPTION_KEY: replicas.encryptionKey },
    now: Date.now(),
    reason: 'a copy was found',
    compromised: true,
  });
  for (const replica of [replicas.first, replicas.second])
    await until('what it signed is refused', async () => (await call(before, replica)) !== 'taken');
  const { access_token: after } = await tokenFor(CLIENT, proof, { replica: replicas.second });
  expect(said).toContain(decodeProtectedHeader(after).kid);
  expect(await call(after)).toBe('taken');
  expect(decodeJwt(after).exp! - decodeJwt(after).iat!).toBe(HOUR / SECOND);
});
