/** @module `lienthong audit purge` and `audit show`: months ended by hand, and one entry with whom it is about. */
import type pg from 'pg';
import { sealOf } from '../access/secrets.ts';
import { recordDeed } from '../audit/deed.ts';
import { headSigningKeys } from '../audit/head-keys.ts';
import { headsFile } from '../audit/heads-file.ts';
import { readPerson } from '../audit/persons.ts';
import { endMonths } from '../audit/purge.ts';
import { findEntry } from '../audit/read-store.ts';
import { toAuditItem } from '../audit/reading.ts';
import { createAudit } from '../audit/record.ts';
import { loadConfig } from '../config.ts';
import { createLog } from '../log.ts';
import type { Environment } from './database.ts';
import { CommandFault } from './fault.ts';
import { withSealedDatabase } from './sealed.ts';

interface By {
  readonly author: string;
  readonly reason: string;
}

/** Ends every month that has been kept for its time. */
export function purgeAudit(env: Environment, by: By): Promise<string> {
  return withSealedDatabase(env, async (pool, secrets) => {
    const config = loadConfig(env);
    const seal = sealOf(secrets);
    const ended = await endMonths({
      db: pool,
      audit: createAudit(pool, { targetKey: secrets.auditKey, seal }),
      jwks: await headSigningKeys(pool, seal),
      path: headsFile(config),
      keptMonths: config.AUDIT_KEPT_MONTHS,
      log: createLog({ level: 'warn' }),
      now: Date.now,
      by,
    });
    if (ended.length === 0) return 'Chưa có tháng nào hết hạn lưu. / No month is due.\n';
    return ended
      .map(({ month, closedAt }) => `${month}: đã kết thúc ở dòng ${closedAt}. / ended at entry ${closedAt}.\n`)
      .join('');
  });
}

/** An entry as JSON, with whom or what it is about; that it was looked at is audited. @throws CommandFault */
export function showAudit(env: Environment, id: number, by: By): Promise<string> {
  return withSealedDatabase(env, async (pool: pg.Pool, secrets) => {
    const record = await findEntry(pool, id);
    if (record === null) throw new CommandFault(`Không có dòng ${id}. / There is no entry ${id}.`);
    const seal = sealOf(secrets);
    const person = record.targetHash === null ? null : await readPerson(pool, record.targetHash, seal);
    await recordDeed(createAudit(pool, { targetKey: secrets.auditKey, seal }), {
      at: Date.now(),
      clientId: by.author,
      purpose: 'audit',
      operation: 'showAudit',
      target: person,
      details: { kind: 'read', entry: id, reason: by.reason },
    });
    return `${JSON.stringify({ ...toAuditItem(record, () => null), person }, null, 2)}\n`;
  });
}
