/** @module From the set of a dossier's entries to its status, tracks and suspensions: pure, and the same for any order of arrival (sync.md F1–F4). */
import { type Obligation, Obligations } from './obligations.ts';
import { type EndStatus, isEnd, type Outcome, type ReportedStatus, rankOf, type ShownStatus } from './status.ts';

/** What the fold needs of an entry; times are epoch milliseconds. */
export interface StatusFact {
  readonly seq: number;
  readonly at: number;
  readonly source: string;
  readonly eventId: string;
  readonly status: ReportedStatus;
  readonly reason?: string | null;
  readonly outcome?: Outcome | null;
  /** What a pause asks the citizen to pay, or what a resume says was paid. */
  readonly obligations?: readonly Obligation[] | null;
  /** Seen at a destination, where somebody else wrote it; nobody told it. */
  readonly isSeen?: boolean;
}

/** Why an entry is kept without effect: listed, acknowledged, never sent. */
export type NoEffect =
  | 'after-end'
  | 'not-ended'
  | 'already-paused'
  | 'other-pause-open'
  | 'nothing-to-resume'
  | 'partly-paid'
  | 'paid-already'
  | 'not-advancing'
  | 'may-not-end'
  | 'other-writer'
  | 'voided';

/** An effective entry as destinations are to see it: a resume shows as `processing`. */
export interface Shown {
  readonly seq: number;
  readonly at: number;
  readonly status: ShownStatus;
  readonly reason: string | null;
  /** States the entry skipped, oldest first; a destination that demands them gets them with this entry's time. */
  readonly implied: readonly ShownStatus[];
}

/** One track's pause, from its opening to the entry that closed it. */
export interface PauseInterval {
  readonly source: string;
  readonly reason: string;
  readonly from: number;
  readonly openedBy: number;
  to: number | null;
  closedBy: number | null;
}

export interface Folded {
  status: ShownStatus;
  /** The reason of the earliest open pause. */
  pauseReason: string | null;
  pauses: PauseInterval[];
  /** Every pause there ever was, in the order of opening. */
  intervals: PauseInterval[];
  endedAt: number | null;
  outcome: Outcome | null;
  shown: Shown[];
  withoutEffect: Map<number, NoEffect>;
}

export interface FoldRules {
  /** Whether this source may end the dossier: data of the procedure. */
  mayEnd(source: string): boolean;
}

const OUTCOME_OF_END: Readonly<Partial<Record<EndStatus, Outcome>>> = {
  withdrawn: 'withdrawn',
  stopped: 'stopped',
  completed: 'granted',
};

const PATH: readonly ShownStatus[] = ['submitted', 'accepted', 'processing'];

function skipped(reached: ShownStatus | null, to: ShownStatus): ShownStatus[] {
  const from = reached === null ? -1 : PATH.indexOf(reached);
  const until = PATH.indexOf(to);
  if (reached !== null && from < 0) return [];
  // A refusal at the counter follows `submitted`; everything else that is not on the path presupposes acceptance.
  const last = until >= 0 ? until : to === 'rejected' ? 1 : to === 'paused' ? 2 : PATH.length;
  return PATH.slice(from + 1, last);
}

const order = (a: StatusFact, b: StatusFact): number =>
  a.at - b.at ||
  rankOf(a.status) - rankOf(b.status) ||
  (a.source < b.source ? -1 : a.source > b.source ? 1 : 0) ||
  (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0);

/**
 * Folds the status entries of one dossier.
 * @param facts in any order; `voided` names the seqs that a void entry took back.
 */
