/** @module Two replicas of the gateway over one database behind one public address, and clients that reach either. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { connectors } from '../../connectors/index.ts';
import { loadConfig } from '../../src/config.ts';
import { settingsOf } from '../../src/connector/registry.ts';
import { newInstance } from '../../src/deps.ts';
import { createLog } from '../../src/log.ts';
import { type Running, serve } from '../../src/main.ts';
import { testDatabase } from '../support/database.ts';

/** What the replicas are reached under; only `through` leads there. */
export const PUBLIC_URL = 'https://gateway.test';

export interface Replicas {
  readonly first: Running;
  readonly second: Running;
  readonly encryptionKey: string;
  readonly databaseUrl: string;
  /** A fetch that reaches one of them at the public address. */
  through(replica: Running): typeof fetch;
  stop(): Promise<void>;
}

/** @param settings of both */
export async function startReplicas(settings: Readonly<Record<string, string>> = {}): Promise<Replicas> {
  const database = await testDatabase();
  const secrets = { encryptionKey: randomBytes(32).toString('base64'), auditKey: randomBytes(32).toString('hex') };
  const start = (): Promise<Running> =>
    serve({
      config: loadConfig({ PORT: '0', ROLE: 'gateway', DATA_DIR: tmpdir(), ...settings }, settingsOf(connectors)),
      databaseUrl: database.url,
      secrets,
      publicUrl: PUBLIC_URL,
      log: createLog({ level: 'silent' }),
      instance: newInstance(),
    });
  const first = await start();
  const second = await start();
  return {
    first,
    second,
    encryptionKey: secrets.encryptionKey,
    databaseUrl: database.url,
    through: (replica) => (address, init) => fetch(String(address).replace(PUBLIC_URL, replica.url), init),
    async stop() {
      await first.stop();
      await second.stop();
      await database.drop();
    },
  };
}
