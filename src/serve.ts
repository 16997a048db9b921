/** @module The gateway in production: everything from the environment, nothing embedded, nothing made up. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, loadConfig } from './config.ts';
import { installedConnectors, settingsOf } from './connector/registry.ts';
import { newInstance } from './deps.ts';
import { createLog } from './log.ts';
import { localUrl, serve, stopOnSignal } from './main.ts';

/** @throws ConfigError naming everything that is missing */
export async function serveFromEnvironment(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const connectors = await installedConnectors(env);
  const config = loadConfig(env, settingsOf(connectors));
  const missing = (['DATABASE_URL', 'ENCRYPTION_KEY', 'AUDIT_KEY'] as const).filter((key) => config[key] === undefined);
  if (missing.length > 0) throw new ConfigError(missing.map((key) => ({ key, message: 'is required to serve' })));
  const log = createLog({ level: config.LOG_LEVEL });
  const running = await serve({
    config,
    connectors,
    databaseUrl: config.DATABASE_URL!,
    secrets: {
      encryptionKey: config.ENCRYPTION_KEY!,
      formerEncryptionKeys: config.ENCRYPTION_KEYS_FORMER,
      auditKey: config.AUDIT_KEY!,
    },
    publicUrl: config.PUBLIC_URL ?? localUrl(config),
    log,
    instance: await instanceName(config.DATA_DIR),
  });
  stopOnSignal(() => running.stop());
  log.info({ url: running.url, role: config.ROLE, mode: config.SYNC_MODE }, 'the gateway answers');
}

/** A name kept beside the data lets a restart take back its leases at once; without one they run out by themselves. */
async function instanceName(dataDir: string): Promise<string> {
  try {
    return (await readFile(join(dataDir, 'instance'), 'utf8')).trim() || newInstance();
  } catch {
    return newInstance();
  }
}
