/**
 * @module A dossier's deadline: the count by law, the appointment in force beside it, and the portal's own count.
 *
 * An appointment stands on a base (receipt, slip, a documented date, or the end of the last pause that restarts the
 * count) and is moved by the time suspended since that base. The latest base is in force.
 */

import { type Calendar, wholeMinutes } from './calendar.ts';
import { checkLimit, countLimit, isCalendarTime, isWholeDays, offDayMoved } from './count.ts';
import { DeadlineInputError } from './input-error.ts';
import { dayOf, startOfDay } from './local-time.ts';
import { countByPortal } from './portal-count.ts';
import { calendarMsOf, endOf, unite, workingMsOf } from './suspended.ts';
import type {
  Basis,
  Deadline,
  DeadlineInput,
  Difference,
  DocumentedDate,
  Ledger,
  LedgerEntry,
  OursDifference,
  Suspension,
} from './types.ts';

/** An appointment and what it stands on. */
export interface Standing {
  basis: Basis;
  startsAt: number;
  /** The appointment before pauses since `since` moved it. */
  baseAt: number;
  since: number;
  movedMs: number;
  appointmentAt: number;
}

/**
 * Counts a dossier's deadline at `input.now`. Pure; times are epoch ms, spans whole office minutes.
 *
 * Without a limit, a slip and a document there is no appointment, and the answer says why: none is guessed. Without a
 * limit nothing can be counted anew either, so that a pause with effect `restart` then suspends.
 * @throws {DeadlineInputError} for an input that cannot be counted.
 */
export function computeDeadline(input: DeadlineInput, calendar: Calendar): Deadline {
  checkInput(input, calendar);
  const law = lawfulStanding(input, calendar);
  const standing = standingInForce(input, law, calendar);
  const original = input.original ?? null;
  const originalAt = original?.at ?? originalCount(input, law, calendar);
  const appointmentAt = standing?.appointmentAt ?? null;
  const ours = law?.appointmentAt ?? null;
  return {
    startsAt: standing?.startsAt ?? law?.startsAt ?? input.receivedAt,
    appointmentAt,
    absentBecause: appointmentAt === null ? 'no-limit-and-no-slip' : null,
    basis: standing?.basis ?? 'computed',
    ours,
    originalAt,
    provisional: isProvisional(input, appointmentAt, calendar),
    suspendedWorkingMinutes: wholeMinutes(suspendedSince(input, input.receivedAt, 'working-time', calendar)),
    remainingWorkingMinutes: appointmentAt === null ? null : calendar.workingMinutesBetween(input.now, appointmentAt),
    ledger: ledgerOf(input, standing, calendar),
    byPortal: countByPortal(input, originalAt, appointmentAt, calendar),
    difference: differenceFromOurs(standing, ours, calendar),
  };
}

/** The law's own count, from receipt or from the end of the last pause that restarts it; null without a limit. */
export function lawfulStanding(input: DeadlineInput, calendar: Calendar): Standing | null {
  if (input.limit === null) return null;
  const since = lastRestart(input) ?? input.receivedAt;
  const { startsAt, dueAt } = countLimit(since, input.limit, input.startRule, calendar);
  return moved(input, { basis: 'computed', startsAt, baseAt: dueAt, since }, calendar);
}

/** The end of the last pause that restarts the count; null without one, or without a limit to count anew. */
export function lastRestart(input: DeadlineInput): number | null {
  if (input.limit === null) return null;
  let last: number | null = null;
  for (const pause of input.suspensions) {
    if (pause.effect !== 'restart') continue;
    const end = endOf(pause, input.now);
    if (end >= input.receivedAt && (last === null || end > last)) last = end;
  }
  return last;
}

/** The document that stands now: the last by its own time, among equals the last listed. */
export function documentInForce(input: DeadlineInput): DocumentedDate | null {
  let inForce: DocumentedDate | null = null;
  for (const document of input.documented ?? []) {
    if (document.from <= input.now && (inForce === null || document.from >= inForce.from)) inForce = document;
  }
  return inForce;
}

/** True for a pause whose length moves the appointment. */
export function isSuspending(pause: Suspension, limit: DeadlineInput['limit']): boolean {
  return pause.effect === 'suspend' || (pause.effect === 'restart' && limit === null);
}

/** The appointment in force: on the latest of receipt, slip, document and count anew; null where none can be told. */
export function standingInForce(input: DeadlineInput, law: Standing | null, calendar: Calendar): Standing | null {
  const restartedAt = lastRestart(input);
  const document = documentInForce(input);
  const startsAt = law?.startsAt ?? calendar.openAtOrAfter(input.receivedAt);
  if (document !== null && (restartedAt === null || document.from >= restartedAt)) {
    return moved(input, { basis: document.basis, startsAt, baseAt: document.at, since: document.from }, calendar);
  }
  if (input.original && restartedAt === null) {
    return moved(input, { basis: 'slip', startsAt, baseAt: input.original.at, since: input.receivedAt }, calendar);
  }
  return law;
}

/**
 * Moves an appointment by the time suspended since its base: office time for working-day and working-hour limits (and
 * where no limit is known), calendar time for calendar limits, whose last day, if not worked, gives way to the next.
 */
