/** @module Every operation × everything that must keep a caller out, made from the declarations: a new operation is covered by being one. */
import { isDeepStrictEqual } from 'node:util';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putClient } from '../../src/access/clients.ts';
import { personalPlaces, withhold } from '../../src/access/personal-data.ts';
import { exampleCommands } from '../../src/dossiers/examples.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { jsonSchema } from '../../src/http/json-schema.ts';
import { jsonOf, type Route } from '../../src/http/route.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
let guarded: readonly Route[];
let scopes: readonly string[];
let ownKey: JWK;
let otherKey: JWK;

const AGENCY = 'H15';
/** Another province's: it has a part in none of the examples' dossiers. */
const ELSEWHERE = 'H66';

beforeAll(async () => {
  product = await startProduct();
  const { app, pool, appender } = product.deps;
  await appender.append({ commands: exampleCommands, raw: null });
  guarded = app.routes.filter(({ scope }) => scope !== 'public');
  scopes = [...new Set(guarded.map(({ scope }) => scope))];
  ownKey = app.issuer!.jwks().keys[0]!;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  otherKey = { ...(await exportJWK(privateKey)), kid: ownKey.kid!, alg: 'ES256' };
  const client = async (
    clientId: string,
    facts: { agency?: string; scopes?: readonly string[]; set?: string } = {},
  ) => {
    const { agency = AGENCY, scopes: granted = scopes, set } = facts;
    await putClient(pool, { clientId, secretHash: hashSecret('x'), scopes: [...granted], agencies: [agency] });
    if (set) await pool.query(`update client set ${set} where client_id = $1`, [clientId]);
  };
  await client('good');
  await client('stranger', { agency: ELSEWHERE });
  await client('without-rights', { scopes: [] });
  await client('bare', { set: "personal_data = '{}', purposes = '{dossier-processing}'" });
  await client('suspended', { set: 'suspended_at = now()' });
  await client('expired', { set: "valid_until = now() - interval '1 minute'" });
  await client('of-another-network', { set: "addresses = '{203.0.113.0/24}'" });
});
afterAll(() => product.stop());

interface Forgery {
  readonly client?: string;
  readonly scopes?: readonly string[];
  readonly agency?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly key?: JWK;
  /** Seconds until it expires. */
  readonly lives?: number;
}

/** A token as the issuer would make it, but for what is told. */
async function token(forgery: Forgery = {}): Promise<string> {
  const { client = 'good', agency = AGENCY, issuer = product.url, audience = 'urn:lienthong:gateway' } = forgery;
  const { key = ownKey, lives = 600 } = forgery;
  const now = Math.floor(Date.now() / 1000);
  const claims = { client_id: client, scope: (forgery.scopes ?? scopes).join(' '), agencies: [agency] };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: key.kid!, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(client)
    .setIssuedAt(now - 700 + Math.max(0, lives))
    .setExpirationTime(now + lives)
    .sign(key);
}

