/** @module What opens the database in use: the keys of the environment, or those of the `npm start` in DATA_DIR. */
import { resolve } from 'node:path';
import type pg from 'pg';
import { type Seal, sealWith } from '../access/seal.ts';
import { openingReaders } from '../access/sealed-json.ts';
import { type Secrets, sealOf as sealOfSecrets } from '../access/secrets.ts';
import { loadConfig } from '../config.ts';
import { demoSecrets } from '../demo/files.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';

const NO_DATABASE =
  'Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc DATA_DIR của npm start đang chạy. / No database: set DATABASE_URL, or DATA_DIR of a running npm start.';

/** @throws CommandFault where there is a database but no key for it */
export async function sealOf(env: Environment): Promise<Seal> {
  const { DATABASE_URL, ENCRYPTION_KEY, ENCRYPTION_KEYS_FORMER, DATA_DIR } = loadConfig(env);
  if (ENCRYPTION_KEY) return sealWith(ENCRYPTION_KEY, { former: ENCRYPTION_KEYS_FORMER });
  if (DATABASE_URL)
    throw new CommandFault('Thiếu ENCRYPTION_KEY (hoặc ENCRYPTION_KEY_FILE). / ENCRYPTION_KEY is not set.');
  return sealWith((await demoSecrets(resolve(DATA_DIR))).encryptionKey);
}

/** @throws CommandFault where a key is missing */
async function secretsOf(env: Environment): Promise<Secrets> {
  const config = loadConfig(env);
  if (!config.DATABASE_URL) return demoSecrets(resolve(config.DATA_DIR));
  if (config.ENCRYPTION_KEY === undefined || config.AUDIT_KEY === undefined)
    throw new CommandFault('Thiếu ENCRYPTION_KEY hoặc AUDIT_KEY. / ENCRYPTION_KEY or AUDIT_KEY is not set.');
  return {
    encryptionKey: config.ENCRYPTION_KEY,
    formerEncryptionKeys: config.ENCRYPTION_KEYS_FORMER,
    auditKey: config.AUDIT_KEY,
  };
}

/** Works on the database in use with its keys; what is sealed is read open. @throws CommandFault */
export function withSealedDatabase<T>(
  env: Environment,
  use: (pool: pg.Pool, secrets: Secrets, url: string) => Promise<T>,
): Promise<T> {
  return withDatabase(
    env,
    async (pool, url) => {
      if (pool === null) throw new CommandFault(NO_DATABASE);
      return use(pool, await secretsOf(env), url);
    },
    async () => openingReaders(sealOfSecrets(await secretsOf(env))),
  );
}
