/** @module Explanations: a person with a calendar in hand finds every day and every pause. */

import { expect, test } from 'vitest';
import { computeDeadline } from '../../src/deadlines/compute.ts';
import { explain } from '../../src/deadlines/explain.ts';
import type { DeadlineInput } from '../../src/deadlines/types.ts';
import { at, calendar, pause, workedCases } from './worked-cases.ts';

const plain: DeadlineInput = {
  receivedAt: at('2026-02-12T09:00'),
  limit: { amount: 2.5, unit: 'working-day' },
  startRule: 'next-day',
  suspensions: [],
  now: at('2026-03-12T10:00'),
};

function steps(changes: Partial<DeadlineInput> = {}) {
  const input = { ...plain, ...changes };
  return explain(input, computeDeadline(input, calendar), calendar);
}

const english = (changes: Partial<DeadlineInput> = {}) => steps(changes).map(({ en }) => en);

test('tells receipt, start rule, each skipped day, each pause, the move and the result, in order', () => {
  const suspensions = [pause('2026-02-23T17:00>2026-02-26T07:00 financial-obligation suspend')];
  expect(english({ suspensions })).toEqual([
    'Received at 09:00 12/02/2026 (Thursday).',
    'The first day is not counted (Civil Code 2015, art. 147); counted from 07:00 13/02/2026.',
    '14/02/2026 – 15/02/2026: weekend, not counted.',
    '16/02/2026 – 20/02/2026: day off, Tết Nguyên đán, not counted.',
    '21/02/2026 – 22/02/2026: weekend, not counted.',
    'Limit of 2.5 working days: ends at 11:00 24/02/2026.',
    'Paused (financial obligation) from 17:00 23/02/2026 to 07:00 26/02/2026: 960 working minutes, not counted.',
    'Moved by 960 working minutes.',
    'Appointment: 11:00 26/02/2026 (computed).',
    'The portal counts, from the original appointment: 11:00 24/02/2026 (the portal does not subtract this pause).',
  ]);
});

test('says the same in Vietnamese, numbered from 1', () => {
  const lines = steps();
  expect(lines.map(({ n }) => n)).toEqual(lines.map((_, index) => index + 1));
  expect(lines[0]!.vi).toBe('Tiếp nhận hồ sơ lúc 09:00 12/02/2026 (thứ Năm).');
  expect(lines.at(-1)!.vi).toBe('Ngày hẹn trả kết quả: 11:00 24/02/2026 (tính theo quy định).');
  expect(lines.some(({ vi }) => vi === 'Thời hạn 2,5 ngày làm việc: hết hạn lúc 11:00 24/02/2026.')).toBe(true);
});

test('names swapped days and days off in lieu', () => {
  const limit = { amount: 7, unit: 'working-day' } as const;
  expect(english({ receivedAt: at('2025-12-31T09:00'), limit })).toEqual(
    expect.arrayContaining([
      '02/01/2026: day off, Hoán đổi ngày làm việc (for 10/01/2026), not counted.',
      '10/01/2026: worked in place of 02/01/2026, counted.',
    ]),
  );
});

test('calendar days run through weekends; only the last day gives way', () => {
  const days = (amount: number) =>
    english({ receivedAt: at('2026-03-09T09:00'), limit: { amount, unit: 'day' } }).filter((line) =>
      /weekend/.test(line),
    );
  expect(days(7)).toEqual([]);
  expect(days(6)).toEqual(['15/03/2026: weekend, gives way to the next working day.']);
  expect(days(5)).toEqual(['14/03/2026 – 15/03/2026: weekend, gives way to the next working day.']);
});

test.each<[DeadlineInput['startRule'], string, DeadlineInput['limit'], string]>([
  [
    'instant',
    '2026-03-09T09:00',
    { amount: 1, unit: 'working-day' },
    'Counted from the moment of receipt: 09:00 09/03/2026.',
  ],
  [
    'next-day',
    '2026-03-09T09:00',
    { amount: 8, unit: 'hour' },
    'Counted from the moment of receipt: 09:00 09/03/2026.',
  ],
  ['next-day', '2026-03-09T09:00', { amount: 0, unit: 'day' }, 'A same-day procedure; counted from 09:00 09/03/2026.'],
  [
    { cutoff: '15:00' },
    '2026-03-09T15:01',
    { amount: 1, unit: 'day' },
    'Received after 15:00: counts as received on the next working day; counted from 00:00 11/03/2026.',
  ],
  [
    { cutoff: '15:00' },
    '2026-03-09T15:00',
    { amount: 1, unit: 'day' },
    'Received no later than 15:00: the day of receipt stands; counted from 00:00 10/03/2026.',
  ],
])('start rule %o at %s for %o', (startRule, receivedAt, limit, line) => {
  expect(english({ startRule, receivedAt: at(receivedAt), limit })[1]).toBe(line);
});

