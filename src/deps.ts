/** @module The composition root: from settings to the parts of a process, each made once and named here. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { connectors as shipped } from '../connectors/index.ts';
import { admitting } from './access/admission.ts';
import { keepClients } from './access/client-keep.ts';
import { clientRoutes } from './access/client-routes.ts';
import { findClient, knownScopes } from './access/clients.ts';
import { issuerStore } from './access/issuer-store.ts';
import { readOutsideIssuers } from './access/outside-issuers.ts';
import { createLimiter } from './access/rate-limit.ts';
import { keepRevocations } from './access/revocations.ts';
import { openingReaders } from './access/sealed-json.ts';
import { type Secrets, sealOf } from './access/secrets.ts';
import { keepSigningKeys, scheduledRotation } from './access/signing-keys.ts';
import { agencyRoutes } from './agencies/routes.ts';
import type { AppDeps } from './app.ts';
import { openAudit } from './audit/open.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { catalogueDiffRoutes } from './catalogue/diff-routes.ts';
import { keepCatalogue } from './catalogue/keep.ts';
import { catalogueRoutes } from './catalogue/routes.ts';
import { seedCatalogues } from './catalogue/store.ts';
import type { Config } from './config.ts';
import { brokenAnswerRoutes } from './connector/broken-answer-routes.ts';
import { noteBrokenAnswers } from './connector/broken-answers.ts';
import { openConnections } from './connector/connections.ts';
import type { Connector } from './connector/define.ts';
import { HealthWatch } from './connector/health-watch.ts';
import { maintenanceRoutes } from './connector/maintenance-routes.ts';
import { readWindows } from './connector/maintenance-store.ts';
import { operationRoutes, operationScopes } from './connector/operation-route.ts';
import { connectorRoutes } from './connector/routes.ts';
import { SharedStops } from './connector/shared-stops.ts';
import { statusRoutes } from './connector/status-page.ts';
import { openConsole } from './console/open.ts';
import { prepareDatabase } from './db/application-role.ts';
import { Maintenance } from './db/maintenance.ts';
import { openPools } from './db/pools.ts';
import { calendarRoutes } from './deadlines/calendar-routes.ts';
import { Recomputer } from './deadlines/recompute.ts';
import { deadlineRoutes } from './deadlines/routes.ts';
import type { Deliveries } from './delivery/deliveries.ts';
import { openDeliveries } from './delivery/part.ts';
import { type Destination, openPortal, unconnected } from './destinations.ts';
import { Appender } from './dossiers/append.ts';
import { correctRoutes } from './dossiers/correct-routes.ts';
import { eventRoutes } from './dossiers/event-routes.ts';
import { dossierRights } from './dossiers/rights.ts';
import { dossierRoutes } from './dossiers/routes.ts';
import { searchRoutes } from './dossiers/search-routes.ts';
import { openEvidence } from './evidence/open.ts';
import { type Exchange, openExchange } from './exchange/part.ts';
import { Feed } from './feed/part.ts';
import { feedRoutes } from './feed/routes.ts';
import { createAuthenticator } from './http/auth.ts';
import { createIdempotency } from './http/idempotency.ts';
import { Importer } from './imports/part.ts';
import { importRoutes } from './imports/routes.ts';
import { type Incidents, openIncidents } from './incidents/open.ts';
import { ListingFollower } from './listing/follow.ts';
import type { Log } from './log.ts';
import { createMetrics } from './observability/metrics.ts';
import { observingRoutes } from './observing/routes.ts';
import type { PaymentsDeps } from './payments/deps.ts';
import { openPayments } from './payments/payments.ts';
import { quarantineRoutes } from './quarantine/routes.ts';
import { differenceRoutes } from './reconciliation/difference-routes.ts';
import { furtherHeaders, furtherStatuses } from './reconciliation/export-columns.ts';
import { exportRoutes } from './reconciliation/export-routes.ts';
import { reconciliationRoutes } from './reconciliation/routes.ts';
import { uncheckedRoutes } from './reconciliation/unchecked-routes.ts';
import { decree45Routes } from './reports/decree-45-routes.ts';
import { reconciliationReportRoutes } from './reports/reconciliation-routes.ts';
import { Retention } from './retention/part.ts';
import { Resealer } from './sealing/part.ts';
import { redisStore } from './shared/redis.ts';
import { processStore } from './shared/store.ts';
import { openShims } from './shim/open.ts';
import { openSubscriptions } from './subscriptions/open.ts';
import type { Placement } from './sync/heads.ts';
import type { Treat } from './sync/policy.ts';
import { declareDefaultMode, keepPolicies } from './sync/policy-keep.ts';
import { Modes } from './sync/policy-part.ts';
import { policyRoutes } from './sync/policy-routes.ts';
import { syncRoutes } from './sync/routes.ts';
import { SilenceWatch } from './sync/silent-part.ts';
import { MINUTE, SECOND } from './units.ts';
import { Verification } from './verification/part.ts';
import { expiryWatch } from './watch/expiries.ts';
import { openWatch } from './watch/open.ts';
import type { Watch } from './watch/part.ts';
import { seedAlertRules } from './watch/rules-store.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { setAside } from './webhooks/store.ts';
import type { Worker, WorkerPart } from './worker.ts';

/** What a fault test may stop the process at. */
export type FaultPoint = 'before-commit' | 'after-commit' | 'after-lease' | 'after-send' | 'before-acknowledge';

