/** @module Signed pushes, until the portal shows their events: the gateway and its peers, interleaved (S1, S2). */
import { MINUTE, SECOND } from '../../src/units.ts';
import {
  type Contestant,
  type ContestantDeclaration,
  gateway,
  gatewayWithSubscriber,
  peers,
  startStub,
} from './contestants.ts';
import type { LoadResult } from './load.ts';
import { summarise } from './profile.ts';
import type { Stage } from './stage.ts';
import { newStory, type Story } from './story.ts';
import { measureUsage, round, sum, type Usage } from './usage.ts';

export interface PushOptions {
  /** As the report calls it. */
  readonly name: string;
  readonly eventsAMessage: number;
  /** Dossiers that the target would change in a second; each has some eight changes of status in its life. */
  readonly dossiersASecond: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly withPeers: boolean;
  /** Whether the gateway is measured a second time, with a subscriber that is told of each change meanwhile. */
  readonly withSubscriber: boolean;
  /** Of the sustained run; 0 leaves it out. */
  readonly sustainedSeconds: number;
  /** The folder for CPU profiles of the gateway, whose summary is printed; null: none are taken. */
  readonly profilesTo: string | null;
  readonly say: (line: string) => void;
}

/** One measurement; rates are events a second, times milliseconds. */
export interface Measured {
  readonly connections: number;
  /** Messages a second; null: as fast as they were answered. */
  readonly paced: number | null;
  readonly acknowledgedPerSecond: number;
  /** Shown by the portal while the load lasted. */
  readonly shownPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** From the end of the load until the portal had everything; null when it never had. */
  readonly catchUpMs: number | null;
  readonly acknowledged: number;
  readonly shown: number;
  readonly duplicates: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Changes that the subscriber took while the load lasted; null where there is none. */
  readonly toldPerSecond: number | null;
  readonly usage: Readonly<Record<string, Usage>>;
  /** Cores that the rest of the machine kept busy. */
  readonly othersCores: number;
}

export interface PushRound {
  readonly contestant: string;
  readonly ceiling: readonly Measured[];
  readonly atHalfLoad: Measured;
}

export interface Sustained extends Measured {
  readonly seconds: number;
  /** Shown by the portal, second by second. */
  readonly shownBySecond: readonly number[];
  /** The last sixth of the time against the first. */
  readonly lastToFirst: number;
}

export interface PushResult {
  readonly seconds: number;
  /** What the generator does against a server that only answers, by connections. */
  readonly generatorCeiling: Readonly<Record<string, number>>;
  readonly rounds: readonly PushRound[];
  readonly sustained: Sustained | null;
}

const WARM_UP_SECONDS = 2;
const CATCH_UP_PATIENCE = 3 * MINUTE;
const LARGEST_TARGET_CONNECTIONS = 256;

export async function measurePushes(stage: Stage, options: PushOptions): Promise<PushResult> {
  const { name, seconds, rounds, withPeers, withSubscriber, sustainedSeconds, say } = options;
  const taking = [gateway, ...(withSubscriber ? [gatewayWithSubscriber] : []), ...(withPeers ? peers : [])];
  const generatorCeiling = await measureGenerator(stage, options);
  const played: PushRound[] = [];
  for (let n = 1; n <= rounds; n++)
    for (const declaration of taking) {
      say(`${name} round ${n} of ${rounds}: ${declaration.name}`);
      played.push(await playRound(stage, declaration, options));
    }
  const sustained = sustainedSeconds > 0 ? await measureSustained(stage, options) : null;
  return { seconds, generatorCeiling, rounds: played, sustained };
}

async function measureGenerator(
  stage: Stage,
  { connections, eventsAMessage, say }: PushOptions,
): Promise<Record<string, number>> {
  const stub = await startStub();
  const story = newStory(5_000, Date.now());
  const ceiling: Record<string, number> = {};
  for (const count of connections) {
    const { acknowledged, startedAt, stoppedAt } = await stage.load.run({
      ...addressOf(stub),
      story,
      isNewRound: true,
      connections: count,
      eventsAMessage,
      seconds: 5,
      perSecond: null,
    });
    ceiling[count] = perSecond(acknowledged, stoppedAt - startedAt);
    say(`  the generator alone, ${count} connections: ${ceiling[count]} events/s`);
  }
  await stub.process.stop();
  return ceiling;
}

async function playRound(stage: Stage, declaration: ContestantDeclaration, options: PushOptions): Promise<PushRound> {
  const { seconds, connections, dossiersASecond, profilesTo, say } = options;
  const story = newStory(dossiersASecond * (connections.length + 1) * seconds, Date.now());
  const profileFolder = declaration === gateway ? profilesTo : null;
  const contestant = await begin(stage, declaration, story, profileFolder, options);
  const ceiling: Measured[] = [];
  for (const count of connections)
    ceiling.push(await measure(stage, contestant, story, { ...options, connections: count, paced: null }));
  const most = Math.max(...ceiling.map(({ shownPerSecond }) => shownPerSecond));
  const half = Math.max(1, Math.floor(most / 2 / options.eventsAMessage));
  const atHalfLoad = await measure(stage, contestant, story, { ...options, connections: connections[0]!, paced: half });
  await end(contestant);
  if (profileFolder !== null) for (const line of await summarise(profileFolder)) say(line);
  return { contestant: declaration.name, ceiling, atHalfLoad };
}

