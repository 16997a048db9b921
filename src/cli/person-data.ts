/** @module `lienthong person-data`: what is kept of one person, handed over or erased. The personal number comes by standard input: a command line is seen by others. */
import { text } from 'node:stream/consumers';
import { sealOf } from '../access/secrets.ts';
import { createAudit } from '../audit/record.ts';
import { loadConfig } from '../config.ts';
import { personalIdFault } from '../dossiers/identifiers.ts';
import { rfc3339 } from '../http/answer.ts';
import { erasePerson, exportPerson, type Kept, type PersonDataDeps } from '../person-data/person-data.ts';
import type { Environment } from './database.ts';
import { CommandFault } from './fault.ts';
import { withSealedDatabase } from './sealed.ts';

export interface PersonDataOptions {
  readonly env: Environment;
  /** The personal number, and nothing else. */
  readonly input: AsyncIterable<Uint8Array | string>;
  readonly author: string;
  readonly reason: string;
}

/** Everything that stands of the person, as JSON. @throws CommandFault */
export function exportText(options: PersonDataOptions): Promise<string> {
  return withPerson(options, async (deps, personalId) => {
    const document = await exportPerson(deps, { ...options, personalId });
    return `${JSON.stringify(document, null, 2)}\n`;
  });
}

/** What was erased. @throws CommandFault with the dossiers for which it is not allowed */
export function eraseText(options: PersonDataOptions): Promise<string> {
  return withPerson(options, async (deps, personalId) => {
    const done = await erasePerson(deps, { ...options, personalId });
    if (!done.erased)
      throw new CommandFault(`Chưa xóa gì, vì: / Nothing was erased, for:\n${done.kept.map(keptLine).join('\n')}`);
    const { dossiers, messages, payments } = done;
    const stays =
      payments === 0
        ? ''
        : `${payments} khoản thanh toán được giữ theo luật kế toán. / Payments are kept by the law on accounting: ${payments}.\n`;
    return `Đã xóa khỏi ${dossiers.length} hồ sơ và ${messages} bản tin gốc. / Erased from ${dossiers.length} dossiers and ${messages} raw messages.\n${stays}`;
  });
}

function keptLine({ code, why, until }: Kept): string {
  const words =
    why === 'open'
      ? 'đang giải quyết / still open'
      : `phải lưu trữ đến ${rfc3339(until)} (DOSSIERS_KEPT_DAYS) / to be kept until then`;
  return `  ${code ?? '(chưa có mã)'}: ${words}`;
}

async function withPerson(
  { env, input }: PersonDataOptions,
  use: (deps: PersonDataDeps, personalId: string) => Promise<string>,
): Promise<string> {
  const personalId = (await text(input)).trim();
  if (!/^\d{9}$/.test(personalId) && personalIdFault(personalId, { sex: null, birthYear: null }))
    throw new CommandFault(
      'Đưa số định danh (12 số) hoặc số CMND (9 số) qua đầu vào chuẩn. / Give the personal number by standard input.',
    );
  return withSealedDatabase(env, (pool, secrets) => {
    const seal = sealOf(secrets);
    const targetKey = secrets.auditKey;
    const audit = createAudit(pool, { targetKey, seal });
    const keptDays = loadConfig(env).DOSSIERS_KEPT_DAYS;
    return use({ pool, seal, audit, targetKey, now: Date.now, keptDays }, personalId);
  });
}
