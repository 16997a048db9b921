/** @module Worked cases, the ledger, the two counts and the refusals of the clock. */

import { describe, expect, test } from 'vitest';
import { computeDeadline } from '../../src/deadlines/compute.ts';
import { DeadlineInputError } from '../../src/deadlines/input-error.ts';
import type { DeadlineInput } from '../../src/deadlines/types.ts';
import { at, calendar, local, pause, workedCases } from './worked-cases.ts';

const plain: DeadlineInput = {
  receivedAt: at('2026-03-09T09:00'),
  limit: { amount: 5, unit: 'working-day' },
  startRule: 'next-day',
  suspensions: [],
  now: at('2026-03-12T10:00'),
};

function compute(changes: Partial<DeadlineInput> = {}) {
  return computeDeadline({ ...plain, ...changes }, calendar);
}

describe('worked cases', () => {
  test.each(workedCases)('$title', ({ input, expected, provisional }) => {
    const deadline = computeDeadline(input, calendar);
    expect({ at: local(deadline.appointmentAt), provisional: deadline.provisional }).toEqual({
      at: expected,
      provisional,
    });
  });

  test('there are at least 120 of them, each with its own id', () => {
    expect(new Set(workedCases.map(({ id }) => id)).size).toBe(workedCases.length);
    expect(workedCases.length).toBeGreaterThanOrEqual(120);
  });
});

describe('start of the count', () => {
  test.each([
    ['2026-03-09T09:00', 'next-day', 'working-day', '2026-03-10T07:00'],
    ['2026-03-13T09:00', 'next-day', 'working-day', '2026-03-16T07:00'],
    ['2026-03-13T09:00', 'next-day', 'day', '2026-03-14T00:00'],
    ['2026-03-09T09:00', 'instant', 'working-day', '2026-03-09T09:00'],
    ['2026-03-09T06:00', 'instant', 'working-day', '2026-03-09T07:00'],
    ['2026-03-09T07:00', 'instant', 'working-day', '2026-03-09T07:00'],
    ['2026-03-09T11:30', 'instant', 'working-day', '2026-03-09T13:30'],
    ['2026-03-09T13:30', 'instant', 'working-day', '2026-03-09T13:30'],
    ['2026-03-09T17:00', 'instant', 'working-day', '2026-03-10T07:00'],
    ['2026-03-14T09:00', 'instant', 'working-hour', '2026-03-16T07:00'],
    ['2026-03-14T09:00', 'next-day', 'hour', '2026-03-14T09:00'],
  ] as const)('received %s, rule %s, in %ss: starts at %s', (receivedAt, startRule, unit, startsAt) => {
    const deadline = compute({ receivedAt: at(receivedAt), startRule, limit: { amount: 1, unit } });
    expect(local(deadline.startsAt)).toBe(startsAt);
  });

  test('a restarted count starts after its pause; without limit or slip the next opening is the start', () => {
    const restarted = compute({ suspensions: [pause('2026-03-11T10:00>2026-03-13T09:00 supplement restart')] });
    expect(local(restarted.startsAt)).toBe('2026-03-16T07:00');
    const slip = { at: at('2026-03-16T17:00'), basis: 'slip' as const };
    expect(local(compute({ limit: null, original: slip, receivedAt: at('2026-03-14T08:00') }).startsAt)).toBe(
      '2026-03-16T07:00',
    );
    expect(compute({ limit: null }).startsAt).toBe(plain.receivedAt);
  });
});

