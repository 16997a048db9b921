/** @module `npm start`: the whole province on one machine – database, simulators, gateway and worker – and what to try. */
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { plantExampleClient } from '../access/client-examples.ts';
import { ADMIN_SCOPES, AUDITOR_SCOPES, IGATE_SCOPES, OPERATOR_SCOPES, putClient } from '../access/clients.ts';
import { sealOf } from '../access/secrets.ts';
import { type Config, loadConfig } from '../config.ts';
import { operationScopes } from '../connector/operation-route.ts';
import { installedConnectors, settingsOf } from '../connector/registry.ts';
import { ensureEmbeddedDatabase, stopEmbeddedDatabase } from '../db/embedded.ts';
import { plantExampleDeliveries } from '../delivery/examples.ts';
import { hashSecret } from '../http/issuer.ts';
import { createLog } from '../log.ts';
import { localUrl, serve, stopOnSignal } from '../main.ts';
import { MINUTE } from '../units.ts';
import { consolePeople, plantConsolePeople } from './console-people.ts';
import { demoEnvironment } from './environment.ts';
import { type DemoSecrets, demoSecrets, writeRunning } from './files.ts';
import { plantDemoPayment } from './payments.ts';
import { plantDemoDossiers, untilInStep } from './plant.ts';
import { ensureSimulators, type Simulators, stopSimulators } from './simulators.ts';

/** The demo leaves its user alone at first. */
const SWEEPS_AFTER = 10 * MINUTE;

/** Starts everything; resolves when `demo.json` is written. */
export async function startDemo(env: NodeJS.ProcessEnv, options: { fresh: boolean }): Promise<void> {
  const dataDir = resolve(env.DATA_DIR || '.lienthong');
  // Before anything is cleared: it may be this very demo that runs there.
  await requireFreePort(loadConfig({ PORT: env.PORT }).PORT);
  if (options.fresh) await clear(dataDir);
  await mkdir(dataDir, { recursive: true });
  await rm(join(dataDir, 'demo.json'), { force: true });
  const secrets = await demoSecrets(dataDir);
  const connectors = await installedConnectors(env);
  const config = loadConfig(demoEnvironment(env, dataDir, secrets, connectors), settingsOf(connectors));
  const gatewayUrl = localUrl(config);

  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const [database, simulators] = await Promise.all([
    config.DATABASE_URL ? null : ensureEmbeddedDatabase({ dataDir: join(dataDir, 'postgres'), log: say }),
    ensureSimulators({ dataDir, port: config.SIMULATORS_PORT, gatewayUrl, secrets }),
  ]);
  const running = await serve({
    config,
    connectors,
    databaseUrl: config.DATABASE_URL ?? database!.applicationUrl,
    ...(database && { ownerUrl: database.url }),
    secrets: { encryptionKey: secrets.encryptionKey, auditKey: secrets.auditKey },
    publicUrl: config.PUBLIC_URL ?? gatewayUrl,
    log: createLog({ level: config.LOG_LEVEL }),
    instance: secrets.instance,
    watchAfterMs: SWEEPS_AFTER,
  });
  stopOnSignal(async () => {
    await running.stop();
    await stopSimulators(dataDir);
    if (database) await stopEmbeddedDatabase(join(dataDir, 'postgres'));
    await rm(join(dataDir, 'demo.json'), { force: true });
  });

  const { pool, appender, catalogue, exchange } = running.deps;
  await putClient(pool, {
    clientId: 'igate',
    secretHash: hashSecret(secrets.igateSecret),
    scopes: [...IGATE_SCOPES, ...operationScopes(connectors)],
    agencies: ['H15'],
  });
  await putClient(pool, {
    clientId: 'operator',
    secretHash: hashSecret(secrets.operatorSecret),
    scopes: [...OPERATOR_SCOPES, ...ADMIN_SCOPES],
    agencies: ['H15'],
    roles: ['operator'],
  });
  await putClient(pool, {
    clientId: 'auditor',
    secretHash: hashSecret(secrets.auditorSecret),
    scopes: AUDITOR_SCOPES,
    agencies: ['H15'],
    roles: ['auditor'],
  });
  await plantConsolePeople(pool, sealOf(secrets), secrets, Date.now());
  await plantExampleClient(pool, Date.now());
  say(`Liên Thông answers at ${gatewayUrl}; the demo dossiers are on their way to the portal …`);
  const planted = await plantDemoDossiers({
    pool,
    appender,
    exchanges: exchange.exchanges,
    catalogue: catalogue(),
    seal: sealOf(secrets),
    parties: running.deps.incidents.addressBook.parties,
    simulatorsUrl: simulators.url,
    now: Date.now(),
  });
  await plantDemoPayment(running.deps.payments);
  await plantExampleDeliveries(running.deps.deliveries);
  await untilInStep(pool);
  await running.deps.watch.round();
  await writeRunning(dataDir, {
    gateway: gatewayUrl,
    simulators: simulators.url,
    pids: { gateway: process.pid, simulators: simulators.pid, database: database?.pid ?? null },
    clients: {
      igate: { clientId: 'igate', clientSecret: secrets.igateSecret },
      operator: { clientId: 'operator', clientSecret: secrets.operatorSecret },
      auditor: { clientId: 'auditor', clientSecret: secrets.auditorSecret },
    },
    people: consolePeople(secrets),
    webhooks: {
      coordination: { url: `${gatewayUrl}/v1/webhooks/coordination`, secret: secrets.webhookSecret },
      'land-registry': { url: `${gatewayUrl}/v1/webhooks/land-registry/{operation}/${secrets.securityCode}` },
      tax: { url: `${gatewayUrl}/v1/webhooks/tax`, secret: secrets.securityCode },
    },
    portal: { username: 'h15', password: secrets.portalPassword, madonvi: 'H15' },
  });
  say(whatToTry(config, gatewayUrl, simulators, secrets, planted.example));
}

