/** @module Scenario 7: the portal is down while events come in, processes are killed, and the database is put back to an earlier state. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, inject, it, onTestFinished } from 'vitest';
import { readStop, writeStop } from '../../src/reconciliation/repairs.ts';
import { findRun, insertRun } from '../../src/reconciliation/store.ts';
import { writePause } from '../../src/sync/gate.ts';
import { declareRestored } from '../../src/sync/restored.ts';
import { EXACT, openScene, type Scene } from '../faults/scene.ts';
import { dossierCode, lives } from '../faults/stories.ts';
import { testDatabase } from '../support/database.ts';
import { PORTAL } from '../support/timeline.ts';

const DOSSIERS = 20;
/** Registered after the state to which the database is put back. */
const LOST = 3;

async function administer(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const behind = async ({ pool }: Scene): Promise<number> =>
  (await pool.query('select from sync_state where acked_seq < head_seq')).rows.length;

/** What stands in progress at the portal, record by record. */
const progressOf = async ({ portal }: Scene): Promise<string[]> =>
  (await portal.seen())
    .filter(({ kind }) => kind === 'progress')
    .map(({ dossier, code, occurredAt }) => `${dossier} ${code} ${occurredAt}`)
    .sort();

const done = (scene: Scene, id: string) =>
  expect.poll(async () => (await findRun(scene.pool, id))?.state, { timeout: 60_000 }).toBe('done');

it('nothing is lost, nothing sent again blindly, and what the database forgot is listed one by one', {
  timeout: 180_000,
}, async () => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const name = new URL(database.url).pathname.slice(1);
  const backup = `${name}_${randomBytes(3).toString('hex')}`;
  onTestFinished(() => administer(`drop database if exists ${backup} with (force)`));
  const scene = await openScene({ database, env: { RECONCILE_NIGHTLY_AT: 'off', RECONCILE_CALLS_PER_SECOND: '500' } });
  const [replica] = scene.replicas;
  await replica!.start();
  const stories = lives(DOSSIERS);
  await scene.senders.tell(stories.map((story) => story.slice(0, 4)));
  await scene.inStep();

  // The portal is down; events come in, and the process dies again and again.
  await scene.portal.faults({ down: true });
  const told = scene.senders.tell(stories.map((story) => story.slice(4, 6)));
  for (let kill = 0; kill < 3; kill++) {
    await replica!.end('SIGKILL');
    await replica!.start();
  }
  await told;
  await replica!.end('SIGKILL');
  expect(await behind(scene)).toBeGreaterThan(0);
  await administer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    `create database ${backup} template ${name}`,
  );

  // It comes back and takes everything, with more that comes after the backup.
  await scene.portal.heal();
  await replica!.start();
  const late = lives(LOST, DOSSIERS + 1).map((story) => story.slice(0, 2));
  await scene.senders.tell([...stories.map((story) => story.slice(6, 8)), ...late]);
  await scene.inStep();
  expect(await scene.verdicts()).toEqual(EXACT);
  await replica!.end('SIGKILL');

  // The database is put back: it knows nothing of what was delivered since.
  const before = await progressOf(scene);
  await administer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    `drop database ${name} with (force)`,
    `create database ${name} template ${backup}`,
  );
  const word = { by: 'cb-01', reason: 'Khôi phục cơ sở dữ liệu từ bản sao lưu', now: Date.now() };
  const restored = await declareRestored(scene.pool, PORTAL, word);
  expect(restored.asksFirst).toBe(DOSSIERS);
  await replica!.start();
  for (const id of restored.runs) await done(scene, id);

  const { rows } = await scene.pool.query<{ code: string; kind: string; state: string }>(
    'select dossier_code as code, kind, state from difference order by dossier_code',
  );
  const listed = [...new Set(rows.map(({ code }) => code))];
  expect(listed).toEqual(Array.from({ length: DOSSIERS + LOST }, (_, n) => dossierCode(n + 1)));
  expect(rows.filter(({ kind }) => kind === 'missing-here').map(({ code }) => code)).toEqual(
    Array.from({ length: LOST }, (_, n) => dossierCode(DOSSIERS + n + 1)),
  );
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['confirmed']));
  expect(await readStop(scene.pool, PORTAL)).toMatchObject({ by: 'cb-01' });
  expect(await progressOf(scene)).toEqual(before);

  // Whoever sent it sends it again; then the gateway may go on, and asks before it sends.
  await scene.senders.tell([...stories.map((story) => story.slice(6, 8)), ...late]);
  const asked = (await scene.portal.statistics()).byService.TraCuuHoSo ?? 0;
  await writePause(scene.pool, PORTAL, null);
  await scene.inStep();
  expect((await scene.portal.statistics()).byService.TraCuuHoSo! - asked).toBeGreaterThanOrEqual(DOSSIERS);
  expect(await progressOf(scene)).toEqual(before);

  await writeStop(scene.pool, PORTAL, null);
  await scene.senders.tell([...stories.map((story) => story.slice(8))]);
  await scene.inStep();
  const run = await findRun(scene.pool, restored.runs[0]!);
  const id = await insertRun(scene.pool, run!, {
    repair: true,
    dryRun: false,
    requestedBy: 'cb-01',
    now: Date.now(),
    way: 'by-code',
  });
  await done(scene, id);
  const open = await scene.pool.query(
    "select kind, dossier_code from difference where state not in ('repaired', 'closed')",
  );
  expect(open.rows).toEqual([]);
});
