/** @module `lienthong calendar` and `lienthong deadline`: the API's answers on the command line, with and without a database. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, openGateway } from './gateway.ts';

const run = promisify(execFile);

let gateway: Gateway;
let dataDir: string;
beforeAll(async () => {
  gateway = await openGateway();
  dataDir = await mkdtemp(join(tmpdir(), 'lienthong-cli-'));
});
afterAll(async () => {
  await gateway.close();
  await rm(dataDir, { recursive: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in a DATA_DIR where nothing runs; DATABASE_URL only where a test gives it. */
async function lienthong(args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  try {
    const { stdout, stderr } = await run(process.execPath, ['bin/lienthong.js', ...args], {
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env },
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

const ASKED = [
  'deadline',
  ...['--received', '2026-02-12T09:00+07:00', '--limit', '2.5wd', '--rule', 'next-day'],
  ...['--suspend', '2026-02-23T17:00+07:00/2026-02-26T07:00+07:00:financial-obligation'],
];

/** What counts from now differs from call to call. */
const lasting = (answer: Record<string, unknown>): object => {
  const { remainingWorkingMinutes, ledger, ...rest } = answer;
  const { consumedMinutes, ...kept } = ledger as Record<string, unknown>;
  return { ...rest, ledger: kept };
};

describe('a deadline on the command line', () => {
  it('is what the API answers', async () => {
    const { out, code } = await lienthong(ASKED);
    expect(code).toBe(0);
    const { json } = await gateway.call('igate', 'POST', '/v1/deadlines/compute', {
      receivedAt: '2026-02-12T09:00:00+07:00',
      limit: { amount: 2.5, unit: 'working-day' },
      startRule: 'next-day',
      suspensions: [
        {
          from: '2026-02-23T17:00:00+07:00',
          to: '2026-02-26T07:00:00+07:00',
          reason: 'financial-obligation',
          effect: 'suspend',
        },
      ],
    });
    expect(lasting(JSON.parse(out))).toEqual(lasting(json));
    // Two and a half days end on Tuesday 24 at 11:00; Tuesday and Wednesday are suspended.
    expect(json.appointmentAt).toBe('2026-02-26T11:00:00+07:00');
  });

  it('explains itself in Vietnamese, line by line', async () => {
    const { out } = await lienthong([...ASKED, '--explain']);
    expect(out).toMatch(/^1\. Tiếp nhận hồ sơ lúc 09:00 12\/02\/2026 \(thứ Năm\)\.\n2\. /);
    expect(out).toContain('Tết Nguyên đán');
  });

  it('counts by the calendar of the database in use, or by the shipped one offline', async () => {
    const storm = { date: '2026-02-26', kind: 'off', name: 'Nghỉ do bão' };
    const { json } = await gateway.call('igate', 'GET', '/v1/calendar/2026');
    const days = [...(json.days as object[]), storm];
    await gateway.call('operator', 'PUT', '/v1/calendar/2026', { days, reason: 'Bão' });
    const env = { DATABASE_URL: gateway.database.url };
    expect(JSON.parse((await lienthong(ASKED, env)).out).appointmentAt).toBe('2026-02-27T11:00:00+07:00');
    expect(JSON.parse((await lienthong([...ASKED, '--offline'], env)).out).appointmentAt).toBe(
      '2026-02-26T11:00:00+07:00',
    );
    expect(JSON.parse((await lienthong(['calendar', '2026'], env)).out)).toEqual(
      (await gateway.call('igate', 'GET', '/v1/calendar/2026')).json,
    );
  });

  it.each([
    ['a date that does not exist', ['--received', '2026-02-30T09:00+07:00', '--limit', '2wd'], '$.receivedAt'],
    [
      'a pause that ends before it begins',
      [
        ...['--received', '2026-02-12T09:00+07:00', '--limit', '2wd'],
        ...['--suspend', '2026-02-24T09:00+07:00/2026-02-23T09:00+07:00:other'],
      ],
      '$.suspensions[0].to: Tạm dừng kết thúc trước khi bắt đầu.',
    ],
    [
      'an unknown reason',
      ['--received', '2026-02-12T09:00+07:00', '--limit', '2wd', '--suspend', '2026-02-24T09:00+07:00/:rain'],
      '$.suspensions[0].reason',
    ],
    [
      'a limit that says nothing',
      ['--received', '2026-02-12T09:00+07:00', '--limit', 'soon'],
      'Không đọc được thời hạn "soon"',
    ],
    [
      'a pause that says nothing',
      ['--received', '2026-02-12T09:00+07:00', '--limit', '2wd', '--suspend', 'today'],
      'Không đọc được lần tạm dừng "today"',
    ],
    ['a year without a calendar', ['--received', '2010-02-12T09:00+07:00', '--limit', '2wd'], '$.receivedAt'],
  ])('refuses %s without a stack', async (_title, args, said) => {
    const { code, err } = await lienthong(['deadline', ...args]);
    expect(code).toBe(1);
    expect(err).toContain(said);
    expect(err).not.toContain('    at ');
  });

  it('marks what has no time limit', async () => {
    const { out } = await lienthong(['deadline', '--received', '2026-02-12T09:00+07:00', '--limit', 'none']);
    expect(JSON.parse(out)).toMatchObject({ appointmentAt: null, absentBecause: 'no-limit-and-no-slip' });
  });
});

describe('a year on the command line', () => {
  it('comes as iCalendar too', async () => {
    const { out } = await lienthong(['calendar', '2026', '--format', 'ics']);
    expect(out).toMatch(/^BEGIN:VCALENDAR\r\n/);
  });

  it('is marked provisional without a notice, and refused where nothing can be counted', async () => {
    expect(JSON.parse((await lienthong(['calendar', '2040'])).out)).toMatchObject({ year: 2040, provisional: true });
    const { code, err } = await lienthong(['calendar', '1999']);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'Nội dung chưa hợp lệ\n  year: Lịch làm việc chỉ có từ năm 2015 đến năm 2060.\n',
    });
  });
});
