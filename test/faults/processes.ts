/** @module The processes of a fault run: gateways that can be killed, stopped and continued, and the simulators. Each ends with the test. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const fileOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** A process of ours. */
export interface Started {
  readonly pid: number;
  /** What it said so far: its log. */
  readonly said: () => string;
  readonly hasEnded: () => boolean;
  /** Resolves when it has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void;
}

function watch(child: ChildProcess): Started {
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return {
    pid: child.pid!,
    said: () => said,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ended: new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal))),
    signal: (signal) => void child.kill(signal),
  };
}

/** Starts a gateway; resolves when it answers, or when it killed itself before it could. */
export async function startGateway(env: Readonly<Record<string, string>>): Promise<Started> {
  const child = fork(fileOf('./gateway-process.ts'), {
    env: { PATH: process.env.PATH, ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const started = watch(child);
  await Promise.race([once(child, 'message'), started.ended]);
  if (child.exitCode) throw new Error(`the gateway did not start:\n${started.said()}`);
  return started;
}

/** Ends a process by its id and waits until it is gone. */
export async function end(started: Started, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (started.hasEnded()) return;
  started.signal(signal);
  await started.ended;
}

export interface RunningSimulators {
  readonly url: string;
  readonly process: Started;
}

export interface SimulatorsConfig {
  readonly port?: number;
  /** Where they remember over a restart; without it in memory only. */
  readonly dataDir?: string;
  readonly portal: { readonly username: string; readonly password: string; readonly madonvi: string };
}

/** Starts the simulators; resolves when they listen. */
export async function startSimulators(config: SimulatorsConfig): Promise<RunningSimulators> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-simulators-'));
  const file = join(folder, 'simulators.json');
  await writeFile(file, JSON.stringify({ port: 0, ...config }));
  const child = spawn(process.execPath, [fileOf('../../mocks/main.ts')], {
    env: { PATH: process.env.PATH, SIMULATORS_CONFIG: file },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = watch(child);
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([once(lines, 'line'), started.ended.then(() => [''])])) as [string];
  await rm(folder, { recursive: true });
  if (!line) throw new Error(`the simulators did not start:\n${started.said()}`);
  return { url: (JSON.parse(line) as { listening: string }).listening, process: started };
}

/** Below the ports that systems give to callers, one of which would take it while its owner is dead. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A port that is free now, for a process that must come back at the same address. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
