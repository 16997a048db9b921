/** @module Watches every upstream of this process: probes what is silent or down, heeds announced maintenance, tells the other processes. */
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import type { Connection, Connections } from './connections.ts';
import { type HealthReport, mergeReports, type ProbeResult, reportOf } from './health.ts';
import { readReports, writeReports } from './health-store.ts';
import { type MaintenanceWindow, readWindows } from './maintenance-store.ts';
import { UpstreamError, type UpstreamFailure } from './upstream-error.ts';

export interface HealthWatchOptions {
  readonly connections: Connections;
  readonly db: Queryable;
  /** Names this process among those over the same database. */
  readonly instance: string;
  readonly log: Log;
  readonly now: () => number;
  /** Upstreams whose return another part waits for and probes itself. */
  readonly probedElsewhere: ReadonlySet<string>;
  /** Until a healthy upstream that nobody calls is asked for the first time. */
  readonly idleProbesAfterMs?: number;
}

const EVERY = SECOND;
/** Between two exchanges with the other processes. */
const SHARED_EVERY = 5 * SECOND;
/** How long an upstream that nobody calls goes unasked. */
const IDLE = MINUTE;
/** Between two probes during a maintenance that the upstream announced: it may end early. */
const MAINTENANCE_PROBE = 15 * SECOND;

/** Between two probes that were refused: an account that keeps trying a wrong password may be locked. */
const REFUSED_PROBE = MINUTE;

/** Failures of the health call that will not pass by themselves, and whose turn it is. */
const ADVICE: Partial<Record<UpstreamFailure, string>> = {
  auth: 'the upstream refuses the account: set the right one in the settings of its connector, or ask its owner',
  contract:
    'the upstream answers its health call in another form than agreed: check its address, or its wire has changed',
  rejected: 'the upstream does not know its health call: check its address',
};

/** What is remembered of one upstream between two looks. */
interface Watched {
  probe: ProbeResult | null;
  probing: boolean;
  askedAt: number;
  wasDown: boolean;
}

/** Runs in every process, for each has breakers of its own. */
export class HealthWatch implements WorkerPart {
  readonly #options: HealthWatchOptions;
  readonly #watched = new Map<Connection, Watched>();
  #idleProbesFrom: number;
  #windows: readonly MaintenanceWindow[] = [];
  readonly #looks: Rounds;
  readonly #shares: Rounds;

  constructor(options: HealthWatchOptions) {
    this.#options = options;
    this.#looks = new Rounds({
      everyMs: EVERY,
      firstAfterMs: 0,
      round: async () => this.look(),
      failed: (error) => options.log.error({ err: error }, 'the upstreams could not be looked at'),
    });
    this.#shares = new Rounds({
      everyMs: SHARED_EVERY,
      firstAfterMs: 0,
      round: () => this.#exchange(),
      failed: (error) => this.#unshared(error),
    });
    this.#idleProbesFrom = options.now() + (options.idleProbesAfterMs ?? 0);
    for (const connection of options.connections.all)
      this.#watched.set(connection, { probe: null, probing: false, askedAt: 0, wasDown: false });
  }

  start(): void {
    this.#looks.start();
    this.#shares.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#looks.stop(), this.#shares.stop()]);
  }

  /** One look at every upstream; what it sets going runs on by itself. */
  look(): void {
    const now = this.#options.now();
    for (const [connection, watched] of this.#watched) {
      this.#announce(connection, now);
      this.#tellOnce(connection, watched);
      if (connection.probe && this.#isProbeDue(connection, watched, now)) void this.#ask(connection, watched);
    }
  }

  /** Reads what operators announced and tells the other processes what is seen here; where it fails, the next exchange does. */
  share(): Promise<void> {
    return this.#exchange().catch((error: unknown) => this.#unshared(error));
  }

  #unshared(error: unknown): void {
    this.#options.log.warn({ err: error }, 'the state of the upstreams could not be shared');
  }

  async #exchange(): Promise<void> {
    const { db, instance, now } = this.#options;
    this.#windows = await readWindows(db, now());
    for (const connection of this.#watched.keys()) this.#announce(connection, now());
    const own = new Map([...this.#watched.keys()].map((each) => [each.connector.name, this.#ownReport(each)]));
    if (own.size > 0) await writeReports(db, instance, own);
  }

  /** The health of every connected upstream as all processes see it. */
  async reports(): Promise<ReadonlyMap<string, HealthReport>> {
    const { db, instance, now } = this.#options;
    const others = await readReports(db, instance);
    return new Map(
      [...this.#watched.keys()].map((connection) => {
        const { name } = connection.connector;
        return [name, mergeReports([this.#ownReport(connection), ...(others.get(name) ?? [])], now())];
      }),
    );
  }

  #ownReport(connection: Connection): HealthReport {
    return reportOf(connection, this.#watched.get(connection)!.probe, this.#options.now());
  }

  #announce({ connector, upstream }: Connection, now: number): void {
    const window = this.#windows.find(
      ({ connector: name, startsAt, endsAt }) => name === connector.name && startsAt <= now && now < endsAt,
    );
    upstream.breaker.announce(window ? { since: window.startsAt, until: window.endsAt, reason: window.reason } : null);
  }

  /** One line when it goes down and one when it is back, however many calls meet it meanwhile. */
  #tellOnce({ connector, upstream }: Connection, watched: Watched): void {
    const isDown = upstream.breaker.state !== 'closed';
    if (isDown === watched.wasDown) return;
    watched.wasDown = isDown;
    const { log } = this.#options;
    if (isDown)
      log.warn({ upstream: connector.name }, 'the upstream is down; its health call is asked until it is back');
    else log.info({ upstream: connector.name }, 'the upstream is back');
  }

  #isProbeDue({ connector, upstream, traffic }: Connection, watched: Watched, now: number): boolean {
    if (watched.probing) return false;
    if (watched.probe?.failure === 'auth' && now - watched.askedAt < REFUSED_PROBE) return false;
    const { held, state } = upstream.breaker;
    const elsewhere = this.#options.probedElsewhere.has(connector.name);
    if (held) {
      const mayEndEarly = held.kind === 'maintenance' && held.by === 'upstream' && !elsewhere;
      return mayEndEarly && now - watched.askedAt >= MAINTENANCE_PROBE;
    }
    if (state === 'open') return false;
    if (upstream.isHalfOpen) return !elsewhere;
    if (watched.probe === null && traffic.lastCallAt === null) return true;
    return now >= this.#idleProbesFrom && now - Math.max(watched.askedAt, traffic.lastCallAt ?? 0) >= IDLE;
  }

  async #ask({ connector, upstream, probe }: Connection, watched: Watched): Promise<void> {
    const { now, log } = this.#options;
    const at = now();
    watched.probing = true;
    watched.askedAt = at;
    let failure: ProbeResult['failure'] = null;
    try {
      await probe!();
      if (upstream.breaker.held?.by === 'upstream' && upstream.breaker.held.kind === 'maintenance')
        upstream.breaker.release();
    } catch (error) {
      failure = error instanceof UpstreamError ? error.kind : 'contract';
      if (!(error instanceof UpstreamError))
        log.error({ err: error, upstream: connector.name }, 'a probe failed inside the gateway');
    } finally {
      const advice = failure === null ? undefined : ADVICE[failure];
      if (advice && watched.probe?.failure !== failure) log.warn({ upstream: connector.name }, advice);
      watched.probing = false;
      watched.probe = { at, ms: now() - at, failure };
    }
  }
}
