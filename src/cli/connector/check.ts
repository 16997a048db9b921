/** @module `lienthong connector check`: each rule with what was found of it, and the grade. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config.ts';
import type { Connector } from '../../connector/define.ts';
import { foundGrade, isBroken, judge, type Verdict } from '../../connector/quality/grade.ts';
import type { Grade } from '../../connector/quality/rules.ts';
import type { Subject } from '../../connector/quality/subject.ts';
import { installedConnectors, settingsOf } from '../../connector/registry.ts';
import { connectorEnvironment } from '../../demo/connectors.ts';
import { simulatorOf, startSimulators } from './simulators.ts';

export interface CheckOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Simulators that run already; without them the project's own are started. */
  readonly simulators?: string;
  readonly say: (line: string) => void;
}

/**
 * Proves every rule against the simulator.
 *
 * @returns whether everything that the declaration promises holds
 */
export async function checkConnector(name: string, options: CheckOptions): Promise<boolean> {
  const connectors = await installedConnectors(options.env);
  const connector = connectors.find((known) => known.name === name);
  if (!connector)
    throw new Error(`There is no connector ${name}. Known: ${connectors.map((known) => known.name).join(', ')}.`);
  const running = options.simulators === undefined ? await startSimulators() : null;
  try {
    const subject = await subjectOf(connector, running?.url ?? options.simulators!, options.env);
    const verdicts = await judge(subject, (verdict) => options.say(lineOf(verdict)));
    options.say(`\n${name}: ${gradeName(foundGrade(verdicts))}`);
    return !verdicts.some(isBroken);
  } finally {
    await running?.stop();
  }
}

/** A connector joined to the simulator of its name, with the settings by which the demo reaches it. */
export async function subjectOf(
  connector: Connector,
  simulators: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Subject> {
  const { name } = connector;
  const config = loadConfig({ ...connectorEnvironment([connector], simulators), ...env }, settingsOf([connector]));
  const folder = fileURLToPath(new URL(`../../../connectors/${name}`, import.meta.url));
  return {
    connector,
    simulator: await simulatorOf(simulators, name),
    settings: config.connectors[name]!,
    folder: existsSync(folder) ? folder : null,
  };
}

export const gradeName = (grade: Grade | null): string => grade ?? 'not yet bronze';

function lineOf(verdict: Verdict): string {
  const { rule, standing, findings } = verdict;
  const mark = isBroken(verdict) ? 'FAILS' : typeof standing === 'object' ? 'exempt' : standing;
  const reason = typeof standing === 'object' ? `  (${standing.exempt})` : '';
  const head = `${mark.padEnd(14)} ${rule.grade.padEnd(8)} ${rule.id.padEnd(18)} ${rule.title.en}${reason}`;
  return [head, ...findings.slice(0, 12).map((finding) => `${' '.repeat(15)}- ${finding}`)].join('\n');
}
