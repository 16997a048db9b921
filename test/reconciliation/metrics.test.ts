import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noteSightings } from '../../src/reconciliation/difference-store.ts';
import { measureDifferences } from '../../src/reconciliation/metrics.ts';
import { MINUTE } from '../../src/units.ts';
import { at } from '../support/commands.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await openTimeline();
});
afterAll(() => timeline.close());

it('differences that stand are counted by destination and state, once a minute, and none of what is over', async () => {
  let now = at('11-02T09:00');
  const registry = new Registry();
  measureDifferences({ db: timeline.pool, destinations: [PORTAL], registry, now: () => now });
  const figures = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('lienthong_'));
  const sighting = {
    kind: 'delivery-refused' as const,
    dossierId: null,
    agencies: ['H15.50'],
    headSeq: null,
    ours: null,
    theirs: null,
    cause: null,
  };
  const states = ['evidence', 'evidence', 'ignored', 'closed', 'found'];
  await noteSightings(
    timeline.pool,
    { id: null, destination: PORTAL },
    states.map((_, i) => ({ ...sighting, dossierCode: `H15.50-260310-${1000 + i}` })),
    { state: 'found', now, lookAt: now },
  );
  const none = ['confirmed', 'repairing', 'evidence', 'ignored'].map(
    (state) => `lienthong_differences{destination="${PORTAL}",state="${state}"} 0`,
  );
  expect(await figures()).toEqual(none);
  await timeline.pool.query(
    'update difference d set state = s.state from unnest($1::text[], $2::text[]) as s (code, state) where d.dossier_code = s.code',
    [states.map((_, i) => `H15.50-260310-${1000 + i}`), states],
  );
  expect(await figures()).toEqual(none);
  now += 1 * MINUTE;
  expect(await figures()).toEqual([
    `lienthong_differences{destination="${PORTAL}",state="confirmed"} 0`,
    `lienthong_differences{destination="${PORTAL}",state="repairing"} 0`,
    `lienthong_differences{destination="${PORTAL}",state="evidence"} 2`,
    `lienthong_differences{destination="${PORTAL}",state="ignored"} 1`,
  ]);
});
