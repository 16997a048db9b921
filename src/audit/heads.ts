/** @module A signed head of the audit log: what the log was at a time, as anybody with the public key can check (RFC 7515, 8037). */
import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  type FlattenedJWS,
  FlattenedSign,
  flattenedVerify,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
} from 'jose';
import { z } from 'zod';
import type { ChainHead } from './chain.ts';

const payload = z.object({
  id: z.int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
});

/** The newest entry at a time, and its hash: with it everything before is held fast. */
export interface SignedHead extends ChainHead {
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** Checks lines of the heads file. */
export interface HeadKeys {
  /** What a line says; null where it was not signed with any of the keys. @throws SyntaxError where it is no JSON, such as half a line */
  read(line: string): Promise<SignedHead | null>;
}

/** New keys, Ed25519, to be kept by the caller; the first signs. */
export async function createHeadKeys(): Promise<JSONWebKeySet> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const key = await exportJWK(privateKey);
  return { keys: [{ ...key, kid: await calculateJwkThumbprint(key), alg: 'EdDSA', use: 'sig' }] };
}

/** One line of the heads file, without its end: a JWS in flattened JSON. */
export async function signHead(head: SignedHead, jwks: JSONWebKeySet): Promise<string> {
  const [key] = jwks.keys;
  const { id, hash, at } = head;
  const signed = await new FlattenedSign(Buffer.from(JSON.stringify({ id, hash, at })))
    .setProtectedHeader({ alg: 'EdDSA', kid: key!.kid! })
    .sign(await importJWK(key!, 'EdDSA'));
  return JSON.stringify(signed);
}

/** Reads with the public halves of keys that the gateway keeps. */
export function headKeysOf(jwks: JSONWebKeySet): HeadKeys {
  return headKeys(
    jwks.keys.map(({ kty, crv, x }) => createPublicKey({ key: { kty, crv, x } as never, format: 'jwk' })),
  );
}

/** Reads with public keys as PEM, one after another, for who has nothing else of the gateway. */
export function headKeysOfPem(pem: string): HeadKeys {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  return headKeys(blocks.map((block) => createPublicKey(block)));
}

/** The public halves as PEM (SubjectPublicKeyInfo), for openssl. */
export function pemOf(jwks: JSONWebKeySet): string {
  return jwks.keys
    .map(({ kty, crv, x }) => createPublicKey({ key: { kty, crv, x } as never, format: 'jwk' }))
    .map((key) => key.export({ type: 'spki', format: 'pem' }))
    .join('');
}

function headKeys(keys: readonly KeyObject[]): HeadKeys {
  return {
    async read(line) {
      const signed = JSON.parse(line) as FlattenedJWS;
      for (const key of keys) {
        try {
          const { payload: bytes } = await flattenedVerify(signed, key, { algorithms: ['EdDSA'] });
          return payload.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
        } catch {
          // Another of the keys may have signed it.
        }
      }
      return null;
    },
  };
}
