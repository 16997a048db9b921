/** @module The working calendar over HTTP: read, tried out, changed, and what it does to open dossiers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, openGateway } from './gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

const read = (year: number | string, headers: Record<string, string> = {}) =>
  gateway.call('igate', 'GET', `/v1/calendar/${year}`, undefined, headers);
const put = (year: number, body: object, headers: Record<string, string> = {}) =>
  gateway.call('operator', 'PUT', `/v1/calendar/${year}`, body, headers);

interface Day {
  date: string;
  kind: 'off' | 'working';
  name: string | null;
}
/** The days of a year as they stand, to be sent back with a change. */
const daysOf = async (year: number): Promise<Day[]> => (await read(year)).json.days as Day[];

const dossier = (receivedAt: string, more: object = {}) => ({
  procedureCode: '1.005129',
  agencyCode: 'H15.50',
  channel: 'online',
  receivedAt,
  applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
  ...more,
});
const appointmentOf = async (code: string): Promise<string> => {
  const { json } = await gateway.call('igate', 'GET', `/v1/dossiers/${code}`);
  return (json.clock as { appointmentAt: string }).appointmentAt;
};

describe('a year that is read', () => {
  it('shows each day off and swapped day with its notice, the working days and the office hours', async () => {
    const { status, json, headers } = await read(2026);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      year: 2026,
      provisional: false,
      // 261 weekdays, less 14 days off, plus two Saturdays.
      workingDays: 249,
      officeHours: { morning: { from: '07:00', to: '11:30' }, afternoon: { from: '13:30', to: '17:00' } },
    });
    expect(json.days).toContainEqual({
      date: '2026-08-22',
      kind: 'working',
      name: 'Làm bù',
      forDate: '2026-08-31',
      source: 'Công văn 9859/VPCP-KGVX 2025',
      confidence: 'verified',
    });
    expect(headers.etag).toMatch(/^"[0-9a-f]{16}"$/);
  });

  it.each([2021, 2027, 2040])('%i has no complete notice and is provisional', async (year) => {
    expect((await read(year)).json).toMatchObject({ year, provisional: true });
  });

  it.each(['2014', '2061', 'abc', '2026.5'])('%s cannot be counted in, and the answer says which can', async (year) => {
    const { status, json } = await read(year);
    expect(status).toBe(400);
    expect(json.violations).toEqual([{ path: 'path.year', message: 'Lịch làm việc chỉ có từ năm 2015 đến năm 2060.' }]);
  });
});

describe('a year as iCalendar', () => {
  it.each([
    ['by its media type', '/v1/calendar/2026', { accept: 'text/calendar' }],
    ['by ?format=ics', '/v1/calendar/2026?format=ics', {}],
  ])('%s keeps to RFC 5545', async (_title, url, headers) => {
    const { status, text, headers: answered } = await gateway.call('igate', 'GET', url, undefined, headers);
    expect(status).toBe(200);
    expect(answered['content-type']).toBe('text/calendar; charset=utf-8');
    expect(text).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\nPRODID:/);
    expect(text).toMatch(/END:VCALENDAR\r?\n?$/);
    const lines = text.split('\r\n');
    expect(lines.every((line) => !line.includes('\n') && Buffer.byteLength(line) <= 75)).toBe(true);
    const unfolded = text.replaceAll('\r\n ', '');
    const events = unfolded.split('BEGIN:VEVENT').slice(1);
    expect(events).toHaveLength(16);
    for (const event of events) {
      expect(event).toMatch(/\r\nUID:\S+\r\n/);
      expect(event).toMatch(/\r\nDTSTAMP:\d{8}T\d{6}Z\r\n/);
      expect(event).toMatch(/\r\nDTSTART;VALUE=DATE:2026\d{4}\r\n/);
    }
    expect(new Set(unfolded.match(/UID:.*/g))).toHaveLength(16);
    expect(unfolded).toContain('DTSTART;VALUE=DATE:20260822\r\n');
    expect(unfolded).toContain('SUMMARY:Làm bù (làm bù cho 2026-08-31)');
  });

  it('folds a long Vietnamese line by its octets and keeps its letters whole', async () => {
    const name = 'Nghỉ theo quyết định của Ủy ban nhân dân tỉnh về việc khắc phục hậu quả bão lũ; đợt một, 2031';
    await put(2031, { days: [{ date: '2031-03-10', kind: 'off', name }], reason: 'Thử dòng dài' });
    const { text } = await gateway.call('igate', 'GET', '/v1/calendar/2031?format=ics');
    expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(text.replaceAll('\r\n ', '')).toContain(`SUMMARY:${name.replaceAll(/([;,])/g, '\\$1')}`);
    expect(text).not.toContain('\uFFFD');
  });
});

