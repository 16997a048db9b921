/** @module Another writer at the portal while we send: named, told, and never fought. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearOtherWriter, hasOtherWriter } from '../../src/observing/foreign-store.ts';
import { listForeign, listReplaced, writersSince } from '../../src/observing/read-store.ts';
import { watchForOthers } from '../../src/observing/strays.ts';
import { resync } from '../../src/sync/store.ts';
import type { VerifierOptions } from '../../src/sync/verify.ts';
import { DAY } from '../../src/units.ts';
import { profile } from '../support/catalogue.ts';
import { registration } from '../support/commands.ts';
import { openProvince, type Province } from '../support/province.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';
const EVERYTHING = { own: ['H15.50'], agencies: null, procedureCode: null, origin: null };

/** A dossier that is sent and in step, with who looks after it. */
async function openSent(more: Partial<VerifierOptions> = {}) {
  const province = await openProvince(timeline);
  const appender = timeline.appender();
  const drain = await province.drain();
  const others: VerifierOptions['others'] = (row, view, differs) =>
    watchForOthers(
      {
        db: timeline.pool,
        destination: PORTAL,
        rules: () => ({ profile, catalogue: timeline.catalogue }),
        appender,
        log: silent,
        now: Date.now,
      },
      row,
      view,
      differs,
    );
  const verifier = province.verifier(drain.wake, { others, ...more });
  /** Reads everything back now, and lets what is repaired go out. */
  const readBack = async (): Promise<void> => {
    await timeline.pool.query("update sync_state set verify_at = 'epoch' where acked_seq >= head_seq");
    await verifier.round();
    await province.inStep();
  };
  const statuses = async (): Promise<unknown> =>
    (await province.seen(CODE)).map(
      ({ service, status }) => `${service === 'DongBoHoSoMC' ? 'dossier' : 'step'} ${status}`,
    );
  return { province, drain, readBack, statuses, old: await province.oldConnection() };
}

const alerts = () =>
  timeline.rows<{ kind: string; code: string; cleared: boolean; detail: Record<string, unknown> }>(
    'select a.kind, d.code, a.cleared_at is not null as cleared, a.detail from alert a join dossier d on d.id = a.dossier_id',
  );
const strays = () => listForeign(timeline.pool, PORTAL, EVERYTHING, { strayOnly: true, since: 0, limit: 100 });

/** Registered, paused by the land registry, and so at the portal. */
async function paused(province: Province, readBack: () => Promise<void>): Promise<void> {
  await province.register(CODE);
  await province.tell(CODE, 'paused', '03-16T08:00');
  await province.inStep();
  await readBack();
}

