/** @module A fault run's scene: a database, simulators, replicas of the gateway, senders, and the judgement at the end. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { expect, onTestFailed, onTestFinished, vi } from 'vitest';
import { IGATE_SCOPES, putClient } from '../../src/access/clients.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { MINUTE } from '../../src/units.ts';
import { testDatabase } from '../support/database.ts';
import { ENCRYPTION_KEY } from '../support/seal.ts';
import { check, type Fact, type Verdicts } from './history.ts';
import { ACCOUNT, Portal } from './portal.ts';
import { end, freePort, type RunningSimulators, type Started, startGateway, startSimulators } from './processes.ts';
import { type Credentials, Senders } from './senders.ts';
import { RUN_DAY } from './stories.ts';

/** A gateway that can die and come back at the same address under the same name. */
export class Replica {
  readonly url: string;
  readonly instance: string;
  readonly #env: Readonly<Record<string, string>>;
  #process: Started | null = null;

  constructor(port: number, env: Readonly<Record<string, string>>) {
    this.url = `http://127.0.0.1:${port}`;
    this.instance = env.INSTANCE!;
    this.#env = { ...env, PORT: String(port) };
  }

  /** null before its first start has come to an end. */
  get process(): Started | null {
    return this.#process;
  }

  /** @param faultPoint such as `after-lease:3`, where it kills itself */
  async start(faultPoint?: string): Promise<Started> {
    this.#process = await startGateway({ ...this.#env, ...(faultPoint ? { FAULT_POINT: faultPoint } : {}) });
    return this.#process;
  }