describe('the ledger', () => {
  test('tells budget, what is used, what is suspended and what is left', () => {
    const deadline = compute({
      suspensions: [
        pause('2026-03-10T07:00>2026-03-10T11:00 public-posting suspend'),
        pause('2026-03-10T10:00>2026-03-10T17:00 citizen-payment suspend'),
        pause('2026-03-11T07:00>2026-03-11T08:00 consultation none'),
      ],
    });
    // Of the second pause 90 minutes lie before noon and 210 after it. Counted from Tue 07:00 to Thu 10:00 are 480 + 480 + 180 minutes; all of Tuesday was suspended.
    expect(deadline.suspendedWorkingMinutes).toBe(480);
    expect(deadline.ledger).toMatchObject({
      budgetMinutes: 5 * 480,
      consumedMinutes: 660,
      movedMinutes: 480,
      movedBy: 'working-time',
      restarts: [],
    });
    expect(deadline.ledger.suspensions.map((entry) => entry.workingMinutes)).toEqual([240, 300, 60]);
    // Thu 10:00 to Tue 17 at 17:00: 300 + 480 + 480 + 480.
    expect(deadline.remainingWorkingMinutes).toBe(1740);
  });

  test('an open pause is used up to now and no further', () => {
    const { ledger, provisional } = compute({ suspensions: [pause('2026-03-11T07:00>open citizen-payment suspend')] });
    expect(ledger.consumedMinutes).toBe(480);
    expect(ledger.suspensions[0]!.workingMinutes).toBe(480 + 180);
    expect(provisional).toBe(true);
  });

  test('a pause announced for later has not been suspended yet', () => {
    const suspensions = [pause('2026-03-12T09:00>2026-03-13T17:00 citizen-payment suspend')];
    // Of Tue 07:00 to Thu 10:00 only Thu 09:00–10:00 is suspended so far.
    expect(compute({ suspensions }).ledger.consumedMinutes).toBe(480 + 480 + 120);
    const later = [pause('2026-03-13T07:00>2026-03-13T17:00 citizen-payment suspend')];
    expect(compute({ suspensions: later }).ledger.consumedMinutes).toBe(480 + 480 + 180);
  });

  test('nothing is used before the count starts', () => {
    expect(compute({ now: plain.receivedAt }).ledger.consumedMinutes).toBe(0);
  });

  test('the minutes left are negative when overdue', () => {
    expect(compute({ now: at('2026-03-17T09:00') }).remainingWorkingMinutes).toBe(-120);
  });

  test('calendar limits are moved by calendar time, and still show office minutes suspended', () => {
    const deadline = compute({
      limit: { amount: 3, unit: 'day' },
      suspensions: [pause('2026-03-10T08:00>2026-03-11T08:00 citizen-payment suspend')],
    });
    expect(deadline.ledger).toMatchObject({ movedMinutes: 24 * 60, movedBy: 'calendar-time' });
    expect(deadline.suspendedWorkingMinutes).toBe(480);
  });

  test('restarts are listed in order of time', () => {
    const suspensions = [
      pause('2026-03-11T10:00>open supplement restart'),
      pause('2026-03-09T10:00>2026-03-10T09:00 supplement restart'),
    ];
    expect(compute({ suspensions }).ledger.restarts.map(local)).toEqual(['2026-03-10T09:00', '2026-03-12T10:00']);
    expect(compute({ suspensions, limit: null }).ledger.restarts).toEqual([]);
  });

  test('a restart that ended before receipt restarts nothing', () => {
    const suspensions = [pause('2026-03-05T10:00>2026-03-06T09:00 supplement-intake restart')];
    expect(local(compute({ suspensions }).appointmentAt)).toBe('2026-03-16T17:00');
  });

  test('without appointment there is no budget, no remainder and a named reason', () => {
    expect(compute({ limit: null })).toMatchObject({
      appointmentAt: null,
      absentBecause: 'no-limit-and-no-slip',
      ours: null,
      originalAt: null,
      remainingWorkingMinutes: null,
      provisional: false,
      byPortal: { appointmentAt: null, difference: null },
      ledger: { budgetMinutes: null },
    });
  });
});

