/** @module Times as spreadsheets write them, read as instants of Viet Nam: `05/03/2026 08:30`, `2026-03-05`, a day number. */
import { isoDate, parseDay } from '../deadlines/local-time.ts';
import type { Cell } from '../spreadsheet/table.ts';

/** Where a cell tells a day alone: office hours open at 07:00 and close at 17:00. */
const CLOCK = { start: '07:00:00', close: '17:00:00' } as const;

const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
/** Day first, as Vietnamese papers write it. */
const PAPER = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[, ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
/** Papers write the hour first as well: `08:30 05/03/2026`. */
const HOUR_FIRST = /^(\d{1,2})[:h](\d{2})(?::(\d{2}))?[, ]+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
/** `yyyyMMddHHmmss`, as the national portal writes it. */
const PACKED = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/;

const SECONDS_OF_DAY = 86_400;
/** 1899-12-30: a serial of 1 is the first day of 1900, which the sheet's own calendar miscounts by a day in February. */
const DAY_ZERO = parseDay('1899-12-30', 'serial');
const DAY_ZERO_1904 = parseDay('1904-01-01', 'serial');
/** 2099-12-31 and 1970-01-01: a number outside is no date of a dossier. */
const SERIALS = { least: 25_569, most: 73_050 };

const two = (value: string | number): string => String(value).padStart(2, '0');

/**
 * The instant of a cell as RFC 3339 with +07:00; null where it is none.
 *
 * @param aloneMeans the time of day that a date alone stands for
 */
export function timeOf(cell: Cell, aloneMeans: keyof typeof CLOCK, date1904: boolean): string | null {
  if (typeof cell === 'number') return ofSerial(cell, aloneMeans, date1904);
  if (typeof cell !== 'string') return null;
  const text = cell.trim();
  if (WITH_OFFSET.test(text)) return Number.isNaN(Date.parse(text)) ? null : text;
  let parts: (string | undefined)[] | null = ISO.exec(text)?.slice(1) ?? PACKED.exec(text)?.slice(1) ?? null;
  if (parts === null) {
    const paper = PAPER.exec(text)?.slice(1);
    if (paper) parts = [paper[2], paper[1], paper[0], ...paper.slice(3)];
    const hourFirst = HOUR_FIRST.exec(text)?.slice(1);
    if (hourFirst) parts = [hourFirst[5], hourFirst[4], hourFirst[3], ...hourFirst.slice(0, 3)];
  }
  if (parts === null) return null;
  const [year, month, date, hour, minute, second] = parts;
  const clock = hour === undefined ? CLOCK[aloneMeans] : `${two(hour)}:${minute}:${second ?? '00'}`;
  return checked(`${year}-${two(month!)}-${two(date!)}`, clock);
}

function ofSerial(serial: number, aloneMeans: keyof typeof CLOCK, date1904: boolean): string | null {
  if (!(serial >= SERIALS.least - 1_462 && serial <= SERIALS.most)) return null;
  // Serials are fractions of a day: seconds are what they hold of a time.
  const seconds = Math.round((serial - Math.floor(serial)) * SECONDS_OF_DAY);
  const day = (date1904 ? DAY_ZERO_1904 : DAY_ZERO) + Math.floor(serial) + Math.floor(seconds / SECONDS_OF_DAY);
  const left = seconds % SECONDS_OF_DAY;
  if (left === 0) return checked(isoDate(day), CLOCK[aloneMeans]);
  return checked(
    isoDate(day),
    [left / 3600, (left / 60) % 60, left % 60].map((part) => two(Math.floor(part))).join(':'),
  );
}

/** @returns null for a day or a time that does not exist */
function checked(date: string, clock: string): string | null {
  const at = Date.parse(`${date}T${clock}+07:00`);
  if (Number.isNaN(at)) return null;
  try {
    parseDay(date, 'date');
  } catch {
    return null;
  }
  return `${date}T${clock}+07:00`;
}

/** The day of a cell as `YYYY-MM-DD`; null where it is none. */
export const dayOfCell = (cell: Cell, date1904: boolean): string | null =>
  timeOf(cell, 'start', date1904)?.slice(0, 10) ?? null;
