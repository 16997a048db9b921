import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { openProvince } from '../support/province.ts';
import { openTimeline, type Timeline } from '../support/timeline.ts';
import { until } from '../support/until.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

const CODE = 'H15.50-260310-0001';

const codes = (count: number): string[] => Array.from({ length: count }, (_, i) => `H15.50-260310-${1001 + i}`);

describe('D6: a portal that can take nothing now', () => {
  it('is logged in to again when its session has ended, without an attempt used', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.drain();
    await province.inStep();
    await province.faults({ expireTokens: true });
    await province.tell(CODE, 'paused', '03-16T08:00');
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6']);
    const outcomes = await timeline.rows<{ outcome: string }>('select distinct outcome from delivery_attempt');
    expect(outcomes).toEqual([{ outcome: 'acknowledged' }]);
  });

  it('is not sent a dossier again before the time it asked for', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    await province.drain();
    await province.inStep();
    await province.faults({ rateLimitPerSecond: 0.00001, retryAfterSeconds: 3600 });
    // The one call that the limit lets through.
    await province.call('POST', '/national-portal/mapi/login', { username: 'h15', password: 'h15' });
    await province.tell(CODE, 'paused', '03-16T08:00');
    const row = await until('the dossier waits', async () => {
      const found = await province.rowOf(CODE);
      return found.nextAttemptAt > Date.now() + 3_000_000 && found;
    });
    expect(row).toMatchObject({ blockedReason: null, unknown: false, leased: false });
    expect(row.lastError).toMatch(/^HTTP 429/);
  });

  it('is probed at most once an interval, costs its dossiers no attempts, and then gets everything', async () => {
    const province = await openProvince(timeline);
    const all = codes(30);
    await province.register(CODE);
    const { upstream } = await province.drain({ settings: { settleAfterMs: 800 } });
    await province.inStep();
    await province.faults({ down: true });
    await province.tell(CODE, 'paused', '03-16T08:00');
    await until('the breaker is open', () => upstream.breaker.state !== 'closed');
    for (const code of all) await province.register(code);
    const opened = Date.now();
    const before = (await province.stats()).calls;
    await until('it has been probed a few times', async () => (await province.stats()).calls >= before + 4);
    // The breaker resets after 300 ms ± 10 %.
    const probes = (await province.stats()).calls - before;
    expect(probes).toBeLessThanOrEqual(Math.ceil((Date.now() - opened) / 270) + 1);
    for (const code of all) expect(await province.rowOf(code)).toMatchObject({ attempts: 0, unknown: false });
    await province.faults({});
    await province.inStep();
    for (const code of all) expect(await province.progress(code)).toEqual(['1', '2']);
    expect(await province.progress(CODE)).toEqual(['1', '2', '6']);
  });

  it('is asked by one probe at a time, however long it hangs', async () => {
    const province = await openProvince(timeline);
    await province.register(CODE);
    const { upstream } = await province.drain({ timeoutMs: 1_000 });
    await province.inStep();
    await province.faults({ timeoutRate: 1 });
    await province.tell(CODE, 'paused', '03-16T08:00');
    await until('the breaker is open', () => upstream.breaker.state !== 'closed');
    const logins = async (): Promise<number> => (await province.stats()).byService.login ?? 0;
    const before = await logins();
    const opened = Date.now();
    await until('it has been probed', async () => (await logins()) >= before + 3);
    expect((await logins()) - before).toBeLessThanOrEqual(Math.ceil((Date.now() - opened) / 1_000) + 1);
    await province.faults({});
    await province.inStep();
    expect(await province.progress(CODE)).toEqual(['1', '2', '6']);
  });

  it('that breaks on one record alone has that one blocked, visibly, while others go on', async () => {
    const province = await openProvince(timeline);
    const good = codes(3);
    for (const code of [CODE, ...good]) await province.register(code);
    const { client } = province.connect();
    const boom = new UpstreamError('unavailable', {
      upstream: 'national-portal',
      operation: 'DongBoHoSoMC',
      outcome: 'not-done',
      words: 'HTTP 500 boom',
    });
    await province.drain({
      portal: {
        create: (snapshots) =>
          snapshots.some(({ code }) => code === CODE) ? Promise.reject(boom) : client.create(snapshots),
        update: (items) => client.update(items),
        progress: (records) => client.progress(records),
        read: (code) => client.read(code),
        list: (from, to, page) => client.list(from, to, page),
        changes: (snapshot, kept) => client.changes(snapshot, kept),
        probe: () => client.probe(),
      },
    });
    const row = await until('it is blocked', async () => {
      // The others' success says that it is not the portal; a repeated minute is a duplicate and costs nothing.
      await province.tell(
        good[0]!,
        'processing',
        `03-12T09:${String(Math.floor(Math.random() * 60)).padStart(2, '0')}`,
      );
      const found = await province.rowOf(CODE);
      return found.blockedReason !== null && found;
    });
    expect(row.blockedReason).toBe('HTTP 500 boom');
    for (const code of good) expect((await province.progress(code)).slice(0, 2)).toEqual(['1', '2']);
  });
});
