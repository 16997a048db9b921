/** @module Logging in to the console at the embedded issuer, at two replicas: who gets in, what each may see, how it ends. */
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPerson } from '../../src/access/people.ts';
import type { Role } from '../../src/access/roles.ts';
import { sealWith } from '../../src/access/seal.ts';
import { personText } from '../../src/cli/person.ts';
import type { Running } from '../../src/main.ts';
import { PUBLIC_URL, type Replicas, startReplicas } from '../access/replicas.ts';
import { registration } from '../support/commands.ts';
import { until } from '../support/until.ts';
import { Browser, type Page } from './browser.ts';

let replicas: Replicas;
const proofs = new Map<string, { password: string; secondFactor: string | null }>();

async function add(name: string, role: Role, agencies: readonly string[]): Promise<void> {
  const facts = { name, fullName: `Người ${name}`, role, agencies, isOutside: false, withSecondFactor: false };
  const edit = { author: 'test', reason: 'a test', now: Date.now() };
  const added = await addPerson(replicas.first.deps.pool, sealWith(replicas.encryptionKey), facts, edit);
  proofs.set(name, added.proofs!);
}

beforeAll(async () => {
  replicas = await startReplicas();
  await add('vanhanh', 'operator', ['H15']);
  await add('xem', 'viewer', ['H15.50']);
  await add('giamsat', 'auditor', ['H15']);
  await add('quantri', 'admin', ['H15']);
  await add('lan', 'operator', ['H15']);
});
afterAll(() => replicas?.stop());

/** A browser whose calls reach the replicas in turn, as a proxy before them would send them. */
function browser(): Browser {
  let n = 0;
  return new Browser((url) => url.replace(PUBLIC_URL, [replicas.first, replicas.second][n++ % 2]!.url));
}
const begin = (visitor: Browser): Promise<Page> => visitor.open(`${PUBLIC_URL}/console/log-in`);
const codeOf = (uri: string): string =>
  new TOTP({ secret: Secret.fromBase32(new URL(uri).searchParams.get('secret')!) }).generate();

async function logIn(name: string): Promise<{ visitor: Browser; csrf: string }> {
  const visitor = browser();
  const { password, secondFactor } = proofs.get(name)!;
  const page = await visitor.submit(await begin(visitor), {
    name: ` ${name.toUpperCase()}`,
    password,
    code: secondFactor === null ? '' : codeOf(secondFactor),
  });
  expect([page.status, new URL(page.url).pathname]).toEqual([200, '/console']);
  const { csrfToken } = await session(visitor);
  return { visitor, csrf: csrfToken };
}
const session = async (visitor: Browser) =>
  (await (await visitor.call(`${PUBLIC_URL}/console/session`)).json()) as {
    person: string;
    role: Role;
    agencies: string[];
    csrfToken: string;
    code?: string;
  };
/** What a call of the console is answered. */
const call = async (visitor: Browser, path: string, init: RequestInit = {}): Promise<string | number> => {
  const answer = await visitor.call(`${PUBLIC_URL}${path}`, init);
  return answer.ok ? answer.status : ((await answer.json()) as { code: string }).code;
};

it('lets a person in with a password, whichever replica each step meets, and keeps the session from every script', async () => {
  const { visitor } = await logIn('vanhanh');
  expect(await session(visitor)).toMatchObject({ person: 'vanhanh', role: 'operator', agencies: ['H15'] });
  const cookie = visitor.cookies.get('gateway.test __Host-lienthong')!;
  expect(cookie.attributes).toBe('Path=/; HttpOnly; SameSite=Strict; Secure');
  expect(await call(visitor, '/v1/destinations')).toBe(200);
  expect(await call(browser(), '/v1/destinations')).toBe('unauthorized');
  expect(await call(browser(), '/console/session')).toBe(204);
});

it('gives each role its rights and no other, and only the dossiers of the person’s agencies', async () => {
  const { appender } = replicas.first.deps;
  const commands = ['H15.50-260310-0001', 'H15.12-260310-0001'].map((code) =>
    registration(code, { fields: { agencyCode: code.slice(0, 6) } }),
  );
  await appender.append({ commands, raw: null });
  const seen = async (name: string, paths: readonly string[]) => {
    const { visitor } = await logIn(name);
    return Promise.all(paths.map((path) => call(visitor, path)));
  };
  const paths = ['/v1/dossiers/H15.50-260310-0001', '/v1/dossiers/H15.12-260310-0001', '/v1/audit', '/v1/clients'];
  expect(await seen('xem', paths)).toEqual([200, 'forbidden-agency', 'forbidden-scope', 'forbidden-scope']);
  expect(await seen('vanhanh', paths)).toEqual([200, 200, 'forbidden-scope', 'forbidden-scope']);
  expect(await seen('giamsat', paths)).toEqual([200, 200, 200, 'forbidden-scope']);
  expect(await seen('quantri', paths)).toEqual([200, 200, 200, 200]);

  const inStep = async (name: string): Promise<number> => {
    const { visitor } = await logIn(name);
    const answer = await visitor.call(`${PUBLIC_URL}/v1/destinations`);
    const { items } = (await answer.json()) as { items: { observed: number }[] };
    return items[0]!.observed;
  };
  expect([await inStep('xem'), await inStep('vanhanh')]).toEqual([1, 2]);
});

