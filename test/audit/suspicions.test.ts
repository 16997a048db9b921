/** @module Readings of an officer that look as no work looks raise an alert that auditors alone see. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAudit } from '../../src/audit/record.ts';
import { lookForSuspicions } from '../../src/audit/suspicion-watch.ts';
import { alertRoutes } from '../../src/watch/alert-routes.ts';
import { seedAlertRules } from '../../src/watch/rules-store.ts';
import { catalogue } from '../support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';
import { silent } from '../support/timeline.ts';
import { type Gateway, gatewayWith } from '../watch/gateway.ts';

const settings = { AUDIT_ALERT_PERSONS: 5, AUDIT_ALERT_WITHOUT_DOSSIER: 3, AUDIT_ALERT_OUT_OF_HOURS: 3 };
/** A Thursday. */
const time = (clock: string): number => Date.parse(`2026-03-12T${clock}:00+07:00`);

let database: TestDatabase;
let gateway: Gateway;
let now = time('10:30');
beforeAll(async () => {
  database = await testDatabase();
  await seedAlertRules(database.pool);
  gateway = await gatewayWith(alertRoutes({ db: database.pool, catalogue: () => catalogue }), () => now);
});
afterAll(async () => {
  await gateway.app.close();
  await database.drop();
});

async function read(officer: string | null, times: readonly string[], dossier: string, persons: number): Promise<void> {
  const audit = createAudit(database.pool, { targetKey: 'a key of the tests, thirty-two characters', seal: testSeal });
  await Promise.all(
    times.map((clock, i) =>
      audit.record({
        at: time(clock),
        clientId: 'igate',
        officer,
        purpose: 'dossier-processing',
        dossier,
        operation: 'lookupCitizen',
        target: `06609000${1000 + (i % persons)}`,
        status: 200,
        traceId: `trace-${i}`,
        details: { kind: 'read', agencies: ['H15.50'] },
      }),
    ),
  );
}

const look = () =>
  lookForSuspicions({ db: database.pool, catalogue: () => catalogue, settings, log: silent, now: () => now });
const alerts = async (): Promise<unknown[]> => {
  const { json } = await gateway.call('H15', '/v1/alerts');
  return json.items.map(({ kind, agencyCode, detail }) => ({ kind, agencyCode, ...(detail as object) }));
};
const DOSSIER = 'H15.50-260310-0001';

test('what an officer does in an hour of work raises nothing, whatever a system of its own does', async () => {
  await read('cb-204', ['09:40', '09:50', '10:00', '10:10'], DOSSIER, 4);
  await read('cb-204', ['08:00', '08:01', '08:02'], DOSSIER, 3);
  await read('cb-205', ['10:00', '10:01', '10:02', '10:03', '10:04', '10:05'], DOSSIER, 2);
  await read(null, ['10:00', '10:01', '10:02', '10:03', '10:04', '10:05'], DOSSIER, 6);
  expect(await look()).toBe(0);
});

test('many persons, and readings for no dossier, are raised once a day', async () => {
  await read('cb-311', ['10:00', '10:01', '10:02', '10:03', '10:04'], DOSSIER, 5);
  await read('cb-312', ['10:00', '10:01', '10:02'], 'thống kê', 1);
  expect(await look()).toBe(2);
  expect(await look()).toBe(0);
  expect(await alerts()).toEqual([
    { kind: 'read-without-dossier', agencyCode: 'H15.50', client: 'igate', officer: 'cb-312', count: 3 },
    { kind: 'many-persons-read', agencyCode: 'H15.50', client: 'igate', officer: 'cb-311', count: 5 },
  ]);
});

test('readings outside office hours are raised, by the calendar', async () => {
  now = time('20:30');
  await read('cb-204', ['20:00', '20:10', '20:20'], DOSSIER, 1);
  expect(await look()).toBe(1);
  expect((await alerts())[0]).toMatchObject({ kind: 'read-out-of-hours', officer: 'cb-204', count: 3 });
});

test('who is no auditor hears nothing of it, also not from the feed, and it is over once an auditor took it', async () => {
  gateway.scopes.delete('audit.read');
  expect(await alerts()).toEqual([]);
  expect((await gateway.call('H15', '/v1/alerts/1/acknowledge', {})).status).toBe(404);
  gateway.scopes.add('audit.read');
  const { rows } = await database.pool.query('select from alert where told < 2');
  expect(rows).toEqual([]);

  const [taken] = (await gateway.call('H15', '/v1/alerts')).json.items;
  expect((await gateway.call('H15', `/v1/alerts/${taken!.id}/acknowledge`, { reason: 'Đã hỏi cán bộ' })).status).toBe(
    200,
  );
  await look();
  const { rows: cleared } = await database.pool.query('select id from alert where cleared_at is not null');
  expect(cleared).toEqual([{ id: taken!.id }]);
});
