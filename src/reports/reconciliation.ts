/** @module The figures of a reconciliation report: what differs, what was mended, what pauses came to. Pure. */

import type { Catalogue } from '../catalogue/catalogue.ts';
import { computeDeadline } from '../deadlines/compute.ts';
import { clockStoppedAt, type DeadlineSubject, deadlineInput } from '../dossiers/appointment.ts';
import type { Folded } from '../dossiers/fold.ts';
import { foldOf } from '../dossiers/folded.ts';
import type { DifferenceState } from '../reconciliation/difference-store.ts';
import { type DifferenceKind, KINDS, OWNERS } from '../reconciliation/kinds.ts';
import type { ComparedOf } from '../reconciliation/sums.ts';

/** By what a report is broken down: who receives, who resolves, or the procedure. */
export const BREAKDOWNS = ['receiving', 'resolving', 'procedure'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

/** The last day of each age, from when it was first seen; what is older has none. */
export const AGES = [1, 3, 7, 30, null] as const;

export interface DifferenceTally {
  /** A code of the breakdown; null where it is not known. */
  readonly key: string | null;
  readonly kind: DifferenceKind;
  /** `open`: it stood at the end of what is reported, in one of the states that it has had. */
  readonly state: DifferenceState | 'open';
  /** Which of the ages. */
  readonly age: number;
  /** Whether it was first seen within what is reported; else it only stands open from before. */
  readonly isNew: boolean;
  readonly n: number;
}

/** A dossier that was paused, with what its destination has taken. */
export interface PausedDossier extends DeadlineSubject {
  readonly id: number;
  readonly key: string | null;
  readonly sentSeqs: readonly number[];
  readonly believedSeqs: readonly number[];
}

/** What of a dossier stands at the destination. */
export interface Standing {
  /** Whether something of it is not acknowledged there. */
  readonly isBehind: boolean;
  /** Its differences that stand. */
  readonly openKinds: readonly DifferenceKind[];
}

/** What stood open before and what was found is what was repaired, what was closed, and what is open. */
export interface Counts {
  openBefore: number;
  found: number;
  repaired: number;
  /** Left to people, and over by their word. */
  closed: number;
  open: number;
  /** Of the open ones: cases for people, and those that somebody lets be. */
  evidence: number;
  ignored: number;
}

export interface Pauses {
  /** Pauses that took effect, and those of them that stand at the destination. */
  told: number;
  carried: number;
  /** Dossiers on time that the portal would have called late had it been told nothing, and late ones that its formula would have called on time: put right there. */
  lateToOnTime: number;
  onTimeToLate: number;
  /** Of either kind, where what puts it right does not stand there, or not yet. */
  notPutRight: number;
  /** Late by its formula whatever is sent: two supplements or more. */
  lateByFormula: number;
}

export interface Group extends Counts, Pauses {
  readonly key: string | null;
  /** Null where that is not kept, or is not the caller's to know. */
  readonly sums: ComparedOf | null;
}

export interface Figures {
  readonly total: Group;
  readonly kinds: readonly (Counts & { readonly kind: DifferenceKind })[];
  /** Open ones, by whose they are and how old. */
  readonly open: readonly { readonly owner: (typeof OWNERS)[number]; readonly byAge: readonly number[] }[];
  readonly groups: readonly Group[];
}

const noCounts = (): Counts => ({
  openBefore: 0,
  found: 0,
  repaired: 0,
  closed: 0,
  open: 0,
  evidence: 0,
  ignored: 0,
});
const NOT_COMPARED: ComparedOf = { compared: 0, inStep: 0, moving: 0 };
const noPauses = (): Pauses => ({
  told: 0,
  carried: 0,
  lateToOnTime: 0,
  onTimeToLate: 0,
  notPutRight: 0,
  lateByFormula: 0,
});

/** What makes the portal judge by something else than it was told. */
const VERDICT_KINDS: ReadonlySet<DifferenceKind> = new Set([
  'missing-at-portal',
  'pause-lost',
  'resume-lost',
  'status-stale',
  'order-broken',
  'appointment-differs',
  'portal-only-progress',
  'duplicate-at-portal',
]);

/** What a paused dossier adds to the sums. */
export function pausesOf(dossier: PausedDossier, standing: Standing, catalogue: Catalogue, now: number): Pauses {
  const folded = foldOf(dossier, catalogue);
  const sums = noPauses();
  sums.told = folded.intervals.length;
  sums.carried = carriedOf(dossier, standing, folded);
  const input = deadlineInput(dossier, folded, catalogue, now, 'excluded');
  if (input === null || sums.told === 0) return sums;
  const { appointmentAt, originalAt, byPortal } = computeDeadline(input, catalogue.calendarOf(dossier.agencyCode));
  if (appointmentAt === null || originalAt === null || byPortal.appointmentAt === null) return sums;
  const endAt = folded.endedAt ?? now;
  const isLate = (folded.endedAt ?? clockStoppedAt(folded, dossier, catalogue) ?? now) > appointmentAt;
  if (byPortal.formulaLate) {
    sums.lateByFormula = isLate ? 0 : 1;
    return sums;
  }
  const wasWrong = isLate ? endAt <= byPortal.appointmentAt : endAt > originalAt;
  if (!wasWrong) return sums;
  const isThere = !standing.isBehind && !standing.openKinds.some((kind) => VERDICT_KINDS.has(kind));
  if (!isThere) sums.notPutRight = 1;
  else if (isLate) sums.onTimeToLate = 1;
  else sums.lateToOnTime = 1;
  return sums;
}

/** Pauses that the destination has taken and still shows: one that it acknowledged and that was then found missing is not carried. */
function carriedOf({ sentSeqs, believedSeqs }: PausedDossier, { openKinds }: Standing, { intervals }: Folded): number {
  if (openKinds.includes('missing-at-portal')) return 0;
  const there = new Set([...sentSeqs, ...believedSeqs]);
  const acknowledged = intervals.filter(({ openedBy }) => there.has(openedBy)).length;
  return openKinds.includes('pause-lost') ? Math.max(0, acknowledged - 1) : acknowledged;
}

const OPEN: ReadonlySet<string> = new Set(['open', 'confirmed', 'repairing', 'evidence', 'ignored']);

/**
 * The sums as a report shows them; groups with most that is open first.
 *
 * @param compared by code, empty where the dossiers name none; null where nothing tells it
 */
export function figuresOf(
  tallies: readonly DifferenceTally[],
  pauses: ReadonlyMap<string | null, Pauses>,
  compared: ReadonlyMap<string, ComparedOf> | null,
): Figures {
  const groups = new Map<string | null, Group>();
  const groupOf = (key: string | null): Group => {
    const sums = compared?.get(key ?? '') ?? (compared && NOT_COMPARED);
    const group = groups.get(key) ?? { key, sums, ...noCounts(), ...noPauses() };
    groups.set(key, group);
    return group;
  };
  const kinds = new Map<DifferenceKind, Counts>();
  const open = new Map(OWNERS.map((owner) => [owner, AGES.map(() => 0)]));
  const total: Group = { key: null, sums: null, ...noCounts(), ...noPauses() };
  for (const tally of tallies) {
    const { kind } = tally;
    if (!kinds.has(kind)) kinds.set(kind, noCounts());
    for (const counts of [kinds.get(kind)!, groupOf(tally.key), total]) add(counts, tally);
    if (OPEN.has(tally.state)) open.get(KINDS[kind].owner)![tally.age]! += tally.n;
  }
  for (const [key, sums] of pauses)
    for (const group of [groupOf(key), total])
      for (const name of Object.keys(sums) as (keyof Pauses)[]) group[name] += sums[name];
  for (const code of compared?.keys() ?? []) groupOf(code === '' ? null : code);
  return {
    total,
    kinds: [...kinds].map(([kind, counts]) => ({ kind, ...counts })).toSorted((a, b) => b.found - a.found),
    open: [...open].map(([owner, byAge]) => ({ owner, byAge })),
    groups: [...groups.values()].toSorted((a, b) => b.open - a.open || (a.key ?? '').localeCompare(b.key ?? '')),
  };
}

function add(counts: Counts, { state, isNew, n }: DifferenceTally): void {
  counts[isNew ? 'found' : 'openBefore'] += n;
  if (state === 'repaired' || state === 'closed') counts[state] += n;
  if (OPEN.has(state)) counts.open += n;
  if (state === 'evidence' || state === 'ignored') counts[state] += n;
}
