/** @module `lienthong restored`: said once after the database was put back to an earlier state, before the workers start. */
import { recordDeed } from '../audit/deed.ts';
import { createAudit } from '../audit/record.ts';
import { installedConnectors } from '../connector/registry.ts';
import { declareRestored } from '../sync/restored.ts';
import type { Environment } from './database.ts';
import { withSealedDatabase } from './sealed.ts';

/** Does it for every destination; the audit names who and why. */
export async function restoredText(env: Environment, by: { author: string; reason: string }): Promise<string> {
  const destinations = (await installedConnectors(env)).filter(({ portal }) => portal !== undefined);
  return withSealedDatabase(env, async (pool, { auditKey }) => {
    const now = Date.now();
    const done = [];
    for (const { name } of destinations)
      done.push(await declareRestored(pool, name, { by: by.author, reason: by.reason, now }));
    await recordDeed(createAudit(pool, { targetKey: auditKey }), {
      at: now,
      clientId: by.author,
      operation: 'declareRestored',
      details: { reason: by.reason, done },
    });
    return `${JSON.stringify({ items: done }, null, 2)}\n`;
  });
}
