/** @module Secrets at rest: sealed with the key from the environment, shared by all replicas through the database. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import type { Queryable } from '../db/queryable.ts';
import { createSigningKeys } from '../http/issuer.ts';

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM: nonce, tag, cipher text. The name is authenticated, so that a secret cannot be passed off as another. */
function seal(plain: string, key: Buffer, name: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function unseal(sealed: Buffer, key: Buffer, name: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new Error(`the secret ${name} was sealed with another ENCRYPTION_KEY: start with the key it was made with`, {
      cause,
    });
  }
}

/** The issuer's signing keys: made by the first process that starts, the same for all. */
export async function signingKeys(db: Queryable, encryptionKey: string): Promise<JSONWebKeySet> {
  const name = 'issuer-signing-keys';
  const key = Buffer.from(encryptionKey, 'base64');
  const read = async (): Promise<Buffer | undefined> =>
    (await db.query<{ sealed: Buffer }>('select sealed from secret where name = $1', [name])).rows[0]?.sealed;
  let sealed = await read();
  if (!sealed) {
    const made = seal(JSON.stringify(await createSigningKeys()), key, name);
    await db.query('insert into secret (name, sealed) values ($1, $2) on conflict do nothing', [name, made]);
    sealed = await read();
  }
  return JSON.parse(unseal(sealed!, key, name)) as JSONWebKeySet;
}
