/** @module The seal of the tests, and connections that read what it sealed. */
import { sealWith } from '../../src/access/seal.ts';
import { openingReaders } from '../../src/access/sealed-json.ts';

export const ENCRYPTION_KEY = Buffer.alloc(32).toString('base64');
export const testSeal = sealWith(ENCRYPTION_KEY);
export const readers = openingReaders(testSeal);
