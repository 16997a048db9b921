/** @module The destinations of the sync: a portal with the parts that carry dossiers to it, read them back and compare. */
import type pg from 'pg';
import type { Seal } from './access/seal.ts';
import type { PortalClient } from './capabilities/portal.ts';
import { portalCatalogue } from './catalogue/from-portal.ts';
import type { KeptCatalogue } from './catalogue/keep.ts';
import type { Config } from './config.ts';
import type { BreakerState } from './connector/breaker.ts';
import { noting } from './connector/broken-answers.ts';
import type { Connection, Connections } from './connector/connections.ts';
import { parseTimeOfDay } from './deadlines/local-time.ts';
import type { Appender } from './dossiers/append.ts';
import type { EvidenceSource } from './evidence/collect.ts';
import { Witness } from './evidence/witness.ts';
import type { Log } from './log.ts';
import type { Metrics } from './observability/metrics.ts';
import { Observer } from './observing/part.ts';
import { noteBaseline, type StrayDeps, watchForOthers } from './observing/strays.ts';
import { adoptFrom } from './reconciliation/adopt.ts';
import { Reconciler, type ReconcilerOptions } from './reconciliation/part.ts';
import { isCase, noteReadBack } from './reconciliation/read-back.ts';
import { NightlySweep } from './reconciliation/sweep.ts';
import { Completer } from './sync/complete.ts';
import { Drain } from './sync/drain.ts';
import type { Treat } from './sync/policy.ts';
import { Verifier } from './sync/verify.ts';
import { SECOND } from './units.ts';
import type { WorkerPart } from './worker.ts';

/** A system to which dossiers are carried, as everything but its own parts knows it. */
export interface Destination {
  readonly name: string;
  /** `closed` too where no address is configured: nothing has failed. */
  breaker(): BreakerState;
  /** Something is due: look now. */
  wake(): void;
  /** The system itself, to ask; null where no address is configured. */
  readonly portal: PortalClient | null;
  /** The same for evidence; null where no address is configured. */
  readonly evidence: EvidenceSource | null;
  readonly parts: readonly WorkerPart[];
}

interface PortalOptions {
  readonly connection: Connection;
  readonly config: Config;
  readonly instance: string;
  readonly pool: pg.Pool;
  /** The drain's own. */
  readonly drainPool: pg.Pool;
  /** For what looks at much, now and then. */
  readonly watchPool: pg.Pool;
  readonly seal: Seal;
  readonly kept: KeptCatalogue;
  readonly treat: Treat;
  readonly appender: Appender;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
  /** Until what runs by itself – here the first sweep of a listing – runs for the first time. */
  readonly sweepsAfterMs: number;
  readonly reached?: (point: 'after-lease' | 'after-send' | 'before-acknowledge' | 'mid-repair') => void;
}

export interface DestinationsOptions extends Omit<PortalOptions, 'connection'> {
  readonly portals: readonly string[];
  readonly connections: Connections;
}

/** Every system to which dossiers are carried, connected or not. */
export const openDestinations = ({ portals, connections, ...options }: DestinationsOptions): Destination[] =>
  portals.map((name) => {
    const connection = connections.get(name);
    return connection ? openPortal({ ...options, connection }) : unconnected(name, options);
  });

const COMPLETE_EVERY = 2 * SECOND;

/** A destination whose address is not configured: its rows are kept, nothing is called; what it shows is known by uploaded exports alone. */
const unconnected = (
  name: string,
  {
    config,
    instance,
    watchPool,
    seal,
    kept,
    treat,
    appender,
    log,
    now,
  }: Omit<PortalOptions, 'connection' | 'sweepsAfterMs'>,
): Destination => ({
  name,
  breaker: () => 'closed',
  wake() {},
  portal: null,
  evidence: null,
  parts: [
    new Reconciler({
      destination: name,
      db: watchPool,
      seal,
      portal: null,
      rules: () => ({
        profile: kept.profile(name),
        catalogue: kept.catalogue(),
        owns: (subject) => treat(name, subject, now()).owns,
      }),
      adopt: () => Promise.resolve(false),
      appender,
      wake() {},
      settleAfterMs: config.SYNC_SETTLE_AFTER_MS,
      log,
      now,
      instance,
      isOpen: () => true,
      perSecond: config.RECONCILE_CALLS_PER_SECOND,
      repairsPerMinute: config.RECONCILE_REPAIRS_PER_MINUTE,
    }),
  ],
});

