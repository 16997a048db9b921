/** @module Open dossiers counted again: what moves, what does not, and what finishes a change that was interrupted. */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Catalogue, Catalogue as CatalogueOf } from '../../src/catalogue/catalogue.ts';
import { type KeptCatalogue, keepCatalogue } from '../../src/catalogue/keep.ts';
import { readDaysOff } from '../../src/catalogue/store.ts';
import type { DayOff } from '../../src/deadlines/calendar.ts';
import { endOfDifference, replaceYear, requestRecomputation } from '../../src/deadlines/calendar-store.ts';
import { movedAppointments, recompute, settleDue } from '../../src/deadlines/recompute.ts';
import type { Appender } from '../../src/dossiers/append.ts';
import { GatewayError } from '../../src/errors.ts';
import { SECOND } from '../../src/units.ts';
import { at, registration, status } from '../support/commands.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
let kept: KeptCatalogue;
let appender: Appender;
let shipped: DayOff[];
beforeAll(async () => {
  timeline = await openTimeline();
  kept = await keepCatalogue(timeline.pool, silent);
  appender = timeline.appender({ catalogue: kept.catalogue });
  shipped = await readDaysOff(timeline.pool, 2026);
});
beforeEach(async () => {
  await timeline.empty();
  await change(shipped);
  await timeline.pool.query('truncate recomputation');
  await kept.reload();
});
afterAll(async () => {
  await kept.stop();
  await timeline.close();
});

const now = (): number => at('11-02T09:00');
const deps = () => ({ db: timeline.pool, appender, catalogue: kept.catalogue, destinations: [PORTAL], now });
const change = (days: readonly DayOff[]) =>
  replaceYear(timeline.pool, { year: 2026, days, author: 'operator', officer: null, reason: 'Thử', check: () => {} });
const storm: DayOff = { date: '2026-03-17', kind: 'off', name: 'Nghỉ do bão', confidence: 'verified' };
const everything = { id: 0, cause: 'test', receivedBefore: null };

/** One for each tenth of the second commune's dossiers, with what a test changes. */
const CODES = ['H15.50-260310-0001', 'H15.50-260310-0002', 'H15.50-260310-0003'] as const;
const append = (...commands: Parameters<Timeline['append']>) => timeline.append(...commands);

const appointments = async () =>
  Object.fromEntries(
    (
      await timeline.rows<{ code: string; at: number }>('select code, appointment_at as at from dossier order by code')
    ).map(({ code, at: appointmentAt }) => [code, appointmentAt]),
  );
const moves = () =>
  timeline.rows<{ code: string; cause: string }>(
    `select d.code, e.body->>'cause' as cause from timeline_entry e join dossier d on d.id = e.dossier_id
     where e.kind = 'appointment' and e.body->>'cause' !~ '^\\d+$' order by 1`,
  );

