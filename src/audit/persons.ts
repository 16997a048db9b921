/** @module Whose data was read: known in the log by a keyed hash, kept apart sealed with a key of each person's own, and forgotten with that key. */
import { randomBytes } from 'node:crypto';
import { type Seal, sealWith } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import { targetHash } from './target.ts';

/** A person or record that is new to the log. */
export interface NewPerson {
  readonly hash: string;
  /** In hexadecimal digits. */
  readonly key: string;
  readonly value: string;
}

export const keyName = (hash: string): string => `person-key/${hash}`;
const valueName = (hash: string): string => `person/${hash}`;

/** Seals a value with a new key, and the key with that of the gateway. */
export function sealPerson(value: string, hash: string, seal: Seal): NewPerson {
  const key = randomBytes(32).toString('base64');
  return {
    hash,
    key: seal.close(key, keyName(hash)).toString('hex'),
    value: sealWith(key).close(value, valueName(hash)).toString('hex'),
  };
}

/** Who or what stands behind a hash; null where it was erased or never kept. @throws Error where the gateway's key is another */
export async function readPerson(db: Queryable, hash: string, seal: Seal): Promise<string | null> {
  const { rows } = await db.query<{ key: Buffer; value: Buffer }>(
    'select sealed_key as key, sealed_value as value from person_key where hash = $1 and sealed_key is not null',
    [hash],
  );
  const row = rows[0];
  return row ? sealWith(seal.open(row.key, keyName(hash))).open(row.value, valueName(hash)) : null;
}

/** When a person was erased, in epoch milliseconds; null where nobody has erased them. */
export async function erasedSince(db: Queryable, hash: string): Promise<number | null> {
  const { rows } = await db.query<{ at: number | null }>('select erased_at as at from person_key where hash = $1', [
    hash,
  ]);
  return rows[0]?.at ?? null;
}

export interface PersonErasure {
  /** The personal number, or whatever else the log knows the record by. */
  readonly target: string;
  /** AUDIT_KEY. */
  readonly targetKey: string;
  readonly author: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Destroys the key of a person, and with it what the log could tell of who it was. Entries stay, their chain holds; who-read
 * answers from then on that the person was erased. Call it in the transaction of whatever else is erased.
 *
 * @returns whether there was a key
 */
export async function erasePersonKey(db: Queryable, erasure: PersonErasure): Promise<boolean> {
  const { target, targetKey, author, reason, now } = erasure;
  const { rowCount } = await db.query(
    `update person_key set sealed_key = null, sealed_value = null, erased_at = to_timestamp($2::float8 / 1000), erased_by = $3, erased_reason = $4
     where hash = $1 and sealed_key is not null`,
    [targetHash(target, targetKey), now, author, reason],
  );
  return (rowCount ?? 0) > 0;
}
