/** @module Suspended time: the union of pauses that stop the clock, in office time and in calendar time. */

import type { Calendar } from './calendar.ts';
import type { Suspension } from './types.ts';

/** A closed span of time, in epoch ms. */
export interface Span {
  from: number;
  to: number;
}

/** The instant to which a pause has lasted: its end, or `now` while it is open. */
export function endOf(pause: Suspension, now: number): number {
  return pause.to ?? Math.max(pause.from, now);
}

/**
 * The union of the pauses that `counts` accepts, in order of time; what lies before `since` is cut off. Overlapping and
 * touching pauses become one span, so that no minute is counted twice.
 */
export function unite(
  pauses: readonly Suspension[],
  since: number,
  now: number,
  counts: (pause: Suspension) => boolean,
): Span[] {
  const spans: Span[] = [];
  for (const pause of pauses) {
    const from = Math.max(pause.from, since);
    const to = endOf(pause, now);
    if (to > from && counts(pause)) spans.push({ from, to });
  }
  return uniteSpans(spans);
}

/** The union of spans, in order of time. The spans given may be changed and are not to be used after. */
export function uniteSpans(spans: Span[]): Span[] {
  if (spans.length < 2) return spans;
  spans.sort((a, b) => a.from - b.from);
  const united: Span[] = [spans[0]!];
  for (const span of spans) {
    const last = united.at(-1)!;
    if (span.from <= last.to) last.to = Math.max(last.to, span.to);
    else united.push(span);
  }
  return united;
}

/** Office time of spans that do not overlap, in ms. */
export function workingMsOf(spans: readonly Span[], calendar: Calendar): number {
  let total = 0;
  for (const { from, to } of spans) total += calendar.workingMsBetween(from, to);
  return total;
}

/** Calendar time of spans that do not overlap, in ms. */
export function calendarMsOf(spans: readonly Span[]): number {
  let total = 0;
  for (const { from, to } of spans) total += to - from;
  return total;
}
