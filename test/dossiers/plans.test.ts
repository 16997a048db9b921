import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPool } from '../../src/db/pool.ts';
import type { Queryable } from '../../src/db/queryable.ts';
import { adoptedRow } from '../../src/dossiers/adoption.ts';
import * as headsStore from '../../src/dossiers/heads-store.ts';
import { updateAppointments } from '../../src/dossiers/move.ts';
import type { DossierState } from '../../src/dossiers/state.ts';
import * as timelineStore from '../../src/dossiers/store.ts';
import { behindSince } from '../../src/feed/store.ts';
import { noteListed, writeObservations } from '../../src/observing/store.ts';
import { headsOf } from '../../src/sync/heads.ts';
import { changeModes, modeRows, modeStretch } from '../../src/sync/policy-store.ts';
import * as syncStore from '../../src/sync/store.ts';
import { dueObservations, dueReadBacks, writeReadBacks } from '../../src/sync/verify-store.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';
import { readers, testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, type Timeline } from '../support/timeline.ts';

const DOSSIERS = 20_000;
/** What grows with the province: a statement that reads one of these whole gets slower every day. */
const BIG = new Set(['dossier', 'dossier_fields', 'dossier_alias', 'event_key', 'sync_state', 'timeline_entry']);

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

let timeline: Timeline;
/** As the append and the drain have it. */
let pool: pg.Pool;
beforeAll(async () => {
  timeline = await openTimeline();
  pool = openPool(timeline.database.url, {
    max: 1,
    applicationName: 'lienthong test',
    statementTimeoutMs: 30_000,
    keyLookups: true,
    readers,
  });
  await timeline.pool.query(`
    insert into dossier (id, code, agencies, origin, status, head_seq, facts)
      select n, 'H15.50-260310-' || lpad(n::text, 6, '0'), '{H15.50}', 'igate', 'accepted', 2, '' from generate_series(1, ${DOSSIERS}) as n;
    insert into dossier_fields (dossier_id, fields) select id, '{}' from dossier;
    insert into dossier_alias (system, code, dossier_id) select 'land-registry', 'BN-' || id, id from dossier;
    insert into event_key (source, event_id, digest, dossier_id, seq) select 'igate', 'e-' || id, '', id, 1 from dossier;
    insert into timeline_entry (dossier_id, seq, kind, occurred_at, recorded_at, source, event_id)
      select id, 1, 'status', now(), now(), 'igate', 'e-' || id from dossier;
    insert into sync_state (destination, dossier_id, head_seq, acked_seq, verify_at)
      select '${PORTAL}', id, 2, case when id % 50 = 0 then 1 else 2 end, case when id % 100 = 1 then now() end from dossier;
    analyze dossier, dossier_fields, dossier_alias, event_key, timeline_entry, sync_state`);
});
afterAll(async () => {
  await pool.end();
  await timeline.close();
});

