/** @module The connectors of an installation: those that are shipped, and modules from outside that its settings name. */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { connectors as shipped } from '../../connectors/index.ts';
import { ConfigError, type ConfigProblem } from '../config.ts';
import { declarationFaults, shapeFaults } from './declaration-faults.ts';
import type { Connector } from './define.ts';

const SETTING = 'CONNECTORS';

/**
 * The shipped connectors and, after them, the default exports of the modules that `CONNECTORS` names, comma-separated:
 * a package's name, or a path below the working directory.
 *
 * @throws ConfigError naming each module that is no connector, and why
 */
export async function installedConnectors(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Connector[]> {
  const modules = (env[SETTING] ?? '').split(',').flatMap((name) => name.trim() || []);
  const problems: ConfigProblem[] = [];
  const connectors = [...shipped];
  for (const module of modules) {
    const found = await outside(module);
    const taken = 'connector' in found && connectors.some(({ name }) => name === found.connector.name);
    if ('connector' in found && !taken) connectors.push(found.connector);
    else
      problems.push({
        key: SETTING,
        message: `${module} ${'why' in found ? found.why : `is named ${found.connector.name}, as another connector is`}`,
      });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return connectors;
}

/** The schemas of the settings of connectors, by the connector's name. */
export const settingsOf = (connectors: readonly Connector[]): Readonly<Record<string, z.ZodObject>> =>
  Object.fromEntries(connectors.map(({ name, settings }) => [name, settings]));

async function outside(module: string): Promise<{ readonly connector: Connector } | { readonly why: string }> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = await load(module);
  } catch (error) {
    return { why: `cannot be loaded: ${error instanceof Error ? error.message : error}` };
  }
  const [misshapen] = shapeFaults(loaded.default);
  if (misshapen) return { why: `exports no connector by default: ${misshapen.pointer} ${misshapen.reason}` };
  const connector = loaded.default as Connector;
  const [fault] = declarationFaults(connector);
  return fault ? { why: `declares a connector that does not hold: ${fault.pointer} ${fault.reason}` } : { connector };
}

/** A package may be installed beside the gateway or in the working directory. */
async function load(module: string): Promise<{ readonly default?: unknown }> {
  if (/^(\.{0,2}\/|[A-Za-z]:\\)/.test(module)) return import(pathToFileURL(resolve(module)).href);
  try {
    return await import(module);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return import(pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(module)).href);
  }
}

/** What a system is called in Vietnamese; by its name where it is no connector. */
export const titleOf = (connectors: readonly Connector[], system: string): string =>
  connectors.find(({ name }) => name === system)?.title.vi ?? system;
