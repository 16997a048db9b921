/** @module Figures of a benchmark: medians, spreads, targets, and how they are shown; pure. */
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

export const show = (value: number): string =>
  String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(2)));

export const spread = (values: readonly number[]): string =>
  `${show(Math.min(...values))}–${show(Math.max(...values))}`;
