/** @module `lienthong audit …`: whether the audit log is as it was written, in Vietnamese and English, and the key that proves it elsewhere. */
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { type ChainReport, verifyChain } from '../audit/chain-store.ts';
import { headSigningKeys } from '../audit/head-keys.ts';
import { type HeadKeys, headKeysOf, headKeysOfPem, pemOf } from '../audit/heads.ts';
import { headsFile } from '../audit/heads-file.ts';
import { faultWords } from '../audit/words.ts';
import { loadConfig } from '../config.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';
import { sealOf } from './sealed.ts';

export interface VerifyOptions {
  readonly env: Environment;
  readonly say: (line: string) => void;
  /** Another copy of the heads file than that of the settings. */
  readonly heads?: string;
  /** A file with public keys as PEM, for who has no ENCRYPTION_KEY. */
  readonly key?: string;
}

/** Says how the log stands; false where it is broken. */
export async function verifyAudit({ env, say, heads, key }: VerifyOptions): Promise<boolean> {
  const report = await withDatabase(env, async (pool) => {
    if (pool === null) throw new CommandFault(NO_DATABASE);
    const keys = key === undefined ? await ownKeys(env, pool) : headKeysOfPem(await readFile(key, 'utf8'));
    return verifyChain(pool, keys ? { signed: { path: heads ?? headsFile(loadConfig(env)), keys } } : {});
  });
  for (const line of linesOf(report)) say(line);
  return report.fault === null;
}

/** The public keys of the log's heads as PEM. */
export function auditKeyText(env: Environment): Promise<string> {
  return withDatabase(env, async (pool) => {
    if (pool === null) throw new CommandFault(NO_DATABASE);
    return pemOf(await headSigningKeys(pool, await sealOf(env)));
  });
}

/** null where the database is there, but not what opens its secrets: the chain alone can be looked at then. */
async function ownKeys(env: Environment, pool: pg.Pool): Promise<HeadKeys | null> {
  const { DATABASE_URL, ENCRYPTION_KEY } = loadConfig(env);
  return DATABASE_URL && !ENCRYPTION_KEY ? null : headKeysOf(await headSigningKeys(pool, await sealOf(env)));
}

const NO_DATABASE =
  'Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc chạy npm start. / No database: set DATABASE_URL, or run npm start.';

function linesOf({ entries, fault, signed }: ChainReport): string[] {
  if (fault === null) {
    return [
      `Nhật ký truy cập nguyên vẹn: ${entries} dòng.`,
      `The audit log holds: ${entries} ${entries === 1 ? 'entry' : 'entries'}.`,
      ...(signed
        ? [
            `Đầu chuỗi đã ký mới nhất còn khớp: dòng ${signed.id}, lúc ${signed.at}.`,
            `The newest signed head that fits: entry ${signed.id}, at ${signed.at}.`,
          ]
        : [
            'Không có đầu chuỗi đã ký nào để so: cần AUDIT_HEADS_FILE (hoặc --heads) và ENCRYPTION_KEY (hoặc --key).',
            'No signed head was compared: AUDIT_HEADS_FILE (or --heads) and ENCRYPTION_KEY (or --key) are needed.',
          ]),
    ];
  }
  const { vi, en } = faultWords(fault);
  return [
    `Nhật ký truy cập KHÔNG nguyên vẹn: ${vi} Số dòng đúng trước đó: ${entries}.`,
    `The audit log is BROKEN: ${en} Entries before it that hold: ${entries}.`,
  ];
}
