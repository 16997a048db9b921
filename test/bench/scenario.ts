/** @module What a scenario of the benchmark is to the program that runs it and writes its report. */
import type { Figure } from './figures.ts';
import type { Stage } from './stage.ts';

export interface ScenarioContext {
  /** Short runs: figures to look at, not to quote. */
  readonly quick: boolean;
  /** As long and as large as the design asks, which takes an hour. */
  readonly isFull: boolean;
  readonly say: (line: string) => void;
  /** The folder for CPU profiles of the gateway; null: none are taken. */
  readonly profilesTo: string | null;
  /** Whether peers are measured beside. */
  readonly withPeers: boolean;
}

/** One scenario of the design; `R` is what it measured, raw, and is kept as JSON. */
export interface Scenario<R = unknown> {
  readonly id: string;
  measure(stage: Stage, context: ScenarioContext): Promise<R>;
  figures(result: R): Figure[];
  /** A section of the document; empty where the table of figures says it all. */
  document(result: R): string;
}