describe('the appointment in force beside our own count', () => {
  const slip = (time: string) => ({ original: { at: at(time), basis: 'slip' as const } });

  test('a computed appointment is ours', () => {
    expect(compute()).toMatchObject({ basis: 'computed', difference: null, absentBecause: null });
    expect(compute().ours).toBe(compute().appointmentAt);
  });

  test.each([
    ['2026-03-17T17:00', { name: 'slip-later', minutes: 480 }],
    ['2026-03-13T17:00', { name: 'slip-earlier', minutes: -480 }],
    ['2026-03-16T17:00', null],
  ])('a slip of %s differs by %o', (time, difference) => {
    const deadline = compute(slip(time));
    expect(deadline).toMatchObject({ basis: 'slip', difference });
    expect(local(deadline.ours)).toBe('2026-03-16T17:00');
    expect(local(deadline.originalAt)).toBe(time);
  });

  test('a documented date stands beside ours, which leaves it aside', () => {
    const documented = [{ at: at('2026-03-18T17:00'), from: at('2026-03-12T09:00'), basis: 'form-04' as const }];
    expect(compute({ documented })).toMatchObject({
      basis: 'form-04',
      difference: { name: 'documented-later', minutes: 960 },
    });
    const earlier = [{ ...documented[0]!, at: at('2026-03-13T17:00') }];
    expect(compute({ documented: earlier }).difference).toEqual({ name: 'documented-earlier', minutes: -480 });
  });

  test('of two documents of one time the last listed stands; of two times the later, in any order', () => {
    const first = { at: at('2026-03-18T17:00'), from: at('2026-03-11T09:00'), basis: 'ministry' as const };
    const second = { at: at('2026-03-19T17:00'), from: at('2026-03-12T09:00'), basis: 'ministry' as const };
    expect(compute({ documented: [second, first] }).appointmentAt).toBe(second.at);
    const sameTime = { ...second, from: first.from };
    expect(compute({ documented: [first, sameTime] }).appointmentAt).toBe(second.at);
  });

  test('a document in force at the very moment it is given', () => {
    const document = { at: at('2026-03-19T17:00'), from: plain.now, basis: 'ministry' as const };
    expect(compute({ documented: [document] }).appointmentAt).toBe(document.at);
  });

  test('a slip at midnight stays as written; once moved it ends at 24:00', () => {
    expect(local(compute({ ...slip('2026-03-16T17:00'), endOfDay: 'midnight' }).appointmentAt)).toBe(
      '2026-03-16T17:00',
    );
    const suspensions = [pause('2026-03-11T07:00>2026-03-11T17:00 citizen-payment suspend')];
    expect(local(compute({ ...slip('2026-03-16T17:00'), endOfDay: 'midnight', suspensions }).appointmentAt)).toBe(
      '2026-03-18T00:00',
    );
  });
});

describe('the portal’s own count', () => {
  test('adds the office time of a single supplement to the original appointment', () => {
    const { byPortal, appointmentAt } = compute({
      suspensions: [pause('2026-03-11T08:00>2026-03-11T10:00 supplement-appraisal suspend')],
    });
    expect(local(byPortal.appointmentAt)).toBe('2026-03-17T09:00');
    expect(local(appointmentAt)).toBe('2026-03-17T17:00');
    expect(byPortal).toMatchObject({
      subtractedMinutes: 120,
      formulaLate: false,
      difference: { name: 'rounded-to-close', minutes: -360 },
    });
  });

  test('subtracts nothing for other reasons', () => {
    const { byPortal } = compute({
      suspensions: [pause('2026-03-11T07:00>2026-03-11T17:00 citizen-payment suspend')],
    });
    expect(local(byPortal.appointmentAt)).toBe('2026-03-16T17:00');
    expect(byPortal.difference).toEqual({ name: 'pause-not-subtracted', minutes: -480 });
  });

  test('subtracts nothing for two supplements, and calls them late', () => {
    const { byPortal } = compute({
      suspensions: [
        pause('2026-03-10T07:00>2026-03-10T17:00 supplement suspend'),
        pause('2026-03-11T07:00>2026-03-11T17:00 supplement suspend'),
      ],
    });
    expect(byPortal).toMatchObject({
      subtractedMinutes: 0,
      formulaLate: true,
      difference: { name: 'supplement-repeated' },
    });
  });

  test('subtracts where the law counts anew, and where it counts on', () => {
    const restart = compute({ suspensions: [pause('2026-03-11T07:00>2026-03-11T17:00 supplement restart')] });
    expect(local(restart.byPortal.appointmentAt)).toBe('2026-03-17T17:00');
    expect(restart.byPortal.difference).toEqual({ name: 'supplement-restarts', minutes: -480 });
    const none = compute({ suspensions: [pause('2026-03-11T07:00>2026-03-11T17:00 supplement none')] });
    expect(none.byPortal.difference).toEqual({ name: 'supplement-without-effect', minutes: 480 });
  });

  test('does not know of a documented date, until then it does not differ', () => {
    const documented = [{ at: at('2026-03-18T17:00'), from: at('2026-03-12T10:00'), basis: 'ministry' as const }];
    expect(compute({ documented }).byPortal.difference).toEqual({ name: 'documented-date', minutes: -960 });
    expect(compute({ documented, now: at('2026-03-11T10:00') }).byPortal.difference).toBeNull();
  });

  test('agrees on a dossier without pauses', () => {
    expect(compute().byPortal).toEqual({
      appointmentAt: at('2026-03-16T17:00'),
      subtractedMinutes: 0,
      formulaLate: false,
      difference: null,
    });
  });
});

