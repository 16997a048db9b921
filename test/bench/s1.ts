/** @module S1: signed pushes of one event each, until the portal shows them. */
import { readFileSync } from 'node:fs';
import { fileOf } from './processes.ts';
import { contestantsText, figuresOfPushes, type PushTargets } from './push-report.ts';
import { measurePushes, type PushResult } from './pushes.ts';
import type { Scenario } from './scenario.ts';

const TARGETS: PushTargets = { shown: { 64: 3_500, 256: 5_000 }, p99AtHalfLoad: 50 };

export const s1: Scenario<PushResult> = {
  id: 's1',
  measure: (stage, { quick, isFull, say, profilesTo, withPeers }) =>
    measurePushes(stage, {
      name: 'S1',
      eventsAMessage: 1,
      dossiersASecond: 625,
      connections: [64, 256],
      rounds: isFull ? 3 : quick ? 1 : 2,
      seconds: isFull ? 20 : 5,
      sustainedSeconds: isFull ? 180 : quick ? 15 : 60,
      withPeers,
      withSubscriber: true,
      profilesTo,
      say,
    }),
  figures: (result) => figuresOfPushes('S1', result, TARGETS),
  document: (result) => `## One signed event a message, until the portal shows it (S1)

Signed pushes of the coordination system go over keep-alive connections to one process with both roles, everything on: verification,
validation, fold, one durable transaction, metrics, log line, delivery in calls of ten. Dossiers are registered before the clock starts; every
event has effect. *Shown* counts the progress records that the portal's simulator took before the load stopped. The gateway is measured a second
time with one subscriber beside, which is sent each change, signed, a hundred a message.
${contestantsText('S1', result, pgBoss())}`,
};

const pgBoss = (): string =>
  (JSON.parse(readFileSync(fileOf('package.json'), 'utf8')) as { devDependencies: Record<string, string> })
    .devDependencies['pg-boss']!;
