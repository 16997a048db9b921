import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queryable } from '../../src/db/queryable.ts';
import { plan } from '../../src/sync/plan.ts';
import * as store from '../../src/sync/store.ts';
import { profile } from '../support/catalogue.ts';
import { openProvince } from '../support/province.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';

const codes = (count: number): string[] => Array.from({ length: count }, (_, i) => `H15.50-260310-${1001 + i}`);

const claimAs = (instance: string, leaseMs: number, db: Queryable = timeline.pool) =>
  store.claim(db, {
    destination: PORTAL,
    instance,
    token: randomUUID(),
    now: Date.now(),
    leaseMs,
    limit: 10,
  });

describe('D1: a claim', () => {
  it('gives a row to one of two processes: nothing is doubled', async () => {
    const province = await openProvince(timeline);
    const all = codes(40);
    await Promise.all([province.drain(), province.drain()]);
    for (const code of all) await province.register(code);
    for (const code of all) await province.tell(code, 'paused', '03-16T08:00');
    for (const code of all) await province.tell(code, 'resumed', '03-18T08:00');
    await province.inStep();
    for (const code of all) {
      expect(await province.progress(code)).toEqual(['1', '2', '6', '4']);
      const seen = await province.seen(code);
      expect(seen.filter(({ service, effect }) => service === 'CapNhatTienDoHoSoMC' && !effect)).toEqual([]);
    }
  });

  it('that ran out is asked about first: what its owner sent is not sent again', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    const first = await province.drain();
    await province.inStep();
    await first.stop();
    await province.tell(CODE, 'paused', '03-16T08:00');
    // A process that sent the pause and died before it could acknowledge.
    const [row] = await claimAs('dead', 1);
    const { records } = plan(row!, row!, profile, timeline.catalogue);
    await province.connect().client.progress(records.map(({ record }) => record));
    await province.drain();
    await province.inStep();
    const seen = await province.seen(CODE);
    expect(seen.filter(({ service, status }) => service === 'CapNhatTienDoHoSoMC' && status === '6')).toHaveLength(1);
  });

  it('of the same instance’s former life is taken back at the start, however long it would last', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await claimAs('same', 3_600_000);
    await province.drain({ instance: 'same' });
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2']);
  });
});

describe('D1: a claim while an entry is appended', () => {
  const GATE = 71;

  it('reaches no further than the entries that it has read', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await timeline.pool.query(`
      create function waits() returns trigger language plpgsql as $$ begin
        if current_setting('test.waits', true) = 'yes' then perform pg_advisory_xact_lock(${GATE}); end if;
        return null;
      end $$;
      create trigger waits before update on sync_state for each statement execute function waits()`);
    const [gate, claimer] = await Promise.all([timeline.pool.connect(), timeline.pool.connect()]);
    try {
      await gate.query(`select pg_advisory_lock(${GATE})`);
      await claimer.query("set test.waits = 'yes'");
      // Its snapshot is taken; the row is locked, and then read in its newest version, after the append.
      const claiming = claimAs('between', 60_000, claimer);
      await until(
        'the claim waits',
        async () => (await timeline.rows('select from pg_locks where objid = $1 and not granted', [GATE])).length > 0,
      );
      await province.tell(CODE, 'paused', '03-16T08:00');
      await gate.query(`select pg_advisory_unlock(${GATE})`);
      const [row] = await claiming;
      const read = row!.facts.at(-1)!.n;
      expect((await province.rowOf(CODE)).headSeq).toBe(read + 1);
      expect(row!.headSeq).toBe(read);
    } finally {
      await claimer.query('reset test.waits');
      claimer.release();
      gate.release();
      await timeline.pool.query('drop trigger waits on sync_state; drop function waits');
    }
  });
});

describe('D2: a lease that is lost', () => {
  it('lets nothing more be sent, and nothing be acknowledged', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.faults({ latencyMs: 300 });
    // Shorter than a request, so that it is renewed before each of them.
    await province.drain({ settings: { leaseMs: 1_000 } });
    await until('the dossier is under way', async () => (await province.rowOf(CODE)).leased);
    await timeline.pool.query(
      "update sync_state set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour', leased_by = 'other'",
    );
    await until('the call under way has landed', async () => (await province.seen(CODE)).length > 0);
    // Another dossier's delivery shows that the drain has gone on since.
    await province.faults({});
    const [other] = codes(1);
    await province.register(other!);
    await until('another is in step', async () => (await province.rowOf(other!)).ackedSeq > 0);
    expect(await province.progress(CODE)).toEqual([]);
    expect(await province.rowOf(CODE)).toMatchObject({ leased: true, ackedSeq: 0 });
  });
});

describe('D4: an acknowledgement', () => {
  it('of another lease or generation is refused', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    const [row] = await claimAs('one', 30_000);
    const settle = (changes: Partial<store.Settlement>) =>
      store.settle(
        timeline.pool,
        PORTAL,
        [
          {
            ...row!,
            fromSeq: 1,
            toSeq: row!.headSeq,
            outcome: 'acknowledged',
            sentSeqs: [1, 2],
            nextAttemptAt: 0,
            verifyAt: null,
            verifyStep: 0,
            error: null,
            ...changes,
          },
        ],
        Date.now(),
        1,
        testSeal,
      );
    expect(await settle({ token: randomUUID() })).toEqual(new Set());
    expect(await settle({ generation: 1 })).toEqual(new Set());
    await store.resync(timeline.pool, PORTAL, row!.dossierId, 1, Date.now());
    expect(await settle({})).toEqual(new Set());
    expect((await province.rowOf(CODE)).ackedSeq).toBe(0);
    expect(await settle({ generation: 1 })).toEqual(new Set([row!.dossierId]));
    expect((await province.rowOf(CODE)).ackedSeq).toBe(row!.headSeq);
  });

  it('is asked for anew by a resync, which sends only what is missing', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.tell(CODE, 'paused', '03-16T08:00');
    const drain = await province.drain();
    await province.inStep();
    await province.act({ act: 'forget-pause', dossier: CODE });
    const [dossier] = await timeline.rows<{ id: number }>('select id from dossier');
    await store.resync(timeline.pool, PORTAL, dossier!.id, 1, Date.now());
    drain.wake();
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6', '6']);
    expect(await province.rowOf(CODE)).toMatchObject({ generation: 1 });
  });
});

describe('D7: a stop', () => {
  it('finishes or releases what is under way, and uses no attempts', async () => {
    const province = await openProvince(timeline);
    const all = codes(40);
    for (const code of all) await province.register(code);
    await province.faults({ latencyMs: 100 });
    const drain = await province.drain({ profile: () => ({ ...profile, concurrency: 1 }) });
    await until('the first are there', async () => (await province.stats()).effects > 0);
    await drain.stop();
    const rows = await Promise.all(all.map((code) => province.rowOf(code)));
    expect(rows.filter(({ ackedSeq }) => ackedSeq === 0).length).toBeGreaterThan(0);
    expect(rows.filter(({ ackedSeq }) => ackedSeq > 0).length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatchObject({ leased: false, attempts: 0, unknown: false });
    await province.faults({});
    await province.drain();
    await province.inStep();
    expect((await province.stats()).duplicates).toBe(0);
  });
});
