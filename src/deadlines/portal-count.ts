/**
 * @module The national portal's own count, by the note of QĐ 766/QĐ-TTg, and the appointment to send so that it agrees.
 *
 * The note subtracts the time of a single code 5 (supplement) and nothing else; two or more make the dossier late. It
 * compares `end ≤ NgayHenTra + subtracted`, so the appointment sent is the one in force less what the portal will add.
 */

import { type Calendar, wholeMinutes } from './calendar.ts';
import { endOf } from './suspended.ts';
import type { Deadline, DeadlineInput, Difference, PortalDifference, Suspension } from './types.ts';

/** A progress record as the portal holds it: national status code and time (epoch ms). */
export interface PortalRecord {
  code: number;
  at: number;
}

export interface PortalVerdict {
  onTime: boolean;
  /** The end as the note takes it; null when the dossier never ended. */
  endAt: number | null;
  subtractedMinutes: number;
  /** Two or more codes 5: late by the formula, whatever the appointment. */
  formulaLate: boolean;
}

const SUPPLEMENT = 5;
const REJECTED = 3;
const ACCEPTED = 2;
const ENDS_WITHOUT_RESULT = [7, 8];

/**
 * What the portal's formula subtracts, in exact ms of office time: with exactly one code 5, the time from it to the
 * next record by time, at most to `end`; otherwise 0. An open one needs `end` (the present moment) to have a length.
 */
export function portalSubtractedMs(records: readonly PortalRecord[], end: number | null, calendar: Calendar): number {
  const supplements = records.filter((record) => record.code === SUPPLEMENT);
  if (supplements.length !== 1) return 0;
  const supplement = supplements[0]!;
  let to = end;
  for (const record of records) {
    if (record === supplement || record.at < supplement.at) continue;
    if (to === null || record.at < to) to = record.at;
  }
  return to === null || to <= supplement.at ? 0 : calendar.workingMsBetween(supplement.at, to);
}

/** {@link portalSubtractedMs} in whole minutes. */
export function portalSubtractedMinutes(
  records: readonly PortalRecord[],
  end: number | null,
  calendar: Calendar,
): number {
  return wholeMinutes(portalSubtractedMs(records, end, calendar));
}

/**
 * The `NgayHenTra` to send, for which the portal's formula gives the lawful verdict on `appointmentInForce`. While a
 * single supplement is open, pass the present moment as `end`: the sum then stays where it was before the pause.
 *
 * The formula counts in office time: an appointment outside office hours (24:00, a calendar limit's night) cannot be
 * told apart from the close before it once something is subtracted.
 */
export function portalAppointment(
  appointmentInForce: number,
  records: readonly PortalRecord[],
  end: number | null,
  calendar: Calendar,
): number {
  return calendar.subtractWorkingMs(appointmentInForce, portalSubtractedMs(records, end, calendar));
}

/**
 * The portal's verdict on the records it holds. Without an appointment the note compares the office time from receipt,
 * less the supplement's, with the procedure's limit; where that is not known either, nothing is exceeded.
 *
 * `asOf` is the last moment of the period reported: a dossier without end is judged there, one with a single open
 * supplement at the time of that supplement. A rejection before acceptance is an end that is never late.
 */
