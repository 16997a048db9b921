/** @module The settings of a process, read once from its environment: every fault named at once. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { settings } from './settings/all.ts';
import { isSecret } from './settings/setting.ts';

/** Settings of connectors by the connector's name: `national-portal` + `baseUrl` is `NATIONAL_PORTAL_BASE_URL`. */
export type ConnectorSettings = Readonly<Record<string, z.ZodObject>>;

/** The settings as read. */
export type Config = Readonly<{ [K in keyof typeof settings]: z.output<(typeof settings)[K]> }> & {
  /** Each connector's settings by its name, as its own schema read them. */
  readonly connectors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** One fault of the environment. */
export interface ConfigProblem {
  readonly key: string;
  /** What is wrong and what is expected; never the value. */
  readonly message: string;
}

/** The environment does not fit: every fault at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`Settings need correction:\n${problems.map(({ key, message }) => `  ${key}: ${message}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads the settings; an empty variable counts as absent.
 *
 * @throws ConfigError with every fault
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  connectors: ConnectorSettings = {},
): Config {
  const problems: ConfigProblem[] = [];
  const own: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(settings)) own[key] = readSetting(env, key, schema, problems);

  const theirs: Record<string, Record<string, unknown>> = {};
  for (const [name, schema] of Object.entries(connectors)) {
    const values: Record<string, unknown> = {};
    for (const [member, part] of Object.entries(schema.shape)) {
      const value = readSetting(env, variableOf(name, member), part as z.ZodType, problems);
      if (value !== undefined) values[member] = value;
    }
    theirs[name] = values;
  }

  if (problems.length > 0) throw new ConfigError(problems);
  return { ...own, connectors: theirs } as Config;
}

/** The environment variable of a connector's setting. */
export function variableOf(connector: string, member: string): string {
  return `${connector}_${member.replace(/([a-z0-9])([A-Z])/g, '$1_$2')}`.replaceAll('-', '_').toUpperCase();
}

function readSetting(
  env: Readonly<Record<string, string | undefined>>,
  key: string,
  schema: z.ZodType,
  problems: ConfigProblem[],
): unknown {
  const text = isSecret(schema) ? secretText(env, key, problems) : env[key] || undefined;
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  // Zod's messages name what is expected, not what was given; with `reportInput` off no value is in them.
  problems.push(
    ...result.error.issues.map(({ message }) => ({ key, message: text === undefined ? 'is required' : message })),
  );
  return undefined;
}

/** A secret's text from its variable or from the file that `<KEY>_FILE` names. */
function secretText(env: Readonly<Record<string, string | undefined>>, key: string, problems: ConfigProblem[]) {
  const fileKey = `${key}_FILE`;
  const path = env[fileKey] || undefined;
  if (path === undefined) return env[key] || undefined;
  if (env[key]) problems.push({ key, message: `is given twice: leave out ${key} or ${fileKey}` });
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problems.push({ key: fileKey, message: `names a file that cannot be read (${code ?? 'unknown reason'})` });
    return undefined;
  }
}
