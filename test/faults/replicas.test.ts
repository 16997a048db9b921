/** @module Several gateways on one database, and one that sleeps past its leases. */
import { expect, it } from 'vitest';
import { EXACT, openScene } from './scene.ts';
import { lives } from './stories.ts';

it('two gateways on one database share the work and send nothing twice', async () => {
  const scene = await openScene({ replicas: 2 });
  await Promise.all(scene.replicas.map((replica) => replica.start()));
  await scene.senders.tell(lives(40));
  await scene.inStep();
  expect(await scene.verdicts()).toEqual(EXACT);
});

it('a worker that sleeps past its leases and wakes up changes nothing here, and the portal shows the truth', async () => {
  const scene = await openScene({ replicas: 2 });
  const [sleeper, other] = scene.replicas;
  const started = await sleeper!.start();
  await scene.portal.faults({ latencyMs: 700 });
  const firstUrlOnly = scene.senders.tell(lives(12), 12);
  await other!.start();
  await firstUrlOnly;
  const leasedBySleeper = async (): Promise<number> =>
    (await scene.pool.query('select from sync_state where leased_by = $1', [sleeper!.instance])).rows.length;
  await expect.poll(leasedBySleeper, { timeout: 20_000, interval: 10 }).toBeGreaterThan(0);
  started.signal('SIGSTOP');
  expect(await leasedBySleeper()).toBeGreaterThan(0);

  await scene.portal.heal();
  await scene.inStep();
  const ours = async (): Promise<unknown[]> =>
    (
      await scene.pool.query(
        `select s.dossier_id, head_seq, acked_seq, sent_seqs, generation, attempts, exists_there, unknown_since, lease_token, leased_by,
           (select count(*) from delivery_attempt a where a.dossier_id = s.dossier_id) as deliveries
         from sync_state s order by s.dossier_id`,
      )
    ).rows;
  const before = await ours();
  started.signal('SIGCONT');
  await expect
    .poll(started.said, { timeout: 20_000 })
    .toMatch(/leases that are no longer held were refused|leases ran out during a delivery/);
  expect(await ours()).toEqual(before);
  await scene.readBack();
  expect(await scene.verdicts()).toEqual(EXACT);
});

it('an orderly stop in the midst of deliveries leaves nothing leased and uses no attempts', async () => {
  const scene = await openScene();
  const [replica] = scene.replicas;
  const started = await replica!.start();
  await scene.portal.faults({ latencyMs: 300 });
  await scene.senders.tell(lives(20), 20);
  started.signal('SIGTERM');
  expect(await started.ended).toBeNull();
  const left = await scene.pool.query('select from sync_state where lease_token is not null or attempts > 0');
  expect(left.rows).toEqual([]);
  await scene.portal.heal();
  await replica!.start();
  await scene.inStep();
  expect(await scene.verdicts()).toEqual(EXACT);
});
