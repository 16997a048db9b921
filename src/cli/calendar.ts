/** @module `lienthong calendar`: a year as `GET /v1/calendar/{year}` answers it, from the database in use, else from the shipped days off. */
import { readDaysOff } from '../catalogue/store.ts';
import type { DayOff } from '../deadlines/calendar.ts';
import { calendarYear, toCalendarAnswer } from '../deadlines/calendar-year.ts';
import { loadDaysOff } from '../deadlines/days-off.ts';
import { toICalendar } from '../deadlines/icalendar.ts';
import { GatewayError } from '../errors.ts';
import { violationsIn } from '../http/violations.ts';
import { type Environment, withDatabase } from './database.ts';

/** The days off that count here. `offline` leaves every database aside. */
export async function daysOffInUse(env: Environment, offline: boolean): Promise<DayOff[]> {
  if (offline) return loadDaysOff();
  return withDatabase(env, async (pool) => (pool === null ? loadDaysOff() : readDaysOff(pool)));
}

/**
 * The text of a year.
 *
 * @throws GatewayError `validation` for a year that cannot be counted in
 */
export async function calendarText(
  year: string,
  options: {
    readonly env: Environment;
    readonly offline: boolean;
    readonly format: 'json' | 'ics';
    readonly now: number;
  },
): Promise<string> {
  const violations = violationsIn(calendarYear, year, 'year', 'vi');
  if (violations.length > 0) throw new GatewayError('validation', { violations });
  const days = await daysOffInUse(options.env, options.offline);
  const answer = toCalendarAnswer(
    Number(year),
    days.filter(({ date }) => date.startsWith(`${year}-`)),
  );
  return options.format === 'ics' ? toICalendar(answer, options.now) : `${JSON.stringify(answer, null, 2)}\n`;
}