async function measureSustained(stage: Stage, options: PushOptions): Promise<Sustained> {
  const { name, sustainedSeconds: seconds, dossiersASecond, say } = options;
  say(`${name} sustained: ${seconds} s`);
  const story = newStory(dossiersASecond * seconds, Date.now());
  const contestant = await begin(stage, gateway, story, null, options);
  const shownBySecond = new Array<number>(seconds).fill(0);
  const how = { ...options, seconds, connections: LARGEST_TARGET_CONNECTIONS, paced: null };
  const measured = await measure(stage, contestant, story, how, (msAfterStart) => {
    const second = Math.floor(msAfterStart / SECOND);
    if (second < seconds) shownBySecond[second]!++;
  });
  await end(contestant);
  const part = Math.max(1, Math.floor(seconds / 6));
  const lastToFirst = round(sum(shownBySecond.slice(-part)) / Math.max(1, sum(shownBySecond.slice(0, part))), 3);
  return { ...measured, seconds, shownBySecond, lastToFirst };
}

/** Starts a contestant on an empty database and portal, registers the dossiers and warms it up. */
async function begin(
  stage: Stage,
  declaration: ContestantDeclaration,
  story: Story,
  profileFolder: string | null,
  { connections, eventsAMessage }: Pick<PushOptions, 'connections' | 'eventsAMessage'>,
): Promise<Contestant> {
  await stage.portal.reset();
  const flags = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const contestant = await declaration.start(stage, story, flags);
  const warm = await stage.load.run({
    ...addressOf(contestant),
    story,
    isNewRound: true,
    connections: connections[0]!,
    eventsAMessage,
    seconds: WARM_UP_SECONDS,
    perSecond: null,
  });
  await stage.portal.untilShown(warm.acknowledged, warm.startedAt, CATCH_UP_PATIENCE);
  return contestant;
}

async function end({ process, subscriber }: Contestant): Promise<void> {
  await process.stop();
  await subscriber?.process.stop();
}

interface Load extends Pick<PushOptions, 'eventsAMessage' | 'seconds' | 'say'> {
  readonly connections: number;
  /** Messages a second; null: as fast as they are answered. */
  readonly paced: number | null;
}

async function measure(
  stage: Stage,
  contestant: Contestant,
  story: Story,
  { connections, eventsAMessage, seconds, paced, say }: Load,
  eachShown: (msAfterStart: number) => void = () => {},
): Promise<Measured> {
  await stage.checkpoint();
  const endUsage = await measureUsage({
    contestant: contestant.process.pid,
    postgres: stage.databasePid,
    portal: stage.simulators.pid,
    load: stage.load.process.pid,
    ...(contestant.subscriber ? { subscriber: contestant.subscriber.process.pid } : {}),
  });
  const toldBefore = (await contestant.subscriber?.taken()) ?? null;
  const result = await stage.load.run({
    ...addressOf(contestant),
    story,
    isNewRound: false,
    connections,
    eventsAMessage,
    seconds,
    perSecond: paced,
  });
  const toldAfter = (await contestant.subscriber?.taken()) ?? null;
  const toldPerSecond =
    toldBefore === null || toldAfter === null
      ? null
      : perSecond(toldAfter - toldBefore, result.stoppedAt - result.startedAt);
  const { processes: usage, othersCores } = await endUsage();
  const { times, duplicates } = await stage.portal.untilShown(result.acknowledged, result.startedAt, CATCH_UP_PATIENCE);
  for (const time of times) eachShown(time - result.startedAt);
  const measured = { ...figuresOf(result, times), connections, paced, duplicates, toldPerSecond, usage, othersCores };
  say(`  ${describe(measured)}`);
  return measured;
}

function figuresOf(result: LoadResult, times: readonly number[]) {
  const { startedAt, stoppedAt, acknowledged, refused, p50, p99, longest } = result;
  const ms = stoppedAt - startedAt;
  const last = times.reduce((latest, time) => Math.max(latest, time), 0);
  return {
    acknowledgedPerSecond: perSecond(acknowledged, ms),
    shownPerSecond: perSecond(times.filter((time) => time <= stoppedAt).length, ms),
    p50: round(p50, 2),
    p99: round(p99, 2),
    longest: round(longest, 2),
    catchUpMs: times.length < acknowledged ? null : Math.max(0, last - stoppedAt),
    acknowledged,
    shown: times.length,
    refused,
  };
}

function describe(measured: Measured): string {
  const { connections, paced, acknowledgedPerSecond, shownPerSecond, p50, p99, catchUpMs, usage, othersCores } =
    measured;
  const pace = paced === null ? '' : ` at ${paced}/s`;
  const caughtUp = catchUpMs === null ? 'the portal never had all' : `all shown ${catchUpMs} ms later`;
  const used = Object.entries(usage).map(([name, { cores, memoryMiB }]) => `${name} ${cores} cores ${memoryMiB} MiB`);
  return `${connections} connections${pace}: acknowledged ${acknowledgedPerSecond}/s, shown ${shownPerSecond}/s, p50 ${p50} ms, p99 ${p99} ms, ${caughtUp} (${used.join(', ')}, others ${othersCores} cores)`;
}

const addressOf = ({ port, path, secret }: Contestant) => ({ port, path, secret });

const perSecond = (count: number, ms: number): number => Math.round((count * SECOND) / ms);