test('a count anew names the pause, the full dossier and the difference from the portal', () => {
  const lines = english({ suspensions: [pause('2026-02-13T08:00>2026-02-23T10:00 supplement restart')] });
  expect(lines).toContain('The limit is counted anew from 10:00 23/02/2026 (full dossier).');
  expect(lines).toContain(
    'Paused (supplement) from 08:00 13/02/2026 to 10:00 23/02/2026: 600 working minutes, after it the limit is counted anew.',
  );
  expect(lines.at(-1)).toContain('the portal subtracts the supplement, the law counts anew');
});

test('an open pause, an unpublished year and a pause without basis are said', () => {
  const open = english({ suspensions: [pause('2026-02-23T08:00>open my-own-reason suspend')] });
  expect(open).toContain('Provisional: the dossier is paused, the date will still move.');
  expect(open.some((line) => line.startsWith('Paused (my-own-reason) from 08:00 23/02/2026 to now (still open)'))).toBe(
    true,
  );
  const unpublished = english({ receivedAt: at('2026-12-30T09:00') });
  expect(unpublished).toContain('Provisional: the days off of a year concerned are not published yet.');
  expect(unpublished).toContain('01/01/2027: day off, Tết Dương lịch (expected), not counted.');
  const none = english({ suspensions: [pause('2026-02-23T08:00>open consultation none')] });
  expect(none.at(-2)).toContain('counted (nothing in law excludes it)');
  expect(none.some((line) => line.startsWith('Provisional'))).toBe(false);
});

test('overlaps are told once, moved days off are listed, rounding is said', () => {
  const lines = english({
    receivedAt: at('2026-02-09T09:00'),
    limit: { amount: 3, unit: 'working-day' },
    suspensions: [
      pause('2026-02-10T07:00>2026-02-11T17:00 public-posting suspend'),
      pause('2026-02-11T07:00>2026-02-12T08:00 public-posting suspend'),
    ],
  });
  expect(lines).toContain(
    'What overlaps or lies before receipt is counted only once or not at all: 1020 working minutes remain.',
  );
  expect(lines).toContain('Moved by 1020 working minutes, rounded up to the close of offices.');
  expect(lines).toContain('16/02/2026 – 20/02/2026: day off, Tết Nguyên đán, not counted.');
});

test('slip, document and our own count stand side by side', () => {
  const lines = english({
    original: { at: at('2026-02-25T17:00'), basis: 'slip' },
    documented: [{ at: at('2026-03-02T17:00'), from: at('2026-02-25T09:00'), basis: 'form-04' }],
  });
  expect(lines).toContain('The slip says 17:00 25/02/2026: this is the original appointment.');
  expect(lines).toContain(
    'New date by form 04 of 09:00 25/02/2026: 17:00 02/03/2026; it contains the pauses that ended before it.',
  );
  expect(lines).toContain('Appointment: 17:00 02/03/2026 (form 04).');
  expect(lines).toContain("The law's own count: 11:00 24/02/2026 (the documented date is later).");
});

test('no appointment is said, not guessed', () => {
  expect(english({ limit: null })).toEqual([
    'Received at 09:00 12/02/2026 (Thursday).',
    'There is neither a limit nor a slip: no appointment can be told.',
    'Appointment: none.',
  ]);
});

test('a second supplement is said to be late at the portal', () => {
  const suspensions = [
    pause('2026-02-13T07:00>2026-02-13T08:00 supplement suspend'),
    pause('2026-02-23T07:00>2026-02-23T08:00 supplement suspend'),
  ];
  expect(english({ suspensions }).at(-1)).toContain('more than one supplement: the portal calls it overdue');
});

test.each(workedCases)('$id ends with the date that was counted by hand', ({ input, expected }) => {
  const told = explain(input, computeDeadline(input, calendar), calendar);
  const result = told.find(({ en }) => en.startsWith('Appointment: '))!;
  const [date = '', time = ''] = expected.split('T');
  expect(result.en).toContain(expected === 'none' ? 'none' : `${time} ${date.split('-').reverse().join('/')}`);
  for (const { vi, en } of told) expect(`${vi}${en}`).not.toMatch(/undefined|NaN|null/);
});
