/** @module kill -9 of a gateway at each named point and at random, under load. */
import { expect, it } from 'vitest';
import type { FaultPoint } from '../../src/deps.ts';
import { EXACT, openScene } from './scene.ts';
import { dossierCode, life } from './stories.ts';

const POINTS: readonly FaultPoint[] = [
  'before-commit',
  'after-commit',
  'after-lease',
  'after-send',
  'before-acknowledge',
];

it('a gateway killed at each point of its work loses, repeats and disorders nothing', { timeout: 60_000 }, async () => {
  const scene = await openScene();
  const [replica] = scene.replicas;
  let isLoaded = true;
  let dossiers = 0;
  const sender = async (): Promise<void> => {
    while (isLoaded) for (const step of life(dossierCode(++dossiers))) await scene.senders.send(step);
  };
  const load = Promise.all(Array.from({ length: 8 }, sender));

  for (const point of POINTS) {
    for (const passing of [2, 5]) {
      const started = await replica!.start(`${point}:${passing}`);
      expect(await started.ended).toBe('SIGKILL');
    }
  }
  isLoaded = false;
  await replica!.start();
  await load;
  await scene.inStep();
  expect(dossiers).toBeGreaterThan(8);
  expect(await scene.verdicts()).toEqual(EXACT);
});
