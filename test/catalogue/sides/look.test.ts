/** @module Looks at the catalogues: kept, ended, ignored, resumed, once a day by one of several processes; dossiers with a wrong system. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueSource, ListedProcedure } from '../../../src/capabilities/catalogue.ts';
import { takeList } from '../../../src/catalogue/sides/list-take.ts';
import { claimPart, DOSSIERS, insertLook } from '../../../src/catalogue/sides/look-store.ts';
import { CatalogueLooks, type CatalogueLooksOptions } from '../../../src/catalogue/sides/part.ts';
import { countMisrouted, listMisrouted } from '../../../src/catalogue/sides/routed-store.ts';
import { Sides } from '../../../src/catalogue/sides/sides.ts';
import { ignoreKept, type KeptDifference, listKept } from '../../../src/catalogue/sides/store.ts';
import { summaryOf } from '../../../src/catalogue/sides/summary.ts';
import { UpstreamError } from '../../../src/connector/upstream-error.ts';
import { DAY, HOUR, MINUTE } from '../../../src/units.ts';
import { seedAlertRules } from '../../../src/watch/rules-store.ts';
import { at, landStatus, registration, status } from '../../support/commands.ts';
import { testSeal } from '../../support/seal.ts';
import { openTimeline, silent, type Timeline } from '../../support/timeline.ts';

const SIDE = 'national-portal';
const DAWN = at('11-02T05:30');
const AT = 5 * 60 + 30;

let timeline: Timeline;
let now: number;
/** What the portal lists; an error where it fails. */
let listed: (() => ListedProcedure[]) | UpstreamError;
let asked = 0;

const portal: CatalogueSource = {
  name: SIDE,
  covers: 'all',
  listProcedures: () => {
    asked += 1;
    return listed instanceof UpstreamError ? Promise.reject(listed) : Promise.resolve(listed());
  },
};

beforeAll(async () => {
  timeline = await openTimeline();
  await seedAlertRules(timeline.pool);
});
afterAll(() => timeline.close());
beforeEach(async () => {
  await timeline.empty();
  await timeline.pool.query(
    'truncate catalogue_difference, catalogue_look, catalogue_list, difference, exchange cascade',
  );
  now = DAWN;
  asked = 0;
  listed = () => same();
});

const same = (): ListedProcedure[] =>
  timeline.catalogue.data.procedures.map(({ code, name, sector, limit }) => ({
    code,
    name,
    sector,
    limit,
    fees: null,
    unread: [],
  }));
const without = (code: string) => same().filter((one) => one.code !== code);
const longer = (code: string) =>
  same().map((one) => (one.code === code ? { ...one, limit: { amount: 99, unit: 'day' as const } } : one));

const sidesOf = (source: CatalogueSource | null = portal): Sides =>
  new Sides({
    db: timeline.pool,
    catalogue: () => timeline.catalogue,
    fees: null,
    sources: new Map(source === null ? [] : [[SIDE, source]]),
    now: () => now,
  });
const process = (instance: string, more: Partial<CatalogueLooksOptions> = {}): CatalogueLooks =>
  new CatalogueLooks({
    pool: timeline.pool,
    sides: sidesOf(),
    catalogue: () => timeline.catalogue,
    seal: testSeal,
    instance,
    atMinute: AT,
    dailyAfterMs: 0,
    log: silent,
    now: () => now,
    ...more,
  });
/** Everything that is due now, by one process. */
async function lookAtAll(part = process('one')): Promise<void> {
  for (let rounds = 0; rounds < 50 && (await part.round()); rounds++);
}
const nextDay = async (): Promise<void> => {
  now += DAY;
  await lookAtAll();
};
const kept = async (state: KeptDifference['state'] | null = null) =>
  listKept(timeline.pool, { side: null, subject: null, kind: null, state, code: null, after: 0, limit: 100 });
const parts = () =>
  timeline.rows<{ part: string; state: string; error: string | null; attempts: number; compared: number }>(
    `select p.part, p.state, p.error, p.attempts, p.compared from catalogue_look_part p join catalogue_look l on l.id = p.look_id order by l.requested_at, p.part`,
  );

