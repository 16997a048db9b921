/** @module What a delivery came to, as the row that is written for it. Pure. */
import { SECOND } from '../units.ts';
import { backoff } from './backoff.ts';
import type { Work } from './deliver.ts';
import type { Settlement } from './store.ts';

export interface Concluded {
  readonly work: Work;
  readonly outcome: Settlement['outcome'];
  /** The destination's words where it did not take all. */
  readonly error: string | null;
  /** Milliseconds after which it asked to be called again. */
  readonly delayMs: number | null;
}

export interface SettlementRules {
  readonly settleAfterMs: number;
  readonly readBackAfterMs: number;
  readonly random: () => number;
}

/** After an unknown outcome was cleared up: a request that outlived its lease has landed by then (D8). */
const FIRST_READ_BACK = 30 * SECOND;

/** The row's next state: acknowledged, due again later, blocked or released. */
export function settlementOf(
  { work, outcome, error, delayMs }: Concluded,
  rules: SettlementRules,
  at: number,
): Settlement {
  const { row, begins } = work;
  const isDoubtful = work.doubtful && !begins;
  const unknownSince = begins && outcome === 'unknown' ? at : (row.unknownSince ?? at);
  const failed = outcome === 'retry' || outcome === 'unknown';
  const attempts = outcome === 'acknowledged' ? 0 : failed ? row.attempts + 1 : row.attempts;
  const wait =
    outcome === 'unknown'
      ? rules.settleAfterMs + backoff(attempts, rules.random) / 2
      : outcome === 'retry'
        ? (delayMs ?? backoff(attempts, rules.random))
        : (delayMs ?? 0);
  return {
    dossierId: row.dossierId,
    token: row.token,
    generation: row.generation,
    fromSeq: row.ackedSeq + 1,
    toSeq: row.headSeq,
    outcome,
    sentSeqs: [...work.sent].sort((a, b) => a - b),
    existsThere: work.existsThere,
    snapshotDigest: work.snapshotDigest,
    attempts,
    nextAttemptAt: at + wait,
    unknownSince: work.unknown && outcome !== 'acknowledged' && outcome !== 'blocked' ? unknownSince : null,
    verifyAt:
      outcome === 'acknowledged'
        ? at + (isDoubtful ? rules.settleAfterMs + FIRST_READ_BACK : rules.readBackAfterMs)
        : null,
    verifyStep: isDoubtful ? 1 : 0,
    error,
  };
}