  async end(signal?: NodeJS.Signals): Promise<void> {
    if (this.#process) await end(this.#process, signal);
  }
}

export interface SceneOptions {
  readonly replicas?: number;
  /** Settings of the replicas beyond those of a fault run. */
  readonly env?: Readonly<Record<string, string>>;
  /** A database of one's own; by default one of the test run's. */
  readonly database?: { readonly url: string; readonly pool: pg.Pool };
  readonly simulators?: RunningSimulators;
  /** Where the gateways find the portal; by default at the simulators. */
  readonly portalUrl?: string;
}

/** Waits of a fault run: short, and each longer than the one that it must outlast. */
const WAITS = {
  SYNC_SETTLE_AFTER_MS: '400',
  SYNC_LEASE_MS: '2500',
  SYNC_REQUEST_TIMEOUT_MS: '1000',
  SYNC_READ_BACK_AFTER_MS: '1000',
  SYNC_READ_BACKS_PER_SECOND: '500',
};

export interface Scene {
  readonly portal: Portal;
  readonly pool: pg.Pool;
  readonly replicas: readonly Replica[];
  readonly senders: Senders;
  readonly history: Fact[];
  /** Resolves when every dossier is in step and nobody has one under way. */
  inStep(patience?: number): Promise<void>;
  /** Lets the waits for the next look at the portal pass, and resolves when nothing was found amiss. */
  readBack(patience?: number): Promise<void>;
  /** Completes the history with what the portal saw and shows, and judges it. */
  verdicts(): Promise<Verdicts>;
}

/** Sets the scene; the replicas are still to be started. Everything ends with the test. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const simulators = options.simulators ?? (await startSimulators({ portal: ACCOUNT }));
  onTestFinished(() => end(simulators.process));
  const database = options.database ?? (await provideDatabase());
  const { pool } = database;
  const portal = new Portal(simulators.url);
  const credentials: Credentials = {
    clientId: 'igate',
    clientSecret: 'a secret of a fault run',
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
    securityCode: randomBytes(12).toString('hex'),
  };
  await putClient(pool, {
    clientId: credentials.clientId,
    secretHash: hashSecret(credentials.clientSecret),
    scopes: IGATE_SCOPES,
    agencies: ['H15'],
  });
  const ports = await Promise.all(Array.from({ length: options.replicas ?? 1 }, freePort));
  const dataDir = await mkdtemp(join(tmpdir(), 'lienthong-scene-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const env = {
    LOG_LEVEL: 'info',
    DATA_DIR: dataDir,
    SYNC_MODE: 'send',
    ...WAITS,
    PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
    DATABASE_URL: database.url,
    DATABASE_CONNECTIONS: '6',
    ENCRYPTION_KEY,
    AUDIT_KEY: randomBytes(32).toString('hex'),
    NATIONAL_PORTAL_BASE_URL: `${options.portalUrl ?? simulators.url}/national-portal`,
    NATIONAL_PORTAL_USERNAME: ACCOUNT.username,
    NATIONAL_PORTAL_PASSWORD: ACCOUNT.password,
    NATIONAL_PORTAL_UNIT: ACCOUNT.madonvi,
    COORDINATION_SECRET: credentials.webhookSecret,
    LAND_REGISTRY_SECURITY_CODE: credentials.securityCode,
    ...options.env,
  };
  const replicas = ports.map((port, i) => new Replica(port, { ...env, INSTANCE: `replica-${i + 1}` }));
  onTestFinished(async () => {
    for (const replica of replicas) await replica.end();
  });
  onTestFailed(() => {
    for (const { instance, process } of replicas) console.log(instance, process && troubles(process.said()));
  });

  const history: Fact[] = [];
  const scene: Scene = {
    portal,
    pool,
    replicas,
    history,
    senders: new Senders(
      replicas.map(({ url }) => url),
      credentials,
      history,
    ),
    inStep: (patience = MINUTE) =>
      vi.waitFor(async () => expect(await outOfStep(pool)).toEqual([]), { timeout: patience, interval: 50 }),
    async readBack(patience = MINUTE) {
      let before: number;
      do {
        before = await repairs(pool);
        await pool.query('update sync_state set verify_at = now() where verify_at is not null');
        await vi.waitFor(
          async () => {
            expect(await outOfStep(pool)).toEqual([]);
            expect(await waitingForReadBack(pool)).toEqual([]);
          },
          { timeout: patience, interval: 50 },
        );
        // What could not be read, or was sent again, is looked at once more.
      } while ((await repairs(pool)) > before || (await isUnverified(pool)));
    },
    async verdicts() {
      const repaired = await pool.query<{ code: string }>(
        'select code from sync_state join dossier on dossier.id = dossier_id where generation > 0',
      );
      const at = Date.now();
      for (const { code } of repaired.rows) history.push({ fact: 'repaired', at, dossier: code });
      return check([...history, ...(await portal.seen()), ...(await portal.shown(RUN_DAY))]);
    },
  };
  return scene;
}

/** What a log says of troubles, in short: the last of them. */
const troubles = (said: string): string =>
  said
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"level":30') && !line.includes('"msg":"request"'))
    .slice(-12)
    .map((line) => line.slice(0, 400))
    .join('\n');

async function provideDatabase(): Promise<{ url: string; pool: pg.Pool }> {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  return database;
}

/** How often something was found missing at the portal and sent again. */
async function repairs(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select sum(generation)::int as count from sync_state');
  return rows[0]!.count;
}

async function waitingForReadBack(pool: pg.Pool): Promise<unknown[]> {
  return (await pool.query('select dossier_id, verify_at from sync_state where verify_at <= now() limit 3')).rows;
}

async function isUnverified(pool: pg.Pool): Promise<boolean> {
  return (await pool.query('select from sync_state where unverified limit 1')).rows.length > 0;
}

/** Rows that are not acknowledged, blocked, or under way. */
async function outOfStep(pool: pg.Pool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select dossier_id, head_seq, acked_seq, attempts, last_error, blocked_reason from sync_state
     where acked_seq < head_seq or blocked_reason is not null or lease_token is not null limit 3`,
  );
  return rows;
}

/** Nothing that a fault run may ever come to; duplicates are said apart. */
export const FAULTLESS = { lost: [], skipped: [], disordered: [], stale: [], invented: [] } satisfies Partial<Verdicts>;
/** And where the portal tells its progress list, not a duplicate either. */
export const EXACT: Verdicts = { ...FAULTLESS, duplicated: [] };