/** A dossier is with a system, since 12 March. */
const hand = (code: string, provider: string, state = 'submitted') =>
  timeline.pool.query(
    `insert into exchange (id, provider, dossier_id, dossier_code, kind, number, state, submission, created_at, changed_at)
     select d.code || '~' || $2, $2, d.id, d.code, 'birth', 'N1', $3, '', '2026-03-12T09:00:00+07:00', '2026-03-12T09:00:00+07:00' from dossier d where d.code = $1`,
    [code, provider, state],
  );

describe('a difference', () => {
  it('found again the next day is the same row; it ends when both sides agree, and begins anew when they no longer do', async () => {
    listed = () => longer('1.005129');
    await lookAtAll();
    const [found] = await kept();
    expect(await kept()).toEqual([
      expect.objectContaining({
        side: SIDE,
        subject: 'procedure',
        code: '1.005129',
        kind: 'limit-differs',
        state: 'open',
        ours: '15 ngày làm việc',
        theirs: '99 ngày',
        way: 'asked',
        since: DAWN,
        lastSeenAt: DAWN,
      }),
    ]);
    await nextDay();
    expect(await kept()).toEqual([{ ...found, asOf: DAWN + DAY, lastSeenAt: DAWN + DAY }]);

    listed = () => same();
    await nextDay();
    expect(await kept()).toEqual([]);
    expect(await kept('ended')).toEqual([
      expect.objectContaining({ id: found!.id, since: DAWN, endedAt: DAWN + 2 * DAY }),
    ]);

    listed = () => longer('1.005129');
    await nextDay();
    expect(await kept()).toEqual([
      expect.objectContaining({ id: found!.id, state: 'open', since: DAWN + 3 * DAY, endedAt: null }),
    ]);
  });

  it('is ignored until its time is over, or its values change', async () => {
    listed = () => longer('1.005129');
    await lookAtAll();
    const [found] = await kept();
    await ignoreKept(timeline.pool, found!.id, { by: 'cb-01', reason: 'Đang sửa', until: DAWN + 1.5 * DAY });
    await nextDay();
    expect(await kept()).toMatchObject([{ state: 'ignored', decidedBy: 'cb-01' }]);
    await nextDay();
    expect(await kept()).toMatchObject([{ id: found!.id, state: 'open', since: DAWN }]);

    await ignoreKept(timeline.pool, found!.id, { by: 'cb-01', reason: 'Đang sửa', until: now + 9 * DAY });
    listed = () => same().map((one) => (one.code === '1.005129' ? { ...one, limit: { amount: 7, unit: 'day' } } : one));
    await nextDay();
    expect(await kept()).toMatchObject([{ id: found!.id, state: 'open', theirs: '7 ngày' }]);
  });

  it('does not end because a side says nothing of it any more', async () => {
    listed = () => longer('1.005129');
    await lookAtAll();
    listed = () => same().map((one) => ({ ...one, limit: null }));
    await nextDay();
    expect(await kept()).toMatchObject([{ kind: 'limit-differs', state: 'open', lastSeenAt: DAWN }]);
    const summary = await summaryOf(timeline.pool, [SIDE], [], now);
    expect(summary.sides).toMatchObject([{ side: SIDE, open: 1, notTold: ['limits', 'fees', 'agencies'] }]);
  });

  it('raises one alert for its side until somebody takes note, which is cleared when both agree', async () => {
    const alerts = () =>
      timeline.rows(
        `select detail->>'side' as side, detail->>'new' as new, cleared_at is not null as cleared from alert where kind = 'catalogue-differs' order by id`,
      );
    listed = () => without('1.005129');
    await lookAtAll();
    await nextDay();
    expect(await alerts()).toEqual([{ side: SIDE, new: '1', cleared: false }]);
    await timeline.pool.query('update alert set acknowledged_at = now()');
    listed = () => without('1.005129').filter(({ code }) => code !== '1.004227');
    await nextDay();
    expect(await alerts()).toHaveLength(2);
    listed = () => same();
    await nextDay();
    expect(await alerts()).toMatchObject([{ cleared: true }, { cleared: true }]);
  });
});

