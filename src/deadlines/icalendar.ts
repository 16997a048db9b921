/** @module A year's days off and swapped days as an iCalendar file (RFC 5545), for the calendars of people and offices. */
import ical, { ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import type { CalendarAnswer } from './calendar-year.ts';

/** The year as text: all-day events, one for each listed day. `now` is the time of the file, epoch ms. */
export function toICalendar({ year, days }: CalendarAnswer, now: number): string {
  const calendar = ical({
    name: `Lịch nghỉ và làm bù ${year}`,
    prodId: { company: 'Liên Thông', product: 'lienthong', language: 'VI' },
  });
  for (const { date, kind, name, forDate, source, confidence } of days) {
    const instead = forDate === null ? '' : ` (${kind === 'working' ? 'làm bù cho' : 'thay cho'} ${forDate})`;
    calendar.createEvent({
      id: `${date}-${kind}@lienthong`,
      stamp: new Date(now),
      // All-day: only the date is written.
      start: `${date}T00:00:00.000Z`,
      timezone: 'UTC',
      allDay: true,
      summary: `${name ?? (kind === 'off' ? 'Ngày nghỉ' : 'Ngày làm bù')}${instead}`,
      description: source,
      categories: [{ name: kind === 'off' ? 'Nghỉ' : 'Làm bù' }],
      status: confidence === 'provisional' ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED,
      transparency: kind === 'off' ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
    });
  }
  return calendar.toString();
}
