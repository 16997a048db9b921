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
  /** To mend it would write a pause that was recorded late: on a person's word only. */
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
  const { finding, headSeq } = seen;
  const base = lookedAt(difference, seen);
  const isFirst = isSeenOnce(difference);
  const over = isFirst ? notConfirmed(difference) : 'repaired';
  // What is seen once while something of it is on its way is the sync's to bring, and no difference.
  if (seen.isMoving)
    return isFirst ? { ...base, state: over, lookAt: null } : { ...base, state: stood(difference), lookAt: soon };
  if (finding === null) return { ...base, state: over, lookAt: null };
  // It moved since the last look: what stands now is seen for the first time.
  if (isFirst && headSeq !== difference.headSeq) return { ...base, state: difference.state, lookAt: soon };

  // An operator's word lets also be sent again what was refused, and what was recorded late.
  const isWord = difference.state === 'repairing' && difference.decidedBy !== null && difference.repairs === 0;
  const isBarred = (seen.isBlocked || seen.needsWord) && !isWord;
  const repairs = isFirst ? 0 : difference.repairs;
  const mayMend = KINDS[difference.kind].repair !== null && !isBarred && !seen.isObserved;
  if ((seen.isBlocked && isBarred) || (mayMend && repairs >= repairsAtMost))
    return { ...base, state: 'evidence', lookAt: null };
  if (!mayMend || !(repair || difference.state === 'repairing')) return { ...base, state: 'confirmed', lookAt: null };
  return { ...base, state: 'repairing', repairs: repairs + 1, lookAt: soon, mend: true };
}

/** Looks at what cannot be read; then it is left, and named as not checked. */
const UNREADABLE_AT_MOST = 3;

/** What becomes of a difference where the destination's answer about the dossier could not be read, in its words. */
export function judgeUnreadable(difference: Difference, words: string, soon: number): Judgement {
  const base = { ...lookedAt(difference, null), cause: difference.cause ?? words };
  if (base.looks < UNREADABLE_AT_MOST)
    return { ...base, cause: difference.cause, state: difference.state, lookAt: soon };
  if (isSeenOnce(difference)) return { ...base, state: notConfirmed(difference), lookAt: null };
  return { ...base, state: difference.state === 'repairing' ? 'evidence' : stood(difference), lookAt: null };
}

/** Whether a second look is still to come. */
const isSeenOnce = ({ state, seenAnewAt }: Difference): boolean => state === 'found' || seenAnewAt !== null;

/** What was seen once alone is none; one that was over stays over. */
const notConfirmed = ({ seenAnewAt }: Difference): 'gone' | 'as-before' => (seenAnewAt === null ? 'gone' : 'as-before');

/** What was ignored stands again once the time of that is over. */
const stood = ({ state }: Difference): Difference['state'] => (state === 'ignored' ? 'confirmed' : state);

const lookedAt = (difference: Difference, seen: Seen | null) => ({
  id: difference.id,
  ours: seen?.finding ? seen.finding.ours : difference.ours,
  theirs: seen?.finding ? seen.finding.theirs : difference.theirs,
  cause: seen?.cause ?? difference.cause,
  headSeq: seen === null ? difference.headSeq : seen.headSeq,
  repairs: difference.repairs,
  looks: difference.looks + 1,
  mend: false,
});
