/** @module From raw rounds to figures: medians, spreads, targets and ratios; pure. */
import type { Measured, S1Result } from './s1.ts';
import type { S8Result } from './s8.ts';
import { sum } from './usage.ts';

/** One line of the table. */
export interface Figure {
  readonly work: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

/** What a peer reached beside the gateway in the same rounds. */
export interface Ratio {
  readonly work: string;
  readonly peer: string;
  /** Medians. */
  readonly gateway: number;
  readonly theirs: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** null where there is no target. */
export function isMet({ values, target }: Figure): boolean | null {
  if (!target) return null;
  return 'atLeast' in target ? median(values) >= target.atLeast : median(values) <= target.atMost;
}

export const GATEWAY = 'gateway';
const TARGETS: Readonly<Record<number, number>> = { 64: 3_500, 256: 5_000 };

export function figuresOfS1({ rounds, sustained }: S1Result): Figure[] {
  const ours = rounds.filter(({ contestant }) => contestant === GATEWAY);
  const figures: Figure[] = [];
  for (const [i, { connections }] of (ours[0]?.ceiling ?? []).entries()) {
    const target = TARGETS[connections];
    const of = (pick: (measured: Measured) => number): number[] => ours.map(({ ceiling }) => pick(ceiling[i]!));
    figures.push({
      work: `S1: shown by the portal while ${connections} connections send`,
      unit: 'events/s',
      values: of(({ shownPerSecond }) => shownPerSecond),
      ...(target === undefined ? {} : { target: { atLeast: target } }),
    });
    figures.push({
      work: `S1: acknowledged to ${connections} connections`,
      unit: 'events/s',
      values: of(({ acknowledgedPerSecond }) => acknowledgedPerSecond),
      ...(target === undefined ? {} : { target: { atLeast: target } }),
    });
  }
  figures.push(
    {
      work: 'S1: acknowledgement at half load, p50',
      unit: 'ms',
      values: ours.map(({ atHalfLoad }) => atHalfLoad.p50),
    },
    {
      work: 'S1: acknowledgement at half load, p99',
      unit: 'ms',
      values: ours.map(({ atHalfLoad }) => atHalfLoad.p99),
      target: { atMost: 50 },
    },
  );
  if (sustained)
    figures.push({
      work: `S1: ${sustained.seconds} s without a rest: the last sixth against the first, as shown by the portal`,
      unit: '×',
      values: [sustained.lastToFirst],
      target: { atLeast: 0.9 },
    });
  return figures;
}

export function ratiosOfS1({ rounds }: S1Result): Ratio[] {
  const peers = new Set(rounds.map(({ contestant }) => contestant).filter((name) => name !== GATEWAY));
  const shown = (name: string, i: number): number =>
    median(rounds.filter(({ contestant }) => contestant === name).map(({ ceiling }) => ceiling[i]!.shownPerSecond));
  return [...peers].flatMap((peer) =>
    (rounds[0]?.ceiling ?? []).map(({ connections }, i) => ({
      work: `S1, ${connections} connections, shown by the portal`,
      peer,
      gateway: shown(GATEWAY, i),
      theirs: shown(peer, i),
    })),
  );
}

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
