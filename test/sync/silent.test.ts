/** @module The counter of silent failures: 0 for whatever somebody was told of, and everything that ended nowhere by its code. */
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SilenceWatch } from '../../src/sync/silent-part.ts';
import { silentAt } from '../../src/sync/silent-store.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { landStatus, registration, status } from '../support/commands.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline(Date.now);
});
afterAll(() => timeline.close());

const code = (n: number): string => `H15.50-260310-000${n}`;
const later = (): number => Date.now() + 2 * HOUR;
const counted = (isOpen = true) => silentAt(timeline.pool, PORTAL, { now: later(), isOpen, own: null, limit: 100 });
const set = (n: number, columns: string): Promise<unknown> =>
  timeline.pool.query(`update sync_state set ${columns} where dossier_id = (select id from dossier where code = $1)`, [
    code(n),
  ]);

it('is 0 while everything is delivered, blocked, observed, held, quarantined or behind a closed door', async () => {
  for (let n = 1; n <= 4; n++) await timeline.append(registration(code(n)));
  await set(1, 'acked_seq = head_seq');
  await set(2, "blocked_reason = '−5: sai', blocked_at = now()");
  await set(3, "mode = 'observe'");
  await set(4, "next_attempt_at = now() + interval '2 hours', attempts = 7, last_error = 'timeout'");
  // Opened by a push, held until its identity is confirmed; and one whose time cannot be true.
  await timeline.append(landStatus(code(5), 'paused', '03-12T09:00'), status(code(1), 'paused', '12-31T09:00'));
  expect((await counted()).items).toEqual([]);
  await set(4, "next_attempt_at = now() - interval '3 hours'");
  expect((await counted(false)).items).toEqual([]);
  await timeline.pool.query('insert into destination (name, paused_since) values ($1, now())', [PORTAL]);
  expect((await counted()).items).toEqual([]);
});

it('names what was never queued, never tried, or went down with its process', async () => {
  await timeline.pool.query('delete from destination');
  await set(1, 'head_seq = head_seq - 1, acked_seq = head_seq - 1');
  await set(4, "lease_token = gen_random_uuid(), lease_until = now() - interval '3 hours'");
  await timeline.append(registration(code(6)), registration(code(7)));
  await set(6, "next_attempt_at = now() - interval '3 hours'");
  await timeline.pool.query('delete from sync_state where dossier_id = (select id from dossier where code = $1)', [
    code(7),
  ]);
  const { items, counts } = await counted();
  expect(counts).toEqual({ 'not-queued': 2, 'not-tried': 1, 'lease-lost': 1 });
  expect(Object.fromEntries(items.map(({ dossierCode, why }) => [dossierCode, why]))).toEqual({
    [code(1)]: 'not-queued',
    [code(7)]: 'not-queued',
    [code(6)]: 'not-tried',
    [code(4)]: 'lease-lost',
  });

  const registry = new Registry();
  const destinations = [{ name: PORTAL, breaker: () => 'closed' }];
  await new SilenceWatch({ db: timeline.pool, destinations, registry, log: silent, now: later }).round();
  const metrics = await registry.metrics();
  expect(metrics).toContain(`lienthong_sync_silent_failures{destination="${PORTAL}",why="not-queued"} 2`);
  expect(metrics).toContain(`lienthong_sync_silent_failures{destination="${PORTAL}",why="lease-lost"} 1`);
});

it('finds by its daily look at every dossier what fell behind longer ago, until that is over', async () => {
  const longAfter = (): number => Date.now() + 5 * DAY;
  const old = () => silentAt(timeline.pool, PORTAL, { now: longAfter(), isOpen: false, own: null, limit: 100 });
  const destinations = [{ name: PORTAL, breaker: () => 'closed' }];
  const look = (after = 0) =>
    new SilenceWatch({
      db: timeline.pool,
      destinations,
      registry: new Registry(),
      log: silent,
      now: () => longAfter() + after,
    }).round();
  await timeline.pool.query('truncate sync_suspect');
  expect((await old()).items).toEqual([]);
  await look();
  expect((await old()).items).toEqual([{ dossierCode: code(1), why: 'not-queued', since: null }]);
  await set(1, 'head_seq = (select head_seq from dossier where id = dossier_id)');
  expect((await old()).items).toEqual([]);
  // A process that starts on the same day leaves it at what was found.
  await look();
  expect((await timeline.pool.query('select from sync_suspect')).rowCount).toBe(1);
  await look(DAY);
  expect((await timeline.pool.query('select from sync_suspect')).rowCount).toBe(0);
});