describe('a recomputation', () => {
  it('moves what the day touches and leaves alone what ends before it, what has ended and what a document fixes', async () => {
    const [open, short, ended] = CODES;
    const documented = 'H15.50-260310-0004';
    await append(
      registration(open),
      registration(short, {
        fields: { limitOverride: { limit: { amount: 2, unit: 'working-day' }, decision: 'QĐ 1/QĐ-UBND' } },
      }),
      registration(ended),
      status(ended, 'completed', '03-12T09:00'),
      registration(documented),
      status(documented, 'processing', '03-12T09:00', {
        kind: 'appointment',
        status: null,
        appointment: { at: at('04-10T17:00'), basis: 'form-04' },
      }),
    );
    const former = await appointments();
    const changed = await change([...shipped, storm]);
    await kept.reload();
    expect(await recompute(deps(), changed!.recomputation)).toBe(1);
    expect(await appointments()).toEqual({ ...former, [open]: at('04-01T17:00') });
    expect(former[open]).toBe(at('03-31T17:00'));
    expect(await moves()).toEqual([{ code: open, cause: changed!.recomputation.cause }]);
  });

  it('is empty the second time', async () => {
    await append(...CODES.map((code) => registration(code)));
    await change([...shipped, storm]);
    await kept.reload();
    expect(await recompute(deps(), everything)).toBe(3);
    expect(await recompute(deps(), everything)).toBe(0);
  });

  it('moves back what a withdrawn day off had moved', async () => {
    await append(registration(CODES[0]));
    const former = await appointments();
    for (const days of [[...shipped, storm], shipped]) {
      await change(days);
      await kept.reload();
      await recompute(deps(), everything);
    }
    expect(await appointments()).toEqual(former);
    expect(await moves()).toHaveLength(2);
  });

  it('keeps a pause: the day off inside it is not suspended twice', async () => {
    const [code] = CODES;
    await append(registration(code), status(code, 'paused', '03-16T17:00'), status(code, 'resumed', '03-18T17:00'));
    // 15 days end on 31 March; 17 and 18 suspended: 2 April. With 17 off one day less is suspended, one more is passed over.
    expect(await appointments()).toEqual({ [code]: at('04-02T17:00') });
    await change([...shipped, storm]);
    await kept.reload();
    await recompute(deps(), everything);
    expect(await appointments()).toEqual({ [code]: at('04-02T17:00') });
  });

  it('sees through the pages each dossier once', async () => {
    const codes = Array.from({ length: 30 }, (_, n) => `H15.50-260310-${1000 + n}`);
    await append(...codes.map((code) => registration(code)));
    await change([...shipped, storm]);
    await kept.reload();
    const seen: string[] = [];
    for await (const moved of movedAppointments(timeline.pool, kept.catalogue(), null, now(), 7))
      seen.push(...moved.map(({ dossier }) => dossier.code));
    expect(seen.toSorted()).toEqual(codes);
  });

  it('moves each of many dossiers once, whichever transaction takes it, and tells how many', async () => {
    const codes = Array.from({ length: 2_500 }, (_, n) => `H15.50-260310-${1000 + n}`);
    await appender.append({ commands: codes.map((code) => registration(code)), raw: null });
    await change([...shipped, storm]);
    await kept.reload();
    expect(await recompute(deps(), everything)).toBe(codes.length);
    expect((await moves()).map(({ code }) => code)).toEqual(codes);
    expect(new Set(Object.values(await appointments()))).toEqual(new Set([at('04-01T17:00')]));
  });

  /** A pool on whose first transaction something happens just before it begins. */
  const interrupted = (meanwhile: () => Promise<unknown>): pg.Pool =>
    Object.create(timeline.pool, {
      query: { value: timeline.pool.query.bind(timeline.pool) },
      connect: {
        value: async () => {
          await meanwhile();
          return timeline.pool.connect();
        },
      },
    });

  it('counts again what something was appended to after it was counted', async () => {
    const [paused, ended, untouched] = CODES;
    await append(...CODES.map((code) => registration(code)));
    await change([...shipped, storm]);
    await kept.reload();
    const db = interrupted(() =>
      append(
        status(paused, 'paused', '03-12T09:00'),
        status(paused, 'resumed', '03-13T09:00'),
        status(ended, 'completed', '03-31T09:00'),
      ),
    );
    expect(await recompute({ ...deps(), db }, everything)).toBe(2);
    expect(await appointments()).toEqual({
      [paused]: at('04-02T17:00'),
      [ended]: at('03-31T17:00'),
      [untouched]: at('04-01T17:00'),
    });
    const entries = await timeline.rows<{ seqs: number[]; head: number }>(
      `select array_agg(e.seq order by e.seq) as seqs, d.head_seq as head from dossier d
       join timeline_entry e on e.dossier_id = d.id join sync_state s on s.dossier_id = d.id
       where s.head_seq = d.head_seq group by d.id`,
    );
    for (const { seqs, head } of entries) expect(seqs).toEqual(Array.from({ length: head }, (_, n) => n + 1));
    expect(await recompute(deps(), everything)).toBe(0);
  });

  it('waits while the queue is full of what others report', async () => {
    await append(registration(CODES[0]));
    await change([...shipped, storm]);
    await kept.reload();
    const db = interrupted(() => append(status(CODES[0], 'processing', '03-12T09:00')));
    let refusals = 2;
    const busy: Pick<Appender, 'append'> = {
      append: (request) => (refusals-- > 0 ? Promise.reject(new GatewayError('queue-full')) : appender.append(request)),
    };
    expect(await recompute({ ...deps(), db, appender: busy }, everything)).toBe(1);
    expect(refusals).toBe(-1);
  });

  it('leaves a moved dossier out of step with its destinations, and what it was before in the entry', async () => {
    const [code] = CODES;
    await append(registration(code));
    await timeline.pool.query('update sync_state set acked_seq = head_seq');
    await change([...shipped, storm]);
    await kept.reload();
    await recompute(deps(), everything);
    const [found] = await timeline.rows(
      `select e.body, e.source, e.occurred_at as at, s.acked_seq < s.head_seq as behind, s.head_seq = d.head_seq as whole,
         ('[' || d.facts || ']')::json -> -1 as fact, d.appointment_basis as basis
       from dossier d join sync_state s on s.dossier_id = d.id join timeline_entry e on e.dossier_id = d.id and e.seq = d.head_seq`,
    );
    expect(found).toMatchObject({
      source: 'gateway',
      at: now(),
      behind: true,
      whole: true,
      basis: 'computed',
      body: {
        previous: at('03-31T17:00'),
        appointmentAt: at('04-01T17:00'),
        basis: 'computed',
        cause: 'test',
        ruleVersion: kept.catalogue().version,
      },
      fact: { k: 'appointment', a: at('04-01T17:00'), b: 'computed', s: 'gateway' },
    });
  });
});

