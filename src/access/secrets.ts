/** @module What the environment keeps from everybody else, and the seal made of it. */
import { hashKeyOf, type Seal, sealWith } from './seal.ts';

export interface Secrets {
  /** Seals what is kept at rest: 32 bytes in base64. */
  readonly encryptionKey: string;
  /** Keys that sealed before it, as long as something may still be sealed with them. */
  readonly formerEncryptionKeys?: readonly string[];
  /** Keys the hashes by which persons and idempotency keys are found; it never changes. */
  readonly auditKey: string;
}

export const sealOf = ({ encryptionKey, formerEncryptionKeys = [], auditKey }: Secrets): Seal =>
  sealWith(encryptionKey, { former: formerEncryptionKeys, hashKey: hashKeyOf(auditKey) });
