/** @module A change feed, subscriptions to it and a receiver that answers as told, with a clock that the test moves. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sealWith } from '../../src/access/seal.ts';
import type { AgenciesOn } from '../../src/agencies/directory.ts';
import { loadCatalogue, seedCatalogues } from '../../src/catalogue/store.ts';
import { parseNetworks } from '../../src/connector/addresses.ts';
import { createEgress } from '../../src/connector/egress.ts';
import type { ChangeItem } from '../../src/feed/item.ts';
import type { State } from '../../src/subscriptions/delivery-store.ts';
import type { MessageBody } from '../../src/subscriptions/message.ts';
import { Subscriptions } from '../../src/subscriptions/part.ts';
import { newSecret, secretName } from '../../src/subscriptions/secret.ts';
import { createSender } from '../../src/subscriptions/send.ts';
import { insertSubscription, pauseSubscription, resumeSubscription, type Wish } from '../../src/subscriptions/store.ts';
import { HOUR } from '../../src/units.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly message: MessageBody;
  readonly items: readonly ChangeItem[];
}

/** Answers a message; by default 200. */
type Answering = (received: Received, response: ServerResponse) => void;

export interface Scene {
  readonly database: TestDatabase;
  readonly url: string;
  readonly agencies: () => AgenciesOn;
  /** What arrived, whatever was answered. */
  readonly arrived: Received[];
  /** What was answered with a 2xx, as the receiver's own programs see it. */
  readonly taken: ChangeItem[];
  answer: Answering;
  /** The clock of the gateway; it stands still but for what a test adds. */
  now: number;
  /** Appends changes of these dossiers, in this order; null concerns none. @returns the last place */
  append(...dossiers: (string | null)[]): Promise<number>;
  subscribe(wish?: Partial<Wish & { state: State }>): Promise<string>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** Starts a process's deliverer; stopped with the scene. */
  worker(options?: { instance?: string; pauseAfterMs?: number }): Promise<Subscriptions>;
  rows<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Forgets all changes, subscriptions and arrivals, and stops the workers. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export const taken: Answering = (_received, response) => response.writeHead(200).end('{}');
export const failing =
  (status: number, headers: Record<string, string> = {}): Answering =>
  (_received, response) =>
    response.writeHead(status, headers).end();

export const seal = sealWith(randomBytes(32).toString('base64'));
const AT = Date.parse('2026-03-10T09:00:00+07:00');

export async function openScene(): Promise<Scene> {
  const database = await testDatabase();
  const { pool } = database;
  await seedCatalogues(pool);
  const catalogue = await loadCatalogue(pool);
  let workers: Subscriptions[] = [];
  const server = createServer(async (request, response) => {
    const text = (await request.setEncoding('utf8').toArray()).join('');
    const message = JSON.parse(text) as MessageBody;
    const items = message.type === 'changes' ? message.data : [message.data];
    const received = { headers: request.headers, text, message, items };
    scene.arrived.push(received);
    response.once('finish', () => {
      if (response.statusCode < 300) scene.taken.push(...items);
    });
    scene.answer(received, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const scene: Scene = {
    database,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    agencies: () => catalogue.agencies.asOf(scene.now),
    arrived: [],
    taken: [],
    answer: taken,
    now: AT,
    async append(...dossiers) {
      const { rows } = await pool.query<{ pos: number }>(
        `insert into change (kind, dossier_code, agencies, procedure_code, seq, type, status, occurred_at, at)
         select case when code is null then 'alert' else 'entry' end, code, case when code is null then '{}' else array[split_part(code, '-', 1)] end,
           case when code is not null then '1.005129' end, n, 'status', 'processing', to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000)
         from unnest($1::text[]) with ordinality as d (code, n) order by n returning pos`,
        [dossiers, scene.now],
      );
      return rows.at(-1)!.pos;
    },
    async subscribe(wish = {}) {
      const id = randomUUID();
      await insertSubscription(
        pool,
        {
          id,
          clientId: 'igate',
          name: 'iGate',
          url: scene.url,
          kinds: null,
          agencies: ['H15'],
          procedures: null,
          batch: 1,
          secret: seal.close(newSecret(), secretName(id)),
          state: 'active',
          ...wish,
        },
        scene.now,
      );
      return id;
    },
    pause: (id) => pauseSubscription(pool, id, { by: 'operator', reason: 'a test', now: scene.now }),
    resume: (id) => resumeSubscription(pool, id, { by: 'operator', reason: 'a test', now: scene.now }),
    async worker({ instance = randomUUID(), pauseAfterMs = 1 * HOUR } = {}) {
      const worker = new Subscriptions({
        pool,
        agencies: scene.agencies,
        sender: createSender(createEgress(parseNetworks(['127.0.0.0/8'])).connect),
        seal,
        instance,
        log: silent,
        now: () => scene.now,
        // The whole of each wait, so that a test knows it.
        random: () => 1,
        pauseAfterMs,
        attempted() {},
        everyMs: 5,
      });
      await worker.start();
      workers.push(worker);
      return worker;
    },
    async rows<T extends object>(sql: string, values: unknown[] = []) {
      return (await pool.query<T>(sql, values)).rows;
    },
    async reset() {
      await Promise.all(workers.map((worker) => worker.stop()));
      workers = [];
      await pool.query(
        'truncate change, subscription, subscription_lag, subscription_attempt, alert, client_change, client restart identity',
      );
      await pool.query('update feed_mark set removed_to = 0');
      scene.arrived.length = 0;
      scene.taken.length = 0;
      scene.answer = taken;
      scene.now = AT;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      server.closeAllConnections();
      server.close();
      await database.drop();
    },
  };
  return scene;
}

/** The places of a dossier's changes among those that were taken, in the order of arrival. */
export const placesOf = (items: readonly ChangeItem[], dossier: string): number[] =>
  items.filter(({ dossierCode }) => dossierCode === dossier).map(({ pos }) => pos);

/** The places in the order in which the receiver learnt each for the first time. */
export const firstSeen = (items: readonly ChangeItem[]): number[] => [...new Set(items.map(({ pos }) => pos))];
