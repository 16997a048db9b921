/** @module The lookup generator as a process: the same question over keep-alive connections, the next as soon as the last was answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../../src/units.ts';
import { type Lane, openLane } from '../lane.ts';
import type { LookupOrder, LookupResult } from './load.ts';

/** Goes on over all orders, so that a token comes again only after all the others have come. */
let turn = 0;

process.on('message', (order: LookupOrder) => {
  run(order).then(
    (result) => process.send!(result),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));

async function run(order: LookupOrder): Promise<LookupResult> {
  const requests = requestsOf(order);
  const { connections, seconds, port } = order;
  const latencies: number[] = [];
  const refused: Record<string, number> = {};
  const since = new Float64Array(connections);
  const lanes: Lane[] = [];
  const { promise: failure, reject } = Promise.withResolvers<never>();
  let isOver = false;
  let underWay = 0;
  const ask = (lane: number): void => {
    since[lane] = performance.now();
    underWay++;
    lanes[lane]!.send(requests[turn++ % requests.length]!);
  };
  const answered = (lane: number, status: number): void => {
    underWay--;
    if (status === 200) latencies.push(performance.now() - since[lane]!);
    else refused[status] = (refused[status] ?? 0) + 1;
    if (!isOver) ask(lane);
  };
  for (let lane = 0; lane < connections; lane++)
    lanes.push(await openLane(port, (status) => answered(lane, status), reject));
  const begun = performance.now();
  for (let lane = 0; lane < connections; lane++) ask(lane);
  await Promise.race([sleep(seconds * SECOND), failure]);
  isOver = true;
  const ms = performance.now() - begun;
  const count = latencies.length;
  while (underWay > 0) await Promise.race([sleep(5), failure]);
  for (const lane of lanes) lane.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return { answered: count, ms, refused, p50: at(0.5), p99: at(0.99) };
}

function requestsOf({ port, path, body, headers, tokens }: LookupOrder): string[] {
  const given = Object.entries({ 'content-type': 'application/json', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${given.join('')}content-length: ${Buffer.byteLength(body)}\r\n`;
  const authorized = tokens.map((token) => `${head}authorization: Bearer ${token}\r\n\r\n${body}`);
  return authorized.length > 0 ? authorized : [`${head}\r\n${body}`];
}
