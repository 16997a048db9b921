/**
 * @module The working calendar: Monday to Friday less days off plus swapped days, with office hours, as prefix sums.
 *
 * Every question is answered by looking up a day in an array, never by walking days: a whole province's deadlines are
 * recomputed when one day off changes. Instants are epoch ms, days are day numbers of `local-time.ts`.
 */

import { DAY, MINUTE } from '../units.ts';
import { DeadlineInputError } from './input-error.ts';
import { civilFromDay, dayFromCivil, dayOf, isoDate, parseDay, startOfDay, weekdayOf } from './local-time.ts';

/** Ngày nghỉ, ngày làm bù: a day that differs from the Monday-to-Friday week. `date` and `forDate` are `YYYY-MM-DD`. */
export interface DayOff {
  date: string;
  /** `off`: a weekday that is not worked; `working`: a weekend day that is. */
  kind: 'off' | 'working';
  /** The day it stands for: the holiday that fell on a weekend, or the weekday that was swapped. */
  forDate?: string;
  /** Its name in Vietnamese. */
  name?: string;
  /** The notice or law that fixes it. */
  source?: string;
  confidence: 'verified' | 'cross-checked' | 'provisional';
}

/** Giờ hành chính: two sessions, each [open, close] in minutes of the day. */
export interface OfficeHours {
  morning: [open: number, close: number];
  afternoon: [open: number, close: number];
}

/** 07:00–11:30 and 13:30–17:00: 480 minutes, the 8 hours of a working day. */
export const DEFAULT_OFFICE_HOURS: OfficeHours = {
  morning: [7 * 60, 11 * 60 + 30],
  afternoon: [13 * 60 + 30, 17 * 60],
};

/** Why a day is not counted. `name` is the holiday's, `relatedDate` the day it was swapped with or stands for. */
export interface SkippedDay {
  kind: 'weekend' | 'day-off';
  name: string | null;
  relatedDate: string | null;
  provisional: boolean;
}

/** The years that can be counted in. */
export const FIRST_YEAR = 2015;
export const LAST_YEAR = 2060;

/** Days and office hours of 2015 to 2060. Every method throws {@link DeadlineInputError} outside these years. */
export class Calendar {
  /** Length of a working day, in working minutes. */
  readonly dayMinutes: number;
  readonly officeHours: OfficeHours;

  readonly #first: number;
  readonly #dayMs: number;
  readonly #open: number;
  readonly #noonClose: number;
  readonly #noonOpen: number;
  readonly #close: number;
  readonly #morningMs: number;
  /** 1 for a working day. */
  readonly #working: Uint8Array;
  /** Working days before the day of this index. */
  readonly #workingBefore: Int32Array;
  /** The index of the n-th working day, from 0. */
  readonly #nthWorking: Int32Array;
  /** Days of provisional years before the day of this index. */
  readonly #provisionalBefore: Int32Array;
  readonly #publishedYears: ReadonlySet<number>;
  readonly #daysOff: ReadonlyMap<number, DayOff>;
  /** The working day made for a swapped day off, by the day off. */
  readonly #madeUpOn: ReadonlyMap<number, string>;

  constructor(daysOff: ReadonlyMap<number, DayOff>, officeHours: OfficeHours, publishedYears: ReadonlySet<number>) {
    this.officeHours = officeHours;
    this.#open = officeHours.morning[0] * MINUTE;
    this.#noonClose = officeHours.morning[1] * MINUTE;
    this.#noonOpen = officeHours.afternoon[0] * MINUTE;
    this.#close = officeHours.afternoon[1] * MINUTE;
    this.#morningMs = this.#noonClose - this.#open;
    this.#dayMs = this.#morningMs + this.#close - this.#noonOpen;
    this.dayMinutes = this.#dayMs / MINUTE;
    this.#daysOff = daysOff;
    this.#publishedYears = publishedYears;
    this.#madeUpOn = madeUpDays(daysOff);
    this.#first = dayFromCivil(FIRST_YEAR, 1, 1);

    const length = dayFromCivil(LAST_YEAR + 1, 1, 1) - this.#first;
    const nth: number[] = [];
    let provisional = 0;
    this.#working = new Uint8Array(length);
    this.#workingBefore = new Int32Array(length + 1);
    this.#provisionalBefore = new Int32Array(length + 1);
    for (let index = 0; index < length; index += 1) {
      const day = this.#first + index;
      this.#workingBefore[index] = nth.length;
      this.#provisionalBefore[index] = provisional;
      if (isWorked(day, daysOff.get(day))) {
        this.#working[index] = 1;
        nth.push(index);
      }
      if (!publishedYears.has(civilFromDay(day).year)) provisional += 1;
    }
    this.#workingBefore[length] = nth.length;
    this.#provisionalBefore[length] = provisional;
    this.#nthWorking = Int32Array.from(nth);
  }

