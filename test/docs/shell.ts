/** @module Runs what a page tells to type: a real shell with real calls; `lienthong` is answered by this very process. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { faultText } from '../../src/cli/fault.ts';
import { typed } from '../support/typed.ts';
import type { Block } from './pages.ts';

export interface ScriptOptions {
  /** Where files are read and written. */
  readonly folder: string;
  /** Brings about what a block speaks of, by the heading that it stands under. */
  before(heading: string): Promise<void>;
  readonly variables: Readonly<Record<string, string>>;
  /** The settings of the commands. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly printed: string;
  /** What failed, in the words of whoever refused it; empty where nothing did. */
  readonly fault: string;
  /** The words of each command that was typed. */
  readonly commands: readonly (readonly string[])[];
}

const PRELUDE = `
set -eEo pipefail
trap 'echo "failed: $BASH_COMMAND" >&2' ERR
curl() { command curl --fail-with-body "$@"; }
lienthong() {
  local printed
  printed=$(printf '%s\\0' "$@" | command curl -s --fail-with-body --data-binary @- "$CONTROL/lienthong") || { echo "$printed" >&2; return 1; }
  echo "$printed"
}
before() { command curl -sS --fail-with-body -d "$1" "$CONTROL/before"; }
`;

export async function runScript(blocks: readonly Block[], options: ScriptOptions): Promise<Ran> {
  const { folder, before, variables, settings } = options;
  const commands: string[][] = [];
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const cwd = process.cwd();
  process.chdir(folder);
  const control = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    try {
      if (request.url === '/before') await before(body);
      else {
        const words = body.split('\0').slice(0, -1);
        commands.push(words);
        response.write(await typed(words));
      }
      response.end();
    } catch (error) {
      response.writeHead(422).end(faultText(error));
    }
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const { port } = control.address() as AddressInfo;
  try {
    const script = blocks.map(({ heading, code }) => `before '${heading.replaceAll("'", '')}'\n${code}\n`).join('');
    const shell = spawn('bash', ['-c', PRELUDE + script], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...variables, CONTROL: `http://127.0.0.1:${port}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [printed, complaints, code] = await Promise.all([
      text(shell.stdout),
      text(shell.stderr),
      new Promise<number | null>((resolve) => shell.once('close', resolve)),
    ]);
    return { printed, commands, fault: code === 0 ? '' : `${printed.slice(-1_000)}\n${complaints}` };
  } finally {
    process.chdir(cwd);
    control.close();
  }
}
