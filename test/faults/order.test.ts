/** @module Pushes in any order and any number of times. */
import { expect, it } from 'vitest';
import { EXACT, openScene } from './scene.ts';
import { coordination, dossierCode, hour, igate, landRegistry, register, type Step } from './stories.ts';

it('the same pushes fifty times at once, in any order, are each told to the portal once', async () => {
  const scene = await openScene({ replicas: 2 });
  await Promise.all(scene.replicas.map((replica) => replica.start()));
  const dossiers = [1, 2, 3, 4].map(dossierCode);
  await scene.senders.tell(dossiers.map((dossier) => [register(dossier)]));
  const pushes = dossiers.flatMap((dossier, i) =>
    (['paused', 'resumed'] as const).map((status, at) =>
      (i % 2 === 0 ? coordination : landRegistry)(dossier, status, hour(2 + at)),
    ),
  );
  const copies = Array.from({ length: 50 }, () => pushes).flat();
  // Shuffled the same in each run: 167 has no divisor in common with the 400 of them.
  const shuffled = copies.map((_, i) => copies[(i * 167) % copies.length]!);
  await scene.senders.tell(
    shuffled.map((push) => [push]),
    50,
  );
  await scene.inStep();
  expect(await scene.verdicts()).toEqual(EXACT);
});

it('the land registry’s pause and resume and iGate’s processing between them come to the same in each of their orders', async () => {
  const scene = await openScene();
  await scene.replicas[0]!.start();
  const stories: Step[][] = [];
  for (const order of permutations([0, 1, 2])) {
    const dossier = dossierCode(stories.length + 1);
    const steps = [
      landRegistry(dossier, 'paused', hour(1)),
      // It does not end the land registry's pause (F2): the portal sees it only where it comes before the pause is known.
      igate(dossier, 'processing', hour(2), 'may'),
      landRegistry(dossier, 'resumed', hour(3)),
    ];
    stories.push([register(dossier), ...order.map((i) => steps[i]!)]);
  }
  // Each step is at the portal before the next one comes, so that what came too early was really shown.
  for (let step = 0; step < 4; step++) {
    await scene.senders.tell(stories.map((story) => [story[step]!]));
    await scene.inStep();
  }
  expect(await scene.verdicts()).toEqual(EXACT);
});

const permutations = (items: readonly number[]): number[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
