/** @module The portal's note: what it subtracts, when it takes a dossier to end, and the appointment that agrees. */

import { describe, expect, test } from 'vitest';
import {
  type PortalRecord,
  portalAppointment,
  portalSubtractedMinutes,
  portalVerdict,
} from '../../src/deadlines/portal-count.ts';
import { at, calendar, local } from './worked-cases.ts';

/** Records written `code@time`. */
function records(...texts: string[]): PortalRecord[] {
  return texts.map((text) => {
    const [code, time = ''] = text.split('@');
    return { code: Number(code), at: at(time) };
  });
}

const accepted = '2@2026-03-09T09:00';
const asOf = at('2026-03-31T17:00');

function judge(list: PortalRecord[], appointmentAt: string | null = '2026-03-16T17:00') {
  const receivedAt = at('2026-03-09T09:00');
  return portalVerdict(
    { records: list, appointmentAt: appointmentAt === null ? null : at(appointmentAt), receivedAt, asOf },
    calendar,
  );
}

describe('what the portal subtracts', () => {
  test.each([
    ['no supplement', records(accepted, '4@2026-03-10T09:00'), null, 0],
    [
      'to the next record',
      records(accepted, '5@2026-03-10T07:00', '4@2026-03-10T11:00', '9@2026-03-11T09:00'),
      null,
      240,
    ],
    ['by time, not by place', records('9@2026-03-11T09:00', '4@2026-03-10T11:00', '5@2026-03-10T07:00'), null, 240],
    ['to the end where nothing follows', records('5@2026-03-10T07:00'), at('2026-03-10T17:00'), 480],
    ['no further than the end', records('5@2026-03-10T07:00', '10@2026-03-12T07:00'), at('2026-03-10T11:00'), 240],
    ['nothing without an end', records('5@2026-03-10T07:00'), null, 0],
    ['nothing after the end', records('5@2026-03-10T07:00'), at('2026-03-09T17:00'), 0],
    ['nothing for two', records('5@2026-03-10T07:00', '4@2026-03-10T11:00', '5@2026-03-11T07:00'), asOf, 0],
    ['nothing for code 6', records('6@2026-03-10T07:00', '4@2026-03-10T11:00'), null, 0],
  ])('%s', (_, list, end, minutes) => {
    expect(portalSubtractedMinutes(list, end, calendar)).toBe(minutes);
  });
});

describe('the appointment to send', () => {
  test('is the one in force when the portal subtracts nothing', () => {
    expect(local(portalAppointment(at('2026-03-16T17:00'), records('6@2026-03-10T07:00'), asOf, calendar))).toBe(
      '2026-03-16T17:00',
    );
  });

  test('stays where it was for a suspended supplement: no credit twice', () => {
    const list = records('5@2026-03-10T07:00', '4@2026-03-10T17:00');
    expect(local(portalAppointment(at('2026-03-17T17:00'), list, null, calendar))).toBe('2026-03-16T17:00');
  });

  test('gives back exactly what rounding granted', () => {
    const list = records('5@2026-03-10T07:00', '4@2026-03-10T08:40');
    expect(local(portalAppointment(at('2026-03-17T17:00'), list, null, calendar))).toBe('2026-03-17T15:20');
  });
});

describe('the verdict', () => {
  test('on time to the minute, late a minute after', () => {
    expect(judge(records(accepted, '9@2026-03-16T17:00'))).toEqual({
      onTime: true,
      endAt: at('2026-03-16T17:00'),
      subtractedMinutes: 0,
      formulaLate: false,
    });
    expect(judge(records(accepted, '9@2026-03-16T17:01')).onTime).toBe(false);
  });

  test('takes 9 before 10, and the later of two', () => {
    expect(judge(records(accepted, '10@2026-03-18T09:00', '9@2026-03-16T09:00'))).toMatchObject({ onTime: true });
    expect(judge(records(accepted, '10@2026-03-18T09:00'))).toMatchObject({ onTime: false });
    const reopened = records(accepted, '9@2026-03-12T09:00', '4@2026-03-13T09:00', '9@2026-03-18T09:00');
    expect(judge(reopened)).toMatchObject({ endAt: at('2026-03-18T09:00') });
    expect(judge(reopened.toReversed())).toMatchObject({ endAt: at('2026-03-18T09:00') });
  });

  test.each([7, 8, 3])('takes code %i as an end', (code) => {
    expect(judge(records(accepted, `${code}@2026-03-12T09:00`))).toMatchObject({
      onTime: true,
      endAt: at('2026-03-12T09:00'),
    });
  });

  test('a rejection before acceptance ends nothing and is never late', () => {
    const list = records('1@2026-03-09T08:00', '3@2026-03-20T09:00');
    const dossier = { records: list, appointmentAt: at('2026-03-16T17:00'), receivedAt: null, asOf };
    expect(portalVerdict(dossier, calendar)).toMatchObject({ onTime: true, endAt: null });
    const taken = { ...dossier, records: [...list, ...records('2@2026-03-20T10:00')] };
    expect(portalVerdict(taken, calendar)).toMatchObject({ onTime: false, endAt: null });
  });

  test('without end it is judged at the end of the period, with one open supplement at its time', () => {
    expect(judge(records(accepted, '4@2026-03-10T09:00'))).toMatchObject({ onTime: false, endAt: null });
    expect(judge(records(accepted, '5@2026-03-12T09:00'))).toMatchObject({ onTime: true, subtractedMinutes: 0 });
    expect(judge(records(accepted, '5@2026-03-17T09:00'))).toMatchObject({ onTime: false });
  });

  test('adds a single supplement to the appointment', () => {
    const list = records(accepted, '5@2026-03-10T07:00', '4@2026-03-10T17:00', '9@2026-03-17T17:00');
    expect(judge(list)).toMatchObject({ onTime: true, subtractedMinutes: 480 });
  });

  test('two supplements are late whatever the appointment', () => {
    const list = records(
      accepted,
      '5@2026-03-10T07:00',
      '4@2026-03-10T08:00',
      '5@2026-03-10T09:00',
      '9@2026-03-10T10:00',
    );
    expect(judge(list)).toMatchObject({ onTime: false, formulaLate: true, subtractedMinutes: 0 });
  });

  test('without an appointment the limit is compared, and without a limit nothing is exceeded', () => {
    const dossier = {
      records: records(accepted, '9@2026-03-10T09:00'),
      appointmentAt: null,
      receivedAt: at('2026-03-09T09:00'),
      asOf,
    };
    expect(portalVerdict({ ...dossier, limitWorkingMinutes: 480 }, calendar).onTime).toBe(true);
    expect(portalVerdict({ ...dossier, limitWorkingMinutes: 479 }, calendar).onTime).toBe(false);
    expect(portalVerdict(dossier, calendar).onTime).toBe(true);
    expect(portalVerdict({ ...dossier, receivedAt: null, limitWorkingMinutes: 1 }, calendar).onTime).toBe(true);
  });
});
