/** @module The simulators as the kit starts them: a process of its own on a free port, that remembers nothing and ends with the check. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Simulator } from '../../connector/quality/subject.ts';
import { SECOND } from '../../units.ts';

const READY_WITHIN = 15 * SECOND;

export interface RunningSimulators {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startSimulators(): Promise<RunningSimulators> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-check-'));
  const port = await freePort();
  const config = join(folder, 'simulators.json');
  await writeFile(config, JSON.stringify({ port, portal: { username: 'h15', password: 'h15', madonvi: 'H15' } }));
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../mocks/main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SIMULATORS_CONFIG: config },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + READY_WITHIN;
  while (!(await isUp(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error('The simulators did not start.');
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { url, stop };
}

/** The control plane of one system; null where none of that name is simulated. */
export async function simulatorOf(url: string, name: string): Promise<Simulator | null> {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(url + path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${url}${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { items } = (await call('GET', '/_systems')) as { items: { id: string }[] };
  if (!items.some(({ id }) => id === name)) return null;
  return {
    faults: async (faults) => void (await call('PUT', `/_faults/${name}`, faults)),
    stats: async () => (await call('GET', `/_stats/${name}`)) as { calls: number; effects: number },
    reset: async () => void (await call('POST', `/_reset/${name}`, {})),
  };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_health`, { signal: AbortSignal.timeout(SECOND) })).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
