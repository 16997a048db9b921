/** @module Times as Vietnamese papers write them, always in Vietnam's zone whatever the machine's. */
import { element } from './element.js';
import { readAt } from './session.js';

const ZONE = 'Asia/Ho_Chi_Minh';
const MINUTE = 60_000;
/** Of the default office hours (giờ hành chính), in which the gateway counts working minutes. */
const WORKING_HOUR = 60;
const WORKING_DAY = 8 * WORKING_HOUR;

const dayFormat = new Intl.DateTimeFormat('vi-VN', {
  timeZone: ZONE,
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
});
const clockFormat = new Intl.DateTimeFormat('vi-VN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const exactFormat = new Intl.DateTimeFormat('vi-VN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `10/03/2026` */
export const dayOf = (time) => dayFormat.format(new Date(time));
/** `09:15` */
export const clockOf = (time) => clockFormat.format(new Date(time));
/** `09:15:04` */
export const exactClockOf = (time) => exactFormat.format(new Date(time));

/** `09:15 10/03/2026` in a `<time>`. */
export const moment = (time) => element('time', { datetime: time }, `${clockOf(time)} ${dayOf(time)}`);

/** `10/03/2026` of a date without a time. */
export const dateOf = (date) => date.split('-').reverse().join('/');

/** How long ago, in the two largest units: `2 giờ 5 phút`. */
export function span(since, now = Date.now()) {
  const minutes = Math.max(0, Math.floor((now - new Date(since).getTime()) / MINUTE));
  if (minutes < 1) return 'chưa đến 1 phút';
  return units(minutes, [
    ['ngày', 1440],
    ['giờ', 60],
    ['phút', 1],
  ]);
}

/** A `<time>` that says how long ago; `renewSpans` keeps it true. */
export const elapsed = (since) => element('time', { datetime: since, 'data-since': since }, span(since));

/** A `<time>` that says when `path` was last read; `renewSpans` keeps it true. */
export const asOf = (path) => element('time', { 'data-read': path }, exactClockOf(readAt(path)));

/** Brings every `elapsed` and `asOf` of the page up to now. */
export function renewSpans(now = Date.now()) {
  for (const found of document.querySelectorAll('[data-since]')) found.textContent = span(found.dataset.since, now);
  for (const found of document.querySelectorAll('[data-read]'))
    found.textContent = exactClockOf(readAt(found.dataset.read));
}

/** How long until then, or since: `còn 2 ngày 3 giờ`, `quá 5 giờ`. */
export const clockTo = (due, now = Date.now()) =>
  Date.parse(due) >= now ? `còn ${span(now, Date.parse(due))}` : `quá ${span(due, now)}`;

/** Office time: `3 ngày 2 giờ làm việc`. */
export const workingSpan = (minutes) =>
  `${units(Math.abs(minutes), [
    ['ngày', WORKING_DAY],
    ['giờ', WORKING_HOUR],
    ['phút', 1],
  ])} làm việc`;

function units(minutes, sizes) {
  const parts = [];
  let left = minutes;
  for (const [name, size] of sizes) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.slice(0, 2).join(' ') || '0 phút';
}
