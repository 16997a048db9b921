/** @module `npm run bench`: all of it, or some scenarios: `npm run bench -- s1 s2 --quick`. */
import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { type Figure, isMet, median } from './figures.ts';
import { s3 } from './lookup/s3.ts';
import { keep } from './report.ts';
import { s1 } from './s1.ts';
import { s2 } from './s2.ts';
import { s4 } from './s4.ts';
import { s5 } from './s5.ts';
import { s7 } from './s7.ts';
import { s8 } from './s8.ts';
import type { Scenario } from './scenario.ts';
import { openStage, type Stage } from './stage.ts';

/** In the order of the report; each takes its own result only. */
const scenarios: readonly Scenario[] = [s1, s2, s3, s4, s5, s7, s8];

const begun = Date.now();
const say = (line: string): void =>
  void process.stdout.write(`${String(Math.round((Date.now() - begun) / 1000)).padStart(5)} s  ${line}\n`);

/** Sets the stage, and clears it however the work ends. */
async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await openStage();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stage.close().finally(() => process.exit(130)));
  try {
    await work(stage);
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

interface Options {
  readonly quick: boolean;
  readonly full: boolean;
  readonly peers: boolean;
  readonly write: boolean;
  readonly profile?: string;
}

await new Command('bench')
  .description('Measures the scenarios and writes test/bench/results.json and docs/en/benchmarks.md.')
  .addArgument(new Argument('[scenarios...]', 'all unless told').choices(scenarios.map(({ id }) => id)))
  .option('--quick', 'short runs, fewer rounds', false)
  .option('--full', 'the backlog of S7 and the long run of S1 as the design asks for them: about an hour', false)
  .option('--no-peers', 'without the peers')
  .option('--no-write', 'print only')
  .option('--profile <folder>', 'keep CPU profiles of the gateway there and print where its time goes')
  .action(async (ids: readonly string[], { quick, full, peers, write, profile }: Options) => {
    const taken = scenarios.filter(({ id }) => ids.length === 0 || ids.includes(id));
    const context = { quick, isFull: full, say, withPeers: peers, profilesTo: profile ? resolve(profile) : null };
    const measured: Record<string, unknown> = {};
    await onStage(async (stage) => {
      for (const scenario of taken) {
        const result = await scenario.measure(stage, context);
        measured[scenario.id] = result;
        tell(scenario.figures(result));
      }
    });
    if (write) await keep(measured, quick, scenarios);
  })
  .parseAsync();
