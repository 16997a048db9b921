/** @module S3: one lookup through the gateway with everything on, beside what people put in front of a registry instead; all run at once, measured in turn. */
import { join } from 'node:path';
import { SECOND } from '../../../src/units.ts';
import { freePort, type Started, startModule, untilAnswers } from '../processes.ts';
import { summarise } from '../profile.ts';
import type { Scenario, ScenarioContext } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { measureUsage, round } from '../usage.ts';
import { GATEWAY, type LookupContestant, lookupContestants } from './contestants.ts';
import { figuresOfS3 } from './figures.ts';
import { LADDER, LAYERS, startLayers } from './layers.ts';
import { LookupLoad } from './load.ts';
import { lookupText } from './report.ts';

/** How long, how many and with whom. */
interface S3Options extends ScenarioContext {
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: number;
  readonly rounds: number;
}

/** One measurement; times in milliseconds. */
export interface MeasuredLookups {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Of the contestant for each lookup, its children included. */
  readonly cpuMicros: number;
  /** Of PostgreSQL for each lookup, which only the audit log uses. */
  readonly databaseMicros: number;
  readonly memoryMiB: number;
  readonly othersCores: number;
}

export interface S3Result {
  readonly seconds: number;
  readonly connections: number;
  /** What the generator gets from the registry itself, lookups a second. */
  readonly registryAlone: readonly number[];
  /** By contestant or layer, one measurement a round. */
  readonly rounds: Readonly<Record<string, readonly MeasuredLookups[]>>;
}

const WARM_UP_SECONDS = 3;

export const s3: Scenario<S3Result> = {
  id: 's3',
  measure: (stage, context) =>
    measureS3(stage, {
      ...context,
      connections: 64,
      ...(context.quick ? { rounds: 3, seconds: 1 } : { rounds: 5, seconds: 2.5 }),
    }),
  figures: figuresOfS3,
  document: lookupText,
};

async function measureS3(stage: Stage, options: S3Options): Promise<S3Result> {
  const { rounds, seconds, connections, say } = options;
  const load = new LookupLoad(join(stage.folder, 'lookup-load.log'));
  const registry = await startRegistry(stage);
  const field = await startField(stage, registry, options);
  const measured: Record<string, MeasuredLookups[]> = {};
  const registryAlone: number[] = [];
  const bench: Bench = { load, registry, stage, options };
  for (const [name, { process: _, ...address }] of field) {
    say(`S3 warm-up: ${name}`);
    await load.run({ ...address, connections, seconds: WARM_UP_SECONDS });
  }
  for (let n = 1; n <= rounds; n++) {
    say(`S3 round ${n} of ${rounds}`);
    for (const [name, contestant] of field) {
      const figures = await measure(bench, contestant);
      measured[name] = [...(measured[name] ?? []), figures];
      say(`  ${name}: ${describe(figures)}`);
    }
    registryAlone.push((await measure(bench, { ...registry, headers: {}, body: '{}', tokens: [] })).perSecond);
    say(`  the registry itself: ${registryAlone.at(-1)}/s`);
  }
  for (const process of new Set([...field.values()].map((each) => each.process))) await process.stop();
  await registry.process.stop();
  await load.process.stop();
  if (options.profilesTo !== null) for (const line of await summarise(options.profilesTo)) say(line);
  return { seconds, connections, registryAlone, rounds: measured };
}

interface Registry {
  readonly process: Started;
  readonly port: number;
  readonly path: string;
  readonly url: string;
}

async function startRegistry(stage: Stage): Promise<Registry> {
  const port = await freePort();
  const process = startModule('test/bench/lookup/registry-process.ts', {
    env: { PORT: String(port) },
    logFile: join(stage.folder, 'registry.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}/health`, process);
  return { process, port, path: '/people/lookup', url };
}

/** Everybody runs from the start to the end, so that measurements can take turns by the second. */
async function startField(
  stage: Stage,
  { url }: Registry,
  { withPeers, profilesTo, say }: S3Options,
): Promise<Map<string, LookupContestant>> {
  const field = new Map<string, LookupContestant>();
  for (const { names, start } of withPeers ? lookupContestants : lookupContestants.slice(0, 1)) {
    say(`S3 starts ${names[0]}`);
    const flags = profilesTo !== null && names[0] === GATEWAY ? ['--cpu-prof', `--cpu-prof-dir=${profilesTo}`] : [];
    const started = await start(stage, url, flags);
    // A profile is of one kind of lookup.
    const taken = profilesTo === null ? names : names.slice(0, 1);
    for (const [i, name] of taken.entries()) field.set(name, started[i]!);
  }
  for (let count = 1; withPeers && count <= LAYERS.length; count++) {
    say(`S3 starts the first ${count} layers`);
    field.set(LADDER[count]!, await startLayers(stage, url, count));
  }
  return field;
}

interface Bench {
  readonly load: LookupLoad;
  readonly registry: Registry;
  readonly stage: Stage;
  readonly options: S3Options;
}

async function measure(
  { load, registry, stage, options: { connections, seconds } }: Bench,
  { process, ...contestant }: Omit<LookupContestant, 'process'> & { readonly process: Started },
): Promise<MeasuredLookups> {
  const endUsage = await measureUsage({
    contestant: process.pid,
    ...(process === registry.process ? {} : { registry: registry.process.pid }),
    postgres: stage.databasePid,
    load: load.process.pid,
  });
  const { answered, ms, refused, p50, p99 } = await load.run({ ...contestant, connections, seconds });
  const { processes, othersCores } = await endUsage();
  const perSecond = Math.round((answered * SECOND) / ms);
  const micros = (cores: number): number => Math.round((cores * 1e6) / Math.max(1, perSecond));
  return {
    perSecond,
    p50: round(p50, 2),
    p99: round(p99, 2),
    refused,
    cpuMicros: micros(processes.contestant!.cores),
    databaseMicros: micros(processes.postgres!.cores),
    memoryMiB: processes.contestant!.memoryMiB,
    othersCores,
  };
}

function describe({ perSecond, p50, p99, cpuMicros, refused, othersCores }: MeasuredLookups): string {
  const faults = Object.keys(refused).length > 0 ? `, refused ${JSON.stringify(refused)}` : '';
  return `${perSecond}/s, p50 ${p50} ms, p99 ${p99} ms, ${cpuMicros} µs of CPU each (others ${othersCores} cores)${faults}`;
}
