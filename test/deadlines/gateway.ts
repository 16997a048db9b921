/** @module A whole gateway over a database of its own, called as its clients call it. */
import type { FastifyInstance } from 'fastify';
import { connectors } from '../../connectors/index.ts';
import { IGATE_SCOPES, OPERATOR_SCOPES, putClient } from '../../src/access/clients.ts';
import type { Seal } from '../../src/access/seal.ts';
import { sealOf } from '../../src/access/secrets.ts';
import { buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { settingsOf } from '../../src/connector/registry.ts';
import { type Deps, newInstance, openDeps } from '../../src/deps.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ENCRYPTION_KEY } from '../support/seal.ts';
import { silent } from '../support/timeline.ts';

const SECRET = 'a-secret-of-the-tests';

export interface Gateway {
  readonly app: FastifyInstance;
  readonly deps: Deps;
  readonly database: TestDatabase;
  readonly seal: Seal;
  call(
    client: 'igate' | 'operator',
    method: 'GET' | 'PUT' | 'POST',
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Record<string, unknown>; text: string; json: Record<string, unknown> }>;
  close(): Promise<void>;
}

/** @param settings beside the defaults */
export async function openGateway(settings: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const secrets = { encryptionKey: ENCRYPTION_KEY, auditKey: 'a key of the tests, long enough for it' };
  const database = await testDatabase();
  const deps = await openDeps({
    config: loadConfig(settings, settingsOf(connectors)),
    databaseUrl: database.url,
    secrets,
    publicUrl: 'http://gateway.test',
    log: silent,
    instance: newInstance(),
  });
  const app = await buildApp(deps.app);
  const clients = { igate: IGATE_SCOPES, operator: OPERATOR_SCOPES };
  for (const [clientId, scopes] of Object.entries(clients))
    await putClient(database.pool, { clientId, secretHash: hashSecret(SECRET), scopes, agencies: ['H15'] });
  const tokens = new Map<string, string>();
  const tokenOf = async (client: string): Promise<string> => {
    const known = tokens.get(client);
    if (known) return known;
    const answer = await app.inject({
      method: 'POST',
      url: '/oauth2/token',
      headers: {
        authorization: `Basic ${Buffer.from(`${client}:${SECRET}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: 'grant_type=client_credentials',
    });
    const token: string = answer.json().access_token;
    tokens.set(client, token);
    return token;
  };
  return {
    app,
    deps,
    database,
    seal: sealOf(secrets),
    async call(client, method, url, body, headers = {}) {
      const answer = await app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${await tokenOf(client)}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(body ? { payload: JSON.stringify(body) } : {}),
      });
      const type = String(answer.headers['content-type']);
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.body,
        json: type.includes('json') ? answer.json() : {},
      };
    },
    async close() {
      await app.close();
      await deps.close();
      await database.drop();
    },
  };
}
