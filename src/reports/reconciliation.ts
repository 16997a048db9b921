/** @module The figures of a reconciliation report: what differs, what was mended, what pauses came to. Pure. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { computeDeadline } from '../deadlines/compute.ts';
import { clockStoppedAt, type DeadlineSubject, deadlineInput } from '../dossiers/appointment.ts';
import { foldOf } from '../dossiers/folded.ts';
import { type DifferenceKind, KINDS, OWNERS } from '../reconciliation/kinds.ts';

/** By what a report is broken down: who receives, who resolves, or the procedure. */
export const BREAKDOWNS = ['receiving', 'resolving', 'procedure'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

/** The last day of each age, from when it was first seen; what is older has none. */
export const AGES = [1, 3, 7, 30, null] as const;

export interface DifferenceTally {
  /** A code of the breakdown; null where it is not known. */
  readonly key: string | null;
  readonly kind: DifferenceKind;
  readonly state: string;
  /** Which of the ages. */
  readonly age: number;
  /** Whether it was first seen within what is reported; else it only stands open from before. */
  readonly isNew: boolean;
  readonly n: number;
}

/** A dossier that was paused, with what its destination has taken. */
export interface PausedDossier extends DeadlineSubject {
  readonly key: string | null;
  readonly sentSeqs: readonly number[];
  readonly believedSeqs: readonly number[];
}

export interface Counts {
  found: number;
  repaired: number;
  open: number;
  /** Of the open ones: cases for people, and those that somebody lets be. */
  evidence: number;
  ignored: number;
}

export interface Pauses {
  /** Pauses that took effect, and those of them that stand at the destination. */
  told: number;
  carried: number;
  /** Dossiers that the portal's own formula would have called late, or on time, against the law, had the appointment gone unmoved. */
  lateToOnTime: number;
  onTimeToLate: number;
  /** Late by its formula whatever is sent: two supplements or more. */
  lateByFormula: number;
}

export interface Group extends Counts, Pauses {
  readonly key: string | null;
}

export interface Figures {
  readonly total: Group;
  readonly kinds: readonly (Counts & { readonly kind: DifferenceKind })[];
  /** Open ones, by whose they are and how old. */
  readonly open: readonly { readonly owner: (typeof OWNERS)[number]; readonly byAge: readonly number[] }[];
  readonly groups: readonly Group[];
}

const noCounts = (): Counts => ({ found: 0, repaired: 0, open: 0, evidence: 0, ignored: 0 });
const noPauses = (): Pauses => ({ told: 0, carried: 0, lateToOnTime: 0, onTimeToLate: 0, lateByFormula: 0 });

/** What a paused dossier adds to the sums. */
export function pausesOf(dossier: PausedDossier, catalogue: Catalogue, now: number): Pauses {
  const folded = foldOf(dossier, catalogue);
  const there = new Set([...dossier.sentSeqs, ...dossier.believedSeqs]);
  const sums = noPauses();
  sums.told = folded.intervals.length;
  sums.carried = folded.intervals.filter(({ openedBy }) => there.has(openedBy)).length;
  const input = deadlineInput(dossier, folded, catalogue, now, 'excluded');
  if (input === null || sums.told === 0) return sums;
  const { appointmentAt, byPortal } = computeDeadline(input, catalogue.calendarOf(dossier.agencyCode));
  if (appointmentAt === null || byPortal.appointmentAt === null) return sums;
  const isLate = (folded.endedAt ?? clockStoppedAt(folded, dossier, catalogue) ?? now) > appointmentAt;
  const wouldBeLate = (folded.endedAt ?? now) > byPortal.appointmentAt;
  if (byPortal.formulaLate) sums.lateByFormula = isLate ? 0 : 1;
  else if (wouldBeLate && !isLate) sums.lateToOnTime = 1;
  else if (!wouldBeLate && isLate) sums.onTimeToLate = 1;
  return sums;
}

const OPEN: ReadonlySet<string> = new Set(['confirmed', 'repairing', 'evidence', 'ignored']);

/** The sums as a report shows them; groups with most that is open first. */
export function figuresOf(tallies: readonly DifferenceTally[], pauses: ReadonlyMap<string | null, Pauses>): Figures {
  const groups = new Map<string | null, Group>();
  const groupOf = (key: string | null): Group => {
    const group = groups.get(key) ?? { key, ...noCounts(), ...noPauses() };
    groups.set(key, group);
    return group;
  };
  const kinds = new Map<DifferenceKind, Counts>();
  const open = new Map(OWNERS.map((owner) => [owner, AGES.map(() => 0)]));
  const total: Group = { key: null, ...noCounts(), ...noPauses() };
  for (const tally of tallies) {
    const { kind } = tally;
    if (!kinds.has(kind)) kinds.set(kind, noCounts());
    for (const counts of [kinds.get(kind)!, groupOf(tally.key), total]) add(counts, tally);
    if (OPEN.has(tally.state)) open.get(KINDS[kind].owner)![tally.age]! += tally.n;
  }
  for (const [key, sums] of pauses)
    for (const group of [groupOf(key), total])
      for (const name of Object.keys(sums) as (keyof Pauses)[]) group[name] += sums[name];
  return {
    total,
    kinds: [...kinds].map(([kind, counts]) => ({ kind, ...counts })).toSorted((a, b) => b.found - a.found),
    open: [...open].map(([owner, byAge]) => ({ owner, byAge })),
    groups: [...groups.values()].toSorted((a, b) => b.open - a.open || (a.key ?? '').localeCompare(b.key ?? '')),
  };
}

function add(counts: Counts, { state, isNew, n }: DifferenceTally): void {
  if (isNew) counts.found += n;
  if (state === 'repaired' || state === 'closed') counts.repaired += n;
  if (OPEN.has(state)) counts.open += n;
  if (state === 'evidence') counts.evidence += n;
  if (state === 'ignored') counts.ignored += n;
}
