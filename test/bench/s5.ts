/** @module S5: deadlines a second on one core, and a calendar change under a province's open dossiers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { median } from './figures.ts';
import { fileOf } from './processes.ts';
import type { Scenario } from './scenario.ts';

interface S5Result {
  /** Computations a second of each round. */
  readonly engine: readonly number[];
  readonly loop: readonly number[];
  /** Open dossiers, and those of them that move. */
  readonly dossiers: number;
  readonly moved: number;
  /** Milliseconds from the changed calendar until every moved dossier is written, of each round. */
  readonly change: readonly number[];
  /** Milliseconds of the date-by-date loop over the same dossiers, which writes nothing. */
  readonly changeByLoop: readonly number[];
}

/** Dossiers of five years of a real province. */
const ALL = 4_556_476;

export const s5: Scenario<S5Result> = {
  id: 's5',
  async measure(stage, { say }) {
    say('S5: deadlines a second');
    const counted = await run<{ results: { rates: number[] }[] }>('test/bench/deadlines.ts', {});
    say('S5: a calendar change');
    const changed = await run<{ dossiers: number; rounds: { change: number; moved: number; loop: number }[] }>(
      'test/bench/calendar-change.ts',
      { DATABASE_URL: await stage.newDatabase() },
    );
    return {
      engine: counted.results[0]!.rates,
      loop: counted.results[1]!.rates,
      dossiers: changed.dossiers,
      moved: changed.rounds[0]!.moved,
      change: changed.rounds.map(({ change }) => change),
      changeByLoop: changed.rounds.map(({ loop }) => loop),
    };
  },
  figures: ({ engine, change, dossiers, moved }) => [
    { work: 'S5: deadlines counted on one core', unit: '/s', values: engine, target: { atLeast: 1_000_000 } },
    {
      work: `S5: a calendar change under ${dossiers} open dossiers, of which ${moved} move and are written`,
      unit: 'ms',
      values: change,
      target: { atMost: 2_000 },
    },
    {
      work: `S5: all ${ALL} dossiers counted on one core`,
      unit: 's',
      values: engine.map((rate) => Number((ALL / rate).toFixed(1))),
    },
  ],
  document: ({ engine, loop, changeByLoop }) => `## Deadlines (S5)

The engine counts ${Math.round(median(engine) / median(loop))} times as many deadlines a second as a loop over dates (${Math.round(median(loop))}/s), with the same results. A calendar change is an
entry for each dossier that moves, with its new appointment on its way to the portal; the loop alone takes ${Math.round(median(changeByLoop))} ms for the same dossiers and writes nothing.
`,
};

/** What a module of the benchmark prints as JSON. */
async function run<T>(module: string, env: Readonly<Record<string, string>>): Promise<T> {
  const child = spawn(process.execPath, [fileOf(module)], {
    cwd: fileOf('.'),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${module} ended with ${code}`);
  return JSON.parse(output) as T;
}