describe('another writer', () => {
  it('that repeats what we have sent is named and told of, and nothing is repaired', async () => {
    const { province, readBack, statuses, old } = await openSent();
    await paused(province, readBack);
    expect(await alerts()).toEqual([]);
    const before = await statuses();
    await old.progress(CODE, '6', '20260316080000');
    await readBack();
    expect(await statuses()).toEqual([...(before as string[]), 'step 6']);
    expect(await strays()).toMatchObject([
      { dossierCode: CODE, statusCode: '6', officer: 'Lê Thị Bình', department: 'Bộ phận Một cửa', isStray: true },
    ]);
    expect(await alerts()).toMatchObject([
      { kind: 'other-writer', code: CODE, cleared: false, detail: { department: 'Bộ phận Một cửa', statusCode: '6' } },
    ]);
    expect(JSON.stringify(await alerts())).not.toContain('Lê Thị Bình');
    expect(await province.rowOf(CODE)).toMatchObject({ blockedReason: null });
  });

  it('that replaces our status is not fought: the dossier is blocked, in its name, until people decide', async () => {
    const { province, drain, readBack, statuses, old } = await openSent();
    await paused(province, readBack);
    await old.progress(CODE, '4', '20260317080000');
    const before = await statuses();
    await readBack();
    await readBack();
    expect(await statuses()).toEqual(before);
    const { blockedReason } = await province.rowOf(CODE);
    expect(blockedReason).toMatch(/^other-writer \(Lê Thị Bình, Bộ phận Một cửa, mã 4, 08:00 17\/03\/2026\)/);
    // The pause of the land registry stays the truth here.
    expect(await timeline.rows('select status from dossier')).toEqual([{ status: 'paused' }]);

    // The old connection has been stopped, and the operator lets it be sent again.
    const [{ id }] = (await timeline.rows<{ id: number }>('select id from dossier')) as [{ id: number }];
    await resync(timeline.pool, PORTAL, id, 1, Date.now());
    drain.wake();
    await province.inStep();
    expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
    await readBack();
    expect(await province.rowOf(CODE)).toMatchObject({ blockedReason: null });
  });

  it('that nobody can name is told by its alternating value, after one repair', async () => {
    const { province, readBack } = await openSent();
    await paused(province, readBack);
    const spoil = () => province.act({ act: 'set-appointment', dossier: CODE, at: '2026-05-05T17:00:00+07:00' });
    await spoil();
    await readBack();
    expect(await province.kept(CODE)).toMatchObject({ NgayHenTra: '20260331170000' });
    await readBack();
    await spoil();
    await readBack();
    expect(await province.kept(CODE)).toMatchObject({ NgayHenTra: '20260505170000' });
    expect((await province.rowOf(CODE)).blockedReason).toMatch(/^other-writer \(giao diện không cho biết ai\)/);
    expect(await listReplaced(timeline.pool, PORTAL, EVERYTHING, 0, 10)).toMatchObject([
      { dossierCode: CODE, field: 'appointment', times: 2 },
    ]);
    expect(await alerts()).toMatchObject([{ kind: 'other-writer', code: CODE }]);
  });

  it('is not what the portal loses again and again', async () => {
    const { province, readBack } = await openSent();
    await paused(province, readBack);
    for (let i = 0; i < 3; i += 1) {
      await province.act({ act: 'forget-pause', dossier: CODE });
      await readBack();
      await readBack();
      expect(await province.kept(CODE)).toMatchObject({ TrangThaiHoSo: '6' });
    }
    expect(await province.rowOf(CODE)).toMatchObject({ blockedReason: null });
    expect(await alerts()).toEqual([]);
  });

  it('is known from before: what it wrote until we were to send is no stray', async () => {
    const { province, readBack, old } = await openSent();
    await old.dossier({ MaHoSo: CODE }, false);
    await old.progress(CODE, '2', '20260310083000');
    await timeline.pool.query('select 1');
    await paused(province, async () => {});
    await timeline.pool.query("update sync_state set mode_since = now() - interval '1 minute'");
    await readBack();
    expect(await strays()).toEqual([]);
    const writers = await writersSince(timeline.pool, PORTAL, EVERYTHING, 0);
    expect(writers).toMatchObject([{ mode: 'send', officer: 'Lê Thị Bình', records: 1, dossiers: 1, stray: 0 }]);
    expect(await alerts()).toEqual([]);
    expect(await hasOtherWriter(timeline.pool, PORTAL, Date.now() - DAY)).toBe(true);
  });

  it('of a ministry’s dossier writes by right, and what it writes is news', async () => {
    const { province, readBack, old } = await openSent();
    await timeline.append(registration(CODE, { fields: { origin: 'ministry' } }));
    await province.inStep();
    await readBack();
    await old.progress(CODE, '6', '20260316080000');
    await readBack();
    expect(await timeline.rows('select status from dossier')).toEqual([{ status: 'paused' }]);
    expect(await strays()).toEqual([]);
    expect(await alerts()).toEqual([]);
    expect(await province.rowOf(CODE)).toMatchObject({ blockedReason: null });
    expect(await province.progress(CODE)).toEqual(['1', '2', '6']);
  });

  it('is watched for: a dossier in step is looked at again and again, until it ends', async () => {
    const { province, readBack } = await openSent({ isWatchful: () => true, watchEveryMs: 60_000 });
    await paused(province, readBack);
    const next = async (): Promise<number | null> => {
      const [row] = await timeline.rows<{ seconds: number | null }>(
        'select extract(epoch from verify_at - now())::float8 as seconds from sync_state',
      );
      return row!.seconds === null ? null : Math.round(row!.seconds / 60);
    };
    expect(await next()).toBe(1);
    await readBack();
    expect(await next()).toBe(2);
    await province.tell(CODE, 'completed', '03-18T08:00');
    await province.inStep();
    await readBack();
    expect(await next()).toBeNull();
  });

  it('that has gone, or whose dossier is no longer ours to send, leaves no alert standing', async () => {
    const { province, readBack, old } = await openSent();
    await paused(province, readBack);
    await old.progress(CODE, '6', '20260316080000');
    await readBack();
    const clear = (since: number) => clearOtherWriter(timeline.pool, PORTAL, since, Date.now());
    expect(await clear(Date.now() - DAY)).toBe(0);
    expect(await clear(Date.now() + DAY)).toBe(1);
    await timeline.pool.query("update alert set cleared_at = null; update sync_state set mode = 'observe'");
    expect(await clear(Date.now() - DAY)).toBe(1);
    await until('it is cleared', async () => (await alerts()).every(({ cleared }) => cleared));
  });
});
