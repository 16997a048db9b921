/** @module `lienthong audit verify`: whether the audit log is as it was written, in Vietnamese and English. */
import type { ChainFault } from '../audit/chain.ts';
import { type ChainReport, verifyChain } from '../audit/chain-store.ts';
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
  const [vi, en] = wordsOf(fault);
  return [
    `Nhật ký truy cập KHÔNG nguyên vẹn: ${vi} Số dòng đúng trước đó: ${entries}.`,
    `The audit log is BROKEN: ${en} Entries before it that hold: ${entries}.`,
  ];
}

function wordsOf(fault: ChainFault): [vi: string, en: string] {
  const { kind, id } = fault;
  switch (kind) {
    case 'changed':
      return [`dòng ${id} đã bị sửa.`, `entry ${id} was changed.`];
    case 'doubled':
      return [`có hai dòng ${id}.`, `there are two entries ${id}.`];
    case 'order':
      return [
        `dòng ${id} không nối tiếp dòng ${id - 1}: một trong hai đã bị đổi chỗ hoặc thay thế.`,
        `entry ${id} does not follow entry ${id - 1}: one of them was moved or replaced.`,
      ];
    case 'missing':
      return [`thiếu các dòng từ ${id} đến ${fault.to}.`, `missing from entry ${id} to entry ${fault.to}.`];
    case 'cut':
      return [
        `phần cuối, từ dòng ${id} đến dòng ${fault.to}, đã bị cắt.`,
        `the end, from entry ${id} to entry ${fault.to}, was cut off.`,
      ];
    case 'head':
      return [
        `dòng cuối ${id} không khớp với đầu chuỗi đã ghi (audit_head).`,
        `the last entry ${id} does not match the recorded head (audit_head).`,
      ];
  }
}
