/** @module What a contestant does with the events that came in while the portal was down, while more still come (S7). */
import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE, SECOND } from '../../src/units.ts';
import type { Contestant, ContestantDeclaration } from './contestants.ts';
import { median } from './figures.ts';
import type { Stage } from './stage.ts';
import { newStory } from './story.ts';
import { residentOf, round } from './usage.ts';

export interface OutageOptions {
  readonly dossiers: number;
  /** Events of each, at least, that come in while the portal is down. */
  readonly eventsEach: number;
  /** Seconds at the usual pace before the outage. */
  readonly paceSeconds: number;
  readonly say: (line: string) => void;
}

export interface Outage {
  readonly contestant: string;
  readonly dossiers: number;
  /** Events that came in while the portal was down. */
  readonly waiting: number;
  /** Until the portal showed as many as had waited, in seconds. */
  readonly drainedAfter: number;
  /** Shown by the portal, second by second, while events waited. */
  readonly shownBySecond: readonly number[];
  /** Records of one dossier that the portal took in another order than that of their times. */
  readonly disordered: number;
  readonly duplicates: number;
  /** Of the contestant, in MiB, every second of the drain. */
  readonly memory: readonly number[];
  /** Of the acknowledgement, in ms, at the same pace before the outage and while it drained. */
  readonly p99Before: number;
  readonly p99While: number;
}

/** Events a second before the outage and during the drain. */
export const STILL_COMING = 500;
const EVENTS_A_MESSAGE = 100;
const CONNECTIONS = 16;
const TURN_SECONDS = 5;
/** A contestant that shows nothing new for so long never will. */
const PATIENCE = 30 * SECOND;

export async function measureOutage(
  stage: Stage,
  declaration: ContestantDeclaration,
  { dossiers, eventsEach, paceSeconds, say }: OutageOptions,
): Promise<Outage> {
  await stage.portal.reset();
  const story = newStory(dossiers, Date.now());
  const contestant = await declaration.start(stage, story);
  const load = (order: { eventsAMessage: number; seconds: number; perSecond: number | null; isNewRound?: boolean }) =>
    stage.load.run({ ...addressOf(contestant), story, connections: CONNECTIONS, isNewRound: false, ...order });
  const paced = (seconds: number, isNewRound = false) =>
    load({ eventsAMessage: 1, seconds, perSecond: STILL_COMING, isNewRound });

  say(`S7 ${declaration.name}: ${dossiers} dossiers; the usual pace first`);
  const before = await paced(paceSeconds, true);
  await stage.portal.untilShown(before.acknowledged, before.startedAt, MINUTE);

  say('  the portal is down');
  await stage.portal.fault({ down: true });
  let waiting = 0;
  for (let missing = dossiers * eventsEach; missing > 0; missing = dossiers * eventsEach - waiting) {
    // No more than is wanted: some take messages far faster than they deliver them.
    const perSecond = Math.ceil(missing / EVENTS_A_MESSAGE / TURN_SECONDS);
    const { acknowledged } = await load({ eventsAMessage: EVENTS_A_MESSAGE, seconds: TURN_SECONDS, perSecond });
    waiting += acknowledged;
    say(`  ${waiting} events wait`);
  }

  say('  the portal is back');
  const p99s: number[] = [];
  let isDraining = true;
  const coming = (async () => {
    while (isDraining) p99s.push((await paced(TURN_SECONDS)).p99);
  })();
  const drained = await drain(stage, contestant, waiting, say);
  isDraining = false;
  await coming;
  const { duplicates, disordered } = await stage.portal.orderSince(story.receivedAt);
  await contestant.process.stop();
  return {
    contestant: declaration.name,
    dossiers,
    waiting,
    ...drained,
    disordered,
    duplicates,
    p99Before: round(before.p99, 2),
    p99While: round(median(p99s), 2),
  };
}

/** Heals the portal and watches until it has shown as many as waited. */
async function drain(
  stage: Stage,
  { process }: Contestant,
  waiting: number,
  say: (line: string) => void,
): Promise<Pick<Outage, 'drainedAfter' | 'shownBySecond' | 'memory'>> {
  const memory: number[] = [];
  const shownBySecond: number[] = [];
  const before = await stage.portal.records();
  const healedAt = Date.now();
  await stage.portal.fault({});
  let shown = 0;
  let changedAt = healedAt;
  while (shown < waiting) {
    await sleep(SECOND);
    const now = (await stage.portal.records()) - before;
    if (now > shown) changedAt = Date.now();
    else if (Date.now() - changedAt > PATIENCE) throw new Error(`nothing more is shown after ${shown} of ${waiting}`);
    shownBySecond.push(now - shown);
    shown = now;
    memory.push(round(await residentOf(process.pid), 0));
    if (shownBySecond.length % 10 === 0) say(`  ${shown} shown after ${shownBySecond.length} s`);
  }
  return { drainedAfter: round((Date.now() - healedAt) / SECOND, 1), shownBySecond, memory };
}

const addressOf = ({ port, path, secret }: Contestant) => ({ port, path, secret });
