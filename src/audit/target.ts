/** @module The keyed hash by which the audit log knows a person or a record. */
import { createHmac } from 'node:crypto';

/** It finds all entries about somebody without naming anybody; in hexadecimal digits. @param key AUDIT_KEY */
export function targetHash(target: string, key: string): string {
  return createHmac('sha256', key).update(target.trim().toUpperCase()).digest('hex');
}
