/** @module The composition root: the parts of a process, each made once and named here; what a part consists of stands in its folder's `open.ts`. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { openAccess } from './access/open.ts';
import { createLimiter } from './access/rate-limit.ts';
import { agencyRoutes } from './agencies/routes.ts';
import type { AppDeps } from './app.ts';
import { openAudit } from './audit/open.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { openCatalogues } from './catalogue/open.ts';
import { noteBrokenAnswers } from './connector/broken-answers.ts';
import { openConnections } from './connector/connections.ts';
import { openConnectors } from './connector/open.ts';
import { operationRoutes, operationScopes } from './connector/operation-route.ts';
import { openConsole } from './console/open.ts';
import { monthsAhead } from './db/partitions.ts';
import { openDeadlines } from './deadlines/open.ts';
import type { Deliveries } from './delivery/deliveries.ts';
import { openDeliveries } from './delivery/open.ts';
import { type Destination, openDestinations } from './destinations.ts';
import type { Appender } from './dossiers/append.ts';
import { openDossiers } from './dossiers/open.ts';
import { dossierRights } from './dossiers/rights.ts';
import { openEvidence } from './evidence/open.ts';
import { type Exchange, openExchange } from './exchange/open.ts';
import { Feed } from './feed/part.ts';
import { feedRoutes } from './feed/routes.ts';
import { type GroundOptions, openGround } from './ground.ts';
import { createIdempotency } from './http/idempotency.ts';
import { openImports } from './imports/open.ts';
import { type Incidents, openIncidents } from './incidents/open.ts';
import { openListings } from './listing/open.ts';
import { createMetrics } from './observability/metrics.ts';
import { observingRoutes } from './observing/routes.ts';
import { Press } from './papers/press.ts';
import type { PaymentsDeps } from './payments/deps.ts';
import { openPayments } from './payments/open.ts';
import { quarantineRoutes } from './quarantine/routes.ts';
import { measureDifferences } from './reconciliation/metrics.ts';
import { openReconciliation } from './reconciliation/open.ts';
import { catalogueReportRoutes } from './reports/catalogue-routes.ts';
import { decree45Routes } from './reports/decree-45-routes.ts';
import { reconciliationReportRoutes } from './reports/reconciliation-routes.ts';
import { Retention } from './retention/part.ts';
import { Resealer } from './sealing/part.ts';
import { openShims } from './shim/open.ts';
import { openSubscriptions } from './subscriptions/open.ts';
import { openPolicies, openSync } from './sync/open.ts';
import { MINUTE, SECOND } from './units.ts';
import { Verification } from './verification/part.ts';
import { openWatch } from './watch/open.ts';
import type { Watch } from './watch/part.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { type SetAside, setAside as setAsideIn } from './webhooks/store.ts';
import type { Worker } from './worker.ts';

/** What a fault test may stop the process at. */
export type FaultPoint =
  | 'before-commit'
  | 'after-commit'
  | 'after-lease'
  | 'after-send'
  | 'before-acknowledge'
  | 'mid-repair';

export interface DepsOptions extends GroundOptions {
  readonly reached?: (point: FaultPoint) => void;
  /** Until the watch looks for the first time and idle upstreams are asked how they are; a minute unless told. */
  readonly watchAfterMs?: number;
}

export interface Deps {
  readonly pool: pg.Pool;
  readonly appender: Appender;
  readonly app: AppDeps;
  /** What runs in every process, whatever its role. */
  readonly everywhere: Worker;
  /** The delivering half, with one drain for each destination. */
  readonly worker: Worker;
  readonly watch: Watch;
  readonly exchange: Exchange;
  readonly catalogue: () => Catalogue;
  /** What the payments work with, for the demo. */
  readonly payments: PaymentsDeps;
  readonly incidents: Incidents;
  /** For the demo's own. */
  readonly deliveries: Deliveries;
  close(): Promise<void>;
}

