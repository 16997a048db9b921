/** @module A peer as one would build it with a job queue: a pg-boss job for each event, a loop that delivers what it fetches. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { SECOND } from '../../src/units.ts';
import { type PeerEvent, PortalCaller } from './peers/portal.ts';
import { endOnSignal, receive } from './peers/receiver.ts';
import { ACCOUNT } from './portal.ts';

const QUEUE = 'progress';
/** What sixteen calls of ten carry. */
const BATCH = 160;
const POLL = 50;
const RETRY_AFTER = 1;

const connectionString = process.env.DATABASE_URL!;
const boss = new PgBoss({ connectionString, max: 24 });
// Connections of its own, else delivery would wait behind every sender.
const worker = new PgBoss({ connectionString, max: 2, supervise: false, schedule: false });
for (const one of [boss, worker]) {
  one.on('error', (error) => process.stderr.write(`${error}\n`));
  await one.start();
}
// Two tries, as it has it, would lose what an outage outlasts.
await boss.createQueue(QUEUE, { retryLimit: 1_000_000, retryDelay: RETRY_AFTER });
const portal = new PortalCaller(process.env.PORTAL_URL!, ACCOUNT);

let isStopping = false;
// Its own `work` waits half a second between batches; fetching in a loop is the faster way that it offers.
async function deliver(): Promise<void> {
  while (!isStopping) {
    const jobs = await worker.fetch<PeerEvent>(QUEUE, { batchSize: BATCH });
    if (jobs.length === 0) await sleep(POLL);
    else {
      const ids = jobs.map(({ id }) => id);
      try {
        await portal.progress(jobs.map(({ data }) => data));
        await worker.complete(QUEUE, ids);
      } catch {
        await worker.fail(QUEUE, ids);
        await sleep(RETRY_AFTER * SECOND);
      }
    }
  }
}
const delivering = deliver();

const app = await receive(async (_messageId, events) => {
  if (events.length === 1) await boss.send(QUEUE, events[0]!);
  // Its own way to take many at once.
  else
    await boss.insert(
      QUEUE,
      events.map((data) => ({ data })),
    );
});
endOnSignal(async () => {
  await app.close();
  isStopping = true;
  await delivering;
  await worker.stop({ graceful: false });
  await boss.stop({ graceful: false });
  await portal.close();
});
