/** @module Gateways killed in the midst of telling a subscriber: it hears of everything, each dossier in order, and knows a repeat by its id. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'svix';
import { expect, it, onTestFinished } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import type { ChangeItem } from '../../src/feed/item.ts';
import { newSecret, secretName } from '../../src/subscriptions/secret.ts';
import { insertSubscription } from '../../src/subscriptions/store.ts';
import { openScene } from './scene.ts';
import { dossierCode, life } from './stories.ts';

/** Each answer takes a moment, so that a kill finds several under way. */
const ANSWER_AFTER = 5;
const KILLS = 3;

it('two gateways killed again and again tell a subscriber everything, in order', { timeout: 60_000 }, async () => {
  const encryptionKey = randomBytes(32).toString('base64');
  const scene = await openScene({
    replicas: 2,
    env: { ENCRYPTION_KEY: encryptionKey, EGRESS_ALLOW: '127.0.0.0/8' },
  });
  const secret = newSecret();
  const heard: { id: string; item: ChangeItem }[] = [];
  const server = createServer(async (request, response) => {
    const text = (await request.setEncoding('utf8').toArray()).join('');
    new Webhook(secret).verify(text, request.headers as Record<string, string>);
    const { data } = JSON.parse(text) as { data: ChangeItem };
    heard.push({ id: String(request.headers['webhook-id']), item: data });
    setTimeout(() => response.writeHead(200).end(), ANSWER_AFTER);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // The first start makes the schema's seeds; the subscription stands before anything happens.
  await Promise.all(scene.replicas.map((replica) => replica.start()));
  const id = randomUUID();
  await insertSubscription(
    scene.pool,
    {
      id,
      clientId: 'igate',
      name: 'iGate',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      kinds: ['entry'],
      agencies: ['H15'],
      procedures: null,
      batch: 1,
      secret: sealWith(encryptionKey).close(secret, secretName(id)),
      state: 'active',
    },
    Date.now(),
  );

  let isLoaded = true;
  let dossiers = 0;
  const sender = async (): Promise<void> => {
    while (isLoaded) for (const step of life(dossierCode(++dossiers))) await scene.senders.send(step);
  };
  const load = Promise.all(Array.from({ length: 2 }, sender));
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const from = heard.length;
    await expect.poll(() => heard.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(from + 20);
    const replica = scene.replicas[kill % 2]!;
    await replica.end('SIGKILL');
    await replica.start();
  }
  isLoaded = false;
  await load;
  await scene.inStep();
  const toldPlaces = async (): Promise<number[]> =>
    (await scene.pool.query<{ pos: number }>("select pos from change where kind = 'entry' order by pos")).rows.map(
      ({ pos }) => pos,
    );
  const heads = async (): Promise<number> =>
    (await scene.pool.query<{ head: number }>('select sum(head_seq)::int as head from dossier')).rows[0]!.head;
  const copied = async (): Promise<number> =>
    (await scene.pool.query<{ copied: number }>('select coalesce(sum(copied_seq), 0)::int as copied from feed_state'))
      .rows[0]!.copied;
  await expect.poll(async () => (await copied()) === (await heads()), { timeout: 20_000 }).toBe(true);
  const places = await toldPlaces();
  const known = () => new Set(heard.map(({ item }) => item.pos));
  await expect.poll(() => known().size, { timeout: 30_000 }).toBe(places.length);

  expect(
    [...known()].sort((a, b) => a - b),
    'nothing is lost, nothing invented',
  ).toEqual(places);
  const first = [...new Map([...heard].reverse().map(({ item }) => [item.pos, item])).values()].reverse();
  for (const [code, items] of Map.groupBy(first, ({ dossierCode }) => dossierCode))
    expect(
      items.map(({ seq }) => seq!),
      `${code} in order`,
    ).toEqual(items.map(({ seq }) => seq!).toSorted((a, b) => a - b));
  expect(new Set(heard.map(({ id: message }) => message)).size, 'a repeat keeps its id').toBe(places.length);
  expect(heard.length - places.length, 'at most a round is repeated by each kill').toBeLessThanOrEqual(KILLS * 200);
});
