/** @module S7: the drain after an outage of the portal, while events still come. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE, SECOND } from '../../src/units.ts';
import { contestants } from './contestants.ts';
import { median } from './figures.ts';
import type { Scenario } from './scenario.ts';
import { newStory } from './story.ts';
import { residentOf, round } from './usage.ts';

interface S7Result {
  readonly dossiers: number;
  readonly eventsEach: number;
  /** Events that came in while the portal was down. */
  readonly waiting: number;
  /** Events a second that still came while it drained. */
  readonly stillComing: number;
  /** Until the portal showed everything that had waited, in seconds. */
  readonly drainedAfter: number;
  /** Shown by the portal, second by second, while events waited. */
  readonly shownBySecond: readonly number[];
  /** Records of one dossier that the portal took in another order than that of their times. */
  readonly disordered: number;
  readonly duplicates: number;
  /** Of the gateway, in MiB, every second of the drain. */
  readonly memory: readonly number[];
  /** Of the acknowledgement, in ms, at the same pace before the outage and while it drained. */
  readonly p99Before: number;
  readonly p99While: number;
}

const EVENTS_EACH = 4;
const EVENTS_A_MESSAGE = 100;
const STILL_COMING = 500;
const PACED_CONNECTIONS = 16;

export const s7: Scenario<S7Result> = {
  id: 's7',
  async measure(stage, { quick, say }) {
    const dossiers = quick ? 20_000 : 500_000;
    await stage.portal.reset();
    const story = newStory(dossiers, Date.now());
    const contestant = await contestants[0]!.start(stage, story);
    const { port, path, secret } = contestant;
    const paced = (seconds: number) =>
      stage.load.run({
        port,
        path,
        secret,
        story,
        isNewRound: false,
        connections: PACED_CONNECTIONS,
        eventsAMessage: 1,
        seconds,
        perSecond: STILL_COMING,
      });
    say(`S7: ${dossiers} dossiers; the usual pace first`);
    await stage.load.run({
      port,
      path,
      secret,
      story,
      isNewRound: true,
      connections: 1,
      eventsAMessage: 1,
      seconds: 1,
      perSecond: 1,
    });
    const before = await paced(10);
    await stage.portal.untilShown(before.acknowledged, before.startedAt, MINUTE);

    say('S7: the portal is down');
    await stage.portal.fault({ down: true });
    let waiting = 0;
    while (waiting < dossiers * EVENTS_EACH) {
      const { acknowledged } = await stage.load.run({
        port,
        path,
        secret,
        story,
        isNewRound: false,
        connections: PACED_CONNECTIONS,
        eventsAMessage: EVENTS_A_MESSAGE,
        seconds: 5,
        perSecond: null,
      });
      waiting += acknowledged;
      say(`  ${waiting} events wait`);
    }

    say('S7: the portal is back');
    const healedAt = Date.now();
    const shownBefore = await stage.portal.records();
    await stage.portal.fault({});
    const memory: number[] = [];
    const shownBySecond: number[] = [];
    let shown = 0;
    let isDraining = true;
    const p99s: number[] = [];
    const coming = (async () => {
      while (isDraining) p99s.push((await paced(5)).p99);
    })();
    while (shown < waiting) {
      await sleep(SECOND);
      const now = (await stage.portal.records()) - shownBefore;
      shownBySecond.push(now - shown);
      shown = now;
      memory.push(round(await residentOf(contestant.process.pid), 0));
      if (shownBySecond.length % 10 === 0) say(`  ${shown} shown after ${shownBySecond.length} s`);
    }
    const drainedAfter = round((Date.now() - healedAt) / SECOND, 1);
    isDraining = false;
    await coming;
    const { duplicates, disordered } = await stage.portal.orderSince(story.receivedAt);
    await contestant.process.stop();
    return {
      dossiers,
      eventsEach: EVENTS_EACH,
      waiting,
      stillComing: STILL_COMING,
      drainedAfter,
      shownBySecond,
      disordered,
      duplicates,
      memory,
      p99Before: round(before.p99, 2),
      p99While: round(median(p99s), 2),
    };
  },
  figures: ({ waiting, drainedAfter, disordered, duplicates, memory, p99Before, p99While }) => [
    {
      work: `S7: the drain of ${waiting} events after an outage, while 500 events/s still come`,
      unit: 'events/s',
      values: [Math.round(waiting / drainedAfter)],
      target: { atLeast: 5_000 },
    },
    { work: 'S7: records out of order', unit: '', values: [disordered], target: { atMost: 0 } },
    { work: 'S7: records twice', unit: '', values: [duplicates], target: { atMost: 0 } },
    {
      work: 'S7: memory of the gateway at the end against its start',
      unit: '×',
      values: [round((memory.at(-1) ?? 0) / (memory[0] || 1), 2)],
      target: { atMost: 1.2 },
    },
    {
      work: 'S7: acknowledgement p99 while it drains against before',
      unit: '×',
      values: [round(p99While / p99Before, 2)],
      target: { atMost: 2 },
    },
  ],
  document: ({ dossiers, eventsEach, waiting, drainedAfter, p99Before, p99While, memory }) => `## After an outage (S7)

${dossiers} dossiers, ${eventsEach} events each and more: ${waiting} events came in, a hundred a message, while the portal was down. It came back, and
${drainedAfter} s later it showed them all, while 500 events a second still came (acknowledged in ${p99Before} ms at the 99th percentile before, ${p99While} ms meanwhile).
The gateway's memory went from ${memory[0]} to ${memory.at(-1)} MiB, at most ${Math.max(...memory)}.
`,
};