  /** True for an instant within the calendar's years. */
  covers(ms: number): boolean {
    const index = dayOf(ms) - this.#first;
    return index >= 0 && index < this.#working.length;
  }

  isWorkingDay(day: number): boolean {
    return this.#working[this.#index(day)] === 1;
  }

  /** The n-th working day after `day` (before it when negative); with 0 the day itself or the next working one. */
  addWorkingDays(day: number, count: number): number {
    const index = this.#index(day);
    const before = this.#workingBefore[index]!;
    // Counting forward, the day itself is not the first: it must be passed over if it is worked.
    return this.#nth(count > 0 ? before + this.#working[index]! + count - 1 : before + count);
  }

  /** Working days after `from` up to and including `to`; negative when `to` comes first. */
  workingDaysBetween(from: number, to: number): number {
    return this.#workingBefore[this.#index(to) + 1]! - this.#workingBefore[this.#index(from) + 1]!;
  }

  /** Office time from one instant to another in ms, exact; negative when `to` comes first. */
  workingMsBetween(from: number, to: number): number {
    return this.#position(to) - this.#position(from);
  }

  /** Whole office minutes from one instant to another; negative when `to` comes first. */
  workingMinutesBetween(from: number, to: number): number {
    return wholeMinutes(this.workingMsBetween(from, to));
  }

  /**
   * The instant at which `amount` ms of office time from `ms` are used up. A budget used up exactly at a close ends at
   * that close, not at the next opening. An amount of 0 leaves the instant where it is.
   */
  addWorkingMs(ms: number, amount: number): number {
    return amount === 0 ? ms : this.#instant(this.#position(ms) + amount);
  }

  /** {@link addWorkingMs} in minutes. */
  addWorkingMinutes(ms: number, minutes: number): number {
    return this.addWorkingMs(ms, minutes * MINUTE);
  }

  /**
   * The instant from which `amount` ms of office time lead to `ms`: `addWorkingMs(subtractWorkingMs(x, a), a)` is `x`
   * for every x within office hours. Where a close and the next opening would both do, it is the close.
   */
  subtractWorkingMs(ms: number, amount: number): number {
    return this.addWorkingMs(ms, -amount);
  }

  /** {@link subtractWorkingMs} in minutes. */
  subtractWorkingMinutes(ms: number, minutes: number): number {
    return this.addWorkingMs(ms, -minutes * MINUTE);
  }

  /** The instant at which offices open on a day, worked or not. */
  openOfDay(day: number): number {
    return startOfDay(day) + this.#open;
  }

  /** The instant at which offices close on a day, worked or not. */
  closeOfDay(day: number): number {
    return startOfDay(day) + this.#close;
  }

