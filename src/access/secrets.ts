/** @module Secrets at rest: sealed with the key from the environment, shared by all replicas through the database. */
import type { JSONWebKeySet } from 'jose';
import type { Queryable } from '../db/queryable.ts';
import { createSigningKeys } from '../http/issuer.ts';
import type { Seal } from './seal.ts';

/** The issuer's signing keys: made by the first process that starts, the same for all. */
export async function signingKeys(db: Queryable, seal: Seal): Promise<JSONWebKeySet> {
  const name = 'issuer-signing-keys';
  const read = async (): Promise<Buffer | undefined> =>
    (await db.query<{ sealed: Buffer }>('select sealed from secret where name = $1', [name])).rows[0]?.sealed;
  let sealed = await read();
  if (!sealed) {
    const made = seal.close(JSON.stringify(await createSigningKeys()), name);
    await db.query('insert into secret (name, sealed) values ($1, $2) on conflict do nothing', [name, made]);
    sealed = await read();
  }
  return JSON.parse(seal.open(sealed!, name)) as JSONWebKeySet;
}
