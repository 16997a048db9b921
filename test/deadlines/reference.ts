/**
 * @module The clock once more, slow and plain: it walks days and minutes one by one and shares nothing with the engine.
 *
 * Times are whole minutes since 1970 in local time; the days off are read from the file itself.
 */

import { readFileSync } from 'node:fs';
import type { DeadlineInput } from '../../src/deadlines/types.ts';

const off = new Set<string>();
const worked = new Set<string>();
for (const line of readFileSync(new URL('../../data/days-off.csv', import.meta.url), 'utf8')
  .split('\n')
  .slice(1)) {
  const [date = '', kind] = line.split(',');
  if (kind === 'off') off.add(date);
  if (kind === 'working') worked.add(date);
}

const toLocal = (ms: number) => ms / 60_000 + 7 * 60;
const toInstant = (minute: number) => (minute - 7 * 60) * 60_000;
const dateOf = (minute: number) => new Date(minute * 60_000).toISOString().slice(0, 10);
const midnightOf = (minute: number) => minute - (minute % 1440);

const workedDays = new Map<number, boolean>();

function isWorked(minute: number): boolean {
  const midnight = midnightOf(minute);
  let answer = workedDays.get(midnight);
  if (answer === undefined) {
    answer = readWorked(midnight);
    workedDays.set(midnight, answer);
  }
  return answer;
}

function readWorked(minute: number): boolean {
  const date = dateOf(minute);
  if (worked.has(date)) return true;
  if (off.has(date)) return false;
  const weekday = new Date(minute * 60_000).getUTCDay();
  return weekday >= 1 && weekday <= 5;
}

/** True when the minute that begins here is office time. */
function isOffice(minute: number): boolean {
  const time = minute - midnightOf(minute);
  return ((time >= 420 && time < 690) || (time >= 810 && time < 1020)) && isWorked(minute);
}

const closeOf = (minute: number) => midnightOf(minute) + 1020;

function nextWorked(minute: number): number {
  let day = midnightOf(minute) + 1440;
  while (!isWorked(day)) day += 1440;
  return day;
}

function addOffice(from: number, minutes: number): number {
  let at = from;
  for (let left = minutes; left > 0; at += 1) if (isOffice(at)) left -= 1;
  return at;
}

function closeAtOrAfter(minute: number): number {
  return isWorked(minute) && minute <= closeOf(minute) ? closeOf(minute) : closeOf(nextWorked(minute));
}

function count(received: number, input: DeadlineInput): number {
  const { amount, unit } = input.limit!;
  let first = received;
  let late = false;
  if (typeof input.startRule === 'object') {
    const [hours = '', minutes = ''] = input.startRule.cutoff.split(':');
    late = received - midnightOf(received) > Number(hours) * 60 + Number(minutes);
    if (late) first = nextWorked(received) + 420;
  }
  const exact = input.startRule === 'instant';
  const settle = (at: number) => (isWorked(at) ? at : closeAtOrAfter(at));
  if (unit === 'working-hour') return addOffice(first, amount * 60);
  if (unit === 'hour') return settle(first + amount * 60);
  if (amount === 0) {
    let at = first;
    while (!isOffice(at)) at += 1;
    return closeOf(at);
  }
  if (unit === 'working-day') {
    if (exact) return addOffice(received, amount * 480);
    return addOffice(midnightOf(first) + 1440, amount * 480);
  }
  let last = exact ? first : midnightOf(first) + 1020;
  if (unit === 'day') last += amount * 1440;
  else {
    const date = new Date(last * 60_000);
    const wanted = (date.getUTCMonth() + amount) % 12;
    date.setUTCMonth(date.getUTCMonth() + amount);
    while (date.getUTCMonth() !== wanted) date.setUTCDate(date.getUTCDate() - 1);
    last = date.getTime() / 60_000;
  }
  return settle(last);
}

/** The appointment in force, in epoch ms; null where none can be told. */
export function referenceAppointment(input: DeadlineInput): number | null {
  const received = toLocal(input.receivedAt);
  const now = toLocal(input.now);
  const pauses = input.suspensions.map((pause) => {
    const from = toLocal(pause.from);
    return { from, to: pause.to === null ? Math.max(from, now) : toLocal(pause.to), effect: pause.effect };
  });
  let base = input.original ? toLocal(input.original.at) : input.limit === null ? null : count(received, input);
  let since = received;
  for (const pause of pauses) {
    if (pause.effect === 'restart' && input.limit !== null && pause.to >= since) {
      base = count(pause.to, input);
      since = pause.to;
    }
  }
  for (const document of input.documented ?? []) {
    if (document.from <= input.now && toLocal(document.from) >= since) {
      base = toLocal(document.at);
      since = toLocal(document.from);
    }
  }
  if (base === null) return null;

  const byCalendar = input.limit !== null && ['day', 'month', 'hour'].includes(input.limit.unit);
  const end = Math.max(since, ...pauses.map(({ to }) => to));
  let moved = 0;
  for (let minute = since; minute < end; minute += 1) {
    const suspended = pauses.some(
      ({ from, to, effect }) =>
        (effect === 'suspend' || (effect === 'restart' && input.limit === null)) && from <= minute && minute < to,
    );
    if (suspended && (byCalendar || isOffice(minute))) moved += 1;
  }
  if (moved === 0) return toInstant(base);
  let at = byCalendar ? base + moved : addOffice(base, moved);
  if (byCalendar && !isWorked(at)) at = closeAtOrAfter(at);
  const wholeDays =
    input.limit === null ||
    (['working-day', 'day', 'month'].includes(input.limit.unit) &&
      Number.isInteger(input.limit.amount) &&
      (input.startRule !== 'instant' || input.limit.amount === 0));
  return toInstant(wholeDays && input.roundToClose !== false ? closeAtOrAfter(at) : at);
}
