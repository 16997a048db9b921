/** @module Logging in to the console at the province's own provider: who is registered here, and who comes with a role of theirs. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { addPerson, changePerson } from '../../src/access/people.ts';
import type { Role } from '../../src/access/roles.ts';
import { sealWith } from '../../src/access/seal.ts';
import { OutsideIssuer, SECRET } from '../access/outside-issuer.ts';
import { PUBLIC_URL, type Replicas, startReplicas } from '../access/replicas.ts';
import { Browser } from './browser.ts';

let provider: OutsideIssuer;
let replicas: Replicas;

beforeAll(async () => {
  provider = await OutsideIssuer.open({
    realm_access: { roles: ['lt-xem', 'lt-van-hanh', 'offline_access'] },
    agencies: ['H15.50'],
  });
  replicas = await startReplicas({
    CONSOLE_OIDC_ISSUER: provider.url,
    CONSOLE_OIDC_CLIENT_SECRET: SECRET,
    CONSOLE_OIDC_ROLE_CLAIM: 'realm_access.roles',
    CONSOLE_OIDC_ROLES: 'lt-xem=viewer,lt-van-hanh=operator',
  });
  for (const [name, role] of [
    ['an', 'admin'],
    ['binh', 'auditor'],
  ] as const)
    await add(name, role);
});
beforeEach(() => {
  provider.isDown = false;
});
afterAll(async () => {
  await replicas?.stop();
  provider.close();
});

const edit = () => ({ author: 'test', reason: 'a test', now: Date.now() });
async function add(name: string, role: Role): Promise<void> {
  const facts = { name, fullName: '', role, agencies: ['H15'], isOutside: true, withSecondFactor: false };
  const { proofs } = await addPerson(replicas.first.deps.pool, sealWith(replicas.encryptionKey), facts, edit());
  expect(proofs).toBeNull();
}

async function logIn(name: string, amr: readonly string[] = ['pwd']) {
  provider.person = { name, amr };
  const visitor = new Browser((url) => url.replace(PUBLIC_URL, replicas.first.url));
  const page = await visitor.open(`${PUBLIC_URL}/console/log-in`);
  const answer = await visitor.call(`${PUBLIC_URL}/console/session`);
  const session = answer.status === 204 ? null : ((await answer.json()) as Record<string, unknown>);
  return { visitor, page, session };
}

it('takes who is registered here with the role given here, and who is not with the highest role that the provider tells', async () => {
  const registered = await logIn('binh');
  expect(registered.session).toMatchObject({
    person: 'binh',
    fullName: 'Người binh',
    role: 'auditor',
    agencies: ['H15'],
  });
  const told = await logIn('cuong');
  expect(told.session).toMatchObject({ person: 'cuong', role: 'operator', agencies: ['H15.50'] });
});

it('lets an admin in only where the provider tells of a second factor, and nobody who is suspended', async () => {
  const without = await logIn('an');
  expect([without.page.status, without.session]).toEqual([403, null]);
  expect(without.page.text).toContain('hai yếu tố');
  expect((await logIn('an', ['pwd', 'otp'])).session).toMatchObject({ role: 'admin' });

  const { pool } = replicas.first.deps;
  await changePerson(pool, sealWith(replicas.encryptionKey), 'binh', { suspended: true }, edit());
  const suspended = await logIn('binh');
  expect([suspended.page.status, suspended.session]).toEqual([403, null]);
});

it('takes no answer of a log-in that this browser did not begin, nor one twice', async () => {
  provider.person = { name: 'cuong', amr: ['pwd'] };
  const victim = new Browser((url) => url.replace(PUBLIC_URL, replicas.first.url));
  const begun = await victim.call(`${PUBLIC_URL}/console/log-in?moved=1`);
  const thief = new Browser((url) => url.replace(PUBLIC_URL, replicas.first.url));
  let at = begun.headers.get('location')!;
  while (!at.startsWith(PUBLIC_URL)) at = new URL((await victim.call(at)).headers.get('location')!, at).href;
  expect((await thief.open(at)).status).toBe(403);
  expect((await victim.open(at)).status).toBe(200);
  expect((await victim.open(at)).status).toBe(403);
});

it('ends at the provider too, and says so where the provider does not answer', async () => {
  const { visitor, session } = await logIn('cuong');
  const headers = { 'x-csrf-token': String(session!.csrfToken) };
  const answer = await visitor.call(`${PUBLIC_URL}/console/log-out`, { method: 'POST', headers });
  const { next } = (await answer.json()) as { next: string };
  expect(next).toContain(`${provider.url}/session/end?`);
  expect(new URL(next).searchParams.get('post_logout_redirect_uri')).toBe(`${PUBLIC_URL}/console`);

  const fresh = await startReplicas({ CONSOLE_OIDC_ISSUER: provider.url, CONSOLE_OIDC_CLIENT_SECRET: SECRET });
  try {
    provider.isDown = true;
    const lost = new Browser((url) => url.replace(PUBLIC_URL, fresh.first.url));
    const page = await lost.open(`${PUBLIC_URL}/console/log-in`);
    expect([page.status, page.text.includes('không trả lời')]).toEqual([503, true]);
  } finally {
    await fresh.stop();
  }
});