describe('a look', () => {
  it('is made once a day by any number of processes, and not before its time', async () => {
    now = DAWN - MINUTE;
    const [one, two] = [process('one'), process('two')];
    await Promise.all([lookAtAll(one), lookAtAll(two)]);
    expect(await parts()).toEqual([]);
    now = DAWN + 3 * HOUR;
    await Promise.all([lookAtAll(one), lookAtAll(two)]);
    await Promise.all([lookAtAll(process('three')), lookAtAll(one)]);
    expect(await parts()).toMatchObject([
      { part: DOSSIERS, state: 'done' },
      { part: SIDE, state: 'done', attempts: 1, compared: same().length },
    ]);
    expect(asked).toBe(1);
    expect(await timeline.rows('select finished_at is not null as over from catalogue_look')).toEqual([{ over: true }]);
  });

  it('of a side that is down is tried again; what was found of it stands, and the other parts are done', async () => {
    listed = () => without('1.005129');
    await lookAtAll();
    listed = new UpstreamError('unavailable', { upstream: SIDE, operation: 'LayDanhSachTTHC', outcome: 'not-done' });
    await nextDay();
    expect((await parts()).slice(2)).toMatchObject([
      { part: DOSSIERS, state: 'done' },
      { part: SIDE, state: 'due', error: expect.stringContaining('unavailable') },
    ]);
    expect(await kept()).toMatchObject([{ state: 'open', lastSeenAt: DAWN }]);
    expect((await summaryOf(timeline.pool, [SIDE], [], now)).sides).toMatchObject([
      { open: 1, fault: expect.stringContaining('unavailable') },
    ]);
    listed = () => same();
    now += 5 * MINUTE;
    await lookAtAll();
    expect((await parts())[3]).toMatchObject({ state: 'done', error: null, attempts: 2 });
    expect(await kept()).toEqual([]);
  });

  it('that a process died in is taken up by another where it stood, and what the first one still finds is not kept', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => n);
    await timeline.pool.query(
      `insert into dossier (id, code, procedure_code, agency_code, agencies, origin, status, received_at, submitted_at, head_seq)
       select 900000 + n, 'H15.50-260310-' || (5000 + n), '1.005129', 'H15.50', '{H15.50}', 'igate', 'processing', '2026-03-10T08:30:00+07:00', '2026-03-10T08:30:00+07:00', 1
       from unnest($1::int[]) as n`,
      [many],
    );
    await hand('H15.50-260310-5000', 'civil-status');
    await insertLook(timeline.pool, { lookedOn: null, requestedBy: 'cb-01', parts: [DOSSIERS], now });
    const dead = await claimPart(timeline.pool, { instance: 'dead', now, until: now + 5 * MINUTE });
    expect(dead).toMatchObject({ part: DOSSIERS, position: 0 });
    const other = process('other', { atMinute: null });
    expect(await other.round()).toBe(false);
    now += 6 * MINUTE;
    await timeline.pool.query(`update catalogue_look_part set position = 900500 where part = $1`, [DOSSIERS]);
    await lookAtAll(other);
    expect(await parts()).toMatchObject([{ part: DOSSIERS, state: 'done', compared: 500 }]);
    expect(await countMisrouted(timeline.pool, null)).toEqual([]);
  });
});

