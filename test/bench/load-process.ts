/** @module The load generator as a process: signed pushes over keep-alive connections, as fast as they are answered or at a pace. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../src/units.ts';
import { type Lane, openLane } from './lane.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { requestSigner } from './signed-request.ts';
import { eventMessage, type StoryEvent } from './story.ts';

/** How many events each dossier has told, over all orders of one round. */
let told = new Uint16Array(0);

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (result) => process.send!(result),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));

async function run(order: LoadOrder): Promise<LoadResult> {
  const { story, connections, eventsAMessage, seconds, perSecond } = order;
  if (order.isNewRound) told = new Uint16Array(story.dossiers);
  const sign = requestSigner(order.port, order.path, order.secret);
  const latencies: number[] = [];
  const bySecond = new Array<number>(seconds).fill(0);
  const refused: Record<string, number> = {};
  const idle: number[] = [];
  /** When each message that waits for a connection was due. */
  const waiting: number[] = [];
  const since = new Float64Array(connections);
  const next = Uint32Array.from({ length: connections }, (_, lane) => lane);
  const { promise: failure, reject } = Promise.withResolvers<never>();
  let underWay = 0;
  let begun = 0;
  let isOver = false;
  const lanes: Lane[] = [];

  // Each connection has dossiers of its own, so that the events of one are told one after the other.
  const tell = (lane: number, due: number): void => {
    const events: StoryEvent[] = [];
    for (let n = 0; n < eventsAMessage; n++) {
      const dossier = next[lane]!;
      next[lane] = dossier + connections < story.dossiers ? dossier + connections : lane;
      events.push({ dossier, n: told[dossier]!++ });
    }
    since[lane] = due;
    underWay++;
    const [{ dossier, n }] = events as [StoryEvent];
    lanes[lane]!.send(sign(`${dossier}-${n}`, eventMessage(story, events)));
  };
  const answered = (lane: number, status: number): void => {
    const now = performance.now();
    underWay--;
    if (status === 202) {
      latencies.push(now - since[lane]!);
      const second = Math.floor((now - begun) / SECOND);
      if (second < seconds) bySecond[second]! += eventsAMessage;
    } else refused[status] = (refused[status] ?? 0) + 1;
    if (isOver) return;
    if (perSecond === null) tell(lane, now);
    else if (waiting.length > 0) tell(lane, waiting.shift()!);
    else idle.push(lane);
  };

  for (let lane = 0; lane < connections; lane++)
    lanes.push(await openLane(order.port, (status) => answered(lane, status), reject));
  const startedAt = Date.now();
  begun = performance.now();
  const end = begun + seconds * SECOND;
  const drive = async (): Promise<void> => {
    if (perSecond === null) {
      for (let lane = 0; lane < connections; lane++) tell(lane, performance.now());
      await sleep(seconds * SECOND);
    } else {
      for (let lane = 0; lane < connections; lane++) idle.push(lane);
      let issued = 0;
      for (let now = begun; now < end; now = performance.now()) {
        // A message that is due counts from then, also when no connection is free: a slow answer hides nothing.
        for (; issued < ((now - begun) / SECOND) * perSecond; issued++) {
          const due = begun + (issued / perSecond) * SECOND;
          const lane = idle.pop();
          if (lane === undefined) waiting.push(due);
          else tell(lane, due);
        }
        await sleep(1);
      }
    }
    isOver = true;
    while (underWay > 0) await sleep(1);
  };
  await Promise.race([drive(), failure]);
  const stoppedAt = Date.now();
  for (const lane of lanes) lane.close();

  const sorted = Float64Array.from(latencies).sort();
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    startedAt,
    stoppedAt,
    acknowledged: latencies.length * eventsAMessage,
    refused,
    bySecond,
    p50: quantile(0.5),
    p99: quantile(0.99),
    longest: quantile(1),
  };
}
