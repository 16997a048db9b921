/** @module A subscriber beside the gateway: told of every change of the province, a hundred a message. */
import { randomUUID } from 'node:crypto';
import { sealWith } from '../../src/access/seal.ts';
import { openPool } from '../../src/db/pool.ts';
import { newSecret, secretName } from '../../src/subscriptions/secret.ts';
import { insertSubscription } from '../../src/subscriptions/store.ts';
import { SECOND } from '../../src/units.ts';
import { freePort, type Started, startModule, untilAnswers } from './processes.ts';

export interface Subscriber {
  readonly process: Started;
  /** Changes that it was sent and took. */
  taken(): Promise<number>;
}

const CHANGES_A_MESSAGE = 100;

/** Starts it and subscribes it from now on, as its owner would by the API. */
export async function subscribe(databaseUrl: string, encryptionKey: string): Promise<Subscriber> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const process = startModule('test/bench/subscriber-process.ts', { env: { PORT: String(port) } });
  await untilAnswers(url, process);
  const pool = openPool(databaseUrl, { max: 1, applicationName: 'bench', statementTimeoutMs: 10 * SECOND });
  const id = randomUUID();
  const subscription = {
    ...{ id, clientId: 'bench', name: 'bench', url, kinds: null, agencies: ['H15'], procedures: null },
    batch: CHANGES_A_MESSAGE,
    secret: sealWith(encryptionKey).close(newSecret(), secretName(id)),
    state: 'active' as const,
  };
  await insertSubscription(pool, subscription, Date.now());
  await pool.end();
  return {
    process,
    taken: async () => ((await (await fetch(url)).json()) as { taken: number }).taken,
  };
}
