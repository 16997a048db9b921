/** @module `npm run bench`: all of it, or one scenario alone: `node test/bench/run.ts s1 --seconds 10 --connections 64`. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type Figure, figuresOfS1, figuresOfS8, isMet, median, ratiosOfS1 } from './figures.ts';
import { thisMachine, writeReport } from './report.ts';
import { measureS1, type S1Options } from './s1.ts';
import { measureS8, type S8Options } from './s8.ts';
import { openStage, type Stage } from './stage.ts';

const begun = Date.now();
const say = (line: string): void =>
  void process.stdout.write(`${String(Math.round((Date.now() - begun) / 1000)).padStart(5)} s  ${line}\n`);

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
};
const wholes = (text: string): number[] => text.split(',').map(whole);

const S1_DEFAULTS: S1Options = {
  seconds: 20,
  connections: [64, 256],
  rounds: 3,
  withPeers: true,
  sustainedSeconds: 180,
  profilesTo: null,
  say,
};
const S8_DEFAULTS: S8Options = { rounds: 3, settleSeconds: 60, say };

/** Sets the stage, and clears it however the work ends. */
async function onStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stage.close().finally(() => process.exit(130)));
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

function tell(figures: readonly Figure[]): void {
  for (const figure of figures) {
    const met = isMet(figure);
    say(`${figure.work}: ${median(figure.values)} ${figure.unit}${met === null ? '' : met ? ' – met' : ' – NOT met'}`);
  }
}

const program = new Command('bench').description(
  'Benchmarks; without a command all of them, written to the documents.',
);

program
  .option('--quick', 'short runs, two rounds, 20 s sustained', false)
  .action(async ({ quick }: { quick: boolean }) => {
    const short = quick ? { rounds: 2 } : {};
    await onStage(async (stage) => {
      const s8 = await measureS8(stage, { ...S8_DEFAULTS, ...short, ...(quick ? { settleSeconds: 10 } : {}) });
      const s1 = await measureS1(stage, {
        ...S1_DEFAULTS,
        ...short,
        ...(quick ? { seconds: 8, sustainedSeconds: 20 } : {}),
      });
      await writeReport({ at: new Date(begun).toISOString(), machine: thisMachine(), s1, s8 });
      tell([...figuresOfS1(s1), ...figuresOfS8(s8)]);
    });
  });

program
  .command('s1')
  .description('one signed event a message, until the portal shows it')
  .option('--seconds <n>', 'of each measurement', whole, 10)
  .option('--connections <list>', 'numbers of connections, separated by commas', wholes, [64])
  .option('--rounds <n>', 'how often', whole, 1)
  .option('--peers', 'with the peers, interleaved', false)
  .option('--sustained <n>', 'seconds without a rest, afterwards', whole, 0)
  .option(
    '--profile <folder>',
    'keep CPU profiles of the gateway there and print where its time goes; slows it a little',
  )
  .action(async (given: S1Arguments) => {
    const { sustained: sustainedSeconds, peers: withPeers, profile, ...rest } = given;
    const options = {
      ...S1_DEFAULTS,
      ...rest,
      sustainedSeconds,
      withPeers,
      profilesTo: profile ? resolve(profile) : null,
    };
    const result = await onStage((stage) => measureS1(stage, options));
    tell(figuresOfS1(result));
    for (const { work, peer, gateway, theirs } of ratiosOfS1(result))
      say(`${work}: ${(gateway / theirs).toFixed(2)} × ${peer} (${gateway} against ${theirs})`);
  });

interface S1Arguments {
  readonly seconds: number;
  readonly connections: number[];
  readonly rounds: number;
  readonly peers: boolean;
  readonly sustained: number;
  readonly profile?: string;
}

program
  .command('s8')
  .description('the start, and the memory')
  .option('--rounds <n>', 'how often', whole, 1)
  .option('--settle-seconds <n>', 'before memory is read', whole, 10)
  .action(async (given: Pick<S8Options, 'rounds' | 'settleSeconds'>) => {
    tell(figuresOfS8(await onStage((stage) => measureS8(stage, { ...S8_DEFAULTS, ...given }))));
  });

await program.parseAsync();
