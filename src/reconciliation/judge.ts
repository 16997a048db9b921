/** @module What a second look makes of a difference: confirmed, gone, mended, or a case for people. Pure. */
import type { Finding } from './compare.ts';
import type { Difference, Looked } from './difference-store.ts';
import { KINDS } from './kinds.ts';

/** What was found when a difference was looked at again. */
export interface Seen {
  /** The finding of the same kind; null where it is there no more. */
  readonly finding: Finding | null;
  /** Our newest entry now; null where we have no such dossier. */
  readonly headSeq: number | null;
  /** Something of it is on its way: what the other side shows says nothing yet. */
  readonly isMoving: boolean;
  /** What the delivery history says of it. */
  readonly cause: string | null;
  /** The destination refuses it: sending it again is of no use before somebody has acted. */
  readonly isBlocked: boolean;
  /** Its policy lets nothing be sent: what differs is for whoever writes there. */
  readonly isObserved: boolean;
  /** A pause that was recorded late: written again on a person's word only. */
  readonly needsWord: boolean;
}

export interface JudgeOptions {
  readonly now: number;
  /** Milliseconds between two looks: longer than the sync's lag. */
  readonly settleAfterMs: number;
  /** Whether what can be mended is to be mended. */
  readonly repair: boolean;
  /** How often it is mended before it is a case for people. */
  readonly repairsAtMost: number;
}

export interface Judgement extends Looked {
  /** Whether it is to be mended now. */
  readonly mend: boolean;
}

/** The difference's next state, and whether it is to be mended now. */
export function judge(difference: Difference, seen: Seen, options: JudgeOptions): Judgement {
  const { now, settleAfterMs, repair, repairsAtMost } = options;
  const soon = now + settleAfterMs;
  const { finding, headSeq, cause } = seen;
  const base = {
    id: difference.id,
    ours: finding?.ours ?? difference.ours,
    theirs: finding?.theirs ?? difference.theirs,
    cause: cause ?? difference.cause,
    headSeq,
    repairs: difference.repairs,
    looks: difference.looks + 1,
    mend: false,
  };
  const isFirst = difference.state === 'found';
  // A row that stands for an earlier difference of the kind, which was mended, goes back to that.
  const over = isFirst && difference.repairedAt === null ? 'gone' : 'repaired';
  // What is seen once while something of it is on its way is the sync's to bring, and no difference.
  if (seen.isMoving)
    return isFirst ? { ...base, state: over, lookAt: null } : { ...base, state: difference.state, lookAt: soon };
  if (finding === null) return { ...base, state: over, lookAt: null };
  // It moved since the last look: what stands now is seen for the first time.
  if (isFirst && headSeq !== difference.headSeq) return { ...base, state: 'found', lookAt: soon };

  // An operator's word lets also be sent again what was refused, and what was recorded late.
  const isWord = difference.state === 'repairing' && difference.decidedBy !== null && difference.repairs === 0;
  const isBarred = (seen.isBlocked || seen.needsWord) && !isWord;
  const mayMend = KINDS[difference.kind].repair !== null && !isBarred && !seen.isObserved;
  if ((seen.isBlocked && isBarred) || (mayMend && difference.repairs >= repairsAtMost))
    return { ...base, state: 'evidence', lookAt: null };
  if (!mayMend || !(repair || difference.state === 'repairing')) return { ...base, state: 'confirmed', lookAt: null };
  return { ...base, state: 'repairing', repairs: difference.repairs + 1, lookAt: soon, mend: true };
}