export function fold(facts: readonly StatusFact[], voided: ReadonlySet<number>, rules: FoldRules): Folded {
  const open = new Map<string, PauseInterval>();
  const owed = new Map<string, Obligations>();
  const seenPauses = new Set<PauseInterval>();
  const intervals: PauseInterval[] = [];
  const shown: Shown[] = [];
  const withoutEffect = new Map<number, NoEffect>();
  let reached: ShownStatus | null = null;
  let end: StatusFact | null = null;
  let outcome: Outcome | null = null;

  const close = (track: string, by: StatusFact): boolean => {
    const pause = open.get(track);
    if (!pause) return false;
    pause.to = by.at;
    pause.closedBy = by.seq;
    return open.delete(track);
  };
  /** Whoever says that it goes on ends, with a pause of its own, those that were only seen: they are somebody's words at second hand. */
  const closeSeen = (by: StatusFact): boolean => {
    const tracks = [...open].filter(([, pause]) => seenPauses.has(pause)).map(([track]) => track);
    for (const track of tracks) close(track, by);
    return tracks.length > 0;
  };
  /** What a fact's source is owed; null where the fact speaks of no money. */
  const debtsOf = ({ source, obligations }: StatusFact): Obligations | null => {
    if (!obligations || obligations.length === 0) return null;
    const debts = owed.get(source) ?? new Obligations();
    owed.set(source, debts);
    return debts;
  };
  const mayEnd = ({ source, isSeen = false }: StatusFact): boolean => isSeen || rules.mayEnd(source);
  const show = (fact: StatusFact, status: ShownStatus, reason: string | null = null): void => {
    shown.push({ seq: fact.seq, at: fact.at, status, reason, implied: skipped(reached, status) });
  };

  const live: StatusFact[] = [];
  for (const fact of facts) {
    if (voided.has(fact.seq)) withoutEffect.set(fact.seq, 'voided');
    else live.push(fact);
  }
  live.sort(order);

  for (const fact of live) {
    const { status, source } = fact;
    if (status === 'reopened') {
      if (end === null) {
        withoutEffect.set(fact.seq, 'not-ended');
        continue;
      }
      end = null;
      outcome = null;
      show(fact, 'processing');
      reached = 'processing';
    } else if (end !== null) {
      if (status === 'returned' && end.status === 'completed' && mayEnd(fact)) {
        end = fact;
        show(fact, 'returned');
      } else withoutEffect.set(fact.seq, 'after-end');
    } else if (status === 'paused') {
      const reason = fact.reason ?? 'other';
      const debts = debtsOf(fact);
      debts?.owe(fact.obligations!);
      if (debts?.isSettled) {
        withoutEffect.set(fact.seq, 'paid-already');
        continue;
      }
      if (open.get(source)?.reason === reason) {
        withoutEffect.set(fact.seq, 'already-paused');
        continue;
      }
      close(source, fact);
      const pause: PauseInterval = { source, reason, from: fact.at, openedBy: fact.seq, to: null, closedBy: null };
      open.set(source, pause);
      if (fact.isSeen) seenPauses.add(pause);
      intervals.push(pause);
      show(fact, 'paused', reason);
      if (reached === null || reached === 'submitted') reached = 'accepted';
    } else if (isEnd(status) && mayEnd(fact)) {
      for (const track of [...open.keys()]) close(track, fact);
      end = fact;
      outcome = fact.outcome ?? OUTCOME_OF_END[status] ?? null;
      show(fact, status);
    } else {
      const debts = debtsOf(fact);
      debts?.pay(fact.obligations!);
      // A payment is no step of the work: it ends its source's pause, once all is paid, or has no effect.
      if (debts && !(debts.isSettled && open.has(source))) {
        withoutEffect.set(fact.seq, open.has(source) ? 'partly-paid' : 'nothing-to-resume');
        continue;
      }
      const closesOwn = rankOf(status) >= rankOf('resumed') && close(source, fact);
      const resumes = (!fact.isSeen && (closesOwn || status === 'resumed') && closeSeen(fact)) || closesOwn;
      if (open.size > 0)
        withoutEffect.set(fact.seq, open.has(source) && open.size === 1 ? 'not-advancing' : 'other-pause-open');
      else if (resumes) {
        show(fact, 'processing');
        reached = 'processing';
      } else if (isEnd(status)) withoutEffect.set(fact.seq, 'may-not-end');
      else {
        const to: ShownStatus = status === 'resumed' ? 'processing' : status;
        const advance = reached === null ? 1 : rankOf(to) - rankOf(reached);
        // A further step of the work is news of its own; a second acceptance or a resume of nothing is not.
        if (advance > 0 || (advance === 0 && status === 'processing')) {
          show(fact, to);
          reached = to;
        } else withoutEffect.set(fact.seq, status === 'resumed' ? 'nothing-to-resume' : 'not-advancing');
      }
    }
  }

  // In the order of opening: a track that pauses again was taken out before.
  const pauses = [...open.values()];
  const status: ShownStatus =
    end !== null ? (end.status as EndStatus) : pauses.length > 0 ? 'paused' : (reached ?? 'submitted');
  return {
    status,
    pauseReason: status === 'paused' ? pauses[0]!.reason : null,
    pauses,
    intervals,
    endedAt: end === null ? null : firstEnd(shown),
    outcome,
    shown,
    withoutEffect,
  };
}

/** The end time of a dossier that was completed and then returned is its completion (domain.md: 9 before 10). */
function firstEnd(shown: readonly Shown[]): number {
  let at = 0;
  for (let i = shown.length - 1; i >= 0 && isEnd(shown[i]!.status); i--) at = shown[i]!.at;
  return at;
}
