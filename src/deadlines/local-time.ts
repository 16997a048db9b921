/**
 * @module Vietnamese civil time as integer arithmetic: instants (epoch ms) to day numbers and back.
 *
 * Viet Nam has kept UTC+07:00 without daylight saving since 13 June 1975, so a fixed offset is exact for every dossier
 * and spares the hot path a time-zone database.
 */

import { DAY, HOUR } from '../units.ts';
import { DeadlineInputError } from './input-error.ts';

const ZONE_OFFSET = 7 * HOUR;

/** A calendar date by its parts; month and date count from 1. */
export interface CivilDate {
  year: number;
  month: number;
  date: number;
}

/** The day number (days since 1970-01-01, local) on which an instant falls. */
export function dayOf(ms: number): number {
  return Math.floor((ms + ZONE_OFFSET) / DAY);
}

/** The instant at which a day begins, 00:00 local. */
export function startOfDay(day: number): number {
  return day * DAY - ZONE_OFFSET;
}

/** Day of the week, 0 Sunday to 6 Saturday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 4) % 7) + 7) % 7;
}

/** The day number of a proleptic Gregorian date; the date is not checked (see {@link parseDay}). */
export function dayFromCivil(year: number, month: number, date: number): number {
  return Date.UTC(year, month - 1, date) / DAY;
}

/** The date of a day number. */
export function civilFromDay(day: number): CivilDate {
  const at = new Date(day * DAY);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
}

/**
 * The corresponding day `months` later, or that month's last day where there is none (Civil Code 2015 art. 148.3).
 */
export function addMonths(day: number, months: number): number {
  const { year, month, date } = civilFromDay(day);
  const lastOfMonth = dayFromCivil(year, month + months + 1, 0);
  return Math.min(dayFromCivil(year, month + months, date), lastOfMonth);
}

/**
 * Reads `YYYY-MM-DD`.
 * @throws {DeadlineInputError} when it is not a date that exists (2026-02-30).
 */
export function parseDay(text: string, path: string): number {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = parts ? dayFromCivil(Number(parts[1]), Number(parts[2]), Number(parts[3])) : Number.NaN;
  if (Number.isNaN(day) || isoDate(day) !== text) throw new DeadlineInputError(path, `no such date: ${text}`);
  return day;
}

/**
 * Reads `HH:mm` as minutes of the day.
 * @throws {DeadlineInputError} when it is not a time of a day.
 */
export function parseTimeOfDay(text: string, path: string): number {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (!parts) throw new DeadlineInputError(path, `not a time of day (HH:mm): ${text}`);
  return Number(parts[1]) * 60 + Number(parts[2]);
}

/** A day number as `YYYY-MM-DD`. */
export function isoDate(day: number): string {
  const { year, month, date } = civilFromDay(day);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`;
}

/** A day number as `dd/MM/yyyy`, as Vietnamese papers write it. */
export function paperDate(day: number): string {
  const { year, month, date } = civilFromDay(day);
  return `${two(date)}/${two(month)}/${year}`;
}

/** An instant as `HH:mm dd/MM/yyyy` local; seconds are shown only where there are any. */
export function paperTime(ms: number): string {
  const day = dayOf(ms);
  const seconds = Math.floor((ms - startOfDay(day)) / 1000);
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  const tail = seconds % 60 === 0 ? '' : `:${two(seconds % 60)}`;
  return `${clock}${tail} ${paperDate(day)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