/** The operation's own example, by somebody. */
async function send(
  route: Route,
  authorization: string | null,
  more: Readonly<Record<string, string>> = {},
): Promise<{ status: number; code: string; text: string }> {
  const { params = {}, query = {}, headers = {}, body } = route.example ?? {};
  const path = route.path.replace(/:(\w+)/g, (_whole, name) => encodeURIComponent(params[name] ?? '1'));
  const url = new URL(product.url + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const type = route.consumes?.[0] ?? 'application/json';
  const answer = await fetch(url, {
    method: route.method,
    headers: {
      ...(authorization !== null && { authorization: `Bearer ${authorization}` }),
      ...(route.purpose && {
        'x-purpose': 'dossier-processing',
        'x-dossier': 'H15.50-260310-0001',
        'x-officer': 'cb-204',
      }),
      ...(route.idempotency && { 'idempotency-key': `matrix-${route.id}` }),
      ...headers,
      ...more,
      ...(body !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body: type === 'application/json' ? JSON.stringify(body) : String(body) }),
  });
  const text = await answer.text();
  const code = /"code":"([a-z-]+)"/.exec(text)?.[1] ?? '';
  return { status: answer.status, code, text };
}

/** The operations that did not refuse as they should, in words. */
async function strays(
  by: (route: Route) => Promise<string | null>,
  [status, code]: readonly [number, string],
): Promise<string[]> {
  const found: string[] = [];
  for (const route of guarded) {
    const answer = await send(route, await by(route));
    if (answer.status !== status || answer.code !== code) found.push(`${route.id}: ${answer.status} ${answer.code}`);
  }
  return found;
}

it('a token that is forged as the issuer makes them is taken: what is refused below is refused for its fault', async () => {
  const listed = guarded.find(({ id }) => id === 'listPauseReasons')!;
  expect((await send(listed, await token())).status).toBe(200);
});

describe('every operation that asks for a token refuses', () => {
  it.each<[string, readonly [number, string], ((route: Route) => Forgery) | null]>([
    ['no token', [401, 'unauthorized'], null],
    ['an expired one', [401, 'token-expired'], () => ({ lives: -60 })],
    ['one for somebody else', [401, 'token-invalid'], () => ({ audience: 'urn:another:gateway' })],
    ['one of another issuer', [401, 'token-invalid'], () => ({ issuer: 'https://sso.example.vn' })],
    ['one signed by another key', [401, 'token-invalid'], () => ({ key: otherKey })],
    [
      'one without its scope',
      [403, 'forbidden-scope'],
      ({ scope }) => ({ scopes: scopes.filter((other) => other !== scope) }),
    ],
    ['one with more than its client holds', [403, 'forbidden-scope'], () => ({ client: 'without-rights' })],
    ['a client that is not registered', [401, 'token-revoked'], () => ({ client: 'nobody' })],
    ['a suspended client', [403, 'client-suspended'], () => ({ client: 'suspended' })],
    ['a client whose time has ended', [403, 'client-expired'], () => ({ client: 'expired' })],
    ['a client that calls from elsewhere', [403, 'forbidden-address'], () => ({ client: 'of-another-network' })],
  ])('%s', async (_title, refusal, forgery) => {
    expect(await strays(async (route) => (forgery ? token(forgery(route)) : null), refusal)).toEqual([]);
  });
});

/** Whose right it is to see what concerns no agency of its own, and why. */
const SEES_ALL: Readonly<Record<string, string>> = {
  listAudit: 'an auditor reads the whole log',
  whoRead: 'the same, for one person',
  getImportErrors: 'the rows of a file that it sent itself, refused one by one',
};

it('a client of another agency is told of no dossier that is not its own, and may change none', async () => {
  const stranger = await token({ client: 'stranger' });
  const found: string[] = [];
  for (const route of guarded) {
    const { status, code, text } = await send(route, stranger);
    const dossier = /H15[.\d]*-\d{6}-\d{4}/.exec(text);
    // What many dossiers are sent in is refused item by item.
    if (status < 300 && dossier !== null && !text.includes('"forbidden-agency"') && !(route.id in SEES_ALL))
      found.push(`${route.id} tells of ${dossier[0]}`);
    if (status >= 300 && status !== 404 && code !== 'forbidden-agency') found.push(`${route.id}: ${status} ${code}`);
    if (status >= 500) found.push(`${route.id}: ${text}`);
  }
  expect(found).toEqual([]);
});

it('what personal data a client was not granted is in no answer, and all of it in the answers to one that was granted all', async () => {
  const [bare, all] = await Promise.all([token({ client: 'bare' }), token()]);
  const left: string[] = [];
  const told: string[] = [];
  for (const route of guarded) {
    const places = Object.values(route.response).flatMap((answer) => {
      const json = jsonOf(answer);
      return json === undefined ? [] : personalPlaces(jsonSchema(json, 'output'));
    });
    if (places.length === 0) continue;
    const answers = await Promise.all([send(route, bare), send(route, all)]);
    if (answers.some(({ status }) => status >= 400)) continue;
    const [without, whole] = answers.map(({ text }) => JSON.parse(text));
    if (!isDeepStrictEqual(withhold(without, places, new Set()), without)) left.push(route.id);
    if (!isDeepStrictEqual(withhold(whole, places, new Set()), whole)) told.push(route.id);
  }
  expect(left).toEqual([]);
  expect(told).toEqual(
    expect.arrayContaining(['getDossier', 'lookUpCitizen', 'lookUpHousehold', 'getEnterprise', 'lookUpParcels']),
  );
});

it('a purpose that the client was not granted is refused wherever one is asked for, and one that nobody knows', async () => {
  const [bare, all] = await Promise.all([token({ client: 'bare' }), token()]);
  const wrong: string[] = [];
  for (const route of guarded.filter(({ audit, purpose }) => audit !== undefined || purpose !== undefined)) {
    const refused = await send(route, bare, { 'x-purpose': 'inspection' });
    if (refused.code !== 'forbidden-purpose' || refused.status !== 403) wrong.push(`${route.id}: ${refused.code}`);
    const unknown = await send(route, all, { 'x-purpose': 'curiosity' });
    if (unknown.code !== 'purpose-unknown')
      wrong.push(`${route.id}, out of curiosity: ${unknown.status} ${unknown.code}`);
  }
  expect(wrong).toEqual([]);
});

it('the document tells of every operation, its scope, and that it may refuse', async () => {
  const document = (await (await fetch(`${product.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security: Record<string, string[]>[]; responses: Record<string, unknown> }>>;
  };
  const wrong = guarded
    .filter(({ hidden }) => !hidden)
    .filter((route) => {
      const told = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
      const isTold = told?.security[0]?.oauth2?.includes(route.scope) === true;
      return !isTold || ['401', '403', '429'].some((status) => !(status in told.responses));
    })
    .map(({ id }) => id);
  expect(wrong).toEqual([]);
});
