/** @module One log-in for all callers, renewed before it ends, and made anew once when the upstream refuses it. */
import { beforeEach, expect, it } from 'vitest';
import { type Credentials, oauthClientCredentials, session } from '../../src/connector/credentials.ts';
import { sharedTokens } from '../../src/connector/shared-tokens.ts';
import type { UpstreamCall } from '../../src/connector/upstream.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { processStore, type SharedStore } from '../../src/shared/store.ts';

let now: number;
let logins: number;
let refused: boolean;
let credentials: Credentials;

beforeEach(() => {
  now = 1_000_000;
  logins = 0;
  refused = false;
  credentials = session({
    now: () => now,
    login: async () => {
      logins++;
      await Promise.resolve();
      if (refused) throw failure('auth');
      return { token: `t${logins}`, livesMs: 100_000 };
    },
  });
});

const failure = (kind: 'auth' | 'unavailable') =>
  new UpstreamError(kind, { upstream: 'u', operation: 'o', outcome: 'not-done' });

/** Work that only takes a token from the given one on. */
const takesFrom = (first: number) => async (token: string) => {
  if (Number(token.slice(1)) < first) throw failure('auth');
  return token;
};

it('logs in once for all who ask at the same time, and keeps the token', async () => {
  expect(await Promise.all([credentials.token(), credentials.token(), credentials.withToken(takesFrom(1))])).toEqual([
    't1',
    't1',
    't1',
  ]);
  expect(await credentials.token()).toBe('t1');
  expect(logins).toBe(1);
});

it('renews the token before it ends', async () => {
  await credentials.token();
  now += 79_000;
  expect(await credentials.token()).toBe('t1');
  now += 2_000;
  expect(await credentials.token()).toBe('t2');
});

it('does the work again with one new token when the upstream refuses the old one, however many call', async () => {
  await credentials.token();
  expect(await Promise.all([credentials.withToken(takesFrom(2)), credentials.withToken(takesFrom(2))])).toEqual([
    't2',
    't2',
  ]);
  expect(logins).toBe(2);
});

it('gives the refusal to its caller when a new token is refused too', async () => {
  await expect(credentials.withToken(takesFrom(99))).rejects.toMatchObject({ kind: 'auth' });
  expect(logins).toBe(2);
});

it('does not log in again where the account may not, whatever token it has', async () => {
  for (const facts of [{ denied: true }, { status: 403 }]) {
    const work = credentials.withToken(async () => {
      throw new UpstreamError('auth', { upstream: 'u', operation: 'o', outcome: 'not-done', ...facts });
    });
    await expect(work).rejects.toMatchObject({ kind: 'auth' });
  }
  expect(logins).toBe(1);
});

it('repeats no work that failed otherwise', async () => {
  let works = 0;
  const work = credentials.withToken(async () => {
    works++;
    throw failure('unavailable');
  });
  await expect(work).rejects.toMatchObject({ kind: 'unavailable' });
  expect(works).toBe(1);
});

it('does not try a refused log-in again for half a minute, lest the account be locked', async () => {
  refused = true;
  await expect(credentials.withToken(takesFrom(1))).rejects.toMatchObject({ kind: 'auth' });
  refused = false;
  now += 29_000;
  await expect(credentials.token()).rejects.toMatchObject({ kind: 'auth' });
  expect(logins).toBe(1);
  now += 1_000;
  expect(await credentials.token()).toBe('t2');
});

it.each([
  [{ basic: true }, { authorization: `Basic ${Buffer.from('id%3A1:s%C3%A9').toString('base64')}` }, {}],
  [{ scope: 'a b' }, {}, { scope: 'a b', client_id: 'id:1', client_secret: 'sé' }],
])('gets an OAuth token with %j', async (options, headers, form) => {
  const calls: UpstreamCall[] = [];
  const oauth = oauthClientCredentials({
    upstream: {
      name: 'u',
      json: async (call) => {
        calls.push(call);
        return { access_token: 'abc', expires_in: '3600' };
      },
      text: () => Promise.reject(new Error('not asked')),
    },
    now: () => now,
    path: '/token',
    clientId: 'id:1',
    clientSecret: 'sé',
    ...options,
  });
  expect(await oauth.token()).toBe('abc');
  expect(calls).toEqual([
    {
      operation: 'token',
      method: 'POST',
      path: '/token',
      headers,
      form: { grant_type: 'client_credentials', ...form },
      repeat: 'harmless',
    },
  ]);
});

it('takes over what another replica was given, and logs in anew only where that is refused', async () => {
  const store: SharedStore = processStore();
  const replica = () =>
    session({
      now: () => now,
      tokens: sharedTokens(store, 'u', () => now),
      login: async () => ({ token: `t${++logins}`, livesMs: 100_000 }),
    });
  const [one, other] = [replica(), replica()];
  expect(await one.token()).toBe('t1');
  expect(await other.token()).toBe('t1');
  // The other meets the refusal first: the first takes over what it was given then.
  expect(await other.withToken(takesFrom(2))).toBe('t2');
  expect(await one.withToken(takesFrom(2))).toBe('t2');
  expect(logins).toBe(2);
});

it('renews a token that was taken over by what it has left, not by what it had at first', async () => {
  const store: SharedStore = processStore();
  const tokens = () => sharedTokens(store, 'u', () => now);
  await tokens().set({ token: 't0', livesMs: 100_000 });
  now += 50_000;
  const late = session({
    now: () => now,
    tokens: tokens(),
    login: async () => ({ token: `t${++logins}`, livesMs: null }),
  });
  expect(await late.token()).toBe('t0');
  await store.delete('token of u');
  now += 41_000;
  expect(await late.token()).toBe('t1');
});
