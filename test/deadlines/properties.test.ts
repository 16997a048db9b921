/** @module What must hold for every deadline: properties, and the engine against the slow reference. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeDeadline } from '../../src/deadlines/compute.ts';
import { dayOf } from '../../src/deadlines/local-time.ts';
import { portalAppointment, portalSubtractedMs } from '../../src/deadlines/portal-count.ts';
import type { DeadlineInput } from '../../src/deadlines/types.ts';
import { DAY, MINUTE } from '../../src/units.ts';
import { referenceAppointment } from './reference.ts';
import { at, calendar, local } from './worked-cases.ts';

const firstMoment = at('2025-12-01T00:00');
const minutes = (max: number) => fc.integer({ min: 0, max: Math.trunc(max / MINUTE) }).map((n) => n * MINUTE);
const instant = minutes(270 * DAY).map((offset) => firstMoment + offset);

const limit = fc.oneof(
  fc.record({ amount: fc.integer({ min: 0, max: 60 }).map((n) => n / 2), unit: fc.constant('working-day' as const) }),
  fc.record({ amount: fc.integer({ min: 0, max: 40 }), unit: fc.constantFrom('day' as const, 'hour' as const) }),
  fc.record({ amount: fc.integer({ min: 1, max: 80 }), unit: fc.constant('working-hour' as const) }),
  fc.record({ amount: fc.integer({ min: 1, max: 3 }), unit: fc.constant('month' as const) }),
);
const startRule = fc.constantFrom<DeadlineInput['startRule'][]>('next-day', 'instant', { cutoff: '15:00' });

function pausesAfter(receivedAt: number, effects: ('suspend' | 'restart' | 'none')[]) {
  return fc.array(
    fc
      .tuple(minutes(12 * DAY), minutes(5 * DAY), fc.constantFrom(...effects), fc.integer({ min: 0, max: 9 }))
      .map(([after, length, effect, open]) => ({
        from: receivedAt + after - DAY,
        to: open === 0 ? null : receivedAt + after - DAY + length,
        reason: 'other',
        effect,
      })),
    { maxLength: 4 },
  );
}

function inputs(effects: ('suspend' | 'restart' | 'none')[]): fc.Arbitrary<DeadlineInput> {
  return instant.chain((receivedAt) =>
    fc.record({
      receivedAt: fc.constant(receivedAt),
      limit: fc.option(limit, { freq: 9 }),
      startRule,
      suspensions: pausesAfter(receivedAt, effects),
      original: fc.option(
        minutes(20 * DAY).map((later) => ({ at: receivedAt + later, basis: 'slip' as const })),
        { freq: 1 },
      ),
      documented: fc.array(
        fc.tuple(minutes(10 * DAY), minutes(20 * DAY)).map(([after, later]) => ({
          from: receivedAt + after,
          at: receivedAt + after + later,
          basis: 'ministry' as const,
        })),
        { maxLength: 1 },
      ),
      roundToClose: fc.boolean(),
      now: minutes(20 * DAY).map((later) => receivedAt + later),
    }),
  );
}

const every = inputs(['suspend', 'restart', 'none']);
const appointment = (input: DeadlineInput) => computeDeadline(input, calendar).appointmentAt;

describe('the engine and the day-by-day reference', () => {
  test('agree on thousands of random dossiers', () => {
    fc.assert(
      fc.property(every, (input) => {
        expect(local(appointment(input))).toBe(local(referenceAppointment(input)));
      }),
      { numRuns: 2000 },
    );
  }, 120_000);
});

describe('suspensions', () => {
  test('never bring a deadline earlier', () => {
    fc.assert(
      fc.property(inputs(['suspend', 'none']), (input) => {
        const without = appointment({ ...input, suspensions: [] });
        if (without !== null) expect(appointment(input)).toBeGreaterThanOrEqual(without);
      }),
    );
  });

  test('count the same in any order', () => {
    fc.assert(
      fc.property(every, (input) => {
        const reversed = computeDeadline({ ...input, suspensions: input.suspensions.toReversed() }, calendar);
        const given = computeDeadline(input, calendar);
        expect({ ...reversed, ledger: null }).toEqual({ ...given, ledger: null });
      }),
    );
  });

  test('count the same in one piece and in steps', () => {
    fc.assert(
      fc.property(every, fc.double({ min: 0, max: 1, noNaN: true }), (input, share) => {
        const split = input.suspensions.flatMap((pause) => {
          if (pause.to === null || pause.effect === 'restart') return [pause];
          const middle = pause.from + Math.floor((pause.to - pause.from) * share);
          return [
            { ...pause, to: middle },
            { ...pause, from: middle },
          ];
        });
        expect(appointment({ ...input, suspensions: split })).toBe(appointment(input));
      }),
    );
  });

  test('without effect change nothing', () => {
    fc.assert(
      fc.property(inputs(['none']), (input) => {
        expect(appointment(input)).toBe(appointment({ ...input, suspensions: [] }));
      }),
    );
  });
});

test('an open count grows with time: closing a pause now gives what the open one gave', () => {
  fc.assert(
    fc.property(every, (input) => {
      const closed = input.suspensions.map((pause) => ({ ...pause, to: pause.to ?? Math.max(pause.from, input.now) }));
      expect(appointment({ ...input, suspensions: closed })).toBe(appointment(input));
    }),
  );
});

test('a computation leaves its input as it was and repeats itself', () => {
  fc.assert(
    fc.property(every, (input) => {
      const before = structuredClone(input);
      const first = computeDeadline(input, calendar);
      expect(computeDeadline(input, calendar)).toEqual(first);
      expect(input).toEqual(before);
    }),
  );
});

describe('office time', () => {
  const amount = minutes(30 * DAY);

  test('adds up over any instant between', () => {
    fc.assert(
      fc.property(instant, instant, instant, (a, b, c) => {
        expect(calendar.workingMsBetween(a, b) + calendar.workingMsBetween(b, c)).toBe(calendar.workingMsBetween(a, c));
        const [x, y, z] = [dayOf(a), dayOf(b), dayOf(c)];
        expect(calendar.workingDaysBetween(x, y) + calendar.workingDaysBetween(y, z)).toBe(
          calendar.workingDaysBetween(x, z),
        );
      }),
    );
  });

  test('added is the office time passed, and never ends outside office hours', () => {
    fc.assert(
      fc.property(instant, amount, (from, span) => {
        const end = calendar.addWorkingMs(from, span);
        expect(calendar.workingMsBetween(from, end)).toBe(span);
        if (span > 0) expect(calendar.workingMsBetween(end - 1, end)).toBe(1);
      }),
    );
  });

  test('subtracted and added again is where it was', () => {
    fc.assert(
      fc.property(instant, amount, amount, (from, reach, span) => {
        const end = calendar.addWorkingMs(from, reach + MINUTE);
        expect(calendar.addWorkingMs(calendar.subtractWorkingMs(end, span), span)).toBe(end);
      }),
    );
  });

  test('in working days is added and counted alike, both ways', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 200 }), (from, count) => {
        const day = dayOf(from);
        const later = calendar.addWorkingDays(day, count);
        expect(calendar.workingDaysBetween(day, later)).toBe(count);
        expect(calendar.isWorkingDay(later)).toBe(true);
        const start = calendar.addWorkingDays(day, 0);
        expect(calendar.addWorkingDays(calendar.addWorkingDays(start, count), -count)).toBe(start);
      }),
    );
  });
});

test('the appointment sent makes the portal’s formula agree with the lawful verdict at every end within office hours', () => {
  fc.assert(
    fc.property(instant, minutes(20 * DAY), minutes(5 * DAY), minutes(20 * DAY), (from, reach, length, later) => {
      const inForce = calendar.closeAtOrAfter(from + reach);
      const end = calendar.addWorkingMs(from + length, later + MINUTE);
      const records = [
        { code: 2, at: from },
        { code: 5, at: from + MINUTE },
        { code: 4, at: from + MINUTE + length },
        { code: 9, at: end },
      ];
      const sent = portalAppointment(inForce, records, end, calendar);
      const portalLimit = calendar.addWorkingMs(sent, portalSubtractedMs(records, end, calendar));
      expect(end <= portalLimit).toBe(end <= inForce);
    }),
  );
});
