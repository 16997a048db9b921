/** @module A portal that answers wrongly, late, in part or not at all, then is well again. */
import { describe, expect, it } from 'vitest';
import type { FaultName, Faults } from '../../mocks/faults.ts';
import { EXACT, openScene, type Scene } from './scene.ts';
import { lives } from './stories.ts';

const BATCH = 15;

/** Tells of further dossiers while the faults hold, until each class of them has struck. */
async function suffer(scene: Scene, faults: Faults, classes: readonly FaultName[]): Promise<void> {
  await scene.portal.faults(faults);
  let first = scene.history.filter(({ fact }) => fact === 'sent').length + 1;
  let quiet: readonly FaultName[];
  do {
    await scene.senders.tell(lives(BATCH, first), 8);
    first += BATCH;
    const { faultsFired } = await scene.portal.statistics();
    quiet = classes.filter((name) => !faultsFired[name]);
  } while (quiet.length > 0);
}

async function heal(scene: Scene): Promise<void> {
  await scene.portal.heal();
  await scene.inStep();
  await scene.readBack();
}

describe('one fault at a time', () => {
  it.each<[string, Faults, FaultName[]]>([
    ['answers lost after the work was done', { lostAnswerRate: 0.3, seed: 1 }, ['lostAnswerRate']],
    [
      'answers lost, and the work done only later',
      { lostAnswerRate: 0.3, lateEffectMs: 150, seed: 2 },
      ['lateEffectMs'],
    ],
    ['a part of a batch kept', { partialBatchRate: 0.3, seed: 3 }, ['partialBatchRate']],
    ['records acknowledged and dropped in silence', { silentDropRate: 0.5, seed: 4 }, ['silentDropRate']],
  ])('%s: everything is there once, in order', async (_title, faults, classes) => {
    const scene = await openScene();
    await scene.replicas[0]!.start();
    await suffer(scene, faults, classes);
    await heal(scene);
    expect(await scene.verdicts()).toEqual(EXACT);
  });
});

it('a third of all calls failing in every way at once delays the truth and does not change it', {
  timeout: 90_000,
}, async () => {
  const scene = await openScene();
  const rates = {
    errorRate: 0.05,
    lostAnswerRate: 0.05,
    timeoutRate: 0.02,
    resetRate: 0.05,
    malformedRate: 0.04,
    truncateRate: 0.04,
    htmlRate: 0.03,
    partialBatchRate: 0.05,
  };
  const others = { latencyMs: 2, jitterMs: 5, expireTokens: true, rateLimitPerSecond: 20 };
  await scene.replicas[0]!.start();
  await suffer(scene, { ...rates, seed: 5 }, Object.keys(rates) as FaultName[]);
  await suffer(scene, others, Object.keys(others) as FaultName[]);
  await heal(scene);
  expect(await scene.verdicts()).toEqual(EXACT);
});
