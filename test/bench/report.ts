/** @module What a benchmark leaves behind: `results.json` with every raw number, and `docs/en/benchmarks.md` made from it. */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { type Figure, figuresOfS1, figuresOfS8, isMet, median, type Ratio, ratiosOfS1 } from './figures.ts';
import { fileOf } from './processes.ts';
import type { Measured, S1Result } from './s1.ts';
import type { S8Result } from './s8.ts';

export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly processor: string;
  readonly kernel: string;
  readonly node: string;
}

export interface Results {
  /** RFC 3339. */
  readonly at: string;
  readonly machine: Machine;
  readonly s1: S1Result;
  readonly s8: S8Result;
}

export const thisMachine = (): Machine => ({
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  processor: cpus()[0]?.model ?? 'unknown',
  kernel: release(),
  node: process.version,
});

export async function writeReport(results: Results): Promise<void> {
  await writeFile(fileOf('test/bench/results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(fileOf('docs/en/benchmarks.md'), await documentOf(results));
}

async function documentOf({ at, machine, s1, s8 }: Results): Promise<string> {
  const { devDependencies } = JSON.parse(await readFile(fileOf('package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const sustained = s1.sustained
    ? `For ${s1.sustained.seconds} seconds without a rest, ${s1.sustained.connections} connections: ${s1.sustained.shownPerSecond} events/s shown, ${s1.sustained.acknowledgedPerSecond} acknowledged.\n`
    : '';
  return `<!-- Made by npm run bench from test/bench/results.json: do not edit. -->
# Benchmarks

Measured ${at.slice(0, 10)} on ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB of memory, Linux ${machine.kernel}, Node ${machine.node},
the embedded PostgreSQL as it is shipped, every write flushed to disk. The load generator, PostgreSQL, the portal's simulator and the
gateway share these ${machine.cores} cores: what a machine of its own would reach is more. \`npm run bench\` repeats it; raw numbers of every
round are in \`test/bench/results.json\`.

| figure | median | spread | target | met |
|---|---|---|---|---|
${[...figuresOfS1(s1), ...figuresOfS8(s8)].map(rowOf).join('\n')}

## One signed event a message, until the portal shows it (S1)

Signed pushes of the coordination system go over keep-alive connections to one process with both roles, everything on: verification,
validation, fold, one durable transaction, metrics, log line, delivery in calls of ten. Dossiers are registered before the clock starts; every
event has effect; no subscriber listens beside. *Shown* counts the progress records that the portal's simulator took before the load stopped. Each measurement
lasts ${s1.seconds} s, on a database and a portal made anew for each round, interleaved with the peers. ${others(s1)} ${sustained}
The load generator by itself, against a server that only answers: ${Object.entries(s1.generatorCeiling)
    .map(([connections, rate]) => `${rate} requests/s on ${connections} connections`)
    .join(', ')}.

| who | connections | acknowledged/s | shown/s | p50 ms | p99 ms | caught up after ms | CPU cores: process, PostgreSQL, portal, load | memory MiB |
|---|---|---|---|---|---|---|---|---|
${contestantRows(s1).join('\n')}

## Against what one would build instead

${ratiosOfS1(s1).length > 0 ? peersText(devDependencies['pg-boss']!, ratiosOfS1(s1)) : 'This run measured no peers.\n'}`;
}

function others({ rounds }: S1Result): string {
  const cores = rounds.flatMap(({ ceiling }) => ceiling.map(({ othersCores }) => othersCores));
  return `Other work kept ${show(median(cores))} cores of the machine busy meanwhile (${spread(cores)}).`;
}

function rowOf(figure: Figure): string {
  const { work, unit, values, target } = figure;
  const met = isMet(figure);
  const wanted = target ? ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`) : '';
  return `| ${work} | ${show(median(values))} ${unit} | ${spread(values)} | ${wanted} | ${met === null ? '' : met ? 'yes' : '**no**'} |`;
}

function contestantRows({ rounds }: S1Result): string[] {
  return [...new Set(rounds.map(({ contestant }) => contestant))].flatMap((name) => {
    const own = rounds.filter(({ contestant }) => contestant === name);
    const rows = own[0]!.ceiling.map(({ connections }, i) =>
      contestantRow(
        name,
        String(connections),
        own.map(({ ceiling }) => ceiling[i]!),
      ),
    );
    const half = own.map(({ atHalfLoad }) => atHalfLoad);
    return [...rows, contestantRow(name, `${half[0]!.connections}, at half load`, half)];
  });
}

function contestantRow(name: string, load: string, measured: readonly Measured[]): string {
  const of = (pick: (one: Measured) => number): string => show(median(measured.map(pick)));
  const caughtUp = measured.some(({ catchUpMs }) => catchUpMs === null) ? 'never' : of(({ catchUpMs }) => catchUpMs!);
  const part = (who: string, what: 'cores' | 'memoryMiB'): string => of(({ usage }) => usage[who]![what]);
  const cores = ['contestant', 'postgres', 'portal', 'load'].map((who) => part(who, 'cores')).join(', ');
  return `| ${name} | ${load} | ${of((one) => one.acknowledgedPerSecond)} | ${of((one) => one.shownPerSecond)} | ${of(({ p50 }) => p50)} | ${of(({ p99 }) => p99)} | ${caughtUp} | ${cores} | ${part('contestant', 'memoryMiB')} |`;
}

function peersText(pgBoss: string, ratios: readonly Ratio[]): string {
  return `Both peers are small programs on the same bare fastify, with the gateway's own signature check, the same PostgreSQL and the same portal,
sixteen calls of ten at once: one sends a pg-boss ${pgBoss} job per event, the other runs one transaction (one statement) per event and
reads a queue table with SKIP LOCKED. Neither validates, folds, logs, measures, keeps a dossier's history in order towards the portal or
updates the dossier itself there: they do less, and are what one would begin with.

| work | peer | gateway | peer's | gateway / peer |
|---|---|---|---|---|
${ratios.map(({ work, peer, gateway, theirs }) => `| ${work} | ${peer} | ${show(gateway)}/s | ${show(theirs)}/s | ${show(gateway / theirs)} |`).join('\n')}
`;
}

const show = (value: number): string => String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(2)));

const spread = (values: readonly number[]): string => `${show(Math.min(...values))}–${show(Math.max(...values))}`;