function openPortal(options: PortalOptions): Destination {
  const { connection, config, pool, drainPool, seal, kept, treat, appender, metrics, log, now, reached } = options;
  const { name } = connection.connector;
  const { breaker } = connection.upstream;
  const witness = new Witness({ destination: name, db: options.watchPool, seal, log, now });
  const witnessed = { ...connection.context, upstream: witness.client(connection.context.upstream) };
  const portal = noting(connection.connector.portal!(witnessed), connection.failed);
  const { catalogue: catalogueOf } = connection.connector;
  const source = catalogueOf && noting(catalogueOf(connection.context), connection.failed);
  const isOpen = (): boolean => breaker.state === 'closed';
  const profile = () => kept.profile(name);
  const { catalogue } = kept;
  const drain = new Drain({
    destination: name,
    instance: options.instance,
    db: drainPool,
    seal: options.seal,
    portal,
    breaker,
    profile,
    catalogue,
    treat,
    settings: {
      settleAfterMs: config.SYNC_SETTLE_AFTER_MS,
      leaseMs: config.SYNC_LEASE_MS,
      requestTimeoutMs: config.SYNC_REQUEST_TIMEOUT_MS,
      probeEveryMs: 1 * SECOND,
      readBackAfterMs: config.SYNC_READ_BACK_AFTER_MS,
    },
    log,
    now,
    saw: (row, view) => noteBaseline(others, row, view),
    settled: (outcome, lagMs) => metrics.attempted(name, outcome, lagMs),
    ...(reached ? { reached } : {}),
  });
  const wake = (): void => drain.wake();
  const reconciling: Omit<ReconcilerOptions, 'instance' | 'isOpen' | 'perSecond'> = {
    destination: name,
    db: options.watchPool,
    seal,
    portal,
    rules: () => ({
      profile: profile(),
      catalogue: catalogue(),
      owns: (subject) => treat(name, subject, now()).owns,
    }),
    adopt: adoptFrom(portal, appender),
    appender,
    wake,
    settleAfterMs: config.SYNC_SETTLE_AFTER_MS,
    repairsPerMinute: config.RECONCILE_REPAIRS_PER_MINUTE,
    log,
    now,
    ...(reached ? { reached } : {}),
  };
  const observer = new Observer({
    seal: options.seal,
    destination: name,
    instance: options.instance,
    db: options.watchPool,
    portal,
    isOpen,
    rules: reconciling.rules,
    treat,
    appender,
    adopt: reconciling.adopt,
    callsPerSecond: config.OBSERVE_CALLS_PER_SECOND,
    callsPerDay: config.OBSERVE_CALLS_PER_DAY,
    lookEveryMs: config.SYNC_READ_BACK_AFTER_MS,
    listEveryMs: config.OBSERVE_LISTING_EVERY_MS,
    listDays: config.OBSERVE_LISTING_DAYS,
    firstListingAfterMs: options.sweepsAfterMs,
    log,
    now,
  });
  const others: StrayDeps = {
    destination: name,
    db: drainPool,
    rules: reconciling.rules,
    appender,
    noticed: () => observer.noticed(),
    log,
    now,
  };
  const verifier = new Verifier({
    destination: name,
    db: drainPool,
    treat,
    isForPeople: (code) => isCase(reconciling.db, name, code),
    others: (row, view, differs) => watchForOthers(others, row, view, differs),
    isWatchful: () => observer.knowsOtherWriter,
    watchEveryMs: config.SYNC_READ_BACK_AFTER_MS,
    portal,
    isOpen,
    profile,
    catalogue,
    log,
    now,
    perSecond: config.SYNC_READ_BACKS_PER_SECOND,
    everyMs: 1 * SECOND,
    repaired: async (code, view) => {
      await noteReadBack(reconciling, code, view);
      wake();
    },
  });
  return {
    name,
    breaker: () => breaker.state,
    wake,
    portal,
    evidence: { name, portal, witness, rules: reconciling.rules },
    parts: [
      witness,
      drain,
      verifier,
      observer,
      new Completer({
        db: pool,
        portal,
        appender,
        isOpen,
        log,
        everyMs: COMPLETE_EVERY,
        atOnce: Math.max(1, Math.floor((config.OBSERVE_CALLS_PER_SECOND * COMPLETE_EVERY) / SECOND)),
      }),
      ...(source ? [portalCatalogue({ db: pool, portal: source, isOpen, log })] : []),
      new Reconciler({
        ...reconciling,
        instance: options.instance,
        isOpen,
        perSecond: config.RECONCILE_CALLS_PER_SECOND,
      }),
      ...(config.RECONCILE_NIGHTLY_AT === 'off'
        ? []
        : [
            new NightlySweep({
              ...reconciling,
              atMinute: parseTimeOfDay(config.RECONCILE_NIGHTLY_AT, 'RECONCILE_NIGHTLY_AT'),
              repair: config.RECONCILE_NIGHTLY_REPAIRS,
            }),
          ]),
    ],
  };
}
