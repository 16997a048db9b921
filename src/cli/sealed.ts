/** @module What opens the secrets of the database in use: ENCRYPTION_KEY, or the key of the `npm start` in DATA_DIR. */
import { resolve } from 'node:path';
import { type Seal, sealWith } from '../access/seal.ts';
import { loadConfig } from '../config.ts';
import { demoSecrets } from '../demo/files.ts';
import type { Environment } from './database.ts';
import { CommandFault } from './fault.ts';

/** @throws CommandFault where there is a database but no key for it */
export async function sealOf(env: Environment): Promise<Seal> {
  const { DATABASE_URL, ENCRYPTION_KEY, DATA_DIR } = loadConfig(env);
  if (ENCRYPTION_KEY) return sealWith(ENCRYPTION_KEY);
  if (DATABASE_URL)
    throw new CommandFault('Thiếu ENCRYPTION_KEY (hoặc ENCRYPTION_KEY_FILE). / ENCRYPTION_KEY is not set.');
  return sealWith((await demoSecrets(resolve(DATA_DIR))).encryptionKey);
}
