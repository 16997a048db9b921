/** @module The settings of the installation that a command works for: the environment's, or those of the `npm start` that runs in DATA_DIR. */
import { resolve } from 'node:path';
import { type Config, loadConfig } from '../config.ts';
import type { Connector } from '../connector/define.ts';
import { installedConnectors, settingsOf } from '../connector/registry.ts';
import { demoSecrets, readRunning } from '../demo/files.ts';
import { localUrl } from '../main.ts';
import type { Environment } from './database.ts';

export interface SettingsInUse {
  readonly config: Config;
  readonly connectors: readonly Connector[];
  /** The address under which callers reach the gateway. */
  readonly publicUrl: string;
}

/** @throws ConfigError naming every setting that is wrong */
export async function settingsInUse(env: Environment): Promise<SettingsInUse> {
  const connectors = await installedConnectors(env);
  if (env.DATABASE_URL) {
    const config = loadConfig(env, settingsOf(connectors));
    return { config, connectors, publicUrl: config.PUBLIC_URL ?? localUrl(config) };
  }
  const { demoEnvironment } = await import('../demo/environment.ts');
  const dataDir = resolve(env.DATA_DIR || '.lienthong');
  const { gateway, simulators } = await readRunning(dataDir);
  const running = { SIMULATORS_PORT: new URL(simulators).port, ...env };
  const config = loadConfig(
    demoEnvironment(running, dataDir, await demoSecrets(dataDir), connectors),
    settingsOf(connectors),
  );
  return { config, connectors, publicUrl: config.PUBLIC_URL ?? gateway };
}
