/** @module The processes of a benchmark: each known by its id, all ended when the benchmark ends, however it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SECOND } from '../../src/units.ts';
import { descendantsOf } from './usage.ts';

export interface Started {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Ends it and what it started, in order, by force when it takes too long; resolves when it has gone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Where its output goes; nowhere without it. */
  readonly logFile?: string;
  readonly nodeFlags?: readonly string[];
  /** A channel for messages to and from it. */
  readonly ipc?: boolean;
  readonly args?: readonly string[];
}

const PATIENCE = 30 * SECOND;
const running = new Set<Started>();

export const fileOf = (fromRepository: string): string =>
  fileURLToPath(new URL(`../../${fromRepository}`, import.meta.url));

/** Runs a module of the repository with the environment given and no more than PATH of ours. */
export function startModule(path: string, options: StartOptions = {}): Started {
  const { nodeFlags = [], args = [] } = options;
  return startProgram(process.execPath, [...nodeFlags, fileOf(path), ...args], options);
}

export function startProgram(program: string, args: readonly string[], options: StartOptions): Started {
  const output = options.logFile === undefined ? 'ignore' : openSync(options.logFile, 'a');
  const child = spawn(program, args, {
    cwd: fileOf('.'),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    stdio: ['ignore', output, output, ...(options.ipc ? (['ipc'] as const) : [])],
    serialization: 'advanced',
  });
  const started: Started = {
    pid: child.pid!,
    child,
    async stop() {
      running.delete(started);
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      // npm passes no signal on to what it runs.
      for (const pid of await descendantsOf(started.pid)) tryKill(pid);
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      await ended;
      clearTimeout(force);
    },
  };
  running.add(started);
  return started;
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Ends what still runs. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((started) => started.stop()));
}

export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Waits for the first 2xx answer at `url`; gives the milliseconds it took. */
export async function untilAnswers(url: string, started: Started): Promise<number> {
  const begun = performance.now();
  while (performance.now() - begun < PATIENCE) {
    if (hasEnded(started.child)) throw new Error(`the process for ${url} ended before it answered`);
    const answered = await fetch(url, { signal: AbortSignal.timeout(SECOND) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (answered) return performance.now() - begun;
    await sleep(10);
  }
  throw new Error(`nothing answered at ${url} within ${PATIENCE / SECOND} s`);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the machine gave no free port');
  return address.port;
}
