/** @module The key that evidence packs are signed with: one of the installation, shared by all replicas, its public half published. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';

export interface Signer {
  /** A detached signature (Ed25519, RFC 8032: 64 bytes). */
  sign(content: Buffer): Buffer;
  /** SubjectPublicKeyInfo as PEM. */
  readonly publicKey: string;
}

const NAME = 'evidence-signing-key';

/** Made by the first process that starts, the same for all. */
export async function openSigner(db: Queryable, seal: Seal): Promise<Signer> {
  const read = async (): Promise<Buffer | undefined> =>
    (await db.query<{ sealed: Buffer }>('select sealed from secret where name = $1', [NAME])).rows[0]?.sealed;
  let sealed = await read();
  if (!sealed) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const made = seal.close(privateKey.export({ type: 'pkcs8', format: 'pem' }), NAME);
    await db.query('insert into secret (name, sealed) values ($1, $2) on conflict do nothing', [NAME, made]);
    sealed = await read();
  }
  return signerOf(createPrivateKey(seal.open(sealed!, NAME)));
}

const signerOf = (key: KeyObject): Signer => ({
  sign: (content) => sign(null, content, key),
  publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
});
