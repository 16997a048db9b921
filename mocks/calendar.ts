/** @module The portal's own working calendar, written apart from the gateway's so that one mistake cannot hide in both. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { DAY, HOUR, MINUTE, VIETNAM_OFFSET } from './times.ts';

/** Office hours of a working day, as milliseconds after midnight: 07:00–11:30 and 13:30–17:00, eight hours. */
const OFFICE: readonly (readonly [open: number, close: number])[] = [
  [7 * HOUR, 11 * HOUR + 30 * MINUTE],
  [13 * HOUR + 30 * MINUTE, 17 * HOUR],
];

/** Far beyond any dossier; ends the walk of a budget that no calendar could hold. */
const LONGEST_WALK_DAYS = 100 * 366;

export interface WorkingCalendar {
  /** Milliseconds of office time between two instants; 0 when the second is not after the first. */
  workingTime(from: number, to: number): number;
  /** The instant at which `budget` milliseconds of office time after `from` are used up; exactly at a close, that close. */
  addWorking(from: number, budget: number): number;
}

/**
 * A calendar of Monday to Friday, less the days off, plus the Saturdays worked instead.
 * @param daysOff the text of `data/days-off.csv`: columns `date` (YYYY-MM-DD) and `kind` (`off` or `working`)
 */
function workingCalendar(daysOff: string): WorkingCalendar {
  const off = new Set<number>();
  const swapped = new Set<number>();
  for (const row of parse<Record<string, string>>(daysOff, { columns: true, skip_empty_lines: true })) {
    const day = Date.parse(`${row.date}T00:00:00Z`) / DAY;
    if (!Number.isInteger(day)) throw new Error(`days off: "${row.date}" is no date`);
    (row.kind === 'working' ? swapped : off).add(day);
  }
  const worked = (day: number): boolean => {
    const weekday = (day + 4) % 7; // day 0 was a Thursday
    return swapped.has(day) || (weekday >= 1 && weekday <= 5 && !off.has(day));
  };

  return {
    workingTime(from, to) {
      if (to <= from) return 0;
      const start = from + VIETNAM_OFFSET;
      const end = to + VIETNAM_OFFSET;
      let total = 0;
      for (let day = Math.floor(start / DAY); day * DAY < end; day++) {
        if (!worked(day)) continue;
        for (const [open, close] of OFFICE) {
          total += Math.max(0, Math.min(end, day * DAY + close) - Math.max(start, day * DAY + open));
        }
      }
      return total;
    },
    addWorking(from, budget) {
      if (budget <= 0) return from;
      const start = from + VIETNAM_OFFSET;
      const first = Math.floor(start / DAY);
      let left = budget;
      for (let day = first; day < first + LONGEST_WALK_DAYS; day++) {
        if (!worked(day)) continue;
        for (const [open, close] of OFFICE) {
          const begin = Math.max(start, day * DAY + open);
          const room = day * DAY + close - begin;
          if (room <= 0) continue;
          if (left <= room) return begin + left - VIETNAM_OFFSET;
          left -= room;
        }
      }
      throw new RangeError('the budget of working time exceeds a century');
    },
  };
}

/** The calendar of the official days off in `data/days-off.csv`. */
export const officialCalendar = (): WorkingCalendar =>
  workingCalendar(readFileSync(new URL('../data/days-off.csv', import.meta.url), 'utf8'));
