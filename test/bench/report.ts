/** @module What a benchmark leaves behind: `results.json` with every raw number, and `docs/en/benchmarks.md` made from it. */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { type Figure, isMet, median, show, spread } from './figures.ts';
import { fileOf } from './processes.ts';
import type { Scenario } from './scenario.ts';

interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly processor: string;
  readonly kernel: string;
  readonly node: string;
}

/** What one scenario measured, and when and where. */
interface Kept {
  /** RFC 3339. */
  readonly at: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly result: unknown;
}

type Results = Readonly<Record<string, Kept>>;

const RESULTS = 'test/bench/results.json';

const thisMachine = (): Machine => ({
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  processor: cpus()[0]?.model ?? 'unknown',
  kernel: release(),
  node: process.version,
});

/** Keeps what was measured in place of what was there of the same scenarios, and writes the document of all. */
export async function keep(
  measured: Readonly<Record<string, unknown>>,
  quick: boolean,
  scenarios: readonly Scenario[],
): Promise<void> {
  const read = JSON.parse(await readFile(fileOf(RESULTS), 'utf8').catch(() => '{}')) as Results;
  // What an earlier form of this file holds can't be told again.
  const former = Object.fromEntries(Object.entries(read).filter(([, kept]) => kept.result !== undefined));
  const [at, machine] = [new Date().toISOString(), thisMachine()];
  const fresh = Object.entries(measured).map(([id, result]): [string, Kept] => [id, { at, quick, machine, result }]);
  const results: Results = { ...former, ...Object.fromEntries(fresh) };
  await writeFile(fileOf(RESULTS), `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(fileOf('docs/en/benchmarks.md'), documentOf(results, scenarios));
}

function documentOf(results: Results, scenarios: readonly Scenario[]): string {
  const known = scenarios.filter(({ id }) => results[id] !== undefined);
  const { machine } = results[known[0]!.id]!;
  const resultOf = ({ id }: Scenario) => results[id]!.result;
  const dates = known.map(({ id }) => {
    const { at, quick } = results[id]!;
    return `${id.toUpperCase()} ${at.slice(0, 10)}${quick ? ' (quick)' : ''}`;
  });
  const sections = known.map((scenario) => scenario.document(resultOf(scenario))).filter((text) => text !== '');
  return `<!-- Made by npm run bench from test/bench/results.json: do not edit. -->
# Benchmarks

Measured on ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB of memory, Linux ${machine.kernel}, Node ${machine.node}: ${dates.join(', ')}.
The embedded PostgreSQL as it is shipped, every write flushed to disk. The load generator, PostgreSQL, the simulators and the
gateway share these ${machine.cores} cores: what a machine of its own would reach is more. \`npm run bench\` repeats it, \`npm run bench -- s2\` one scenario
alone, \`--full\` the long runs and the large backlog of S1, S2 and S7; raw numbers of every round are in \`test/bench/results.json\`.

| figure | median | spread | target | met |
|---|---|---|---|---|
${known.flatMap((scenario) => scenario.figures(resultOf(scenario)).map(rowOf)).join('\n')}

${sections.join('\n')}`;
}

function rowOf(figure: Figure): string {
  const { work, unit, values, target } = figure;
  const met = isMet(figure);
  const wanted = target ? ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`) : '';
  return `| ${work} | ${show(median(values))} ${unit} | ${spread(values)} | ${wanted} | ${met === null ? '' : met ? 'yes' : '**no**'} |`;
}
