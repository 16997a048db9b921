/** @module The portal's verdict, in cases worked out by hand on the official calendar. */
import { describe, expect, test } from 'vitest';
import { officialCalendar } from '../../mocks/calendar.ts';
import { parseRfc3339, toRfc3339 } from '../../mocks/times.ts';
import { dossierRecord, type Json, logIn, startSimulators } from './support.ts';

const CODE = 'H15.50-260202-0001';
type Step = [status: string, time: string];

/** What the portal says of a dossier with this record and history. */
async function verdictOf(record: Json, steps: Step[], asOf?: string): Promise<Json> {
  const simulators = await startSimulators();
  const portal = await logIn(simulators);
  await portal.dossier(dossierRecord(CODE, record));
  if (steps.length > 0)
    await portal.progress(...steps.map(([status, time]): [string, string, string] => [CODE, status, time]));
  const query = asOf === undefined ? '' : `&asOf=${encodeURIComponent(asOf)}`;
  return (await simulators.get(`/national-portal/_judge?dossier=${CODE}${query}`)).body;
}

describe('without a supplement', () => {
  test('an end at the very appointment is on time, a second later is late', async () => {
    const appointment = { NgayHenTra: '20260310170000' };
    expect(await verdictOf(appointment, [['9', '20260310170000']])).toEqual({
      onTime: true,
      endAt: '2026-03-10T17:00:00+07:00',
      appointmentAt: '2026-03-10T17:00:00+07:00',
      subtractedMinutes: 0,
    });
    expect(await verdictOf(appointment, [['9', '20260310170001']])).toMatchObject({ onTime: false });
  });

  test('if both 9 and 10 exist, 9 is the end', async () => {
    const steps: Step[] = [
      ['9', '20260310160000'],
      ['10', '20260312090000'],
    ];
    expect(await verdictOf({}, steps)).toMatchObject({ onTime: true, endAt: '2026-03-10T16:00:00+07:00' });
    expect(await verdictOf({}, steps.slice(1))).toMatchObject({ onTime: false, endAt: '2026-03-12T09:00:00+07:00' });
  });

  test('a refusal ends a dossier that had been accepted, a withdrawal any', async () => {
    const refused: Step[] = [
      ['2', '20260202083000'],
      ['3', '20260204090000'],
    ];
    expect(await verdictOf({}, refused, '2026-05-01T00:00:00+07:00')).toMatchObject({
      endAt: '2026-02-04T09:00:00+07:00',
    });
    expect(await verdictOf({}, refused.slice(1), '2026-05-01T00:00:00+07:00')).toMatchObject({
      onTime: false,
      endAt: '2026-05-01T00:00:00+07:00',
    });
    expect(await verdictOf({}, [['7', '20260204090000']])).toMatchObject({ endAt: '2026-02-04T09:00:00+07:00' });
  });

  test('time in code 6 is not subtracted', async () => {
    const steps: Step[] = [
      ['2', '20260202083000'],
      ['6', '20260203080000'],
      ['4', '20260309080000'],
      ['9', '20260311090000'],
    ];
    expect(await verdictOf({}, steps)).toMatchObject({ onTime: false, subtractedMinutes: 0 });
  });

  test('without progress the dossier’s own end counts', async () => {
    expect(await verdictOf({ NgayKetThucXuLy: '20260309100000', NgayTra: '20260320100000' }, [])).toMatchObject({
      onTime: true,
      endAt: '2026-03-09T10:00:00+07:00',
    });
  });

  test('a dossier that has not ended is held against the last day asked for', async () => {
    const steps: Step[] = [['4', '20260203080000']];
    expect(await verdictOf({}, steps, '2026-03-10T17:00:00+07:00')).toMatchObject({ onTime: true });
    expect(await verdictOf({}, steps, '2026-03-11T00:00:00+07:00')).toMatchObject({ onTime: false });
  });

  test('without an appointment the procedure’s limit decides, without either nothing does', async () => {
    const received = { NgayTiepNhan: '20260302070000', NgayHenTra: '' };
    // Fifteen working days from Monday 2 March at opening: Friday 20 March at close.
    expect(await verdictOf(received, [['9', '20260320170000']])).toMatchObject({ onTime: true, appointmentAt: null });
    expect(await verdictOf(received, [['9', '20260323070100']])).toMatchObject({ onTime: false });
    expect(await verdictOf({ ...received, MaTTHC: '9.999999' }, [['9', '20260320170000']])).toMatchObject({
      onTime: null,
    });
  });
});

