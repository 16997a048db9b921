/** @module Bronze: it can be used – what it declares holds, its documents say what must be known, its examples work. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarationFaults, shapeFaults } from '../declaration-faults.ts';
import { described } from './failures.ts';
import { onTrial, type Subject } from './subject.ts';

const FILES = ['README.md', 'connector.ts', 'wire.ts', 'mapping.ts', 'connector.test.ts'];
const SECTIONS = ['Wire and how sure it is', 'Settings', 'Getting access', 'Known limitations', 'Troubleshooting'];

export async function declaration({ connector }: Subject): Promise<string[]> {
  return [...shapeFaults(connector), ...declarationFaults(connector)].map(
    ({ pointer, reason }) => `${pointer} ${reason}`,
  );
}

export async function files({ folder }: Subject): Promise<string[]> {
  if (folder === null) return [];
  return FILES.filter((file) => !existsSync(join(folder, file))).map((file) => `${file} is missing`);
}

export async function readme({ folder }: Subject): Promise<string[]> {
  if (folder === null) return [];
  const path = join(folder, 'README.md');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return SECTIONS.flatMap((section) => {
    const body = text.split(`\n## ${section}\n`)[1]?.split('\n## ')[0]?.trim() ?? '';
    return body.length > 0 ? [] : [`README.md says nothing under "## ${section}"`];
  });
}

export async function examples(subject: Subject): Promise<readonly string[]> {
  return onTrial(subject, async ({ exercises, perform }) => {
    const findings: string[] = [];
    for (const exercise of exercises) {
      try {
        await perform(exercise);
      } catch (error) {
        findings.push(`${exercise.name} fails with its example: ${described(error)}`);
      }
    }
    return findings;
  });
}

export async function healthCall(subject: Subject): Promise<readonly string[]> {
  return onTrial(subject, async ({ probe, simulator }) => {
    try {
      await probe();
    } catch (error) {
      return [`it fails while all is well: ${described(error)}`];
    }
    await simulator.faults({ down: true });
    try {
      await probe();
      return ['it succeeds while the upstream is down'];
    } catch {
      return [];
    }
  });
}
