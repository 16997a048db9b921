/** @module The figures of the report on electronic procedures (NĐ 45/2020): what a dossier counts as in a period. Pure. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { appointmentInForce, clockStoppedAt, type DeadlineSubject } from '../dossiers/appointment.ts';
import { foldOf } from '../dossiers/folded.ts';

/** A dossier as the report counts it; times are epoch ms. */
export interface CountedDossier extends DeadlineSubject {
  readonly id: number;
  readonly code: string;
  readonly channel: string | null;
  /** Whether it has papers, and all of them are digitised. */
  readonly isDigitised: boolean;
}

/** From the first instant (included) to the second (not included), epoch ms. */
export interface ReportPeriod {
  readonly from: number;
  readonly until: number;
}

/** What is counted, in the order of the report. */
export const COUNTS = [
  'openBefore',
  'received',
  'receivedOnline',
  'receivedInPersonOrPost',
  'receivedDigitised',
  'resolved',
  'resolvedOfPeriod',
  'resolvedOfEarlierPeriod',
  'resolvedOnTime',
  'resolvedLate',
  'inProgress',
  'inProgressOnTime',
  'inProgressLate',
  'inProgressOfEarlierPeriod',
] as const;
export type Count = (typeof COUNTS)[number];

/**
 * Everything that a dossier counts as in a period, as it stood at the period's end: what was told of it for a later time
 * is left out. `inProgress` are those received in the period and not ended in it, as the provinces print it; those still
 * open from before have a figure of their own. What ends at its appointment is on time; a clock that an open pause has
 * stopped stands where it was stopped.
 */
export function countsOf(dossier: CountedDossier, { from, until }: ReportPeriod, catalogue: Catalogue): Count[] {
  const { receivedAt } = dossier;
  if (receivedAt === null || receivedAt >= until) return [];
  // What was taken back since was wrong then, too.
  const then = { ...dossier, facts: dossier.facts.filter(({ t, k }) => t < until || k === 'void') };
  const folded = foldOf(then, catalogue);
  const { endedAt } = folded;
  if (endedAt !== null && endedAt < from) return [];

  const isOfPeriod = receivedAt >= from;
  const counts: Count[] = [];
  if (isOfPeriod) {
    counts.push('received', dossier.channel === 'online' ? 'receivedOnline' : 'receivedInPersonOrPost');
    if (dossier.isDigitised) counts.push('receivedDigitised');
  } else counts.push('openBefore');

  const appointment = appointmentInForce(then, folded, catalogue, until)?.at ?? null;
  if (endedAt !== null) {
    counts.push('resolved', isOfPeriod ? 'resolvedOfPeriod' : 'resolvedOfEarlierPeriod');
    counts.push(appointment === null || endedAt <= appointment ? 'resolvedOnTime' : 'resolvedLate');
  } else if (isOfPeriod) {
    const judgedAt = clockStoppedAt(folded, then, catalogue) ?? until;
    counts.push('inProgress', appointment === null || judgedAt <= appointment ? 'inProgressOnTime' : 'inProgressLate');
  } else counts.push('inProgressOfEarlierPeriod');
  return counts;
}

/** Sums over dossiers, all nought. */
export const noCounts = (): Record<Count, number> =>
  Object.fromEntries(COUNTS.map((count) => [count, 0])) as Record<Count, number>;
