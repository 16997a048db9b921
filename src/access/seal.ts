/** @module What is kept at rest so that only the holder of the key reads it: AES-256-GCM, bound to a name. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/** Seals and opens with one key. */
export interface Seal {
  /** Nonce, tag, cipher text. The name is authenticated, so that a value cannot be passed off as another. */
  close(plain: string | Uint8Array, name: string): Buffer;
  /** @throws where it was sealed with another key or under another name */
  open(sealed: Buffer, name: string): string;
  /** The same for what is no text. */
  openBytes(sealed: Buffer, name: string): Buffer;
  /** A keyed hash: it finds an equal value and tells nothing of it. */
  hash(value: string): Buffer;
}

/** @param key 32 bytes in base64 */
export function sealWith(key: string): Seal {
  const secret = Buffer.from(key, 'base64');
  const hashing = createHmac('sha256', secret).update('keyed hashes').digest();
  const openBytes = (sealed: Buffer, name: string): Buffer => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE))
        .setAAD(Buffer.from(name))
        .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
    } catch (cause) {
      throw new Error(`${name} was sealed with another ENCRYPTION_KEY: start with the key it was made with`, { cause });
    }
  };
  return {
    close(plain, name) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(Buffer.from(name));
      const text = typeof plain === 'string' ? Buffer.from(plain) : plain;
      const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open: (sealed, name) => openBytes(sealed, name).toString('utf8'),
    openBytes,
    hash: (value) => createHmac('sha256', hashing).update(value).digest(),
  };
}
