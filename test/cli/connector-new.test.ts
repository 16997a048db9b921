/** @module A connector from `lienthong connector new`, in a copy of the project: it compiles, its own test passes, and the kit grades it. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../..');
const PARTS = [
  'bin',
  'src',
  'connectors',
  'mocks',
  'data',
  'test/support',
  'package.json',
  'tsconfig.json',
  'biome.json',
];
const run = promisify(execFile);

let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'lienthong-new-'));
  await Promise.all(PARTS.map((part) => cp(join(PROJECT, part), join(copy, part), { recursive: true })));
  const compiled = {
    extends: './tsconfig.json',
    include: ['src/http/request.ts', 'connectors/so-hoa-2', 'mocks/so-hoa-2'],
  };
  await writeFile(join(copy, 'tsconfig.new.json'), JSON.stringify(compiled));
  await symlink(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
  await writeFile(
    join(copy, 'vitest.config.ts'),
    "export default { test: { include: ['connectors/so-hoa-2/*.test.ts'] } };\n",
  );
});
afterAll(() => rm(copy, { recursive: true }));

const lienthong = (...args: string[]) => run(process.execPath, ['bin/lienthong.js', ...args], { cwd: copy });
/** Without the environment of this run, which would be taken for that of a worker. */
const tool = (name: string, ...args: string[]) =>
  run(process.execPath, [join(copy, 'node_modules', name), ...args], { cwd: copy, env: { PATH: process.env.PATH } });

it('works before a line of it is changed', async () => {
  await lienthong('connector', 'new', 'so-hoa-2', '--vi', 'Kho số hóa', '--en', 'Digitised papers');
  expect(await readFile(join(copy, 'data/systems.csv'), 'utf8')).toContain('\nso-hoa-2,Kho số hóa,Digitised papers,');

  const { stdout } = await lienthong('connector', 'check', 'so-hoa-2');
  expect(stdout).not.toContain('FAILS');
  expect(stdout).toMatch(/\nso-hoa-2: (bronze|silver|gold)\n/);
  const test = await tool('vitest/vitest.mjs', 'run');
  expect(test.stdout).toMatch(/3 passed/);
});

it('compiles', async () => {
  const { stdout } = await tool('typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.new.json');
  expect(stdout).toBe('');
});

it('brings the titles and the confidence of a system that the table of systems knows', async () => {
  await lienthong('connector', 'new', 'budget-units');
  const declared = await readFile(join(copy, 'connectors/budget-units/connector.ts'), 'utf8');
  expect(declared).toContain("en: 'Budget-related unit codes'");
  expect(declared).toContain("confidence: 'assumed'");
});

it.each([
  ['population', 'is there already'],
  ['Not A Name', 'is no name'],
])('writes nothing for %s', async (name, reason) => {
  await expect(lienthong('connector', 'new', name)).rejects.toMatchObject({ stderr: expect.stringContaining(reason) });
});
