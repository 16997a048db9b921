/** @module kill -9 of a gateway in the midst of a reconciliation and in mid-repair: the next one goes on where it stood. */
import { expect, it } from 'vitest';
import { isoDate } from '../../src/deadlines/local-time.ts';
import { findRun, insertRun, type Run } from '../../src/reconciliation/store.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { Operator } from './operator.ts';
import { FAULTLESS, openScene, type Scene } from './scene.ts';
import { dossierCode, hour, igate, landRegistry, RUN_DAY, register } from './stories.ts';

const DOSSIERS = 60;
const SPOILT = 24;
const codes = Array.from({ length: DOSSIERS }, (_, n) => dossierCode(n + 1));
const spoilt = codes.slice(0, SPOILT);
const ON = isoDate((RUN_DAY + 7 * HOUR) / DAY);

const start = ({ pool }: Scene, { repair = true } = {}): Promise<string> =>
  insertRun(
    pool,
    { destination: 'national-portal', agencyCode: 'H15', procedureCode: null, from: ON, to: ON },
    { repair, dryRun: false, requestedBy: 'operator', now: Date.now() },
  );

it('a reconciliation killed in its midst and in mid-repair goes on where it stood, and mends everything once', {
  timeout: 240_000,
}, async () => {
  const scene = await openScene({
    env: { RECONCILE_CALLS_PER_SECOND: '20', SYNC_READ_BACK_AFTER_MS: '600000', RECONCILE_NIGHTLY_AT: 'off' },
  });
  const { portal, pool } = scene;
  const [replica] = scene.replicas;
  const first = await replica!.start();
  await scene.senders.tell(
    codes.map((code) => [register(code), igate(code, 'processing', hour(1)), landRegistry(code, 'paused', hour(2))]),
  );
  await scene.inStep();
  await portal.lists(false);
  for (const [i, dossier] of spoilt.entries())
    await portal.act(i % 2 === 0 ? { act: 'forget-pause', dossier } : { act: 'forget-dossier', dossier });

  const id = await start(scene);
  const run = async (): Promise<Run> => (await findRun(pool, id))!;
  await expect.poll(async () => (await run()).dayCode, { timeout: 20_000, interval: 10 }).not.toBeNull();
  first.signal('SIGKILL');
  await first.ended;
  const killed = await run();
  expect(killed.state).toBe('running');
  expect(killed.compared).toBeGreaterThan(0);
  expect(killed.compared).toBeLessThan(DOSSIERS);

  const second = await replica!.start('mid-repair:1');
  expect(await second.ended).toBe('SIGKILL');
  // What it was about to mend was not mended, and does not count.
  const counted = await pool.query(
    'select from difference d left join sync_state s using (dossier_id) where d.repairs > coalesce(s.generation, 0)',
  );
  expect(counted.rows).toEqual([]);
  expect(await run()).toMatchObject({ state: 'running' });

  await replica!.start();
  // What was being looked at is looked at again once the claim of it has run out.
  await expect.poll(async () => (await run()).state, { timeout: 90_000, interval: 50 }).toBe('done');
  expect(await run()).toMatchObject({ way: 'by-code', compared: DOSSIERS, inStep: DOSSIERS - SPOILT, unchecked: 0 });
  await scene.inStep();
  const stand = async () =>
    (await pool.query('select id, dossier_code as code, kind, state, repairs from difference order by id')).rows;
  const rows = await stand();
  expect(new Set(rows.map(({ kind, state }) => `${kind} ${state}`))).toEqual(
    new Set(['pause-lost repaired', 'missing-at-portal repaired']),
  );
  expect(rows.map(({ code }) => code).sort()).toEqual(spoilt);
  const again = await start(scene);
  await expect.poll(async () => (await findRun(pool, again))!.state, { timeout: 30_000, interval: 50 }).toBe('done');
  expect(await findRun(pool, again)).toMatchObject({ compared: DOSSIERS, inStep: DOSSIERS });
  expect(await stand()).toEqual(rows);

  // What a report leaves to people is mended by a person's word.
  await portal.act({ act: 'forget-pause', dossier: codes[0]! });
  const report = await start(scene, { repair: false });
  await expect.poll(async () => (await findRun(pool, report))!.state, { timeout: 30_000, interval: 50 }).toBe('done');
  const operator = new Operator(scene);
  const left = await operator.leftovers();
  expect(left).toMatchObject([{ kind: 'pause-lost', state: 'confirmed' }]);
  expect(
    await operator.repair(
      left.map(({ id: difference }) => difference),
      'Đã kiểm tra trên Cổng',
    ),
  ).toBe(1);
  await expect.poll(() => operator.leftovers(), { timeout: 30_000, interval: 50 }).toEqual([]);
  await scene.inStep();

  await portal.lists(true);
  // What the portal forgot it was told again, and nobody else anything.
  const { duplicated, ...others } = await scene.verdicts();
  expect(others).toEqual(FAULTLESS);
  expect(duplicated.filter((fact) => !spoilt.includes(fact.dossier))).toEqual([]);
});
