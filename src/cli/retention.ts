/** @module `lienthong retention`: what is kept for how long, and its removal by hand. */
import { sealOf } from '../access/secrets.ts';
import { createAudit } from '../audit/record.ts';
import { loadConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { KINDS } from '../retention/kinds.ts';
import { Retention } from '../retention/part.ts';
import type { Environment } from './database.ts';
import { withSealedDatabase } from './sealed.ts';

/** Every kind with its days and the setting that changes them. */
export function retentionText(env: Environment): string {
  const config = loadConfig(env);
  const lines = KINDS.map((kind) => {
    const days = String(kind.setting === null ? '' : config[kind.setting]).padStart(5);
    return `${kind.name.padEnd(18)}${days}  ${(kind.setting ?? '').padEnd(28)}${kind.words.vi} / ${kind.words.en}`;
  });
  return `${lines.join('\n')}\n`;
}

/** Removes now what is due; the audit names who did it and why. */
export function runRetention(env: Environment, by: { author: string; reason: string }): Promise<string> {
  return withSealedDatabase(env, async (pool, secrets) => {
    const retention = new Retention({
      db: pool,
      audit: createAudit(pool, { targetKey: secrets.auditKey, seal: sealOf(secrets) }),
      days: loadConfig(env),
      log: createLog({ level: 'warn' }),
      now: Date.now,
      by,
    });
    const removals = await retention.run();
    return `${removals.map(({ kind, removed }) => `${kind.name.padEnd(18)}${removed}`).join('\n')}\n`;
  });
}
