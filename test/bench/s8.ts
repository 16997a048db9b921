/** @module S8: from `npm start` to the first answered request, and what memory it takes. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopEmbeddedDatabase } from '../../src/db/embedded.ts';
import { MINUTE, SECOND } from '../../src/units.ts';
import type { Figure } from './figures.ts';
import { freePort, hasEnded, type Started, startModule, startProgram, untilAnswers } from './processes.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import type { Stage } from './stage.ts';
import { familyOf, memoryOf, residentOf, round, sum } from './usage.ts';

export interface S8Options {
  readonly rounds: number;
  /** How long a process runs before its memory is read. */
  readonly settleSeconds: number;
  readonly say: (line: string) => void;
}

/** Milliseconds and MiB, one of each round. */
export interface S8Result {
  readonly settleSeconds: number;
  /** To the first request answered well, with nothing there before. */
  readonly firstStartMs: readonly number[];
  readonly nextStartMs: readonly number[];
  /** Until the demo's dossiers are at the portal and everything can be tried. */
  readonly firstReadyMs: readonly number[];
  readonly nextReadyMs: readonly number[];
  readonly gatewayAloneMiB: readonly number[];
  /** All processes of `npm start` but npm itself. */
  readonly wholeStartMiB: readonly Readonly<Record<string, number>>[];
}

interface DemoFile {
  readonly pids: { readonly gateway: number; readonly simulators: number; readonly database: number };
}

export async function measureS8(stage: Stage, options: S8Options): Promise<S8Result> {
  const { rounds, settleSeconds, say } = options;
  const first: StartTimes[] = [];
  const next: StartTimes[] = [];
  const whole: Record<string, number>[] = [];
  const alone: number[] = [];
  for (let n = 1; n <= rounds; n++) {
    say(`S8 round ${n} of ${rounds}`);
    const dataDir = await mkdtemp(join(tmpdir(), 'lienthong-start-'));
    // Where root runs this, PostgreSQL runs as another user, who must get there.
    await chmod(dataDir, 0o755);
    try {
      first.push(await start(dataDir, say));
      // Memory is read of the second start, which is what an installation runs.
      next.push(
        await start(dataDir, say, async ({ pids }) => {
          await sleep(settleSeconds * SECOND);
          const memory = await Promise.all(
            Object.entries(pids).map(async ([name, pid]) => [name, await familyMemory(pid)]),
          );
          whole.push(Object.fromEntries(memory));
        }),
      );
    } finally {
      // Ends the database also where a start failed half-way.
      await stopEmbeddedDatabase(join(dataDir, 'postgres'));
      await rm(dataDir, { recursive: true, force: true });
    }
    alone.push(await gatewayAlone(stage, settleSeconds));
    say(`  gateway alone ${alone.at(-1)} MiB, all of npm start ${JSON.stringify(whole.at(-1))}`);
  }
  return {
    settleSeconds,
    firstStartMs: first.map(({ answeredMs }) => answeredMs),
    nextStartMs: next.map(({ answeredMs }) => answeredMs),
    firstReadyMs: first.map(({ readyMs }) => readyMs),
    nextReadyMs: next.map(({ readyMs }) => readyMs),
    gatewayAloneMiB: alone,
    wholeStartMiB: whole,
  };
}

interface StartTimes {
  readonly answeredMs: number;
  readonly readyMs: number;
}

/** Runs `npm start` until it is ready, lets it be looked at, and stops it in order. */
async function start(
  dataDir: string,
  say: (line: string) => void,
  look: (demo: DemoFile) => Promise<void> = async () => {},
): Promise<StartTimes> {
  const [port, simulatorsPort] = [await freePort(), await freePort()];
  const begun = performance.now();
  const npm = startProgram('npm', ['start', '--silent'], {
    logFile: join(dataDir, 'start.log'),
    env: { DATA_DIR: dataDir, PORT: String(port), SIMULATORS_PORT: String(simulatorsPort) },
  });
  try {
    await untilAnswers(`http://127.0.0.1:${port}/health/ready`, npm);
    const answeredMs = Math.round(performance.now() - begun);
    const demo = await untilReady(dataDir, npm);
    const readyMs = Math.round(performance.now() - begun);
    say(`  answered after ${answeredMs} ms, ready after ${readyMs} ms`);
    await look(demo);
    // npm passes no signal on: the gateway is told by its own id, and npm ends with it.
    const ended = once(npm.child, 'exit');
    process.kill(demo.pids.gateway, 'SIGTERM');
    await ended;
    return { answeredMs, readyMs };
  } finally {
    await npm.stop();
  }
}

async function untilReady(dataDir: string, npm: Started): Promise<DemoFile> {
  const deadline = Date.now() + MINUTE;
  while (Date.now() < deadline && !hasEnded(npm.child)) {
    const text = await readFile(join(dataDir, 'demo.json'), 'utf8').catch(() => null);
    if (text !== null) return JSON.parse(text) as DemoFile;
    await sleep(10);
  }
  throw new Error('npm start was not ready within a minute');
}

async function gatewayAlone(stage: Stage, settleSeconds: number): Promise<number> {
  const port = await freePort();
  const gateway = startModule('bin/lienthong.js', {
    args: ['serve', '--role', 'gateway'],
    logFile: join(stage.folder, 'gateway.log'),
    env: {
      PORT: String(port),
      DATA_DIR: stage.folder,
      DATABASE_URL: await stage.newDatabase(),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      AUDIT_KEY: randomBytes(32).toString('hex'),
    },
  });
  await untilAnswers(`http://127.0.0.1:${port}/health/ready`, gateway);
  await sleep(settleSeconds * SECOND);
  const resident = round(await residentOf(gateway.pid), 0);
  await gateway.stop();
  return resident;
}

const familyMemory = async (pid: number): Promise<number> =>
  round(sum(await Promise.all((await familyOf(pid)).map((member) => memoryOf(member)))), 0);

export function figuresOfS8(result: S8Result): Figure[] {
  const { firstStartMs, nextStartMs, firstReadyMs, nextReadyMs, gatewayAloneMiB, wholeStartMiB, settleSeconds } =
    result;
  return [
    {
      work: 'S8: npm start to the first answered request, first time',
      unit: 'ms',
      values: firstStartMs,
      target: { atMost: 4_000 },
    },
    { work: 'S8: the same, after a stop', unit: 'ms', values: nextStartMs, target: { atMost: 2_000 } },
    { work: 'S8: until the demo is planted, first time', unit: 'ms', values: firstReadyMs },
    { work: 'S8: until the demo is planted, after a stop', unit: 'ms', values: nextReadyMs },
    {
      work: `S8: resident memory of serve --role gateway after ${settleSeconds} s`,
      unit: 'MiB',
      values: gatewayAloneMiB,
      target: { atMost: 150 },
    },
    {
      work: 'S8: memory of all of npm start (gateway, simulators, PostgreSQL; shared pages once)',
      unit: 'MiB',
      values: wholeStartMiB.map((parts) => sum(Object.values(parts))),
    },
  ];
}

export const s8: Scenario<S8Result> = {
  id: 's8',
  measure: (stage: Stage, { quick, say }: ScenarioContext) =>
    measureS8(stage, { rounds: quick ? 2 : 3, settleSeconds: quick ? 10 : 60, say }),
  figures: figuresOfS8,
  document: () => '',
};
