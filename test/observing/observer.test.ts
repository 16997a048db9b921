/** @module Observing against the portal's simulator: nothing is written, what it shows is read within a quota, what only it has is opened. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, isoDate } from '../../src/deadlines/local-time.ts';
import { Observer, type ObserverOptions } from '../../src/observing/part.ts';
import { findCompared, stageFigures } from '../../src/observing/read-store.ts';
import { adoptFrom } from '../../src/reconciliation/adopt.ts';
import type { Mode } from '../../src/sync/policy.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/units.ts';
import { profile } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { openProvince, type Province } from '../support/province.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

const START = at('11-02T09:00');
let timeline: Timeline;
/** The province's clock: a day passes when a test says so. */
let now = START;
beforeAll(async () => {
  timeline = await openTimeline(() => now);
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';

async function openObserved(mode: Mode, more: Partial<ObserverOptions> = {}) {
  now = START;
  const province = await openProvince(timeline);
  const treat = () => ({ mode, owns: null });
  const appender = timeline.appender({ treat, observeAfterMs: 5 * MINUTE });
  const observer = (others: Partial<ObserverOptions> = {}): Observer => {
    const { upstream, client } = province.connect();
    return new Observer({
      destination: PORTAL,
      instance: 'one',
      db: timeline.pool,
      seal: testSeal,
      portal: client,
      isOpen: () => upstream.breaker.state === 'closed',
      rules: () => ({ profile, catalogue: timeline.catalogue }),
      treat,
      appender,
      adopt: adoptFrom(client, appender),
      callsPerSecond: 100,
      callsPerDay: 1_000,
      lookEveryMs: 5 * MINUTE,
      listEveryMs: HOUR,
      listDays: 2,
      firstListingAfterMs: 365 * DAY,
      log: silent,
      now: () => now,
      ...more,
      ...others,
    });
  };
  return {
    province,
    observer,
    append: (...commands: Parameters<Timeline['append']>) => appender.append({ commands, raw: null }),
    /** Lets time pass, and looks. */
    async look(one: Observer, passed: number = HOUR): Promise<number> {
      now += passed;
      return one.round();
    },
  };
}

const old = async (province: Province, code: string, ...records: [string, string][]) => {
  const writer = await province.oldConnection();
  if (!(await province.kept(code))) await writer.dossier({ MaHoSo: code, NgayHenTra: '20260402170000' }, false);
  for (const [statusCode, time] of records) await writer.progress(code, statusCode, time);
};

const rowOf = async (code: string) => {
  const [row] = await timeline.rows<Record<string, unknown>>(
    `select s.mode, s.seen_status as "seenStatus", s.seen_appointment_at as "seenAppointmentAt", s.exists_there as "existsThere", s.unverified,
       s.acked_seq as "ackedSeq", s.head_seq as "headSeq", extract(epoch from s.verify_at)::float8 * 1000 as "verifyAt"
     from sync_state s join dossier d on d.id = s.dossier_id where d.code = $1`,
    [code],
  );
  return row!;
};
const stateOf = async (code: string) => {
  const [row] = await timeline.rows<Record<string, unknown>>(
    'select origin, incomplete, status, pause_reason as "pauseReason", appointment_at as "appointmentAt" from dossier where code = $1',
    [code],
  );
  return row;
};
const entriesSeen = () =>
  timeline.rows<{ status: string | null; kind: string }>(
    `select kind, status from timeline_entry where source = '${PORTAL}' order by dossier_id, seq`,
  );
const writes = async (province: Province): Promise<unknown> => {
  const { byService } = await province.stats();
  return [byService.DongBoHoSoMC ?? 0, byService.CapNhatTienDoHoSoMC ?? 0];
};

describe('a dossier that is observed', () => {
  it('is read back a while after it is told, shown, and never written', async () => {
    const { province, observer, append, look } = await openObserved('observe');
    const one = observer();
    await append(registration(CODE));
    await old(province, CODE, ['1', '20260310080005'], ['2', '20260310083010'], ['6', '20260316080000']);
    const before = await writes(province);
    expect(await look(one, MINUTE)).toBe(0);
    expect(await look(one)).toBe(1);
    expect(await rowOf(CODE)).toMatchObject({
      seenStatus: '6',
      seenAppointmentAt: at('04-02T17:00'),
      existsThere: true,
      ackedSeq: 0,
    });
    expect(await entriesSeen()).toEqual([
      { kind: 'status', status: 'paused' },
      { kind: 'appointment', status: null },
    ]);
    expect(await stateOf(CODE)).toMatchObject({ status: 'paused', pauseReason: 'financial-obligation' });
    // What it has read is compared with what is known then, once more, and then it is quiet.
    expect(await look(one, SECOND)).toBe(1);
    expect(await look(one, SECOND)).toBe(0);
    expect(await entriesSeen()).toHaveLength(2);
    expect(await writes(province)).toEqual(before);
  });

  it('is looked at ever more seldom while nothing changes, and soon again when something has', async () => {
    const { province, observer, append, look } = await openObserved('observe');
    const one = observer();
    await append(registration(CODE));
    await old(province, CODE, ['2', '20260310083000']);
    const gaps: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      now = Number((await rowOf(CODE)).verifyAt) - 1;
      await look(one, 1 + SECOND);
      gaps.push(Math.round((Number((await rowOf(CODE)).verifyAt) - now) / MINUTE));
    }
    // First the appointment is news, and it is looked at at once.
    expect(gaps).toEqual([0, 10, 20, 40, 80]);
    await old(province, CODE, ['4', '20260318080000']);
    await look(one, 2 * HOUR);
    await look(one, SECOND);
    expect(Math.round((Number((await rowOf(CODE)).verifyAt) - now) / MINUTE)).toBe(10);
  });

  it('that is not there is shown as missing, not as unread', async () => {
    const { observer, append, look } = await openObserved('observe');
    await append(registration(CODE));
    await look(observer());
    expect(await rowOf(CODE)).toMatchObject({ seenStatus: null, existsThere: false, unverified: false });
    const own = { own: ['H15.50'], agencies: null, procedureCode: null, origin: null };
    expect(await stageFigures(timeline.pool, PORTAL, own)).toMatchObject([{ mode: 'observe', dossiers: 1, read: 1 }]);
  });
});

describe('the quota', () => {
  const codes = Array.from({ length: 12 }, (_, i) => `H15.50-260310-${2001 + i}`);

  it('bounds the questions of a second and of a day, and the next day begins anew', async () => {
    const { observer, append, look, province } = await openObserved('observe', { callsPerSecond: 2, callsPerDay: 6 });
    const one = observer();
    await append(...codes.map((code) => registration(code)));
    expect(await look(one)).toBe(4);
    expect(await look(one, 0)).toBe(0);
    expect(await look(one, SECOND)).toBe(2);
    expect(await look(one, SECOND)).toBe(0);
    expect((await province.stats()).byService.TraCuuHoSo).toBe(6);
    expect(await look(one, DAY)).toBe(4);
  });

  it('is one for all processes, and another goes on where one has stopped', async () => {
    const { observer, append, look, province } = await openObserved('observe', { callsPerDay: 7 });
    const [one, two] = [observer(), observer({ instance: 'two' })];
    await append(...codes.map((code) => registration(code)));
    now += HOUR;
    expect(await one.round()).toBe(7);
    expect(await two.round()).toBe(0);
    await one.stop();
    expect(await look(two)).toBe(0);
    expect(await look(two, DAY)).toBe(7);
    expect((await province.stats()).byService.TraCuuHoSo).toBe(14);
  });

  it('is asked for less while the portal struggles', async () => {
    const { observer, append, look, province } = await openObserved('observe', { callsPerSecond: 8 });
    const one = observer();
    await append(...codes.map((code) => registration(code)));
    await province.faults({ rateLimitPerSecond: 0.001, retryAfterSeconds: 0, seed: 1 });
    await look(one);
    const pace = async () => Number((await timeline.rows<{ pace: number }>('select pace from observer'))[0]!.pace);
    expect(await pace()).toBe(4);
    expect((await timeline.rows('select 1 from sync_state where unverified')).length).toBeGreaterThan(0);
    await province.faults({});
    await look(one);
    expect(await pace()).toBeCloseTo(4.4);
  });
});

describe('a listing', () => {
  const day = isoDate(dayOf(START)).replaceAll('-', '');
  const invented = `H15.58-${day.slice(2)}-9001`;

  it('opens what only the portal has, as the portal’s, and owes it nothing', async () => {
    const { province, observer, look } = await openObserved('send', { firstListingAfterMs: 0, callsPerSecond: 20 });
    const one = observer();
    await province.act({ act: 'invent-dossier', dossier: invented, status: '4' });
    await look(one);
    expect(await stateOf(invented)).toMatchObject({ origin: 'portal', incomplete: false, status: 'accepted' });
    const { ackedSeq, headSeq } = await rowOf(invented);
    expect(ackedSeq).toBe(headSeq);
    await province.drain({ now: () => now });
    await province.inStep();
    expect(await writes(province)).toEqual([0, 0]);
  });

  it('is gone through day after day, page by page, and begun again after a while', async () => {
    const { province, observer, look } = await openObserved('observe', { firstListingAfterMs: HOUR });
    const one = observer();
    const lists = async () => (await province.stats()).byService.LayDanhSachHoSo ?? 0;
    await look(one, MINUTE);
    expect(await lists()).toBe(0);
    await look(one);
    await look(one, SECOND);
    await look(one, SECOND);
    expect(await lists()).toBe(2);
    // Another process goes on with the next sweep, not with a first one.
    await one.stop();
    const two = observer({ instance: 'two' });
    await look(two, MINUTE);
    expect(await lists()).toBe(2);
    await look(two);
    expect(await lists()).toBe(3);
  });

  it('makes what has changed there be looked at now', async () => {
    const { province, observer, append, look } = await openObserved('observe', { firstListingAfterMs: 2 * HOUR });
    const one = observer();
    const code = `H15.50-${day.slice(2)}-0007`;
    await append(
      registration(code, {
        fields: { submittedAt: '2026-11-02T08:00:00+07:00', receivedAt: '2026-11-02T08:30:00+07:00' },
      }),
    );
    const writer = await province.oldConnection();
    await writer.dossier({ MaHoSo: code, NgayTiepNhan: `${day}083000` }, false);
    await look(one);
    await look(one, MINUTE);
    await writer.progress(code, '4', `${day}093000`);
    // Its own next look is hours away.
    await timeline.pool.query(`update sync_state set verify_at = to_timestamp(${now + DAY} / 1000.0)`);
    expect(await look(one, 2 * HOUR)).toBe(1);
    expect(await rowOf(code)).toMatchObject({ seenStatus: '4' });
  });

  it('that the portal does not have is not asked for again', async () => {
    const { province, observer, look } = await openObserved('observe', { firstListingAfterMs: 0 });
    await province.settings({ lists: false });
    const one = observer();
    await look(one);
    await look(one, DAY);
    expect((await province.stats()).byService.LayDanhSachHoSo).toBe(1);
  });
});

describe('a dossier that is compared', () => {
  const compared = async (code: string) => {
    const [row] = await timeline.rows<{ id: number }>('select id from dossier where code = $1', [code]);
    return (await findCompared(timeline.pool, PORTAL, row!.id))!;
  };

  it('shows what would be written and what the other writer wrote, and nothing is', async () => {
    const { province, observer, append, look } = await openObserved('compare');
    const one = observer();
    await append(registration(CODE));
    await append(status(CODE, 'paused', '03-16T08:00', { source: 'land-registry', eventId: 'tax' }));
    await old(province, CODE, ['1', '20260310080000'], ['2', '20260310083000'], ['4', '20260312080000']);
    const before = await writes(province);
    await look(one);
    await look(one, SECOND);
    const { kinds, would, theirs, findings, isCurrent } = await compared(CODE);
    expect(isCurrent).toBe(true);
    expect(kinds).toEqual(['pause-lost', 'appointment-differs']);
    expect(findings[0]).toMatchObject({ ours: { status: '6' }, theirs: { status: '4' } });
    expect(would).toMatchObject({
      create: false,
      records: [{ statusCode: '6', occurredAt: at('03-16T08:00') }],
      fields: expect.arrayContaining(['status', 'appointment']),
    });
    expect(theirs).toMatchObject([
      { statusCode: '1', sameAs: 1 },
      { statusCode: '2', officer: 'Lê Thị Bình', department: 'Bộ phận Một cửa' },
      { statusCode: '4', officer: 'Lê Thị Bình' },
    ]);
    expect(await writes(province)).toEqual(before);

    await append(status(CODE, 'resumed', '03-18T08:00', { source: 'land-registry', eventId: 'paid' }));
    expect((await compared(CODE)).isCurrent).toBe(false);
  });

  it('is in step where the other writer has brought it all', async () => {
    const { province, observer, append, look } = await openObserved('compare');
    await append(registration(CODE));
    const drain = await province.drain();
    await timeline.pool.query("update sync_state set mode = 'send'");
    await province.inStep();
    await drain.stop();
    await timeline.pool.query("update sync_state set mode = 'compare', verify_at = 'epoch'");
    await look(observer());
    expect(await compared(CODE)).toMatchObject({
      kinds: [],
      would: { create: false, records: [], fields: [] },
      theirs: [],
    });
  });

  it('that is not there would be created', async () => {
    const { observer, append, look } = await openObserved('compare');
    await append(registration(CODE));
    await look(observer());
    expect(await compared(CODE)).toMatchObject({
      kinds: ['missing-at-portal'],
      would: { create: true, fields: [] },
    });
  });
});
