/** @module What is told of pushes (S1, S2): figures beside their targets, every contestant's numbers, ratios to the peers; pure. */
import { gateway, gatewayWithSubscriber } from './contestants.ts';
import { type Figure, median, type Ratio, show, spread } from './figures.ts';
import type { Measured, PushResult } from './pushes.ts';

/** Events a second by connections, and milliseconds. */
export interface PushTargets {
  readonly shown: Readonly<Record<number, number>>;
  readonly p99AtHalfLoad: number | null;
}

export function figuresOfPushes(name: string, { rounds, sustained }: PushResult, targets: PushTargets): Figure[] {
  const ours = rounds.filter(({ contestant }) => contestant === gateway.name);
  const figures: Figure[] = [];
  for (const [i, { connections }] of (ours[0]?.ceiling ?? []).entries()) {
    const target = targets.shown[connections];
    const of = (pick: (measured: Measured) => number): number[] => ours.map(({ ceiling }) => pick(ceiling[i]!));
    figures.push({
      work: `${name}: shown by the portal while ${connections} connections send`,
      unit: 'events/s',
      values: of(({ shownPerSecond }) => shownPerSecond),
      ...(target === undefined ? {} : { target: { atLeast: target } }),
    });
    figures.push({
      work: `${name}: acknowledged to ${connections} connections`,
      unit: 'events/s',
      values: of(({ acknowledgedPerSecond }) => acknowledgedPerSecond),
      ...(target === undefined ? {} : { target: { atLeast: target } }),
    });
  }
  figures.push(...besideSubscriber(name, rounds));
  figures.push(
    {
      work: `${name}: acknowledgement at half load, p50`,
      unit: 'ms',
      values: ours.map(({ atHalfLoad }) => atHalfLoad.p50),
    },
    {
      work: `${name}: acknowledgement at half load, p99`,
      unit: 'ms',
      values: ours.map(({ atHalfLoad }) => atHalfLoad.p99),
      ...(targets.p99AtHalfLoad === null ? {} : { target: { atMost: targets.p99AtHalfLoad } }),
    },
  );
  if (sustained)
    figures.push({
      work: `${name}: ${sustained.seconds} s without a rest: the last sixth against the first, as shown by the portal`,
      unit: '×',
      values: [sustained.lastToFirst],
      target: { atLeast: 0.9 },
    });
  return figures;
}

/** What is left of it while a subscriber is told of each change. */
function besideSubscriber(name: string, rounds: PushResult['rounds']): Figure[] {
  const beside = rounds
    .filter(({ contestant }) => contestant === gatewayWithSubscriber.name)
    .map(({ ceiling }) => ceiling.at(-1)!);
  if (beside.length === 0) return [];
  const load = `${beside[0]!.connections} connections send, one subscriber beside`;
  return [
    {
      work: `${name}: shown by the portal while ${load}`,
      unit: 'events/s',
      values: beside.map(({ shownPerSecond }) => shownPerSecond),
    },
    {
      work: `${name}: told to the subscriber while ${load}`,
      unit: 'changes/s',
      values: beside.map(({ toldPerSecond }) => toldPerSecond ?? 0),
    },
  ];
}

function ratiosOf(name: string, { rounds }: PushResult): Ratio[] {
  const own = [gateway.name, gatewayWithSubscriber.name];
  const peers = new Set(rounds.map(({ contestant }) => contestant).filter((who) => !own.includes(who)));
  const shownBy = (who: string, i: number): number =>
    median(rounds.filter(({ contestant }) => contestant === who).map(({ ceiling }) => ceiling[i]!.shownPerSecond));
  return [...peers].flatMap((peer) =>
    (rounds[0]?.ceiling ?? []).map(({ connections }, i) => ({
      work: `${name}, ${connections} connections, shown by the portal`,
      peer,
      gateway: shownBy(gateway.name, i),
      theirs: shownBy(peer, i),
    })),
  );
}

function others({ rounds }: PushResult): string {
  const cores = rounds.flatMap(({ ceiling }) => ceiling.map(({ othersCores }) => othersCores));
  return `Other work kept ${show(median(cores))} cores of the machine busy meanwhile (${spread(cores)}).`;
}

function contestantRows({ rounds }: PushResult): string[] {
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

/** What the table of contestants needs to be read. */
export function contestantsText(name: string, result: PushResult, pgBoss: string): string {
  const { seconds, sustained, generatorCeiling } = result;
  const rest = sustained
    ? `For ${sustained.seconds} seconds without a rest, ${sustained.connections} connections: ${sustained.shownPerSecond} events/s shown, ${sustained.acknowledgedPerSecond} acknowledged.`
    : '';
  const ratios = ratiosOf(name, result);
  const ceilings = Object.entries(generatorCeiling).map(
    ([connections, rate]) => `${rate} events/s on ${connections} connections`,
  );
  return `Each measurement lasts ${seconds} s, on a database and a portal made anew for each round, interleaved with the peers. ${others(result)} ${rest}
The load generator by itself, against a server that only answers: ${ceilings.join(', ')}.

| who | connections | acknowledged/s | shown/s | p50 ms | p99 ms | caught up after ms | CPU cores: process, PostgreSQL, portal, load | memory MiB |
|---|---|---|---|---|---|---|---|---|
${contestantRows(result).join('\n')}

${ratios.length > 0 ? peersText(pgBoss, ratios) : 'This run measured no peers.\n'}`;
}
