/** @module What is kept at rest so that only the holder of the key reads it: AES-256-GCM, bound to a name. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';

const NONCE = 12;
const TAG = 16;
/** Says that the id of a key follows: what was sealed before keys had ids begins with a nonce. */
const MARK = 0xa7;
/** Mark and id: a multiple of three, so that base64 shows them as a beginning of their own. */
const HEAD = 6;

/** Seals with the current key and opens with any of the ring. */
export interface Seal {
  /** Head, nonce, tag, cipher text. The name is authenticated, so that a value cannot be passed off as another. */
  close(plain: string | Uint8Array, name: string): Buffer;
  /** @throws where it was sealed with a key outside the ring or under another name */
  open(sealed: Buffer, name: string): string;
  /** As `open`, for what is no text. */
  openBytes(sealed: Buffer, name: string): Buffer;
  /** What everything sealed with the current key begins with. */
  readonly head: Buffer;
  /** Whether it begins as what was sealed with a key of the ring. */
  isSealed(bytes: Uint8Array): boolean;
  /** A keyed hash: it finds an equal value and tells nothing of it. It outlives a change of the key. */
  hash(value: string): Buffer;
}

export interface KeyRing {
  /** Keys that formerly sealed, 32 bytes in base64 each. */
  readonly former?: readonly string[];
  /** Keys the hashes; made of the current key unless told. */
  readonly hashKey?: Buffer;
}

interface RingKey {
  readonly secret: KeyObject;
  readonly head: Buffer;
}

/** What keys the hashes, made of a secret. */
export const hashKeyOf = (secret: string): Buffer => createHmac('sha256', secret).update('keyed hashes').digest();

/** @param key the current one, 32 bytes in base64 */
export function sealWith(key: string, { former = [], hashKey = hashKeyOf(key) }: KeyRing = {}): Seal {
  const [current, ...others] = [key, ...former].map(ringKey) as [RingKey, ...RingKey[]];
  const ring = [current, ...others];
  const headed = (bytes: Uint8Array): RingKey | undefined =>
    bytes[0] === MARK ? ring.find(({ head }) => head.equals(bytes.subarray(0, HEAD))) : undefined;
  const openBytes = (sealed: Buffer, name: string): Buffer => {
    const aad = Buffer.from(name);
    const known = headed(sealed);
    const tries: [RingKey, Buffer][] = ring.map((one) => [one, sealed]);
    if (known) tries.unshift([known, sealed.subarray(HEAD)]);
    let cause: unknown;
    for (const [{ secret }, bytes] of tries) {
      try {
        return decipher(secret, bytes, aad);
      } catch (error) {
        cause = error;
      }
    }
    throw new Error(
      `${name} was sealed with another ENCRYPTION_KEY: start with the key it was made with, or name it in ENCRYPTION_KEYS_FORMER`,
      { cause },
    );
  };
  return {
    close(plain, name) {
      const nonce = nextNonce();
      const cipher = createCipheriv('aes-256-gcm', current.secret, nonce).setAAD(Buffer.from(name));
      const sealed = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
      cipher.final();
      return Buffer.concat([current.head, nonce, cipher.getAuthTag(), sealed]);
    },
    open: (sealed, name) => openBytes(sealed, name).toString('utf8'),
    openBytes,
    head: current.head,
    isSealed: (bytes) => headed(bytes) !== undefined,
    hash: (value) => createHmac('sha256', hashKey).update(value).digest(),
  };
}

function ringKey(key: string): RingKey {
  const bytes = Buffer.from(key, 'base64');
  const id = createHmac('sha256', bytes)
    .update('key id')
    .digest()
    .subarray(0, HEAD - 1);
  return { secret: createSecretKey(bytes), head: Buffer.concat([Buffer.of(MARK), id]) };
}

function decipher(secret: KeyObject, sealed: Buffer, aad: Buffer): Buffer {
  const opening = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(aad)
    .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([opening.update(sealed.subarray(NONCE + TAG)), opening.final()]);
}

// Asking the system for each would cost as much as the sealing.
const nonces = Buffer.alloc(NONCE * 512);
let nonceAt = nonces.length;

function nextNonce(): Buffer {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  nonceAt += NONCE;
  return nonces.subarray(nonceAt - NONCE, nonceAt);
}
