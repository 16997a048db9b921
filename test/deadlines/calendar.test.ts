/** @module The working calendar: days, swaps, office hours, edges, what it refuses. */

import { describe, expect, test } from 'vitest';
import { buildCalendar, type DayOff } from '../../src/deadlines/calendar.ts';
import { loadDaysOff, parseDaysOff } from '../../src/deadlines/days-off.ts';
import { DeadlineInputError } from '../../src/deadlines/input-error.ts';
import {
  addMonths,
  isoDate,
  paperDate,
  paperTime,
  parseDay,
  parseTimeOfDay,
  weekdayOf,
} from '../../src/deadlines/local-time.ts';
import { at, calendar, local } from './worked-cases.ts';

const day = (text: string) => parseDay(text, 'date');

describe('working days', () => {
  test.each([
    ['2026-03-09', true],
    ['2026-03-14', false],
    ['2026-03-15', false],
    ['2026-02-16', false],
    ['2026-01-10', true],
    ['2026-01-02', false],
  ])('%s is worked: %s', (date, worked) => {
    expect(calendar.isWorkingDay(day(date))).toBe(worked);
  });

  test.each([
    ['2026-03-13', 1, '2026-03-16'],
    ['2026-03-14', 1, '2026-03-16'],
    ['2026-03-14', 0, '2026-03-16'],
    ['2026-03-13', 0, '2026-03-13'],
    ['2026-03-16', -1, '2026-03-13'],
    ['2026-03-15', -1, '2026-03-13'],
    ['2026-03-15', -5, '2026-03-09'],
    ['2026-02-13', 1, '2026-02-23'],
  ])('%s and %i working days is %s', (from, count, to) => {
    expect(isoDate(calendar.addWorkingDays(day(from), count))).toBe(to);
  });

  test('between two days the last counts and the first does not', () => {
    expect(calendar.workingDaysBetween(day('2026-03-09'), day('2026-03-16'))).toBe(5);
    expect(calendar.workingDaysBetween(day('2026-03-16'), day('2026-03-09'))).toBe(-5);
    expect(calendar.workingDaysBetween(day('2026-03-13'), day('2026-03-15'))).toBe(0);
  });
});

describe('office time', () => {
  test.each([
    ['2026-03-09T06:00', '2026-03-09T07:00', 0],
    ['2026-03-09T07:00', '2026-03-09T11:30', 270],
    ['2026-03-09T11:30', '2026-03-09T13:30', 0],
    ['2026-03-09T13:30', '2026-03-09T17:00', 210],
    ['2026-03-09T17:00', '2026-03-10T07:00', 0],
    ['2026-03-09T06:00', '2026-03-09T18:00', 480],
    ['2026-03-09T12:00', '2026-03-09T14:00', 30],
    ['2026-03-13T16:00', '2026-03-16T08:00', 120],
    ['2026-03-16T08:00', '2026-03-13T16:00', -120],
    ['2026-03-09T09:00:10', '2026-03-09T09:01:50', 1],
    ['2026-03-09T09:01:50', '2026-03-09T09:00:10', -1],
    ['2026-03-09T09:00:30', '2026-03-09T09:00:10', 0],
  ])('from %s to %s are %i minutes', (from, to, minutes) => {
    expect(calendar.workingMinutesBetween(at(from), at(to))).toBe(minutes);
  });

  test.each([
    ['2026-03-09T16:00', 60, '2026-03-09T17:00'],
    ['2026-03-09T16:00', 61, '2026-03-10T07:01'],
    ['2026-03-09T11:00', 30, '2026-03-09T11:30'],
    ['2026-03-09T11:00', 31, '2026-03-09T13:31'],
    ['2026-03-14T10:00', 0, '2026-03-14T10:00'],
    ['2026-03-14T10:00', 1, '2026-03-16T07:01'],
  ])('%s and %i minutes is %s', (from, minutes, to) => {
    expect(local(calendar.addWorkingMinutes(at(from), minutes))).toBe(to);
  });

  test.each([
    ['2026-03-10T17:00', 480, '2026-03-09T17:00'],
    ['2026-03-10T17:00', 100, '2026-03-10T15:20'],
    ['2026-03-10T14:00', 30, '2026-03-10T11:30'],
    ['2026-03-16T08:00', 120, '2026-03-13T16:00'],
  ])('%s less %i minutes is %s', (from, minutes, to) => {
    expect(local(calendar.subtractWorkingMinutes(at(from), minutes))).toBe(to);
  });

  test.each([
    ['2026-03-13T17:00', '2026-03-13T17:00'],
    ['2026-03-13T17:01', '2026-03-16T17:00'],
    ['2026-03-14T10:00', '2026-03-16T17:00'],
    ['2026-03-13T00:00', '2026-03-13T17:00'],
  ])('the close at or after %s is %s', (from, close) => {
    expect(local(calendar.closeAtOrAfter(at(from)))).toBe(close);
  });

  test('other hours are a setting, and a working day is as long as they are', () => {
    const winter = buildCalendar({
      daysOff: [],
      officeHours: { morning: [7 * 60 + 30, 12 * 60], afternoon: [13 * 60, 16 * 60 + 30] },
    });
    expect(winter.dayMinutes).toBe(480);
    expect(local(winter.closeOfDay(day('2026-03-09')))).toBe('2026-03-09T16:30');
    expect(local(winter.openOfDay(day('2026-03-09')))).toBe('2026-03-09T07:30');
    const through = buildCalendar({ daysOff: [], officeHours: { morning: [0, 720], afternoon: [720, 1440] } });
    expect(through.dayMinutes).toBe(1440);
  });
});