function moved(input: DeadlineInput, base: Omit<Standing, 'movedMs' | 'appointmentAt'>, calendar: Calendar): Standing {
  const whole = input.limit === null || isWholeDays(input.limit, input.startRule);
  const movedMs = suspendedSince(input, base.since, measureOf(input), calendar);
  let at = base.baseAt;
  if (movedMs > 0) {
    at =
      measureOf(input) === 'calendar-time' ? offDayMoved(at + movedMs, calendar) : calendar.addWorkingMs(at, movedMs);
    if (whole && input.roundToClose !== false) at = calendar.closeAtOrAfter(at);
  }
  const isCounted = movedMs > 0 || base.basis === 'computed';
  if (isCounted && whole && input.endOfDay === 'midnight' && at === calendar.closeOfDay(dayOf(at))) {
    at = startOfDay(dayOf(at) + 1);
  }
  return {
    basis: base.basis,
    startsAt: base.startsAt,
    baseAt: base.baseAt,
    since: base.since,
    movedMs,
    appointmentAt: at,
  };
}

/** What a pause moves the appointment by. */
export function measureOf(input: DeadlineInput): Ledger['movedBy'] {
  return input.limit !== null && isCalendarTime(input.limit) ? 'calendar-time' : 'working-time';
}

/** Time suspended after an instant, in ms, without counting an overlap twice. */
function suspendedSince(
  { suspensions, now, limit }: DeadlineInput,
  since: number,
  measure: Ledger['movedBy'],
  calendar: Calendar,
): number {
  if (suspensions.length === 0) return 0;
  const spans = unite(suspensions, since, now, (pause) => isSuspending(pause, limit));
  return measure === 'calendar-time' ? calendarMsOf(spans) : workingMsOf(spans, calendar);
}

/** The count from receipt as if nothing had paused it. */
function originalCount(input: DeadlineInput, law: Standing | null, calendar: Calendar): number | null {
  if (input.limit === null || law === null) return null;
  if (input.suspensions.length === 0) return law.appointmentAt;
  return lawfulStanding({ ...input, suspensions: [] }, calendar)!.appointmentAt;
}

function isProvisional(input: DeadlineInput, appointmentAt: number | null, calendar: Calendar): boolean {
  for (const { to, effect } of input.suspensions) {
    if (to === null && effect !== 'none') return true;
  }
  return appointmentAt !== null && appointmentAt >= input.receivedAt
    ? calendar.isProvisionalBetween(input.receivedAt, appointmentAt)
    : false;
}

const NO_ENTRIES: readonly LedgerEntry[] = [];
const NO_RESTARTS: readonly number[] = [];

function ledgerOf(input: DeadlineInput, standing: Standing | null, calendar: Calendar): Ledger {
  const { suspensions, now, limit } = input;
  const startsAt = standing?.startsAt ?? input.receivedAt;
  const ranMs = Math.max(0, calendar.workingMsBetween(startsAt, now));
  const paused = suspensions.length > 0;
  return {
    budgetMinutes: standing === null ? null : Math.max(0, calendar.workingMinutesBetween(startsAt, standing.baseAt)),
    consumedMinutes: wholeMinutes(paused ? ranMs - suspendedMsUntil(input, startsAt, calendar) : ranMs),
    suspensions: paused
      ? suspensions.map((pause) => ({
          ...pause,
          workingMinutes: calendar.workingMinutesBetween(pause.from, endOf(pause, now)),
        }))
      : NO_ENTRIES,
    restarts:
      paused && limit !== null
        ? suspensions
            .filter((pause) => pause.effect === 'restart')
            .map((pause) => endOf(pause, now))
            .sort((a, b) => a - b)
        : NO_RESTARTS,
    movedMinutes: wholeMinutes(standing?.movedMs ?? 0),
    movedBy: measureOf(input),
  };
}

/** Office time suspended between the start of the count and now, in ms. */
function suspendedMsUntil({ suspensions, now, limit }: DeadlineInput, since: number, calendar: Calendar): number {
  const until = suspensions
    .filter((pause) => pause.from < now)
    .map((pause) => ({ ...pause, to: Math.min(endOf(pause, now), now) }));
  return workingMsOf(
    unite(until, since, now, (pause) => isSuspending(pause, limit)),
    calendar,
  );
}

function differenceFromOurs(
  standing: Standing | null,
  ours: number | null,
  calendar: Calendar,
): Difference<OursDifference> | null {
  if (standing === null || ours === null || standing.appointmentAt === ours) return null;
  const side = standing.appointmentAt > ours ? 'later' : 'earlier';
  return {
    name: standing.basis === 'slip' ? `slip-${side}` : `documented-${side}`,
    minutes: calendar.workingMinutesBetween(ours, standing.appointmentAt),
  };
}

function checkInput(input: DeadlineInput, calendar: Calendar): void {
  checkInstant(input.receivedAt, 'receivedAt', calendar);
  checkInstant(input.now, 'now', calendar);
  if (input.limit !== null) checkLimit(input.limit, calendar);
  if (input.original) checkInstant(input.original.at, 'original.at', calendar);
  for (let n = 0; n < input.suspensions.length; n += 1) {
    const { from, to } = input.suspensions[n]!;
    if (!calendar.covers(from)) checkInstant(from, `suspensions[${n}].from`, calendar);
    if (to === null) continue;
    if (!calendar.covers(to)) checkInstant(to, `suspensions[${n}].to`, calendar);
    if (to < from) throw new DeadlineInputError(`suspensions[${n}].to`, 'the pause ends before it begins');
  }
  const documented = input.documented ?? [];
  for (let n = 0; n < documented.length; n += 1) {
    const { at, from } = documented[n]!;
    checkInstant(at, `documented[${n}].at`, calendar);
    checkInstant(from, `documented[${n}].from`, calendar);
  }
}

function checkInstant(ms: number, path: string, calendar: Calendar): void {
  if (!calendar.covers(ms)) throw new DeadlineInputError(path, 'lies outside the years of the calendar (2015–2060)');
}
