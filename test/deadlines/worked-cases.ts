/** @module Reads the worked cases of `cases.csv`, whose dates were counted by hand. */

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { buildCalendar } from '../../src/deadlines/calendar.ts';
import { loadDaysOff } from '../../src/deadlines/days-off.ts';
import type { DeadlineInput } from '../../src/deadlines/types.ts';

export const calendar = buildCalendar({ daysOff: loadDaysOff() });

/** A local time (`2026-03-09T09:00`, seconds optional) as epoch ms. */
export function at(local: string): number {
  const ms = Date.parse(`${local.length === 16 ? `${local}:00` : local}+07:00`);
  if (Number.isNaN(ms)) throw new Error(`not a time: ${local}`);
  return ms;
}

/** Epoch ms as a local time, for messages that can be read. */
export function local(ms: number | null): string {
  if (ms === null) return 'none';
  const text = new Date(ms + 7 * 3_600_000).toISOString();
  return text.endsWith(':00.000Z') ? text.slice(0, 16) : text.slice(0, 19);
}

/** A suspension written `from>to reason effect`, `to` being `open` for one that has not ended. */
export function pause(text: string): DeadlineInput['suspensions'][number] {
  const [span = '', reason = '', effect] = text.trim().split(' ');
  const [from = '', to = ''] = span.split('>');
  return {
    from: at(from),
    to: to === 'open' ? null : at(to),
    reason,
    effect: z.enum(['suspend', 'restart', 'none']).parse(effect),
  };
}

const caseRow = z.record(z.string(), z.string());
const unit = z.enum(['working-day', 'day', 'working-hour', 'hour', 'month']);

function readStartRule(text: string): DeadlineInput['startRule'] {
  return text === 'next-day' || text === 'instant' ? text : { cutoff: text };
}

function parts(text: string): string[] {
  return text === '' ? [] : text.split('|').map((part) => part.trim());
}

export interface WorkedCase {
  id: string;
  title: string;
  input: DeadlineInput;
  expected: string;
  provisional: boolean;
}

export const workedCases: WorkedCase[] = z
  .array(caseRow)
  .parse(parse(readFileSync(new URL('./cases.csv', import.meta.url), 'utf8'), { columns: true }))
  .map((row) => {
    const cell = (name: string) => row[name] ?? '';
    const [amount = '', limitUnit] = cell('limit').split(' ');
    const [expected = '', provisional] = cell('expected').split(' ');
    return {
      id: cell('id'),
      title: `${cell('id')} ${cell('limit')} from ${cell('receivedAt')} (${cell('article')}): ${cell('arithmetic')}`,
      expected,
      provisional: provisional === 'provisional',
      input: {
        receivedAt: at(cell('receivedAt')),
        limit: amount === '-' ? null : { amount: Number(amount), unit: unit.parse(limitUnit) },
        startRule: readStartRule(cell('startRule')),
        suspensions: parts(cell('suspensions')).map(pause),
        original: cell('original') === '' ? null : { at: at(cell('original')), basis: 'slip' },
        documented: parts(cell('documented')).map((text) => {
          const [date = '', from = '', basis] = text.split(' ');
          return { at: at(date), from: at(from), basis: z.enum(['ministry', 'form-04']).parse(basis) };
        }),
        roundToClose: cell('options') !== 'exact',
        endOfDay: cell('options') === 'midnight' ? 'midnight' : 'office-close',
        now: at(cell('now') || '2026-12-31T00:00'),
      },
    };
  });