describe('why a day is skipped', () => {
  test.each([
    ['2026-03-09', null],
    ['2026-01-10', null],
    ['2026-03-14', { kind: 'weekend', name: null, relatedDate: null, provisional: false }],
    ['2026-02-16', { kind: 'day-off', name: 'Tết Nguyên đán', relatedDate: null, provisional: false }],
    [
      '2026-04-27',
      { kind: 'day-off', name: 'Nghỉ bù Giỗ Tổ Hùng Vương', relatedDate: '2026-04-26', provisional: false },
    ],
    ['2026-01-02', { kind: 'day-off', name: 'Hoán đổi ngày làm việc', relatedDate: '2026-01-10', provisional: false }],
    ['2027-02-04', { kind: 'day-off', name: 'Tết Nguyên đán', relatedDate: null, provisional: true }],
  ])('%s: %o', (date, why) => {
    expect(calendar.explainSkipped(day(date))).toEqual(why);
  });

  test('a swapped Saturday tells for which day it is worked', () => {
    expect(calendar.explainWorked(day('2026-01-10'))?.forDate).toBe('2026-01-02');
    expect(calendar.explainWorked(day('2026-01-02'))).toBeNull();
    expect(calendar.explainWorked(day('2026-03-09'))).toBeNull();
  });
});

describe('provisional years', () => {
  test.each([
    [2022, true],
    [2023, false],
    [2026, false],
    [2027, true],
    [2030, true],
  ])('%i: %s', (year, provisional) => {
    expect(calendar.isProvisional(year)).toBe(provisional);
  });

  test('a span is provisional when one of its days is', () => {
    expect(calendar.isProvisionalBetween(at('2026-12-30T09:00'), at('2026-12-31T23:59'))).toBe(false);
    expect(calendar.isProvisionalBetween(at('2026-12-30T09:00'), at('2027-01-01T00:00'))).toBe(true);
    expect(calendar.isProvisionalBetween(at('2022-12-31T23:59'), at('2023-01-01T00:00'))).toBe(true);
    expect(calendar.isProvisionalBetween(at('2023-01-01T00:00'), at('2023-01-01T00:00'))).toBe(false);
  });

  test('operators may say which years are published', () => {
    const published = buildCalendar({ daysOff: loadDaysOff(), publishedYears: [2027] });
    expect(published.isProvisional(2027)).toBe(false);
    expect(published.isProvisional(2026)).toBe(true);
  });
});

