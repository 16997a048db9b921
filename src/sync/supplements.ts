/** @module Supplements as a destination is told of them: what several tracks ask for at one time is one supplement. Pure. */
import type { Supplement } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Folded, PauseInterval } from '../dossiers/fold.ts';
import type { Fact } from '../dossiers/state.ts';
import { pauseKind } from '../dossiers/status.ts';

/** One supplement, reported by one track or by several while it was open. */
export interface SupplementGroup {
  /** The seqs that report it. */
  readonly seqs: readonly number[];
  /** The seq by which the destination knows it: the one it was sent already, else the earliest. */
  readonly told: PauseInterval;
  readonly to: number | null;
  /** The entry with which the last track went on. */
  readonly closedBy: number | null;
}

/** The supplements of a dossier in order of time: a second code for the same one would make the dossier late. */
export function supplementGroups(folded: Folded, sent: ReadonlySet<number>): SupplementGroup[] {
  const groups: PauseInterval[][] = [];
  let openUntil: number | null = Number.NEGATIVE_INFINITY;
  for (const interval of folded.intervals) {
    if (pauseKind(interval.reason) !== 'supplement') continue;
    if (openUntil === null || interval.from < openUntil) groups.at(-1)!.push(interval);
    else {
      groups.push([interval]);
      openUntil = Number.NEGATIVE_INFINITY;
    }
    openUntil = openUntil === null || interval.to === null ? null : Math.max(openUntil, interval.to);
  }
  return groups.map((members) => {
    const last = members.reduce((a, b) => (b.to === null || (a.to !== null && b.to > a.to) ? b : a));
    return {
      seqs: members.map(({ openedBy }) => openedBy),
      told: members.find(({ openedBy }) => sent.has(openedBy)) ?? members[0]!,
      to: last.to,
      closedBy: last.closedBy,
    };
  });
}

/** A supplement record for each time the citizen was asked; the dates around it as they stood, in full. */
export function supplementsOf(
  dossier: { readonly code: string; readonly facts: readonly Fact[]; readonly appointmentAt: number | null },
  groups: readonly SupplementGroup[],
  catalogue: Catalogue,
): Supplement[] {
  const dates = dossier.facts.filter((fact) => fact.a !== undefined);
  return groups.map(({ told, to, closedBy }) => ({
    id: `${dossier.code}-BS${told.openedBy}`,
    askedBy: told.source,
    content: catalogue.reasonName(told.reason, told.from),
    askedAt: told.from,
    receivedAt: to,
    appointmentBefore: dates.findLast((fact) => fact.n < (closedBy ?? Number.POSITIVE_INFINITY))?.a ?? null,
    appointmentAfter: closedBy === null ? null : (dates.find((fact) => fact.n >= closedBy)?.a ?? dossier.appointmentAt),
  }));
}