describe('with one supplement', () => {
  test('over Tết 2026 only working time is subtracted', async () => {
    // From Friday 13 February 15:00 to Monday 23 February 09:00: two hours on the 13th, two on the 23rd, Tết between them.
    const steps: Step[] = [
      ['2', '20260202083000'],
      ['5', '20260213150000'],
      ['4', '20260223090000'],
    ];
    // Four hours after the appointment of Tuesday 17:00: Wednesday 11:00.
    expect(await verdictOf({}, [...steps, ['9', '20260311110000']])).toMatchObject({
      onTime: true,
      subtractedMinutes: 240,
    });
    expect(await verdictOf({}, [...steps, ['9', '20260311110001']])).toMatchObject({
      onTime: false,
      subtractedMinutes: 240,
    });
  });

  test('a budget used up exactly at a close ends at that close', async () => {
    // Eight working hours: Monday 2 March 07:00 to the next day at 07:00.
    const steps: Step[] = [
      ['5', '20260302070000'],
      ['4', '20260303070000'],
    ];
    expect(await verdictOf({}, [...steps, ['9', '20260311170000']])).toMatchObject({
      onTime: true,
      subtractedMinutes: 480,
    });
    expect(await verdictOf({}, [...steps, ['9', '20260312070000']])).toMatchObject({ onTime: false });
  });

  test('the supplement ends with the next record, whatever its code', async () => {
    const steps: Step[] = [
      ['5', '20260302080000'],
      ['6', '20260302090000'],
      ['4', '20260309080000'],
      ['9', '20260310160000'],
    ];
    expect(await verdictOf({}, steps)).toMatchObject({ subtractedMinutes: 60 });
  });

  test('that arrived late is put in its place by its own time', async () => {
    const steps: Step[] = [
      ['9', '20260310160000'],
      ['4', '20260302090000'],
      ['5', '20260302080000'],
    ];
    expect(await verdictOf({}, steps)).toMatchObject({ endAt: '2026-03-10T16:00:00+07:00', subtractedMinutes: 60 });
  });

  test('and no end, the supplement is the end', async () => {
    expect(await verdictOf({}, [['5', '20260305080000']], '2026-12-01T00:00:00+07:00')).toEqual({
      onTime: true,
      endAt: '2026-03-05T08:00:00+07:00',
      appointmentAt: '2026-03-10T17:00:00+07:00',
      subtractedMinutes: 0,
    });
  });
});

test('two supplements make a dossier late whatever its end; the same one told twice does not', async () => {
  const first: Step = ['5', '20260302080000'];
  const rest: Step[] = [
    ['4', '20260302090000'],
    ['9', '20260304090000'],
  ];
  expect(await verdictOf({}, [first, ...rest, ['5', '20260303080000']])).toMatchObject({ onTime: false });
  expect(await verdictOf({}, [first, first, ...rest])).toMatchObject({ onTime: true, subtractedMinutes: 60 });
});

test('a dossier that is not there and a time that is none are told', async () => {
  const simulators = await startSimulators();
  expect(await simulators.get('/national-portal/_judge?dossier=x')).toMatchObject({ status: 404 });
  const portal = await logIn(simulators);
  await portal.dossier(dossierRecord(CODE));
  expect(await simulators.get(`/national-portal/_judge?dossier=${CODE}&asOf=yesterday`)).toMatchObject({ status: 400 });
});

describe('the portal’s calendar', () => {
  const calendar = officialCalendar();
  const at = (text: string): number => parseRfc3339(`${text}:00+07:00`)!;
  const hours = (from: string, to: string): number => calendar.workingTime(at(from), at(to)) / 3_600_000;

  test('counts office hours only, and the Saturdays worked instead', () => {
    expect(hours('2026-03-10T00:00', '2026-03-11T00:00')).toBe(8);
    expect(hours('2026-03-10T11:00', '2026-03-10T14:00')).toBe(1);
    expect(hours('2026-03-14T00:00', '2026-03-16T00:00'), 'an ordinary weekend').toBe(0);
    expect(hours('2026-01-10T00:00', '2026-01-11T00:00'), 'the Saturday for 2 January').toBe(8);
    expect(hours('2026-01-02T00:00', '2026-01-03T00:00')).toBe(0);
    expect(hours('2026-02-14T00:00', '2026-02-23T00:00'), 'Tết').toBe(0);
    expect(hours('2026-03-10T14:00', '2026-03-10T14:00')).toBe(0);
  });

  test('walks a budget over what is not worked', () => {
    const walked = (from: string, hoursOfWork: number): string =>
      toRfc3339(calendar.addWorking(at(from), hoursOfWork * 3_600_000));
    expect(walked('2026-02-13T15:00', 2)).toBe('2026-02-13T17:00:00+07:00');
    expect(walked('2026-02-13T15:00', 3)).toBe('2026-02-23T08:00:00+07:00');
    expect(walked('2026-02-18T10:00', 4.5)).toBe('2026-02-23T11:30:00+07:00');
  });
});
