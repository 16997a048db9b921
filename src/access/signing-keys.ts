/** @module The issuer's signing keys: sealed in the database, the same for all replicas, rotated so that no token fails for it. */
import { createLocalJWKSet, type JSONWebKeySet, type JWK, type JWTVerifyGetKey, errors as joseErrors } from 'jose';
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import { createSigningKeys, publicKeys, TOKEN_LIFETIME } from '../http/issuer.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { DAY, MINUTE, SECOND } from '../units.ts';
import { revoke } from './revocations.ts';
import type { Seal } from './seal.ts';

const LOOK_EVERY = 1 * SECOND;
/** Between a key's publication and its first signature: by then every replica knows it, and so may who checks tokens elsewhere. */
const PUBLISHED_BEFORE = 10 * SECOND;
/** How long a key is published after its successor has begun to sign: its last token's life, and clocks that differ. */
const PUBLISHED_AFTER = TOKEN_LIFETIME + 5 * MINUTE;

/** A key as it is kept; the private half is sealed. */
export interface SigningKey {
  readonly kid: string;
  /** Epoch milliseconds. */
  readonly signsFrom: number;
  readonly author: string;
  readonly reason: string;
}

/** What a key is good for at a moment. */
export type KeyState = 'announced' | 'signing' | 'published' | 'outlived';

/** The states of keys, oldest first. */
export function keyStates(keys: readonly Pick<SigningKey, 'signsFrom'>[], now: number): KeyState[] {
  const signing = keys.findLastIndex(({ signsFrom }) => signsFrom <= now);
  return keys.map((_key, n) => {
    if (n > signing) return 'announced';
    if (n === signing) return 'signing';
    return keys[n + 1]!.signsFrom + PUBLISHED_AFTER > now ? 'published' : 'outlived';
  });
}

async function readRows(db: Queryable): Promise<(SigningKey & { readonly sealed: Buffer })[]> {
  const { rows } = await db.query<SigningKey & { readonly sealed: Buffer }>(
    'select kid, sealed, signs_from as "signsFrom", author, reason from signing_key order by signs_from, created_at',
  );
  return rows;
}

/** Every key that is kept, oldest first. */
export async function listSigningKeys(db: Queryable): Promise<SigningKey[]> {
  return (await readRows(db)).map(({ sealed: _, ...key }) => key);
}

/** What a key is sealed under. */
export const nameOf = (kid: string): string => `signing-key/${kid}`;

export interface Rotation {
  readonly author: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Only where the newest key signs for longer than this; always unless told. */
  readonly olderThanMs?: number;
  /** The former keys are in wrong hands: the new one signs at once, theirs are refused and their tokens with them. */
  readonly compromised?: boolean;
}

/** Makes the next key and forgets outlived ones. @returns the new key's id; null where none was due */
export async function rotateSigningKeys(pool: pg.Pool, seal: Seal, rotation: Rotation): Promise<string | null> {
  const { author, reason, now, olderThanMs = null, compromised = false } = rotation;
  return inTransaction(pool, async (db) => {
    await db.query("select pg_advisory_xact_lock(hashtext('lienthong-signing-keys'))");
    const kept = await listSigningKeys(db);
    const newest = kept.at(-1);
    if (newest && olderThanMs !== null && now - newest.signsFrom < olderThanMs) return null;
    const states = keyStates(kept, now);
    const gone = kept.filter((_key, n) => compromised || states[n] === 'outlived').map(({ kid }) => kid);
    await db.query('delete from signing_key where kid = any($1)', [gone]);
    if (compromised)
      for (const kid of gone)
        await revoke(db, { kind: 'key', subject: kid, until: now + PUBLISHED_AFTER, author, reason });
    const [key] = (await createSigningKeys()).keys as [JWK & { kid: string }];
    const signsFrom = newest && !compromised ? now + PUBLISHED_BEFORE : now;
    await db.query('insert into signing_key (kid, sealed, signs_from, author, reason) values ($1, $2, $3, $4, $5)', [
      key.kid,
      seal.close(JSON.stringify(key), nameOf(key.kid)),
      new Date(signsFrom),
      author,
      reason,
    ]);
    return key.kid;
  });
}

/** The keys as a process works with them. */
export interface KeptSigningKeys {
  /** The private keys that are published now; the first signs. The same object until something changes. */
  jwks(): JSONWebKeySet;
  /** Finds the key of a token; one that nobody knows yet is asked for at most once a second. */
  readonly find: JWTVerifyGetKey;
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Reads the keys, makes the first where there is none, and looks each second whether any process has rotated them. */
export async function keepSigningKeys(
  pool: pg.Pool,
  seal: Seal,
  { log, now }: { readonly log: Log; readonly now: () => number },
): Promise<KeptSigningKeys> {
  await rotateSigningKeys(pool, seal, {
    author: 'lienthong',
    reason: 'the first key',
    now: now(),
    olderThanMs: Number.POSITIVE_INFINITY,
  });
  const opened = new Map<string, JWK>();
  let keys: readonly SigningKey[] = [];
  const reload = async (): Promise<void> => {
    const rows = await readRows(pool);
    for (const { kid, sealed } of rows)
      if (!opened.has(kid)) opened.set(kid, JSON.parse(seal.open(sealed, nameOf(kid))) as JWK);
    keys = rows;
  };
  await reload();

  let published = { ids: '', jwks: { keys: [] } as JSONWebKeySet, find: createLocalJWKSet({ keys: [] }) };
  const current = (): typeof published => {
    const states = keyStates(keys, now());
    const rank: readonly KeyState[] = ['signing', 'announced', 'published'];
    const kids = rank.flatMap((state) => keys.filter((_key, n) => states[n] === state)).map(({ kid }) => kid);
    const ids = kids.join(' ');
    if (published.ids !== ids) {
      const jwks = { keys: kids.map((kid) => opened.get(kid)!) };
      published = { ids, jwks, find: createLocalJWKSet(publicKeys(jwks)) };
    }
    return published;
  };

  let asked = { at: Number.NEGATIVE_INFINITY, answer: Promise.resolve() };
  const rounds = new Rounds({
    everyMs: LOOK_EVERY,
    round: reload,
    failed: (error) => log.warn({ err: error }, 'signing keys could not be read again; the former ones stay in use'),
  });
  rounds.start();
  return {
    jwks: () => current().jwks,
    async find(header, token) {
      try {
        return await current().find(header, token);
      } catch (error) {
        if (!(error instanceof joseErrors.JWKSNoMatchingKey)) throw error;
        if (now() - asked.at >= LOOK_EVERY) asked = { at: now(), answer: reload() };
        await asked.answer;
        return current().find(header, token);
      }
    },
    reload,
    stop: () => rounds.stop(),
  };
}

const LOOK_WHETHER_DUE = 1 * MINUTE;

/** Rotates by itself, in whichever process finds it due first. */
export function scheduledRotation(
  pool: pg.Pool,
  seal: Seal,
  options: { readonly everyDays: number; readonly log: Log; readonly now: () => number },
): Rounds {
  const { everyDays, log, now } = options;
  return new Rounds({
    everyMs: LOOK_WHETHER_DUE,
    round: async () => {
      const kid = await rotateSigningKeys(pool, seal, {
        author: 'lienthong',
        reason: `every ${everyDays} days`,
        now: now(),
        olderThanMs: everyDays * DAY,
      });
      if (kid !== null) log.info({ kid }, 'the signing key was rotated');
    },
    failed: (error) => log.warn({ err: error }, 'the signing key could not be rotated; it is tried again in a minute'),
  });
}