describe('the worker', () => {
  const settled = async (): Promise<number> =>
    (await timeline.rows('select id from recomputation where settled_at is not null')).length;
  const settleAfter = (later: number) => settleDue({ ...deps(), now: () => Date.now() + later, kept, log: silent });

  it('finishes what a process left undone when it died after the change', async () => {
    await append(registration(CODES[0]));
    await change([...shipped, storm]);
    await settleAfter(10 * SECOND);
    expect(await appointments()).toEqual({ [CODES[0]]: at('04-01T17:00') });
    expect(await settled()).toBe(1);
  });

  it('counts once more what another process appended by the former calendar', async () => {
    const former = timeline.appender({ catalogue: () => timeline.catalogue });
    await change([...shipped, storm]);
    await kept.reload();
    await recompute(deps(), everything);
    await former.append({ commands: [registration(CODES[0])], raw: null });
    expect(await appointments()).toEqual({ [CODES[0]]: at('03-31T17:00') });
    await settleAfter(10 * SECOND);
    expect(await appointments()).toEqual({ [CODES[0]]: at('04-01T17:00') });
  });

  it('leaves a change to its maker until every process has read it, and settles it once', async () => {
    await requestRecomputation(timeline.pool, 'test', null);
    await settleAfter(0);
    expect(await settled()).toBe(0);
    await settleAfter(10 * SECOND);
    expect(await settled()).toBe(1);
  });
});

describe('a catalogue in memory', () => {
  it('is read again soon after any process has changed it', async () => {
    const before = kept.catalogue().version;
    await change([...shipped, storm]);
    const known = await until('the change is known', () => kept.catalogue().version > before && kept.catalogue());
    expect((known as Catalogue).calendar.workingDaysBetween(20_528, 20_529)).toBe(0);
  });

  it('counts with the office hours of the dossier’s agency', async () => {
    const data = kept.catalogue().data;
    const early = { morning: [390, 690] as [number, number], afternoon: [780, 960] as [number, number] };
    const catalogue = new CatalogueOf({
      ...data,
      agencies: data.agencies.map((agency) => (agency.code === 'H15.50' ? { ...agency, officeHours: early } : agency)),
    });
    const own = timeline.appender({ catalogue: () => catalogue });
    await own.append({
      commands: [registration(CODES[0]), registration('H15.51-260310-0001', { fields: { agencyCode: 'H15.51' } })],
      raw: null,
    });
    expect(await appointments()).toEqual({
      [CODES[0]]: at('03-31T16:00'),
      'H15.51-260310-0001': at('03-31T17:00'),
    });
    expect(catalogue.calendarOf('H15.50.7')).toBe(catalogue.calendarOf('H15.50'));
    expect(catalogue.calendarOf('H15.51')).toBe(catalogue.calendar);
  });
});

describe('the reach of a change', () => {
  it('ends with the last day that differs', () => {
    expect(endOfDifference(shipped, [...shipped, storm])).toBe(at('03-18T00:00'));
    expect(endOfDifference(shipped, shipped.toReversed())).toBeNull();
  });
});
