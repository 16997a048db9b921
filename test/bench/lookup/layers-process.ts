/** @module The gateway's pipeline with only so many of its layers: `LAYERS` says how many of the list in `layers.ts`. */

import { createLocalJWKSet } from 'jose';
import { Registry } from 'prom-client';
import { Pool } from 'undici';
import { createLimiter } from '../../../src/access/rate-limit.ts';
import { sealWith } from '../../../src/access/seal.ts';
import { buildApp } from '../../../src/app.ts';
import { type Audit, createAudit } from '../../../src/audit/record.ts';
import { type Connections, openConnections } from '../../../src/connector/connections.ts';
import type { Client } from '../../../src/connector/define.ts';
import { operationRoutes } from '../../../src/connector/operation-route.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { openPool } from '../../../src/db/pool.ts';
import { type Authenticator, type Caller, createAuthenticator } from '../../../src/http/auth.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { processStore } from '../../../src/shared/store.ts';
import { SECOND } from '../../../src/units.ts';
import { noKeys } from '../../support/no-keys.ts';
import { endOnSignal } from '../peers/receiver.ts';
import registry, { NAME, SCOPE } from './connector.ts';
import { LAYERS } from './layers.ts';

const seal = sealWith(Buffer.alloc(32, 5).toString('base64'));

const { PORT, UPSTREAM_URL, DATABASE_URL, LAYERS: count, JWKS, ISSUER } = process.env;
const has = (layer: (typeof LAYERS)[number]): boolean => LAYERS.indexOf(layer) < Number(count);

const pool = openPool(DATABASE_URL!, { max: 16, applicationName: 'bench', statementTimeoutMs: 30 * SECOND });
await migrate(pool);
const metrics = createMetrics({ pool, destinations: [], queueDepth: () => 0, now: Date.now });

const everybody: Caller = {
  clientId: 'bench',
  scopes: new Set([SCOPE]),
  agencies: ['H15'],
  roles: [],
  officer: null,
  issuer: 'http://gateway.test',
  issuedAt: 0,
  expiresAt: Number.POSITIVE_INFINITY,
};
const open: Authenticator = { remembered: () => everybody, verify: async () => everybody };
const unkept: Audit = { record: async () => {} };

const connections = openConnections({
  connectors: [registry],
  settingsOf: () => ({ BASE_URL: UPSTREAM_URL! }),
  now: Date.now,
  observed: has('metrics') ? metrics.called : () => {},
});
const bare = new Pool(UPSTREAM_URL!, { connections: 64 });
const unguarded: Client = {
  name: NAME,
  async json({ method, path, json }) {
    const headers = { 'content-type': 'application/json' };
    const { body } = await bare.request({ method, path, headers, body: JSON.stringify(json) });
    return body.json();
  },
  text: () => Promise.reject(new Error('this registry speaks JSON')),
};
const withoutGuard: Connections = {
  ...connections,
  get(name) {
    const connection = connections.get(name);
    return connection && { ...connection, context: { ...connection.context, upstream: unguarded } };
  },
};

const app = await buildApp({
  config: { TRUST_PROXY: [], METRICS_ADDRESSES: ['127.0.0.1'], UNKNOWN_PATHS_PER_MINUTE: 60, SHED_AT_DELAY_MS: 0 },
  limiter: createLimiter(processStore(), Date.now),
  publicUrl: ISSUER!,
  log: createLog({ level: has('log line') ? 'info' : 'silent' }),
  clock: Date.now,
  audit: has('durable audit') ? createAudit(pool, { targetKey: 'of the benchmark, at least so long', seal }) : unkept,
  idempotency: noKeys,
  authenticator: has('token and scope')
    ? createAuthenticator({
        issuers: [{ issuer: ISSUER!, audience: 'urn:lienthong:gateway', find: createLocalJWKSet(JSON.parse(JWKS!)) }],
        clock: Date.now,
      })
    : open,
  issuer: null,
  console: null,
  routes: operationRoutes({
    connectors: [registry],
    connections: has('guarded upstream') ? connections : withoutGuard,
    store: processStore(),
    now: Date.now,
  }),
  checks: {},
  metrics: has('metrics') ? metrics.registry : new Registry(),
});
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
endOnSignal(async () => {
  await app.close();
  await connections.close();
  await bare.close();
  await pool.end();
});