/** Shows `visit` every node of the plans of what `run` asks. */
async function planned(run: (db: Queryable) => Promise<unknown>, visit: (node: PlanNode) => void): Promise<void> {
  const walk = (node: PlanNode): void => {
    visit(node);
    for (const child of node.Plans ?? []) walk(child);
  };
  const explain = async (query: string | { text: string; values?: unknown[] }, values?: unknown[]) => {
    const { text, values: own = values ?? [] } = typeof query === 'string' ? { text: query } : query;
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (format json) ${text}`, own);
    walk(rows[0]!['QUERY PLAN'][0].Plan);
    return { rows: [], rowCount: 0 };
  };
  await run({ query: explain as Queryable['query'] });
}

const tableOf = (node: PlanNode): string => (node['Relation Name'] ?? '').replace(/_(rest|\d{6})$/, '');

/** Big tables that what `run` asks reads from end to end. */
async function readWhole(run: (db: Queryable) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  await planned(run, (node) => {
    if (node['Node Type'] === 'Seq Scan' && BIG.has(tableOf(node))) found.push(tableOf(node));
  });
  return found;
}

/** A dossier that a registration and a status have just changed. */
function changed(): DossierState {
  const code = 'H15.50-260310-000077';
  const dossiers = memory();
  dossiers.apply(registration(code));
  dossiers.apply(status(code, 'processing', '03-12T09:00'));
  return dossiers.state(code);
}

const ids = [7, 77, 777];
const heads = headsOf({ destinations: [PORTAL] }, [{ ...changed(), added: 1 }], 0);
const settlement: syncStore.Settlement = {
  dossierId: 77,
  token: randomUUID(),
  generation: 0,
  fromSeq: 1,
  toSeq: 2,
  outcome: 'acknowledged',
  sentSeqs: [1, 2],
  existsThere: true,
  snapshotDigest: null,
  attempts: 0,
  nextAttemptAt: 0,
  unknownSince: null,
  verifyAt: null,
  verifyStep: 0,
  error: null,
};
const now = at('03-12T09:00');
const claim = { destination: PORTAL, instance: 'one', token: randomUUID(), now, leaseMs: 90_000, limit: 200 };

it.each<[string, (db: Queryable) => Promise<unknown>]>([
  ['locks dossiers', (db) => timelineStore.lockDossiers(db, ['H15.50-260310-000007'], ['BN-77'])],
  ['reads aliases', (db) => timelineStore.readAliases(db, ['BN-77'])],
  ['reads fields', (db) => timelineStore.readFields(db, ids)],
  ['inserts dossiers', (db) => timelineStore.insertDossiers(db, [changed()])],
  ['updates dossiers', (db) => timelineStore.updateDossiers(db, [changed()])],
  ['updates identities', (db) => timelineStore.updateIdentities(db, [changed()])],
  ['writes fields', (db) => timelineStore.writeFields(db, [changed()], testSeal)],
  ['inserts aliases', (db) => timelineStore.insertAliases(db, [{ dossierId: 7, system: '*', code: 'x' }])],
  ['inserts entries', (db) => timelineStore.insertEntries(db, [changed()], now, false)],
  ['takes entries over', (db) => timelineStore.insertEntries(db, [changed()], now, true)],
  [
    'moves appointments',
    (db) =>
      updateAppointments(db, [
        {
          ...changed(),
          dossierId: 77,
          headSeq: 2,
          previous: null,
          at: now,
          basis: 'computed',
          fact: changed().facts[0]!,
        },
      ]),
  ],
  ['raises heads', (db) => headsStore.raiseHeads(db, heads, { now, lookAt: now, corrected: false })],
  [
    'adopts',
    (db) =>
      headsStore.adoptHeads(
        db,
        [{ ...adoptedRow({ ...changed(), adoption: { mode: 'adopt', baseline: null } }, PORTAL, now), mode: 'send' }],
        { now, lookAt: now },
      ),
  ],
  ['claims', (db) => syncStore.claim(db, claim)],
  ['settles', (db) => syncStore.settle(db, PORTAL, [settlement], now, 1, testSeal)],
  ['renews leases', (db) => syncStore.renew(db, PORTAL, settlement.token, ids, now)],
  ['takes leases back', (db) => syncStore.reclaim(db, PORTAL, now, 30_000, 'one')],
  [
    'gives rows another mode',
    (db) => changeModes(db, PORTAL, [{ dossierId: 77, mode: 'observe' }], { now, everyMs: 0 }),
  ],
  ['finds what is to be observed', (db) => dueObservations(db, PORTAL, now, 20)],
  [
    'writes what was observed',
    (db) =>
      writeObservations(
        db,
        PORTAL,
        [{ dossierId: 7, verifyAt: null, verifyStep: 0, unverified: false, exists: true, seen: null }],
        now,
      ),
  ],
  [
    'notes a listing',
    (db) => noteListed(db, PORTAL, [{ code: 'H15.50-260310-000007', statusCode: '2', appointmentAt: null }], now),
  ],
  ['looks at a stretch of modes', (db) => modeStretch(db, PORTAL, 777, 500)],
  ['reads a page of modes', (db) => modeRows(db, PORTAL, 777, 500)],
  ['finds what is to be read back', (db) => dueReadBacks(db, PORTAL, now, 20)],
  [
    'writes read-backs',
    (db) =>
      writeReadBacks(db, PORTAL, [{ dossierId: 7, verifyAt: null, verifyStep: 0, unverified: false, seen: null }], now),
  ],
])('what %s for each event reads no big table whole', async (_title, run) => {
  expect(await readWhole(run)).toEqual([]);
});

it('what the feed has not copied is found by its time, not in the order of dossiers', async () => {
  const indexes = new Set<string>();
  const look = { since: now - 2_000, until: now, limit: 5_000 };
  await planned(
    (db) => behindSince(db, look),
    (node) => {
      if (tableOf(node) === 'timeline_entry') indexes.add(node['Index Name']!.replace(/_(rest|\d{6})_/, '_'));
    },
  );
  expect([...indexes]).toEqual(['timeline_entry_recorded_at_idx']);
});