export function portalVerdict(
  dossier: {
    records: readonly PortalRecord[];
    appointmentAt: number | null;
    receivedAt: number | null;
    asOf: number;
    limitWorkingMinutes?: number;
  },
  calendar: Calendar,
): PortalVerdict {
  const { records, appointmentAt, receivedAt, asOf, limitWorkingMinutes } = dossier;
  const supplements = records.filter((record) => record.code === SUPPLEMENT);
  const endAt = portalEnd(records, receivedAt);
  const judgedAt = endAt ?? (supplements.length === 1 ? supplements[0]!.at : asOf);
  const subtractedMs = portalSubtractedMs(records, judgedAt, calendar);
  const formulaLate = supplements.length > 1;
  const neverAccepted =
    earliestAcceptance(records, receivedAt) === null && records.some((record) => record.code === REJECTED);
  return {
    onTime: !formulaLate && (neverAccepted || isWithin()),
    endAt,
    subtractedMinutes: wholeMinutes(subtractedMs),
    formulaLate,
  };

  function isWithin(): boolean {
    if (appointmentAt !== null) return judgedAt <= calendar.addWorkingMs(appointmentAt, subtractedMs);
    if (receivedAt === null || limitWorkingMinutes === undefined) return true;
    return judgedAt <= calendar.addWorkingMs(calendar.addWorkingMinutes(receivedAt, limitWorkingMinutes), subtractedMs);
  }
}

/**
 * The portal's count of a dossier whose original appointment was sent unmoved: that appointment plus the office time of
 * its supplement, if it had exactly one; and why it differs from the appointment in force.
 */
export function countByPortal(
  input: DeadlineInput,
  originalAt: number | null,
  appointmentInForce: number | null,
  calendar: Calendar,
): Deadline['byPortal'] {
  let supplement: Suspension | null = null;
  let supplements = 0;
  for (const pause of input.suspensions) {
    if (!pause.reason.startsWith('supplement')) continue;
    supplement = pause;
    supplements += 1;
  }
  const subtractedMs =
    supplements === 1 && supplement !== null
      ? calendar.workingMsBetween(supplement.from, endOf(supplement, input.now))
      : 0;
  const appointmentAt = originalAt === null ? null : calendar.addWorkingMs(originalAt, subtractedMs);
  return {
    appointmentAt,
    subtractedMinutes: wholeMinutes(subtractedMs),
    formulaLate: supplements > 1,
    difference: differenceFromPortal(),
  };

  function differenceFromPortal(): Difference<PortalDifference> | null {
    if (appointmentAt === null || appointmentInForce === null || appointmentAt === appointmentInForce) return null;
    return {
      name: nameDifference(input, supplement, supplements),
      minutes: calendar.workingMinutesBetween(appointmentInForce, appointmentAt),
    };
  }
}

function nameDifference(input: DeadlineInput, supplement: Suspension | null, supplements: number): PortalDifference {
  if (supplements > 1) return 'supplement-repeated';
  if (input.documented?.some((document) => document.from <= input.now)) return 'documented-date';
  if (supplement?.effect === 'restart') return 'supplement-restarts';
  if (supplement?.effect === 'none') return 'supplement-without-effect';
  return input.suspensions.some((pause) => pause !== supplement && pause.effect !== 'none')
    ? 'pause-not-subtracted'
    : 'rounded-to-close';
}

/** The end of a dossier by the note: 9 before 10, else a rejection after acceptance, a withdrawal or a stop. */
function portalEnd(records: readonly PortalRecord[], receivedAt: number | null): number | null {
  const acceptedAt = earliestAcceptance(records, receivedAt);
  return (
    latest(records, (record) => record.code === 9) ??
    latest(records, (record) => record.code === 10) ??
    latest(
      records,
      (record) =>
        ENDS_WITHOUT_RESULT.includes(record.code) ||
        (record.code === REJECTED && acceptedAt !== null && record.at >= acceptedAt),
    )
  );
}

function earliestAcceptance(records: readonly PortalRecord[], receivedAt: number | null): number | null {
  let earliest = receivedAt;
  for (const { code, at } of records) {
    if (code === ACCEPTED && (earliest === null || at < earliest)) earliest = at;
  }
  return earliest;
}

/** A dossier ended twice (reopened between) ended at the later time. */
function latest(records: readonly PortalRecord[], ends: (record: PortalRecord) => boolean): number | null {
  let last: number | null = null;
  for (const record of records) {
    if (ends(record) && (last === null || record.at > last)) last = record.at;
  }
  return last;
}
