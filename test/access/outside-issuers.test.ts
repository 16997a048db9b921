/** @module Tokens of outside issuers, several beside the embedded one: whose are taken, what they may, and what happens when an issuer is down. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOutsideIssuers } from '../../src/access/outside-issuers.ts';
import { createAuthenticator } from '../../src/http/auth.ts';
import { createLog } from '../../src/log.ts';
import { MINUTE, SECOND } from '../../src/units.ts';
import { AUDIENCE, OutsideIssuer } from './outside-issuer.ts';

const ADDRESS = '127.0.0.1';
const LOG = createLog({ level: 'silent' });

let keycloak: OutsideIssuer;
let wso2: OutsideIssuer;
let folder: string;
let offset = 0;
const now = (): number => Date.now() + offset;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'issuers-'));
  keycloak = await OutsideIssuer.open({
    azp: 'igate-sso',
    agencies: ['H15.50', 'H15.12'],
    realm_access: { roles: ['operator'] },
    preferred_username: 'cb-204',
  });
  wso2 = await OutsideIssuer.open({ agencies: 'H15.50,H15.12', groups: 'operator auditor', act: { sub: 'cb-7' } });
});
afterAll(async () => {
  keycloak.close();
  wso2.close();
  await rm(folder, { recursive: true });
});

/** The check of tokens as a process makes it from such a file. */
async function checking(issuers: readonly object[] = [ofKeycloak(), ofWso2()]) {
  const file = join(folder, `${crypto.randomUUID()}.json`);
  await writeFile(file, JSON.stringify({ issuers }));
  return createAuthenticator({ issuers: await readOutsideIssuers(file, { log: LOG, now }), clock: now });
}
const ofKeycloak = () => ({ name: 'sso', issuer: keycloak.url, audience: AUDIENCE, shape: 'keycloak' });
const ofWso2 = () => ({
  name: 'apim',
  issuer: wso2.url,
  audience: AUDIENCE,
  shape: 'wso2',
  clientPrefix: '',
  introspection: wso2.introspection,
});
const taken = (check: Awaited<ReturnType<typeof checking>>, token: string) =>
  check.verify(`Bearer ${token}`, ADDRESS).then(
    ({ clientId }) => clientId,
    ({ code }: { code: string }) => code,
  );

it('reads each one’s claims by its own names, and lets no client pass for another issuer’s', async () => {
  const check = await checking();
  expect(await check.verify(`Bearer ${await keycloak.token()}`, ADDRESS)).toMatchObject({
    clientId: 'sso.igate-sso',
    scopes: new Set(['catalogues.read', 'profile']),
    agencies: ['H15.50', 'H15.12'],
    roles: ['operator'],
    officer: 'cb-204',
  });
  const said = { clientId: 'igate', agencies: ['H15.50', 'H15.12'], roles: ['operator', 'auditor'], officer: 'cb-7' };
  expect(await check.verify(`Bearer ${await wso2.token()}`, ADDRESS)).toMatchObject(said);
  expect(await check.verify(`Bearer ${await wso2.token('opaque')}`, ADDRESS)).toMatchObject({
    ...said,
    scopes: new Set(['catalogues.read', 'profile']),
  });
  const array = await keycloak.signed({ azp: 'x', scope: ['catalogues.read', 'sync.read'] });
  expect((await check.verify(`Bearer ${array}`, ADDRESS)).scopes).toEqual(new Set(['catalogues.read', 'sync.read']));
});

