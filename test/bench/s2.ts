/** @module S2: signed pushes of a hundred events each, until the portal shows them. */
import { readFileSync } from 'node:fs';
import { fileOf } from './processes.ts';
import { contestantsText, figuresOfPushes, type PushTargets } from './push-report.ts';
import { measurePushes, type PushResult } from './pushes.ts';
import type { Scenario } from './scenario.ts';

const TARGETS: PushTargets = { shown: { 16: 20_000 }, p99AtHalfLoad: null };

export const s2: Scenario<PushResult> = {
  id: 's2',
  measure: (stage, { quick, isFull, say, profilesTo, withPeers }) =>
    measurePushes(stage, {
      name: 'S2',
      eventsAMessage: 100,
      dossiersASecond: 2500,
      connections: [16],
      rounds: isFull ? 3 : quick ? 1 : 2,
      seconds: isFull ? 20 : 5,
      sustainedSeconds: 0,
      withPeers,
      withSubscriber: false,
      profilesTo,
      say,
    }),
  figures: (result) => figuresOfPushes('S2', result, TARGETS),
  document: (result) => `## A hundred signed events a message (S2)

The same with a hundred events of different dossiers in each message. Where the time of an event goes, and what was tried to shorten it, stands in
[a decision](../decisions/throughput.md).
${contestantsText('S2', result, pgBoss())}`,
};

const pgBoss = (): string =>
  (JSON.parse(readFileSync(fileOf('package.json'), 'utf8')) as { devDependencies: Record<string, string> })
    .devDependencies['pg-boss']!;
