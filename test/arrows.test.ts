/** @module Which way imports point: connectors reach their framework only, simulators nothing of ours, and what computes neither database nor network. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
/** A type is gone when the program runs: what computes may know a shape that a store declares. */
const RUNNING_IMPORT = /^\s*(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?'([^']+)'/gm;
const IMPORT = /^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?'([^']+)'/gm;

const filesOf = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));

/** What a file imports: paths within the project, or names of packages. */
const importsOf = (file: string, pattern = IMPORT): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map(([, target]) =>
    target!.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), target!)) : target!,
  );

const strays = (
  files: readonly string[],
  isAllowed: (target: string, file: string) => boolean,
  pattern?: RegExp,
): string[] =>
  files.flatMap((file) =>
    importsOf(file, pattern)
      .filter((target) => !isAllowed(target, file))
      .map((target) => `${file} imports ${target}`),
  );

it('connectors import only src/connector, src/capabilities and their own folder', () => {
  const files = filesOf('connectors').filter((file) => file !== 'connectors/index.ts');
  const isAllowed = (target: string, file: string): boolean =>
    !target.startsWith('src/') && !target.startsWith('mocks/') && !target.startsWith('connectors/')
      ? true
      : target.startsWith('src/connector/') ||
        target.startsWith('src/capabilities/') ||
        target.startsWith(`${dirname(file)}/`);
  expect(files.length).toBeGreaterThan(5);
  expect(strays(files, isAllowed)).toEqual([]);
});

it('simulators import nothing of the gateway or its connectors, lest both share one mistake', () => {
  const isAllowed = (target: string): boolean => !target.startsWith('src/') && !target.startsWith('connectors/');
  expect(strays(filesOf('mocks'), isAllowed)).toEqual([]);
});

it('the gateway and its connectors import no simulator', () => {
  const isAllowed = (target: string): boolean => !target.startsWith('mocks/');
  expect(strays([...filesOf('src'), ...filesOf('connectors')], isAllowed)).toEqual([]);
});

it('what computes imports no database and no network', () => {
  const computing = [
    'src/dossiers/fold.ts',
    'src/dossiers/folded.ts',
    'src/dossiers/appointment.ts',
    'src/dossiers/workspace.ts',
    'src/dossiers/adoption.ts',
    'src/agencies/directory.ts',
    'src/agencies/check.ts',
    'src/sync/plan.ts',
    'src/sync/supplements.ts',
    'src/sync/settlement.ts',
    'src/reconciliation/compare.ts',
    'src/reconciliation/judge.ts',
    'src/webhooks/verify.ts',
    'src/watch/schedule.ts',
    'src/payments/lifecycle.ts',
    'src/payments/match.ts',
    'src/payments/fees.ts',
    ...['calendar', 'compute', 'count', 'explain', 'portal-count', 'misuse', 'attribution'].map(
      (name) => `src/deadlines/${name}.ts`,
    ),
    ...filesOf('connectors').filter((file) => file.endsWith('mapping.ts')),
  ];
  const barred = /^(pg|undici|node:(http|https|net|fs|child_process)|fastify|src\/db\/.*|.*\/store\.ts)$/;
  expect(strays(computing, (target) => !barred.test(target), RUNNING_IMPORT)).toEqual([]);
});