it('takes what changes something only with the proof that its own page sent it', async () => {
  const { visitor, csrf } = await logIn('vanhanh');
  const pause = (headers: Record<string, string> = {}) =>
    call(visitor, '/v1/destinations/national-portal/pause', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ reason: 'thử' }),
    });
  expect(await pause()).toBe('session-proof-missing');
  expect(await pause({ 'x-csrf-token': 'guess' })).toBe('session-proof-missing');
  expect(await pause({ 'x-csrf-token': csrf })).toBe(200);
  expect(await call(visitor, '/console/log-out', { method: 'POST' })).toBe('session-proof-missing');
});

it('asks an admin for a second factor, takes each code once, and never says which part was wrong', async () => {
  const { password, secondFactor } = proofs.get('quantri')!;
  const visitor = browser();
  const page = await begin(visitor);
  const code = codeOf(secondFactor!);
  for (const fields of [
    { name: 'quantri', password, code: '' },
    { name: 'quantri', password, code: code === '000000' ? '000001' : '000000' },
    { name: 'quantri', password: 'guess', code },
    { name: 'nobody', password, code },
  ]) {
    const answer = await visitor.submit(page, fields);
    expect([answer.status, answer.text.includes('Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng.')]).toEqual([
      401,
      true,
    ]);
  }
  // The code by which the admin has logged in above, in the same half minute or not, is good once.
  await replicas.first.deps.pool.query('update person set totp_last_step = null');
  const fresh = { name: 'quantri', password, code: codeOf(secondFactor!) };
  expect((await visitor.submit(page, fresh)).status).toBe(200);
  const other = browser();
  expect((await other.submit(await begin(other), fresh)).status).toBe(401);
});

it('lets nobody guess on: after five failures the right password is not looked at either', async () => {
  const visitor = browser();
  const page = await begin(visitor);
  const { password } = proofs.get('lan')!;
  const from = (replica: Running) => new Browser((url) => url.replace(PUBLIC_URL, replica.url));
  const patient = from(replicas.first);
  const at = await begin(patient);
  for (let n = 0; n < 5; n++)
    expect((await patient.submit(at, { name: 'lan', password: 'guess', code: '' })).status).toBe(401);
  const answer = await patient.submit(at, { name: 'lan', password, code: '' });
  expect([answer.status, answer.text.includes('Sai quá nhiều lần')]).toEqual([429, true]);
  expect(page.status).toBe(200);
});

it('ends for good: by the person, by a change of the person, and for every replica', async () => {
  const { visitor, csrf } = await logIn('giamsat');
  const kept = new Map(visitor.cookies);
  expect(await call(visitor, '/console/log-out', { method: 'POST', headers: { 'x-csrf-token': csrf } })).toBe(200);
  expect(visitor.cookies.has('gateway.test __Host-lienthong')).toBe(false);
  for (const [key, cookie] of kept) visitor.cookies.set(key, cookie);
  await until('both replicas know it', async () => {
    const codes = [await call(visitor, '/v1/destinations'), await call(visitor, '/v1/destinations')];
    return codes.every((code) => code === 'session-over');
  });

  const { visitor: suspended } = await logIn('giamsat');
  const env = { DATABASE_URL: replicas.databaseUrl, ENCRYPTION_KEY: replicas.encryptionKey };
  await personText('suspend', 'giamsat', { reason: 'nghỉ việc' }, { env, now: Date.now() });
  await until('the session is over', async () => (await call(suspended, '/v1/destinations')) === 'session-over');
  const { password } = proofs.get('giamsat')!;
  expect((await suspended.submit(await begin(suspended), { name: 'giamsat', password, code: '' })).status).toBe(401);
  const { items } = JSON.parse(await personText('history', 'giamsat', {}, { env, now: Date.now() }));
  expect(items.at(-1)).toMatchObject({ act: 'changed', reason: 'nghỉ việc', author: expect.stringMatching(/^cli:/) });
});