describe('what the calendar refuses', () => {
  const off = (date: string, rest: Partial<DayOff> = {}): DayOff => ({
    date,
    kind: 'off',
    confidence: 'verified',
    ...rest,
  });

  test.each([
    ['daysOff[0].date', [off('2026-02-30')]],
    ['daysOff[1].date', [off('2026-02-16'), off('16/02/2026')]],
    ['daysOff[1].date', [off('2026-02-16'), off('2026-02-16')]],
    ['daysOff[0].forDate', [off('2026-02-16', { forDate: '2026-13-01' })]],
  ])('%s', (path, daysOff) => {
    expect(() => buildCalendar({ daysOff })).toThrow(
      expect.objectContaining({ path, message: expect.stringMatching(/no such date|listed twice/) }),
    );
  });

  test.each([
    [
      [450, 420],
      [810, 1020],
    ],
    [
      [420, 690],
      [600, 1020],
    ],
    [
      [420, 420],
      [810, 1020],
    ],
    [
      [420, 690],
      [810, 810],
    ],
    [
      [420, 690],
      [810, 1441],
    ],
    [
      [-1, 690],
      [810, 1020],
    ],
    [
      [420, 690.5],
      [810, 1020],
    ],
  ] as [[number, number], [number, number]][])('office hours %j and %j', (morning, afternoon) => {
    expect(() => buildCalendar({ daysOff: [], officeHours: { morning, afternoon } })).toThrow(
      expect.objectContaining({ path: 'officeHours', message: expect.stringContaining('in order') }),
    );
  });

  test('days outside 2015–2060', () => {
    expect(calendar.isWorkingDay(day('2015-01-01'))).toBe(true);
    expect(calendar.isWorkingDay(day('2060-12-31'))).toBe(true);
    for (const date of ['2014-12-31', '2061-01-01']) {
      expect(() => calendar.isWorkingDay(day(date))).toThrow(`${date} lies outside the calendar (2015–2060)`);
    }
    expect(() => calendar.isWorkingDay(1e12)).toThrow('the instant given lies outside');
    expect(() => calendar.addWorkingDays(day('2060-12-31'), 1)).toThrow('the date counted lies outside');
    expect(() => calendar.addWorkingDays(day('2015-01-01'), -1)).toThrow(DeadlineInputError);
    expect(calendar.covers(at('2015-01-01T00:00'))).toBe(true);
    expect(calendar.covers(at('2014-12-31T23:59'))).toBe(false);
    expect(calendar.covers(at('2060-12-31T23:59'))).toBe(true);
    expect(calendar.covers(at('2061-01-01T00:00'))).toBe(false);
  });
});

describe('dates and times of day', () => {
  test('are read strictly', () => {
    expect(isoDate(day('2024-02-29'))).toBe('2024-02-29');
    for (const text of ['2026-02-29', '2026-2-09', 'x2026-02-09', '2026-02-09x', '2026-00-10', '']) {
      expect(() => parseDay(text, 'from')).toThrow(expect.objectContaining({ path: 'from' }));
    }
    expect(parseTimeOfDay('00:00', 'cutoff')).toBe(0);
    expect(parseTimeOfDay('23:59', 'cutoff')).toBe(1439);
    for (const text of ['24:00', '15:60', '5:00', '15:00:00', ' 15:00']) {
      expect(() => parseTimeOfDay(text, 'cutoff')).toThrow(expect.objectContaining({ path: 'cutoff' }));
    }
  });

  test('are written as on Vietnamese papers', () => {
    expect(paperDate(day('2026-03-09'))).toBe('09/03/2026');
    expect(paperTime(at('2026-03-09T07:05'))).toBe('07:05 09/03/2026');
    expect(paperTime(at('2026-03-09T23:59:08'))).toBe('23:59:08 09/03/2026');
  });

  test('know their weekday on both sides of 1970, and months without a corresponding day', () => {
    expect(weekdayOf(day('2026-03-09'))).toBe(1);
    expect(weekdayOf(day('1969-12-28'))).toBe(0);
    expect(isoDate(addMonths(day('2025-12-31'), 2))).toBe('2026-02-28');
    expect(isoDate(addMonths(day('2025-11-30'), 13))).toBe('2026-12-30');
  });
});

describe('the list of days off', () => {
  test('is read with its swaps and holidays in lieu', () => {
    const days = loadDaysOff();
    expect(days).toContainEqual({
      date: '2026-01-10',
      kind: 'working',
      forDate: '2026-01-02',
      name: 'Làm bù',
      confidence: 'verified',
      source: 'Văn bản 12729/VPCP-KGVX 25/12/2025',
    });
  });

  test('is refused for an unknown kind or a missing column', () => {
    const header = 'date,kind,for_date,name_vi,source,confidence\n';
    expect(parseDaysOff(`${header}2026-01-01,off,,,,verified\n`)).toEqual([
      { date: '2026-01-01', kind: 'off', confidence: 'verified' },
    ]);
    expect(() => parseDaysOff(`${header}2026-01-01,half,,,,verified\n`)).toThrow();
    expect(() => parseDaysOff('date,kind\n2026-01-01,off\n')).toThrow();
  });
});