  /** The instant itself if an office is open then, else the next opening. */
  openAtOrAfter(ms: number): number {
    const day = dayOf(ms);
    if (!this.isWorkingDay(day)) return this.openOfDay(this.addWorkingDays(day, 1));
    const time = ms - startOfDay(day);
    if (time < this.#open) return this.openOfDay(day);
    if (time < this.#noonClose) return ms;
    if (time < this.#noonOpen) return startOfDay(day) + this.#noonOpen;
    return time < this.#close ? ms : this.openOfDay(this.addWorkingDays(day, 1));
  }

  /** The first close of a working day at or after an instant. */
  closeAtOrAfter(ms: number): number {
    const day = dayOf(ms);
    if (this.isWorkingDay(day) && ms <= this.closeOfDay(day)) return this.closeOfDay(day);
    return this.closeOfDay(this.addWorkingDays(day, 1));
  }

  /** True for a year whose days off no published notice has fixed. */
  isProvisional(year: number): boolean {
    return !this.#publishedYears.has(year);
  }

  /** True when a day from one instant's to another's, both included, lies in a provisional year. */
  isProvisionalBetween(from: number, to: number): boolean {
    return this.#provisionalBefore[this.#index(dayOf(to)) + 1]! > this.#provisionalBefore[this.#index(dayOf(from))]!;
  }

  /** Why a day is not worked; null for a working day. */
  explainSkipped(day: number): SkippedDay | null {
    if (this.isWorkingDay(day)) return null;
    const dayOff = this.#daysOff.get(day);
    if (dayOff === undefined) return { kind: 'weekend', name: null, relatedDate: null, provisional: false };
    return {
      kind: 'day-off',
      name: dayOff.name ?? null,
      relatedDate: dayOff.forDate ?? this.#madeUpOn.get(day) ?? null,
      provisional: dayOff.confidence === 'provisional',
    };
  }

  /** The swap that makes a weekend day a working one; null for any other day. */
  explainWorked(day: number): DayOff | null {
    const dayOff = this.#daysOff.get(day);
    return dayOff?.kind === 'working' ? dayOff : null;
  }

  /** Office time from the calendar's first day to an instant, in ms. */
  #position(ms: number): number {
    const day = dayOf(ms);
    const index = this.#index(day);
    const before = this.#workingBefore[index]! * this.#dayMs;
    if (this.#working[index] === 0) return before;
    const time = ms - startOfDay(day);
    if (time <= this.#open) return before;
    if (time <= this.#noonClose) return before + time - this.#open;
    if (time <= this.#noonOpen) return before + this.#morningMs;
    if (time <= this.#close) return before + this.#morningMs + time - this.#noonOpen;
    return before + this.#dayMs;
  }

  /** The earliest instant at a position: a close rather than the opening after it. */
  #instant(position: number): number {
    const nth = Math.ceil(position / this.#dayMs) - 1;
    const within = position - nth * this.#dayMs;
    const start = startOfDay(this.#nth(nth));
    return within <= this.#morningMs ? start + this.#open + within : start + this.#noonOpen + within - this.#morningMs;
  }

  #nth(count: number): number {
    const index = this.#nthWorking[count];
    if (index === undefined) throw outOfRange('the date counted');
    return this.#first + index;
  }

  #index(day: number): number {
    const index = day - this.#first;
    if (!(index >= 0 && index < this.#working.length)) throw outOfRange(describe(day));
    return index;
  }
}

/**
 * Builds the calendar from the listed days.
 *
 * `publishedYears` are the years whose days off are fixed by a notice; without it, those that have rows of which none
 * is provisional. Office hours default to {@link DEFAULT_OFFICE_HOURS}.
 * @throws {DeadlineInputError} for a date that does not exist or is listed twice, and for sessions out of order.
 */
export function buildCalendar(options: {
  daysOff: readonly DayOff[];
  officeHours?: OfficeHours;
  publishedYears?: readonly number[];
}): Calendar {
  const officeHours = options.officeHours ?? DEFAULT_OFFICE_HOURS;
  checkOfficeHours(officeHours);
  const byDay = new Map<number, DayOff>();
  const listed = new Set<number>();
  const uncertain = new Set<number>();
  for (const [n, dayOff] of options.daysOff.entries()) {
    const day = parseDay(dayOff.date, `daysOff[${n}].date`);
    if (dayOff.forDate !== undefined) parseDay(dayOff.forDate, `daysOff[${n}].forDate`);
    if (byDay.has(day)) throw new DeadlineInputError(`daysOff[${n}].date`, `listed twice: ${dayOff.date}`);
    byDay.set(day, dayOff);
    const { year } = civilFromDay(day);
    listed.add(year);
    if (dayOff.confidence === 'provisional') uncertain.add(year);
  }
  return new Calendar(
    byDay,
    officeHours,
    new Set(options.publishedYears ?? [...listed].filter((year) => !uncertain.has(year))),
  );
}

/** Whole minutes of a span in ms, towards zero (never −0). */
export function wholeMinutes(ms: number): number {
  return Math.trunc(ms / MINUTE) + 0;
}

function isWorked(day: number, listed: DayOff | undefined): boolean {
  if (listed !== undefined) return listed.kind === 'working';
  const weekday = weekdayOf(day);
  return weekday !== 0 && weekday !== 6;
}

function madeUpDays(daysOff: ReadonlyMap<number, DayOff>): Map<number, string> {
  const madeUp = new Map<number, string>();
  for (const dayOff of daysOff.values()) {
    if (dayOff.kind === 'working' && dayOff.forDate !== undefined) {
      madeUp.set(parseDay(dayOff.forDate, 'forDate'), dayOff.date);
    }
  }
  return madeUp;
}

function checkOfficeHours({ morning, afternoon }: OfficeHours): void {
  const times = [0, morning[0], morning[1], afternoon[0], afternoon[1], DAY / MINUTE];
  const ordered = times.every((time, n) => Number.isInteger(time) && (n === 0 || time >= times[n - 1]!));
  if (!ordered || morning[0] === morning[1] || afternoon[0] === afternoon[1]) {
    throw new DeadlineInputError('officeHours', 'sessions must be whole minutes of one day, in order and not empty');
  }
}

function describe(day: number): string {
  return Math.abs(day) < 1e7 ? isoDate(day) : 'the instant given';
}

function outOfRange(what: string): DeadlineInputError {
  return new DeadlineInputError('calendar', `${what} lies outside the calendar (${FIRST_YEAR}–${LAST_YEAR})`);
}