export interface DepsOptions {
  readonly config: Config;
  /** Those that are shipped, unless told. */
  readonly connectors?: readonly Connector[];
  readonly databaseUrl: string;
  /** The owner's of the tables, where it is not the setting. */
  readonly ownerUrl?: string;
  readonly secrets: Secrets;
  readonly publicUrl: string;
  readonly log: Log;
  /** Names this installation's process over its lives, so that a new one takes back what the old had under way. */
  readonly instance: string;
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

const OWNS_THE_TABLES =
  'the role of DATABASE_URL owns the tables and could change the audit log: give the process a role of its own (docs: operate, the audit log)';

/** Opens the database, brings its schema up to date, and builds every part. */
export async function openDeps(options: DepsOptions): Promise<Deps> {
  const { config, databaseUrl, secrets, publicUrl, log, instance, reached } = options;
  const connectors = options.connectors ?? shipped;
  const now = Date.now;
  const seal = sealOf(secrets);
  const standing = await prepareDatabase({
    databaseUrl,
    ownerUrl: options.ownerUrl ?? config.DATABASE_OWNER_URL ?? null,
  });
  if (standing === 'owns-the-tables') log.warn(OWNS_THE_TABLES);
  const pools = openPools(databaseUrl, { max: config.DATABASE_CONNECTIONS, log, readers: openingReaders(seal) });
  const { pool, drainPool, watchPool, connect } = pools;
  await seedCatalogues(pool);
  await seedAlertRules(pool);
  const [signingKeys, revocations, outsideIssuers, clients, kept] = await Promise.all([
    keepSigningKeys(pool, seal, { log, now }),
    keepRevocations(pool, { log, now }),
    readOutsideIssuers(config.ISSUERS_FILE, { log, now }),
    keepClients(pool, log, now),
    keepCatalogue(pool, log, {
      roundToClose: config.DEADLINE_ROUND_TO_CLOSE,
      endOfDay: config.DEADLINE_END_OF_DAY,
    }),
  ]);

  const settingsOf = (name: string): Readonly<Record<string, unknown>> => config.connectors[name] ?? {};
  const portals = connectors.filter((connector) => connector.portal !== undefined).map(({ name }) => name);
  const treat: Treat = (destination, subject, at) =>
    keptPolicies.policies().of(destination, subject, at, kept.catalogue().agencies.asOf(at));
  const placement: Placement = {
    destinations: portals,
    treat,
    observeAfterMs: config.SYNC_READ_BACK_AFTER_MS,
  };
  const wake = (): void => {
    for (const destination of destinations) destination.wake();
  };
  const appender = new Appender({
    connect: () => connect('lienthong-append'),
    catalogue: kept.catalogue,
    seal,
    ...placement,
    committed: wake,
    ...(reached ? { reached } : {}),
    log,
    now,
  });
  const metrics = createMetrics({ pool, destinations: portals, queueDepth: () => appender.depth, now });

  const shared = config.REDIS_URL ? await redisStore({ url: config.REDIS_URL, seal, log }) : processStore();
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
  const isConnected = portals.some((name) => connections.get(name) !== null);
  await declareDefaultMode(pool, isConnected ? config.SYNC_MODE : 'observe', { delivers: config.ROLE !== 'gateway' });
  const keptPolicies = await keepPolicies(pool, log);
  const destinations = portals.map((name): Destination => {
    const connection = connections.get(name);
    const common = { config, instance, pool, drainPool, watchPool, seal, kept, treat, appender, metrics, log, now };
    if (!connection) return unconnected(name, common);
    return openPortal({
      ...common,
      connection,
      sweepsAfterMs: options.watchAfterMs ?? MINUTE,
      ...(reached ? { reached } : {}),
    });
  });
  const modes = new Modes({
    pool,
    destinations: portals,
    policies: keptPolicies.policies,
    treat,
    catalogue: kept.catalogue,
    perSecond: config.SYNC_READ_BACKS_PER_SECOND,
    log,
    now,
    changed: wake,
  });
  const health = new HealthWatch({
    connections,
    db: watchPool,
    instance,
    log,
    now,
    // The drain waits for its destination's return and asks for it.
    probedElsewhere: new Set(portals),
    idleProbesAfterMs: options.watchAfterMs ?? 0,
  });
  const { watch, routes: watchRoutes } = openWatch({
    kept,
    pool,
    watchPool,
    destinations: portals,
    log,
    now,
    firstAfterMs: options.watchAfterMs,
  });
  const subscriptions = openSubscriptions({
    config,
    seal,
    catalogue: kept.catalogue,
    pool,
    deliveryPool: watchPool,
    instance,
    registry: metrics.registry,
    log,
    now,
  });
  const auditing = await openAudit({
    config,
    pool,
    watchPool,
    seal,
    targetKey: secrets.auditKey,
    catalogue: kept.catalogue,
    titleOf: (operation) => app.routes.find(({ id }) => id === operation)?.summary ?? null,
    systemOf: (name) => connectors.find((connector) => connector.name === name)?.title ?? null,
    log,
    now,
  });
  const { audit } = auditing;
  const exchange = openExchange({
    pool,
    seal,
    appender,
    catalogue: kept.catalogue,
    connectors,
    providers: connections.providers('exchange'),
    settleAfterMs: config.SYNC_SETTLE_AFTER_MS,
    readBackAfterMs: config.SYNC_READ_BACK_AFTER_MS,
    now,
    log,
  });
  const payments = await openPayments({
    pool,
    seal,
    catalogue: kept.catalogue,
    appender,
    providers: connections.providers('payments'),
    destination: destinations[0]!,
    config,
    log,
    now,
  });
  const delivery = openDeliveries({
    pool,
    seal,
    catalogue: kept.catalogue,
    providers: connections.providers('delivery'),
    log,
    now,
  });
  const incidents = await openIncidents({ pool, seal, catalogue: kept.catalogue, config, log, now });
  const evidenceRoutes = await openEvidence({
    pool,
    seal,
    catalogue: kept.catalogue,
    addressBook: incidents.addressBook,
    connectors,
    destinations,
    publicUrl,
  });
  const shims = openShims({
    config,
    connectors,
    connections,
    pool,
    seal,
    append: (request) => appender.append(request),
    catalogue: kept.catalogue,
    treat,
    findClient: (clientId) => findClient(pool, clientId),
    log,
    now,
  });
  const parts: WorkerPart[] = [
    new Maintenance(pool, log),
    new Retention({ db: watchPool, audit, days: config, log, now }),
    new Recomputer({ db: pool, appender, catalogue: kept.catalogue, ...placement, now, kept, log }),
    new Verification({ db: pool, appender, connections, audit, log, now, everyMs: 2 * SECOND }),
    new Resealer({ pool: watchPool, seal, log, now }),
    new Feed({ pool: watchPool, catalogue: kept.catalogue, log }),
    ...payments.parts,
    watch,
    expiryWatch({
      db: watchPool,
      addresses: [
        ['gateway', publicUrl],
        ...connectors.map(({ name }) => [name, String(settingsOf(name).BASE_URL ?? '')] as const),
      ],
      days: { client: config.CLIENT_NOTICE_DAYS, certificate: config.CERTIFICATE_NOTICE_DAYS },
      log,
      now,
    }),
    modes,
    new SilenceWatch({ db: watchPool, destinations, registry: metrics.registry, log, now }),
    ...destinations.flatMap((destination) => destination.parts),
    subscriptions.part,
    ...exchange.parts,
    ...shims.parts,
    new Importer({
      db: pool,
      appender,
      connect: () => connect('lienthong-trial'),
      seal,
      kept,
      destinations: portals,
      instance,
      log,
      now,
    }),
    ...delivery.parts,
    ...auditing.parts,
    ...incidents.parts,
  ];
  for (const listing of connections.providers('listing').values())
    parts.push(
      new ListingFollower({
        listing,
        db: watchPool,
        append: (request) => appender.append(request),
        setAside: (message) => setAside(pool, seal, message),
        log,
        now,
      }),
    );
  const { console, people } = openConsole({ config, db: pool, seal, shared, audit, publicUrl, log, now });
  const app: AppDeps = {
    config,
    publicUrl,
    log,
    clock: now,
    audit,
    idempotency: createIdempotency({ db: pool, seal, log, now }),
    authenticator: admitting(
      createAuthenticator({
        issuers: [{ issuer: publicUrl, audience: config.AUDIENCE, find: signingKeys.find }, ...outsideIssuers],
        clock: now,
        isRevoked: (token) => revocations.covers(token),
      }),
      { clients, ownIssuer: publicUrl, clock: now },
    ),
    limiter: createLimiter(shared, now),
    knowsPurpose: (code, at) => kept.catalogue().purposeAt(code, at) !== null,
    issuer: {
      issuer: publicUrl,
      audience: config.AUDIENCE,
      jwks: () => signingKeys.jwks(),
      findClient: (clientId) => findClient(pool, clientId),
      store: issuerStore(pool, revocations),
      people,
      log,
    },
    console,
    routes: [
      ...webhookRoutes({
        connectors,
        settingsOf: (connector) => settingsOf(connector.name),
        append: (request) => appender.append(request),
        takePayments: payments.takePayments,
        setAside: (message) => setAside(pool, seal, message),
      }),
      ...dossierRoutes({ db: pool, appender, catalogue: kept.catalogue, placement }),
      ...searchRoutes({
        db: pool,
        seal,
        store: shared,
        catalogue: kept.catalogue,
        triesPerCitizen: config.SEARCH_TRIES_PER_CITIZEN,
        triesPerAddress: config.SEARCH_TRIES_PER_ADDRESS,
      }),
      ...eventRoutes({ appender }),
      ...correctRoutes({ appender }),
      ...deadlineRoutes({ catalogue: kept.catalogue }),
      ...calendarRoutes({ db: pool, appender, kept, placement, now }),
      ...catalogueRoutes({ catalogue: kept.catalogue }),
      ...catalogueDiffRoutes({ db: pool, catalogue: kept.catalogue, destinations: () => destinations }),
      ...agencyRoutes({ db: pool, kept }),
      ...importRoutes({
        db: pool,
        seal,
        catalogue: kept.catalogue,
        bytesAtMost: config.IMPORT_BYTES_AT_MOST,
        now,
      }),
      ...syncRoutes({ db: pool, catalogue: kept.catalogue, destinations, treat, wake }),
      ...policyRoutes({
        pool,
        destinations: portals,
        reload: keptPolicies.reload,
        apply: () => modes.round(),
      }),
      ...observingRoutes({ db: pool, catalogue: kept.catalogue, destinations }),
      ...quarantineRoutes({ db: pool, appender, agencies: () => kept.catalogue().agencies.asOf(now()) }),
      ...clientRoutes({
        pool,
        agencies: () => kept.catalogue().agencies.asOf(now()),
        scopes: knownScopes(operationScopes(connectors)),
        purposes: () => new Set(kept.catalogue().data.purposes?.map(({ code }) => code)),
        changed: clients.look,
      }),
      ...exportRoutes({
        db: pool,
        catalogue: kept.catalogue,
        profile: kept.profile,
        destinations: () => destinations,
        words: {
          headers: furtherHeaders.parse(JSON.parse(config.RECONCILE_EXPORT_COLUMNS)),
          statuses: furtherStatuses.parse(JSON.parse(config.RECONCILE_EXPORT_STATUSES)),
        },
        bytesAtMost: config.RECONCILE_EXPORT_BYTES_AT_MOST,
        now,
      }),
      ...uncheckedRoutes({ db: pool, catalogue: kept.catalogue }),
      ...reconciliationRoutes({ db: pool, catalogue: kept.catalogue, destinations: () => destinations }),
      ...differenceRoutes({ db: pool, catalogue: kept.catalogue, destinations: () => destinations }),
      ...incidents.routes,
      ...evidenceRoutes,
      ...watchRoutes,
      ...decree45Routes({ db: pool, catalogue: kept.catalogue }),
      ...reconciliationReportRoutes({
        db: pool,
        catalogue: kept.catalogue,
        destinations: () => destinations,
        issuer: incidents.addressBook.sender.name,
      }),
      ...payments.routes,
      ...feedRoutes({ db: pool, catalogue: kept.catalogue }),
      ...connectorRoutes({ connectors, health, windows: () => readWindows(pool, now()) }),
      ...brokenAnswerRoutes({ db: pool, seal }),
      ...maintenanceRoutes({ connectors, db: pool, now, changed: () => health.share() }),
      ...statusRoutes({ connectors, health, now }),
      ...subscriptions.routes,
      ...delivery.routes,
      ...operationRoutes({
        connectors,
        connections,
        store: shared,
        permit: dossierRights({ db: pool, catalogue: kept.catalogue }),
        now,
      }),
      ...exchange.routes,
      ...shims.routes,
      ...auditing.routes,
    ],
    checks: { database: () => pool.query('select 1') },
    metrics: metrics.registry,
  };
  return {
    pool,
    appender,
    app,
    everywhere: {
      parts: [
        health,
        new SharedStops({ connections: connections.all, shared, log, now }),
        scheduledRotation(pool, seal, { everyDays: config.SIGNING_KEY_DAYS, log, now }),
        ...auditing.everywhere,
      ],
    },
    worker: { parts },
    watch,
    exchange,
    catalogue: kept.catalogue,
    payments: payments.deps,
    incidents,
    deliveries: delivery.deliveries,
    async close() {
      await appender.close();
      await subscriptions.close();
      await connections.close();
      await shared.close();
      await signingKeys.stop();
      await revocations.stop();
      await kept.stop();
      await clients.stop();
      await keptPolicies.stop();
      await pools.close();
    },
  };
}

/** An identity for a process that keeps none of its own. */
export const newInstance = (): string => `${process.pid}-${randomUUID().slice(0, 8)}`;