describe('a change of a year', () => {
  it('moves the open deadlines it touches, tells why in the timeline, and keeps who changed what', async () => {
    const touched = 'H15.50-260302-0001';
    const before = 'H15.50-260302-0002';
    const ended = 'H15.50-260302-0003';
    // Received on Monday 2 March: fifteen working days end on Monday the 23rd.
    await gateway.call('igate', 'PUT', `/v1/dossiers/${touched}`, dossier('2026-03-02T08:00:00+07:00'));
    await gateway.call('igate', 'PUT', `/v1/dossiers/${ended}`, dossier('2026-03-02T08:00:00+07:00'));
    await gateway.call('igate', 'POST', `/v1/dossiers/${ended}/events`, {
      events: [{ eventId: 'end-1', status: 'completed', occurredAt: '2026-03-03T08:00:00+07:00' }],
    });
    await gateway.call(
      'igate',
      'PUT',
      `/v1/dossiers/${before}`,
      dossier('2026-03-02T08:00:00+07:00', {
        limitOverride: { limit: { amount: 1, unit: 'working-day' }, decision: 'QĐ 7/QĐ-UBND' },
      }),
    );
    expect(await appointmentOf(touched)).toBe('2026-03-23T17:00:00+07:00');

    const { headers } = await read(2026);
    const days = [...(await daysOf(2026)), { date: '2026-03-16', kind: 'off', name: 'Nghỉ do bão' }];
    const trial = await put(2026, { days, reason: 'Công điện phòng chống bão', dryRun: true });
    expect(trial.json).toMatchObject({
      dryRun: true,
      changeId: null,
      moved: 1,
      examples: [{ dossierCode: touched, from: '2026-03-23T17:00:00+07:00', to: '2026-03-24T17:00:00+07:00' }],
    });
    expect(await appointmentOf(touched)).toBe('2026-03-23T17:00:00+07:00');

    const done = await put(2026, { days, reason: 'Công điện phòng chống bão' }, { 'if-match': String(headers.etag) });
    expect(done.status).toBe(200);
    expect(done.json).toMatchObject({ dryRun: false, moved: 1, examples: trial.json.examples });
    expect(await appointmentOf(touched)).toBe('2026-03-24T17:00:00+07:00');
    expect(await appointmentOf(before)).toBe('2026-03-03T17:00:00+07:00');
    expect(await appointmentOf(ended)).toBe('2026-03-23T17:00:00+07:00');

    const timeline = await gateway.call('igate', 'GET', `/v1/dossiers/${touched}/timeline`);
    const last = (timeline.json.events as Record<string, unknown>[]).at(-1);
    expect(last).toMatchObject({
      type: 'appointment',
      source: 'gateway',
      appointmentAt: '2026-03-24T17:00:00+07:00',
      details: {
        previous: Date.parse('2026-03-23T17:00:00+07:00'),
        cause: `calendar-change:${done.json.changeId}`,
        ruleVersion: expect.any(Number),
      },
    });
    const { rows } = await gateway.database.pool.query(
      'select c.year, c.author, c.reason, jsonb_array_length(c.former) as former, jsonb_array_length(c.changed) as changed from calendar_change c where id = $1',
      [done.json.changeId],
    );
    expect(rows).toEqual([
      { year: 2026, author: 'operator', reason: 'Công điện phòng chống bão', former: 16, changed: 17 },
    ]);
    const { rows: sync } = await gateway.database.pool.query(
      'select s.head_seq = d.head_seq as told from sync_state s join dossier d on d.id = s.dossier_id where d.code = $1',
      [touched],
    );
    expect(sync).toEqual([{ told: true }]);
  });

  it('changes nothing when it is sent again', async () => {
    const again = await put(2026, { days: await daysOf(2026), reason: 'Gửi lại' });
    expect(again.json).toMatchObject({ changeId: null, moved: 0, examples: [] });
  });

  it('is refused when someone else has changed the year meanwhile', async () => {
    const { headers } = await read(2030);
    const days = [{ date: '2030-01-01', kind: 'off', name: 'Tết Dương lịch' }];
    expect((await put(2030, { days, reason: 'Người thứ nhất' }, { 'if-match': String(headers.etag) })).status).toBe(
      200,
    );
    const late = await put(2030, { days: [], reason: 'Người thứ hai' }, { 'if-match': String(headers.etag) });
    expect(late.status).toBe(412);
    expect(late.json).toMatchObject({ code: 'precondition-failed' });
    expect(await daysOf(2030)).toHaveLength(1);
  });

  it('publishes a year: with every day sure it is no longer provisional', async () => {
    const days = (await daysOf(2027)).map((day) => ({ ...day, confidence: 'verified' }));
    const { json } = await put(2027, { days, reason: 'Thông báo lịch nghỉ 2027' });
    expect(json.calendar).toMatchObject({ year: 2027, provisional: false });
  });

  it.each([
    ['a date that does not exist', { date: '2032-02-30', kind: 'off' }, '$.days[0].date'],
    ['a date of another year', { date: '2031-03-10', kind: 'off' }, '$.days[0].date'],
    ['a Saturday as a day off', { date: '2032-03-13', kind: 'off' }, '$.days[0].date'],
    ['a Monday as a swapped day', { date: '2032-03-15', kind: 'working' }, '$.days[0].date'],
    ['an unknown kind', { date: '2032-03-15', kind: 'half' }, '$.days[0].kind'],
  ])('refuses %s at its place', async (_title, day, path) => {
    const { status, json } = await put(2032, { days: [day], reason: 'Thử' });
    expect(status).toBe(422);
    expect((json.violations as { path: string }[]).map((violation) => violation.path)).toEqual([path]);
  });

  it('refuses a day that is listed twice, and a change without a reason', async () => {
    const day = { date: '2032-03-15', kind: 'off' };
    const twice = await put(2032, { days: [day, day], reason: 'Thử' });
    expect(twice.json.violations).toEqual([{ path: '$.days[1].date', message: '2032-03-15 bị ghi hai lần' }]);
    const bare = await put(2032, { days: [day] });
    expect(bare.json.violations).toMatchObject([{ path: '$.reason' }]);
  });

  it('is an operator’s to make', async () => {
    const { status } = await gateway.call('igate', 'PUT', '/v1/calendar/2032', { days: [], reason: 'Thử' });
    expect(status).toBe(403);
  });
});

