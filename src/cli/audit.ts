/** @module `lienthong audit verify`: whether the audit log is as it was written, in Vietnamese and English. */
import { type ChainReport, verifyChain } from '../audit/chain-store.ts';
import { faultWords } from '../audit/words.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';

/** Says how the log stands; false where it is broken. */
export async function verifyAudit(options: {
  readonly env: Environment;
  readonly say: (line: string) => void;
}): Promise<boolean> {
  const report = await withDatabase(options.env, (pool) => {
    if (pool === null) throw new CommandFault(NO_DATABASE);
    return verifyChain(pool);
  });
  for (const line of linesOf(report)) options.say(line);
  return report.fault === null;
}

const NO_DATABASE =
  'Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc chạy npm start. / No database: set DATABASE_URL, or run npm start.';

function linesOf({ entries, fault }: ChainReport): string[] {
  if (fault === null) {
    return [
      `Nhật ký truy cập nguyên vẹn: ${entries} dòng.`,
      `The audit log holds: ${entries} ${entries === 1 ? 'entry' : 'entries'}.`,
    ];
  }
  const { vi, en } = faultWords(fault);
  return [
    `Nhật ký truy cập KHÔNG nguyên vẹn: ${vi} Số dòng đúng trước đó: ${entries}.`,
    `The audit log is BROKEN: ${en} Entries before it that hold: ${entries}.`,
  ];
}
