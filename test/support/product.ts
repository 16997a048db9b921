/** @module The whole product in one process – gateway, worker, database – with simulators around it, on free ports. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { connectors } from '../../connectors/index.ts';
import { buildSimulators } from '../../mocks/server.ts';
import { IGATE_SCOPES, knownScopes, putClient } from '../../src/access/clients.ts';
import type { Seal } from '../../src/access/seal.ts';
import { sealOf } from '../../src/access/secrets.ts';
import { loadConfig } from '../../src/config.ts';
import { operationScopes } from '../../src/connector/operation-route.ts';
import { settingsOf } from '../../src/connector/registry.ts';
import { connectorEnvironment } from '../../src/demo/connectors.ts';
import { demoFiles } from '../../src/demo/payments.ts';
import { type Deps, newInstance } from '../../src/deps.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import type { Log } from '../../src/log.ts';
import { serve } from '../../src/main.ts';
import { testDatabase } from './database.ts';
import { ENCRYPTION_KEY } from './seal.ts';
import { silent } from './timeline.ts';

const SECURITY_CODE = 'land-security-code-of-a-test';
const WEBHOOK_SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const CLIENT_SECRET = 'secret-of-the-test-igate';

export interface Product {
  readonly url: string;
  /** Where the simulators answer. */
  readonly simulators: string;
  /** An access token with every scope that there is. */
  readonly token: string;
  readonly deps: Deps;
  /** Its database as the owner of the tables. */
  readonly database: pg.Pool;
  /** The land registry's code and the tax authority's key. */
  readonly securityCode: string;
  /** What signs the coordination axis's messages. */
  readonly webhookSecret: string;
  readonly databaseUrl: string;
  /** What opens and closes its secrets. */
  readonly seal: Seal;
  /** A token of a client that is made for it. */
  tokenOf(clientId: string, scopes: readonly string[], agency: string): Promise<string>;
  /** A client of an agency, with the scopes of an iGate: gives the status of what it reads. */
  clientOf(agency: string): Promise<(path: string) => Promise<number>>;
  /** Calls the gateway as iGate. @throws for an answer that is no success */
  igate<T>(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** Acts as a person at a simulated system. */
  act(system: string, act: object): Promise<void>;
  /** As `act`, with what the simulator was answered. */
  actAnswered<T>(system: string, act: object): Promise<T>;
  /** Puts faults or settings of a simulator. */
  set(path: string, body: object): Promise<void>;
  /** Asks the simulators, such as for what the portal has seen. */
  ask<T>(path: string): Promise<T>;
  /** The dossier as the portal answers it, progress included. */
  atPortal<T>(code: string): Promise<T>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  /** Where the gateway writes its log; nowhere unless told. */
  readonly log?: Log;
}

/** @param settings of the gateway, over those of a test */
export async function startProduct(
  settings: Readonly<Record<string, string>> = {},
  { log = silent }: ProductOptions = {},
): Promise<Product> {
  const database = await testDatabase();
  // The simulators must know where to push before the gateway, which must know where the portal is, can listen.
  const port = await freePort();
  const gateway = `http://127.0.0.1:${port}`;
  const simulators = buildSimulators({
    port: 0,
    portal: { username: 'h15', password: 'h15', madonvi: 'H15' },
    webhooks: {
      coordination: { url: `${gateway}/v1/webhooks/coordination`, secret: WEBHOOK_SECRET },
      'land-registry': { url: `${gateway}/v1/webhooks/land-registry/{operation}/${SECURITY_CODE}` },
      tax: { url: `${gateway}/v1/webhooks/tax`, secret: SECURITY_CODE },
      'payment-platform': { url: `${gateway}/v1/webhooks/payment-platform` },
    },
  });
  const outside = await simulators.listen();
  const secrets = { encryptionKey: ENCRYPTION_KEY, auditKey: randomBytes(32).toString('hex') };
  const dataDir = await mkdtemp(join(tmpdir(), 'lienthong-product-'));
  const env = {
    PORT: String(port),
    DATA_DIR: dataDir,
    SYNC_MODE: 'send',
    SYNC_SETTLE_AFTER_MS: '200',
    SYNC_READ_BACK_AFTER_MS: '500',
    SYNC_REQUEST_TIMEOUT_MS: '10000',
    PAYMENTS_ASK_AFTER_MS: '200',
    // Many processes share the machine that tests run on.
    SHED_AT_DELAY_MS: '0',
    ...demoFiles,
    ...connectorEnvironment(connectors, outside),
    COORDINATION_SECRET: WEBHOOK_SECRET,
    LAND_REGISTRY_SECURITY_CODE: SECURITY_CODE,
    TAX_SECURITY_KEY: SECURITY_CODE,
    EGRESS_ALLOW: '127.0.0.0/8',
    ...settings,
  };
  const running = await serve({
    config: loadConfig(env, settingsOf(connectors)),
    databaseUrl: database.applicationUrl,
    ownerUrl: database.url,
    secrets,
    publicUrl: gateway,
    log,
    instance: newInstance(),
  });
  /** A token of a client that is made for it. */
  const tokenOf = async (clientId: string, scopes: readonly string[], agency: string): Promise<string> => {
    const secretHash = hashSecret(CLIENT_SECRET);
    await putClient(running.deps.pool, { clientId, secretHash, scopes: [...scopes], agencies: [agency] });
    const { access_token: token } = await json<{ access_token: string }>(`${gateway}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${CLIENT_SECRET}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    return token;
  };
  const scopes = [...knownScopes(operationScopes(connectors))];
  const token = await tokenOf('igate', scopes, 'H15');
  const post = <T>(url: string, body: object, headers: Record<string, string> = {}, method = 'POST'): Promise<T> =>
    json<T>(url, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const bearer = { authorization: `Bearer ${token}` };
  return {
    url: gateway,
    simulators: outside,
    token,
    deps: running.deps,
    database: database.pool,
    seal: sealOf(secrets),
    tokenOf,
    async clientOf(agency) {
      const authorization = `Bearer ${await tokenOf(`of-${agency}`, IGATE_SCOPES, agency)}`;
      return async (path) => (await fetch(gateway + path, { headers: { authorization } })).status;
    },
    igate: <T>(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) =>
      body
        ? post<T>(gateway + path, body, { ...bearer, ...headers }, method)
        : json<T>(gateway + path, { method, headers: { ...bearer, ...headers } }),
    securityCode: SECURITY_CODE,
    webhookSecret: WEBHOOK_SECRET,
    databaseUrl: database.url,
    actAnswered: <T>(system: string, act: object) => post<T>(`${outside}/_act/${system}`, act),
    act: async (system, act) => void (await post(`${outside}/_act/${system}`, act)),
    set: async (path, body) => void (await post(outside + path, body, {}, 'PUT')),
    ask: <T>(path: string) => json<T>(outside + path, {}),
    async atPortal<T>(code: string) {
      const { session } = await post<{ session: string }>(`${outside}/national-portal/mapi/login`, {
        username: 'h15',
        password: 'h15',
      });
      const { data } = await post<{ data: T }>(`${outside}/national-portal/mapi/g`, {
        session,
        madonvi: 'H15',
        service: 'TraCuuHoSo',
        MaHoSo: code,
      });
      return data;
    },
    async stop() {
      await running.stop();
      await simulators.close();
      await database.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}

async function json<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
