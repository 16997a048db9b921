/** @module PostgreSQL stopped without a checkpoint, under load. */
import { expect, it } from 'vitest';
import { ownDatabase } from './own-database.ts';
import { EXACT, openScene } from './scene.ts';
import { dossierCode, life } from './stories.ts';

it('a database that crashes under load and comes back loses nothing that was acknowledged', async () => {
  const database = await ownDatabase();
  const scene = await openScene({ database });
  await scene.replicas[0]!.start();
  let isLoaded = true;
  let dossiers = 0;
  const sender = async (): Promise<void> => {
    while (isLoaded) for (const step of life(dossierCode(++dossiers))) await scene.senders.send(step);
  };
  const load = Promise.all(Array.from({ length: 8 }, sender));
  await expect.poll(() => dossiers, { timeout: 20_000 }).toBeGreaterThan(20);
  await database.crash();
  const before = dossiers;
  await expect.poll(() => dossiers, { timeout: 20_000 }).toBeGreaterThan(before + 8);
  isLoaded = false;
  await load;
  await scene.inStep();
  expect(await scene.verdicts()).toEqual(EXACT);
  expect(scene.replicas[0]!.process!.hasEnded()).toBe(false);
});