/** Opens the database, brings its schema up to date, and builds every part. */
export async function openDeps(options: DepsOptions): Promise<Deps> {
  const { reached, watchAfterMs } = options;
  const ground = await openGround(options);
  const { config, connectors, settingsOf, portals, seal, kept, catalogue, shared, publicUrl, log, now } = ground;
  const { pool, watchPool } = ground;
  const reaching = reached ? { reached } : {};

  const metrics = createMetrics({ pool, destinations: portals, queueDepth: () => appender.depth, now });
  const { registry } = metrics;
  measureDifferences({ db: watchPool, destinations: portals, registry, now });
  const connections = openConnections({
    connectors,
    shared,
    settingsOf,
    now,
    observed: metrics.called,
    refused: metrics.refused,
    failed: noteBrokenAnswers({ db: pool, seal, log, now }),
    timeoutMsOf: (connector) => (connector.portal ? config.SYNC_REQUEST_TIMEOUT_MS : connector.timeoutMs),
  });
  const connecting = openConnectors({ ...ground, connections, idleProbesAfterMs: watchAfterMs });
  const settleAfterMs = config.SYNC_SETTLE_AFTER_MS;
  const readBackAfterMs = config.SYNC_READ_BACK_AFTER_MS;

  const isConnected = portals.some((name) => connections.get(name) !== null);
  const { policies, treat, placement } = await openPolicies({ ...ground, isConnected });
  const wake = (): void => {
    for (const destination of destinations) destination.wake();
  };
  const dossiers = openDossiers({ ...ground, placement, committed: wake, ...reaching });
  const { appender } = dossiers;
  const append: Appender['append'] = (request) => appender.append(request);
  const setAside = (message: SetAside): Promise<void> => setAsideIn(pool, seal, message);
  const destinations: readonly Destination[] = openDestinations({
    ...ground,
    connections,
    treat,
    appender,
    metrics,
    sweepsAfterMs: watchAfterMs ?? MINUTE,
    ...reaching,
  });
  const sync = openSync({ ...ground, destinations, policies, treat, registry, wake });
  const deadlines = openDeadlines({ ...ground, appender, placement });
  const imports = openImports({ ...ground, appender });
  const watch = openWatch({
    ...ground,
    addresses: [
      ['gateway', publicUrl],
      ...connectors.map(({ name }) => [name, String(settingsOf(name).BASE_URL ?? '')] as const),
    ],
    firstAfterMs: watchAfterMs,
  });
  const subscriptions = openSubscriptions({ ...ground, registry });
  const auditing = await openAudit({
    ...ground,
    targetKey: options.secrets.auditKey,
    titleOf: (operation) => routes.find(({ id }) => id === operation)?.summary ?? null,
    systemOf: (name) => connectors.find((connector) => connector.name === name)?.title ?? null,
  });
  const { audit } = auditing;
  const exchange = openExchange({
    ...ground,
    appender,
    providers: connections.providers('exchange'),
    settleAfterMs,
    readBackAfterMs,
  });
  const payments = await openPayments({
    ...ground,
    appender,
    providers: connections.providers('payments'),
    destination: destinations[0]!,
  });
  const catalogues = openCatalogues({
    ...ground,
    fees: payments.fees,
    sources: connections.providers('catalogue'),
    registry,
    dailyAfterMs: watchAfterMs,
  });
  const delivery = openDeliveries({ ...ground, providers: connections.providers('delivery') });
  const incidents = await openIncidents(ground);
  const { addressBook } = incidents;
  const press = new Press();
  const { print } = press;
  const evidenceRoutes = await openEvidence({ ...ground, addressBook, print, destinations });
  const { console, people } = openConsole({ ...ground, db: pool, audit });
  const access = await openAccess({ ...ground, operationScopes: operationScopes(connectors), people });
  const shims = openShims({ ...ground, connections, append, treat, findClient: access.issuer.findClient });

  const read = { db: pool, catalogue };
  const profileOf = (destination: string) =>
    destinations.find(({ name }) => name === destination)?.evidence?.rules().profile ?? null;
  const readThere = { ...read, destinations: () => destinations };
  const routes: AppDeps['routes'] = [
    ...webhookRoutes({
      connectors,
      settingsOf: (connector) => settingsOf(connector.name),
      append,
      takePayments: payments.takePayments,
      setAside,
    }),
    ...dossiers.routes,
    ...deadlines.routes,
    ...catalogues.routes,
    ...agencyRoutes({ db: pool, kept }),
    ...imports.routes,
    ...sync.routes,
    ...observingRoutes({ ...read, destinations }),
    ...quarantineRoutes({ db: pool, appender, agencies: () => catalogue().agencies.asOf(now()) }),
    ...access.routes,
    ...openReconciliation({ ...ground, destinations }),
    ...incidents.routes,
    ...evidenceRoutes,
    ...watch.routes,
    ...decree45Routes(read),
    ...catalogueReportRoutes({ ...read, sides: catalogues.sides }),
    ...reconciliationReportRoutes({ ...readThere, profileOf, connectors, sender: addressBook.sender, print }),
    ...payments.routes,
    ...feedRoutes(read),
    ...connecting.routes,
    ...subscriptions.routes,
    ...delivery.routes,
    ...operationRoutes({ connectors, connections, store: shared, permit: dossierRights(read), now }),
    ...exchange.routes,
    ...shims.routes,
    ...auditing.routes,
  ];
  return {
    pool,
    appender,
    app: {
      config,
      publicUrl,
      log,
      clock: now,
      audit,
      idempotency: createIdempotency({ db: pool, seal, log, now }),
      authenticator: access.authenticator,
      limiter: createLimiter(shared, now),
      knowsPurpose: (code, at) => catalogue().purposeAt(code, at) !== null,
      issuer: access.issuer,
      console,
      routes,
      checks: { database: () => pool.query('select 1') },
      metrics: registry,
    },
    everywhere: { parts: [...connecting.everywhere, ...access.everywhere, ...auditing.everywhere] },
    worker: {
      parts: [
        monthsAhead(pool, log),
        new Retention({ db: watchPool, audit, days: config, log, now }),
        ...deadlines.parts,
        new Verification({ db: pool, appender, connections, audit, log, now, everyMs: 2 * SECOND }),
        new Resealer({ pool: watchPool, seal, log, now }),
        new Feed({ pool: watchPool, catalogue, log }),
        ...payments.parts,
        ...watch.parts,
        ...sync.parts,
        ...destinations.flatMap(({ parts }) => parts),
        ...catalogues.parts,
        ...subscriptions.parts,
        ...exchange.parts,
        ...shims.parts,
        ...imports.parts,
        ...delivery.parts,
        ...auditing.parts,
        ...incidents.parts,
        ...openListings({ connections, watchPool, append, setAside, log, now }),
      ],
    },
    watch: watch.watch,
    exchange,
    catalogue,
    payments: payments.deps,
    incidents,
    deliveries: delivery.deliveries,
    async close() {
      press.close();
      await appender.close();
      await subscriptions.close();
      await connections.close();
      await access.close();
      await policies.stop();
      await ground.close();
    },
  };
}

/** An identity for a process that keeps none of its own. */
export const newInstance = (): string => `${process.pid}-${randomUUID().slice(0, 8)}`;