describe('an uploaded list', () => {
  const csv = (text: string) =>
    (async function* () {
      yield Buffer.from(text);
    })();
  const upload = (text: string, asOf = DAWN - DAY, side = 'criminal-records') =>
    takeList(
      timeline.pool,
      csv(text),
      { side, kind: 'procedures', covers: 'own', fileName: null, asOf, clientId: 'operator', officer: null },
      now,
    );

  it('stands for a side that cannot be asked, as of when it was made, until a newer one comes', async () => {
    await upload('Mã TTHC,Thời hạn giải quyết\n2.000488.000.00.00.H15,10 ngày làm việc kể từ ngày nhận đủ hồ sơ\n');
    await lookAtAll();
    expect((await kept()).filter(({ side }) => side !== SIDE)).toEqual([
      expect.objectContaining({
        side: 'criminal-records',
        kind: 'limit-differs',
        ours: '10 ngày',
        theirs: '10 ngày làm việc',
        way: 'list',
        asOf: DAWN - DAY,
      }),
    ]);
    // An older one that is found later counts no more.
    await upload('Mã TTHC,Thời hạn giải quyết\n2.000488,5 ngày\n', DAWN - 9 * DAY);
    await nextDay();
    expect(await kept()).toMatchObject([{ theirs: '10 ngày làm việc', state: 'open' }]);
    await upload('Mã TTHC,Thời hạn giải quyết\n2.000488,10 ngày\n', DAWN);
    await nextDay();
    expect(await kept()).toEqual([]);
  });

  it('that lacks what its side resolves says so, and says nothing of the rest', async () => {
    await upload('Mã TTHC,Tên TTHC\n9.123456,Thủ tục mới của bộ\n');
    await lookAtAll();
    expect(await kept()).toMatchObject([
      { kind: 'only-here', code: '2.000488' },
      { kind: 'only-there', code: '9.123456', theirs: 'Thủ tục mới của bộ' },
    ]);
  });

  it('tells what a connected side does not', async () => {
    listed = () => same().map((one) => ({ ...one, limit: null }));
    await upload('code,name,limit\n1.005129,Tên nào đó,20wd\n', DAWN - DAY, SIDE);
    await lookAtAll();
    expect(await kept()).toMatchObject([
      { side: SIDE, kind: 'limit-differs', way: 'list', theirs: '20 ngày làm việc' },
    ]);
  });
});

