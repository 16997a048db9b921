/** @module The keys that sign the audit log's heads: sealed in the database, made by the first process that starts, the same for all. */
import type { JSONWebKeySet } from 'jose';
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import { createHeadKeys } from './heads.ts';

const NAME = 'audit-head-keys';

export async function headSigningKeys(db: Queryable, seal: Seal): Promise<JSONWebKeySet> {
  const read = async (): Promise<Buffer | undefined> =>
    (await db.query<{ sealed: Buffer }>('select sealed from secret where name = $1', [NAME])).rows[0]?.sealed;
  let sealed = await read();
  if (!sealed) {
    const made = seal.close(JSON.stringify(await createHeadKeys()), NAME);
    await db.query('insert into secret (name, sealed) values ($1, $2) on conflict do nothing', [NAME, made]);
    sealed = await read();
  }
  return JSON.parse(seal.open(sealed!, NAME)) as JSONWebKeySet;
}