async function clear(dataDir: string): Promise<void> {
  await stopSimulators(dataDir);
  await stopEmbeddedDatabase(join(dataDir, 'postgres'));
  await rm(dataDir, { recursive: true, force: true });
}

/** A port that another program has is said before anything is started. */
function requireFreePort(port: number): Promise<void> {
  return new Promise((done, reject) => {
    const probe = createServer();
    probe.once('error', () =>
      reject(new Error(`Port ${port} is taken: stop what uses it, or set PORT to a free one.`)),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => done()));
  });
}

function whatToTry(
  config: Config,
  gatewayUrl: string,
  simulators: Simulators,
  secrets: DemoSecrets,
  example: string,
): string {
  return `
Ready. Everything outside is simulated at ${simulators.url}; stop with Ctrl-C, begin anew with: npm start -- --fresh

  API document   ${gatewayUrl}/openapi.json   reference ${gatewayUrl}/docs
  console        ${gatewayUrl}/console        vanhanh, password ${secrets.personPassword} (other roles: demo.json)
  for programs   ${join(config.DATA_DIR, 'demo.json')}

Try it (client igate, secret ${secrets.igateSecret}):

1. Get a token
   TOKEN=$(curl -s -u igate:${secrets.igateSecret} -d grant_type=client_credentials ${gatewayUrl}/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

2. Make the land registry pause a dossier (tax is to be determined)
   curl -s -X POST ${simulators.url}/_act/land-registry -H 'content-type: application/json' -d '{"act":"pause","dossier":"${example}","reason":"financial-obligation"}'

3. See the portal show it (code 6: financial obligation), and what the gateway knows of it
   curl -s '${simulators.url}/_seen/national-portal?dossier=${example}'; curl -s -H "authorization: Bearer $TOKEN" ${gatewayUrl}/v1/dossiers/${example}/sync
`;
}