it('refuses what is meant for another, signed by another, not signed, or out of its time beyond what clocks differ', async () => {
  const check = await checking();
  const publicText = JSON.stringify(keycloak.publicKeys.keys[0]);
  const confused = await new SignJWT({ iss: keycloak.url, aud: AUDIENCE, sub: 'igate' })
    .setProtectedHeader({ alg: 'HS256', kid: keycloak.publicKeys.keys[0]!.kid! })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(publicText));
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: keycloak.url, aud: AUDIENCE, sub: 'igate', exp: 4e9 };
  const strangers: readonly [string, string][] = [
    ['another audience', await keycloak.token('jwt', 'urn:elsewhere')],
    ['an issuer that nobody named', await keycloak.signed({ iss: 'https://elsewhere.test' })],
    ['one issuer’s key for another’s name', await wso2.signed({ iss: keycloak.url })],
    ['alg none', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['the public key as a secret', confused],
    ['not valid yet', await keycloak.signed({}, { from: 45, to: 90 })],
    ['an altered one', `${(await keycloak.signed()).slice(0, -10)}AAAAAAAAAA`],
  ];
  for (const [what, token] of strangers) expect([what, await taken(check, token)]).toEqual([what, 'token-invalid']);
  expect(await taken(check, await keycloak.signed({}, { to: -45 }))).toBe('token-expired');
  for (const times of [{ from: 15, to: 60 }, { to: -15 }])
    expect(await taken(check, await keycloak.signed({}, times))).toBe('sso.igate');
});

it('asks an issuer for its keys once, again for a key it does not know, and not for every invented one', async () => {
  const check = await checking();
  const keysRead = (): number => keycloak.calls.filter((path) => path === '/jwks').length;
  const before = keysRead();
  await Promise.all(Array.from({ length: 20 }, async () => check.verify(`Bearer ${await keycloak.token()}`, ADDRESS)));
  expect(keysRead() - before).toBe(1);

  await keycloak.rotate();
  offset += 10 * SECOND;
  expect(await taken(check, await keycloak.token())).toBe('sso.igate-sso');
  expect(keysRead() - before).toBe(2);

  const key = await importJWK({ kty: 'oct', k: 'AAAA' }, 'HS256');
  for (let n = 0; n < 20; n++) {
    const invented = new SignJWT({ iss: keycloak.url }).setProtectedHeader({ alg: 'HS256', kid: `invented-${n}` });
    await taken(check, await invented.sign(key));
    await taken(check, await wso2.signed({ iss: keycloak.url }));
  }
  expect(keysRead() - before).toBeLessThanOrEqual(3);
});

it('goes on with the keys it has while an issuer is down, and says whom it cannot ask about an opaque token', async () => {
  const check = await checking();
  const opaque = await wso2.token('opaque');
  const another = await wso2.token('opaque');
  const own = await keycloak.token();
  const asked = (): number => wso2.calls.filter((path) => path === '/token/introspection').length;
  expect([await taken(check, opaque), await taken(check, own)]).toEqual(['igate', 'sso.igate-sso']);
  const before = asked();
  expect(check.remembered(`Bearer ${opaque}`, ADDRESS)?.clientId).toBe('igate');
  for (let n = 0; n < 5; n++) expect(await taken(check, 'an-invented-token')).toBe('token-invalid');
  expect(asked() - before).toBe(1);

  try {
    wso2.isDown = true;
    keycloak.isDown = true;
    offset += 15 * MINUTE;
    const answer = await check.verify(`Bearer ${another}`, ADDRESS).catch((error: unknown) => error);
    expect(answer).toMatchObject({ code: 'issuer-unavailable', facts: { extra: { issuer: 'apim' } } });
    expect(await taken(check, await keycloak.signed({}, { to: 3600 }))).toBe('sso.igate');
    const fresh = await checking();
    expect(await taken(fresh, await keycloak.signed({}, { to: 3600 }))).toBe('issuer-unavailable');
  } finally {
    wso2.isDown = false;
    keycloak.isDown = false;
    offset = 0;
  }
});

it('names every fault of the file, and takes no keys over a line that anyone may write on', async () => {
  await expect(
    checking([
      { ...ofKeycloak(), issuer: 'http://sso.example.vn/realms/tinh' },
      { ...ofWso2(), audience: null, claims: { scope: 'x' } },
    ]),
  ).rejects.toMatchObject({
    problems: [
      { key: 'ISSUERS_FILE', message: expect.stringContaining('issuers.0.issuer: must be https') },
      { key: 'ISSUERS_FILE', message: expect.stringContaining('"scope"') },
      { key: 'ISSUERS_FILE', message: expect.stringContaining('issuers.1.audience') },
    ],
  });
});