describe('input that cannot be counted is refused with its place', () => {
  const refusals: [string, Partial<DeadlineInput>][] = [
    ['receivedAt', { receivedAt: Number.NaN }],
    ['receivedAt', { receivedAt: at('2014-12-31T23:59') }],
    ['receivedAt', { receivedAt: at('2061-01-01T00:00') }],
    ['now', { now: Number.POSITIVE_INFINITY }],
    ['limit.amount', { limit: { amount: -1, unit: 'working-day' } }],
    ['limit.amount', { limit: { amount: Number.NaN, unit: 'day' } }],
    ['limit.amount', { limit: { amount: Number.POSITIVE_INFINITY, unit: 'hour' } }],
    ['limit.amount', { limit: { amount: 1.5, unit: 'day' } }],
    ['limit.amount', { limit: { amount: 0.5, unit: 'month' } }],
    ['limit.amount', { limit: { amount: 1 / 7, unit: 'working-day' } }],
    ['limit.amount', { limit: { amount: 1 / 7, unit: 'working-hour' } }],
    ['startRule.cutoff', { startRule: { cutoff: '25:00' } }],
    ['startRule.cutoff', { startRule: { cutoff: '3pm' } }],
    ['original.at', { original: { at: Number.NaN, basis: 'slip' } }],
    ['suspensions[0].to', { suspensions: [pause('2026-03-11T10:00>2026-03-11T09:59 other suspend')] }],
    ['suspensions[0].from', { suspensions: [{ from: Number.NaN, to: null, reason: 'other', effect: 'none' }] }],
    ['suspensions[0].to', { suspensions: [{ from: plain.now, to: 1e300, reason: 'other', effect: 'none' }] }],
    ['documented[0].at', { documented: [{ at: Number.NaN, from: plain.now, basis: 'ministry' }] }],
    ['documented[0].from', { documented: [{ at: plain.now, from: Number.NaN, basis: 'ministry' }] }],
    ['calendar', { limit: { amount: 20_000, unit: 'working-day' } }],
    ['calendar', { limit: { amount: 1000, unit: 'month' } }],
  ];

  test.each(refusals)('%s (%o)', (path, changes) => {
    const refused = expect.objectContaining({ name: 'DeadlineInputError', path });
    expect(() => compute(changes)).toThrow(refused);
    expect(() => compute(changes)).toThrow(DeadlineInputError);
  });

  test('the first and last moment of the calendar are counted', () => {
    expect(local(compute({ receivedAt: at('2015-01-01T00:00') }).appointmentAt)).toBe('2015-01-08T17:00');
    expect(local(compute({ now: at('2060-12-31T23:59') }).appointmentAt)).toBe('2026-03-16T17:00');
  });

  test('a pause of no length is no fault', () => {
    const suspensions = [pause('2026-03-11T10:00>2026-03-11T10:00 other suspend')];
    expect(local(compute({ suspensions }).appointmentAt)).toBe('2026-03-16T17:00');
  });
});