describe('a computed deadline', () => {
  const compute = (body: object, headers: Record<string, string> = {}) =>
    gateway.call('igate', 'POST', '/v1/deadlines/compute', body, headers);
  const asked = { receivedAt: '2026-03-09T09:00:00+07:00', limit: { amount: 3, unit: 'working-day' } };

  it('says why there is none without a time limit', async () => {
    const { status, json } = await compute({ ...asked, limit: null });
    expect(status).toBe(200);
    expect(json).toMatchObject({ appointmentAt: null, absentBecause: 'no-limit-and-no-slip', basis: null });
  });

  it('is due the same day for a same-day procedure', async () => {
    const { json } = await compute({ ...asked, limit: { amount: 0, unit: 'working-day' } });
    expect(json.appointmentAt).toBe('2026-03-09T17:00:00+07:00');
  });

  it.each([
    ['a date that does not exist', { receivedAt: '2026-02-30T09:00:00+07:00' }, '$.receivedAt'],
    [
      'a pause that ends before it begins',
      {
        suspensions: [
          {
            from: '2026-03-11T09:00:00+07:00',
            to: '2026-03-10T09:00:00+07:00',
            reason: 'consultation',
            effect: 'suspend',
          },
        ],
      },
      '$.suspensions[0].to',
    ],
    ['a year without a calendar', { receivedAt: '2014-03-10T09:00:00+07:00' }, '$.receivedAt'],
    ['a limit that leads out of the calendar', { limit: { amount: 9_999, unit: 'month' } }, '$.limit'],
    ['half a calendar day', { limit: { amount: 2.5, unit: 'day' } }, '$.limit.amount'],
  ])('refuses %s at its place', async (_title, wrong, path) => {
    const { status, json } = await compute({ ...asked, ...wrong });
    expect(status).toBe(422);
    expect((json.violations as { path: string }[]).map((violation) => violation.path)).toEqual([path]);
  });

  it('is marked provisional where a year has no notice yet', async () => {
    const { json } = await compute({ ...asked, receivedAt: '2035-03-12T09:00:00+07:00' });
    expect(json).toMatchObject({ provisional: true, appointmentAt: '2035-03-15T17:00:00+07:00' });
  });
});
