/** @module The working calendar of one year as it is answered, edited and printed. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { officeHoursAnswer, toOfficeHours } from '../catalogue/office-hours.ts';
import { buildCalendar, type DayOff, DEFAULT_OFFICE_HOURS, FIRST_YEAR, LAST_YEAR } from './calendar.ts';
import { dayFromCivil, parseDay, weekdayOf } from './local-time.ts';

const CONFIDENCES = ['verified', 'cross-checked', 'provisional'] as const;
const KINDS = ['off', 'working'] as const;

/** A year that can be counted in. */
export const calendarYear = z.coerce
  .string()
  .meta({ maxLength: 4, pattern: String.raw`^(?:201[5-9]|20[2-5]\d|2060)$` })
  .check((ctx) => {
    const year = /^\d{4}$/.test(ctx.value) ? Number(ctx.value) : 0;
    if (year >= FIRST_YEAR && year <= LAST_YEAR) return;
    const params = {
      vi: `Lịch làm việc chỉ có từ năm ${FIRST_YEAR} đến năm ${LAST_YEAR}.`,
      en: `The working calendar covers the years ${FIRST_YEAR} to ${LAST_YEAR}.`,
    };
    ctx.issues.push({ code: 'custom', params, input: ctx.value });
  })
  .transform(Number);

const dayAnswer = z.object({
  date: z.string(),
  kind: z.enum(KINDS),
  name: z.string().nullable(),
  forDate: z.string().nullable(),
  source: z.string().nullable(),
  confidence: z.enum(CONFIDENCES),
});

export const calendarAnswer = z.object({
  year: z.int(),
  provisional: z.boolean(),
  workingDays: z.int(),
  officeHours: officeHoursAnswer,
  days: z.array(dayAnswer),
});
export type CalendarAnswer = z.output<typeof calendarAnswer>;

/** One day as an operator lists it. */
export const dayInput = z.strictObject({
  date: z.iso.date(),
  kind: z.enum(KINDS),
  name: z.string().min(1).max(200).nullish(),
  forDate: z.iso.date().nullish(),
  source: z.string().min(1).max(500).nullish(),
  confidence: z.enum(CONFIDENCES).default('verified'),
});

/** The year with its days off and swapped days; without a published notice it is provisional. */
export function toCalendarAnswer(year: number, days: readonly DayOff[]): CalendarAnswer {
  const calendar = buildCalendar({ daysOff: days });
  const first = dayFromCivil(year, 1, 1);
  const workedFirst = calendar.isWorkingDay(first) ? 1 : 0;
  return {
    year,
    provisional: calendar.isProvisional(year),
    workingDays: workedFirst + calendar.workingDaysBetween(first, dayFromCivil(year, 12, 31)),
    officeHours: toOfficeHours(DEFAULT_OFFICE_HOURS),
    days: days.map(({ date, kind, name, forDate, source, confidence }) => ({
      date,
      kind,
      name: name ?? null,
      forDate: forDate ?? null,
      source: source ?? null,
      confidence,
    })),
  };
}

/** The listed days as the calendar takes them, in order. */
export function toDaysOff(days: readonly z.output<typeof dayInput>[]): DayOff[] {
  return days
    .map(({ date, kind, name, forDate, source, confidence }) => ({
      date,
      kind,
      confidence,
      ...(forDate ? { forDate } : {}),
      ...(name ? { name } : {}),
      ...(source ? { source } : {}),
    }))
    .sort((a, b) => a.date.localeCompare(b.date));
}

/** What is wrong with a year's list beyond the shape of its days, each fault at its index. */
export function faultsOf(
  year: number,
  days: readonly { readonly date: string; readonly kind: 'off' | 'working' }[],
): { index: number; vi: string; en: string }[] {
  const faults: { index: number; vi: string; en: string }[] = [];
  const seen = new Set<string>();
  for (const [index, { date, kind }] of days.entries()) {
    const weekday = weekdayOf(parseDay(date, 'date'));
    const isWeekend = weekday === 0 || weekday === 6;
    if (!date.startsWith(`${year}-`))
      faults.push({ index, vi: `${date} không thuộc năm ${year}`, en: `${date} is not in ${year}` });
    else if (seen.has(date)) faults.push({ index, vi: `${date} bị ghi hai lần`, en: `${date} is listed twice` });
    else if (kind === 'off' && isWeekend)
      faults.push({
        index,
        vi: `${date} là ngày nghỉ hằng tuần, không cần ghi`,
        en: `${date} is a weekend day and off anyway`,
      });
    else if (kind === 'working' && !isWeekend)
      faults.push({ index, vi: `${date} vốn là ngày làm việc`, en: `${date} is a working day anyway` });
    seen.add(date);
  }
  return faults;
}

/** The entity tag of a year: the same list has the same tag in every process. */
export const tagOf = (days: readonly DayOff[]): string =>
  `"${hash('sha256', JSON.stringify(toCalendarAnswer(FIRST_YEAR, days).days), 'hex').slice(0, 16)}"`;