describe('a dossier with a wrong system', () => {
  const [WRONG, RIGHT, UNTOLD] = ['H15.50-260310-0001', 'H15.50-260310-0002', 'H15.50-260310-0003'] as const;
  const own = () => timeline.catalogue.agencies.asOf(now).codesUnder(['H15']);
  const misrouted = () =>
    listMisrouted(timeline.pool, { own: own(), agency: null, system: null, after: 0, limit: 100 });
  const pushed = (code: string, source: string, time: string) =>
    status(code, 'processing', time, {
      source,
      eventId: null,
      bodyDigest: `${code} ${source} ${time}`,
      agencies: null,
    });

  beforeEach(async () => {
    await timeline.append(
      registration(WRONG),
      registration(RIGHT),
      // Nobody has told which system resolves this one.
      registration(UNTOLD, { fields: { procedureCode: '2.002307' } }),
    );
  });

  it('is found by who tells of it; a right one, those of tax and coordination, and one of which nothing is told are not', async () => {
    await timeline.append(
      pushed(WRONG, 'civil-status', '03-11T09:00'),
      pushed(WRONG, 'civil-status', '03-12T09:00'),
      pushed(RIGHT, 'land-registry', '03-11T09:00'),
      pushed(RIGHT, 'coordination', '03-12T09:00'),
      pushed(RIGHT, 'tax', '03-13T09:00'),
      pushed(UNTOLD, 'civil-status', '03-11T09:00'),
    );
    await lookAtAll();
    const [found] = await misrouted();
    expect(await misrouted()).toEqual([
      expect.objectContaining({
        kind: 'told-by-wrong-system',
        dossierCode: WRONG,
        agencyCode: 'H15.50',
        system: 'civil-status',
        state: 'confirmed',
        ours: { systems: ['land-registry'] },
        theirs: { system: 'civil-status', sinceAt: at('03-11T09:00') },
        firstSeenAt: DAWN,
      }),
    ]);
    expect((await summaryOf(timeline.pool, [SIDE], own(), now)).misrouted).toMatchObject({
      open: 1,
      looked: 3,
      unjudged: 1,
    });
    await nextDay();
    expect(await misrouted()).toEqual([{ ...found, lastSeenAt: DAWN + DAY }]);

    // The right system has it now.
    await timeline.append(pushed(WRONG, 'land-registry', '03-15T09:00'));
    await nextDay();
    expect(await misrouted()).toEqual([]);
    expect(await timeline.rows('select id, state from difference')).toEqual([
      { id: found!.differenceId, state: 'repaired' },
    ]);
  });

  it('is found by where it was handed to, until it is withdrawn there', async () => {
    await hand(WRONG, 'civil-status');
    await hand(RIGHT, 'land-registry');
    await lookAtAll();
    expect(await misrouted()).toMatchObject([
      {
        kind: 'sent-to-wrong-system',
        dossierCode: WRONG,
        system: 'civil-status',
        theirs: { sinceAt: at('03-12T09:00') },
      },
    ]);
    await timeline.pool.query(`update exchange set state = 'withdrawn' where dossier_code = $1`, [WRONG]);
    await nextDay();
    expect(await misrouted()).toEqual([]);
  });

  describe('whose procedure a ministry says to be the wrong one', () => {
    const disputes = (code: string, occurredAt: string, note: string) =>
      landStatus(code, 'processing', occurredAt, {
        operation: 'ThongBaoNhapSaiThuTuc',
        kind: 'fields',
        status: null,
        body: { asked: 'right-procedure', note },
      });

    it('is named with its words, sealed where they are kept, until the procedure is changed', async () => {
      await timeline.append(
        disputes(RIGHT, '03-11T09:00', 'Hồ sơ này là thủ tục cấp đổi'),
        disputes(UNTOLD, '03-11T09:00', 'Không phải thủ tục của ngành'),
        // That it wants something corrected says nothing of the procedure.
        { ...disputes(WRONG, '03-11T09:00', 'Sửa ngày sinh'), body: { asked: 'update', note: 'Sửa ngày sinh' } },
      );
      await lookAtAll();
      expect(await misrouted()).toMatchObject([
        {
          kind: 'entered-under-wrong-procedure',
          dossierCode: RIGHT,
          system: 'land-registry',
          state: 'confirmed',
          theirs: { sinceAt: at('03-11T09:00') },
          cause: 'Hồ sơ này là thủ tục cấp đổi',
        },
        { kind: 'entered-under-wrong-procedure', dossierCode: UNTOLD, ours: { systems: [] } },
      ]);
      expect(
        await timeline.rows(`select cause like 'sealed:%' and cause not like '%cấp đổi%' as hidden from difference`),
      ).toEqual([{ hidden: true }, { hidden: true }]);
      const changed = { fields: { procedureCode: '1.004227' }, ifMatch: 'any', reason: 'Nhập sai thủ tục' } as const;
      await timeline.append(registration(RIGHT, changed));
      await nextDay();
      expect((await misrouted()).map(({ dossierCode }) => dossierCode)).toEqual([UNTOLD]);
      // It says so again of the new one.
      await timeline.append(disputes(RIGHT, '03-15T09:00', 'Vẫn sai'));
      await nextDay();
      expect(await misrouted()).toMatchObject([
        { dossierCode: RIGHT, cause: 'Vẫn sai', theirs: { sinceAt: at('03-15T09:00') }, firstSeenAt: now },
        { dossierCode: UNTOLD },
      ]);
    });

    it('is over when the dossier is superseded', async () => {
      await timeline.append(disputes(RIGHT, '03-11T09:00', 'Sai thủ tục'));
      await lookAtAll();
      expect(await misrouted()).toHaveLength(1);
      await timeline.pool.query(
        'update dossier set superseded_by = (select id from dossier where code = $2) where code = $1',
        [RIGHT, WRONG],
      );
      await nextDay();
      expect(await misrouted()).toEqual([]);
    });
  });

  it('is over when the dossier is, and shown only to those whose it is', async () => {
    await timeline.append(pushed(WRONG, 'civil-status', '03-11T09:00'));
    await lookAtAll();
    const stranger = timeline.catalogue.agencies.asOf(now).codesUnder(['H15.51']);
    expect(await countMisrouted(timeline.pool, stranger)).toEqual([]);
    await timeline.append(status(WRONG, 'completed', '03-20T09:00'));
    await nextDay();
    expect(await misrouted()).toEqual([]);
  });
});
