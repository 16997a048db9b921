/** @module `lienthong keys …` and `lienthong token revoke`: what signs access tokens, and which are refused before their time. */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { revoke } from '../access/revocations.ts';
import { keyStates, listSigningKeys, rotateSigningKeys } from '../access/signing-keys.ts';
import { rfc3339 } from '../http/answer.ts';
import { TOKEN_LIFETIME } from '../http/issuer.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';
import { sealOf } from './sealed.ts';

interface Given {
  readonly env: Environment;
  /** Epoch milliseconds. */
  readonly now: number;
}

const author = (): string => `cli:${userInfo().username}`;

const onDatabase = <T>(env: Environment, use: (pool: pg.Pool) => Promise<T>): Promise<T> =>
  withDatabase(env, (pool) => {
    if (pool === null)
      throw new CommandFault('Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc DATA_DIR của npm start đang chạy.');
    return use(pool);
  });

/** The keys as JSON, oldest first. */
export async function listKeys({ env, now }: Given): Promise<string> {
  const keys = await onDatabase(env, listSigningKeys);
  const states = keyStates(keys, now);
  const items = keys.map(({ signsFrom, ...key }, n) => ({ ...key, state: states[n], signsFrom: rfc3339(signsFrom) }));
  return `${JSON.stringify({ items }, null, 2)}\n`;
}

/** Makes the next key; `compromised` refuses what the former ones signed. */
export async function rotateKeys({
  env,
  ...rotation
}: Given & { readonly reason: string; readonly compromised: boolean }): Promise<string> {
  const seal = await sealOf(env);
  const kid = await onDatabase(env, (pool) => rotateSigningKeys(pool, seal, { ...rotation, author: author() }));
  const former = rotation.compromised
    ? 'mọi mã truy cập đã ký trước đó bị từ chối trong vài giây.'
    : 'khóa cũ vẫn được công bố đến khi mã cuối cùng nó ký hết hạn.';
  return `Khóa ký mới: ${kid}; ${former}\n`;
}

/** Refuses one token. */
export async function revokeToken(given: Given & { readonly jti: string; readonly reason: string }): Promise<string> {
  const { env, now, jti, reason } = given;
  const until = now + TOKEN_LIFETIME;
  await onDatabase(env, (pool) => revoke(pool, { kind: 'token', subject: jti, until, author: author(), reason }));
  return `Mã truy cập ${jti} bị từ chối trong vài giây.\n`;
}
