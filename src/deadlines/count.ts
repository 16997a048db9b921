/** @module A limit counted from one instant, before any pause: start rule, days, halves, hours, months, days off. */

import { DAY, HOUR, MINUTE } from '../units.ts';
import type { Calendar } from './calendar.ts';
import { DeadlineInputError } from './input-error.ts';
import { addMonths, dayOf, parseTimeOfDay, startOfDay } from './local-time.ts';
import type { Limit, StartRule } from './types.ts';

export interface Count {
  startsAt: number;
  dueAt: number;
}

/** Counted by days, so that the last day is due as a whole; otherwise the appointment is an exact instant. */
export function isWholeDays(limit: Limit, startRule: StartRule): boolean {
  if (limit.unit === 'hour' || limit.unit === 'working-hour' || !Number.isInteger(limit.amount)) return false;
  return startRule !== 'instant' || limit.amount === 0;
}

/** Days, hours and months that run through nights and days off. */
export function isCalendarTime(limit: Limit): boolean {
  return limit.unit === 'day' || limit.unit === 'hour' || limit.unit === 'month';
}

/** @throws {DeadlineInputError} for an amount that is negative, or finer than its unit allows. */
export function checkLimit(limit: Limit, calendar: Calendar): void {
  const { amount, unit } = limit;
  if (!(amount >= 0 && amount < Number.POSITIVE_INFINITY)) {
    throw new DeadlineInputError('limit.amount', 'must be a number from 0');
  }
  const pieces = unit === 'working-day' ? amount * calendar.dayMinutes : unit.endsWith('hour') ? amount * 60 : amount;
  if (!Number.isInteger(pieces)) {
    throw new DeadlineInputError('limit.amount', `${amount} ${unit} is not a whole number of days, months or minutes`);
  }
}

/**
 * Where a limit counted from `receivedAt` starts and ends. Whole days end at the close of offices; a half working day
 * ends when half of a day's office minutes are used up (2.5 days: the third counted day at 11:00). A calendar limit
 * whose last day is not worked ends at the close of the next working day (Civil Code 2015 art. 148.5).
 */
export function countLimit(receivedAt: number, limit: Limit, startRule: StartRule, calendar: Calendar): Count {
  const { amount, unit } = limit;
  if (unit === 'working-hour' || unit === 'hour') return countHours(receivedAt, limit, startRule, calendar);
  if (amount === 0) return countSameDay(receivedAt, startRule, calendar);
  if (startRule === 'instant') return countExactDays(receivedAt, limit, calendar);

  const uncounted = uncountedDay(receivedAt, startRule, calendar);
  if (unit === 'working-day') {
    const startsAt = calendar.openOfDay(calendar.addWorkingDays(uncounted, 1));
    const dueAt = Number.isInteger(amount)
      ? calendar.closeOfDay(calendar.addWorkingDays(uncounted, amount))
      : calendar.addWorkingMinutes(startsAt, amount * calendar.dayMinutes);
    return { startsAt, dueAt };
  }
  const last = lastDayOf(uncounted, limit);
  return { startsAt: startOfDay(uncounted + 1), dueAt: calendar.closeOfDay(calendar.addWorkingDays(last, 0)) };
}

/** The day on which the dossier counts as received, and which is not itself counted. */
export function uncountedDay(receivedAt: number, startRule: StartRule, calendar: Calendar): number {
  const day = dayOf(receivedAt);
  return isAfterCutoff(receivedAt, startRule) ? calendar.addWorkingDays(day, 1) : day;
}

/** The last day of calendar days or months counted from an uncounted day, worked or not. */
export function lastDayOf(uncounted: number, { amount, unit }: Limit): number {
  return unit === 'month' ? addMonths(uncounted, amount) : uncounted + amount;
}

function isAfterCutoff(receivedAt: number, startRule: StartRule): boolean {
  if (typeof startRule === 'string') return false;
  const cutoff = parseTimeOfDay(startRule.cutoff, 'startRule.cutoff') * MINUTE;
  return receivedAt - startOfDay(dayOf(receivedAt)) > cutoff;
}

/** Hours begin at once (Civil Code 2015 art. 147.1), unless a cutoff puts the receipt on the next working day. */
function countHours(receivedAt: number, limit: Limit, startRule: StartRule, calendar: Calendar): Count {
  const from = isAfterCutoff(receivedAt, startRule)
    ? calendar.openOfDay(calendar.addWorkingDays(dayOf(receivedAt), 1))
    : receivedAt;
  if (limit.unit === 'hour') return { startsAt: from, dueAt: offDayMoved(from + limit.amount * HOUR, calendar) };
  const startsAt = calendar.openAtOrAfter(from);
  return { startsAt, dueAt: calendar.addWorkingMs(startsAt, limit.amount * HOUR) };
}

/** Same-day procedures: the close of the day of receipt, or of the next working day when that has passed. */
function countSameDay(receivedAt: number, startRule: StartRule, calendar: Calendar): Count {
  const day = uncountedDay(receivedAt, startRule, calendar);
  const startsAt = calendar.openAtOrAfter(Math.max(receivedAt, calendar.openOfDay(day)));
  return { startsAt, dueAt: calendar.closeAtOrAfter(startsAt) };
}

/** Days and months exact to the moment of receipt, as one-gate systems count. */
function countExactDays(receivedAt: number, limit: Limit, calendar: Calendar): Count {
  if (limit.unit === 'working-day') {
    const startsAt = calendar.openAtOrAfter(receivedAt);
    return { startsAt, dueAt: calendar.addWorkingMinutes(startsAt, limit.amount * calendar.dayMinutes) };
  }
  const day = dayOf(receivedAt);
  const last = receivedAt + (lastDayOf(day, limit) - day) * DAY;
  return { startsAt: receivedAt, dueAt: offDayMoved(last, calendar) };
}

/** An instant on a day that is not worked gives way to the close of the next working day. */
export function offDayMoved(ms: number, calendar: Calendar): number {
  return calendar.isWorkingDay(dayOf(ms)) ? ms : calendar.closeAtOrAfter(ms);
}
