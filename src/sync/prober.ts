/** @module Whether a silent destination is back: its declared health call, never a queued dossier (sync.md D6). */
import type { PortalClient } from '../capabilities/portal.ts';
import type { Breaker } from '../connector/breaker.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { SECOND } from '../units.ts';
import { readPause, writePause } from './gate.ts';
import { dueNow } from './store.ts';

export interface ProberOptions {
  readonly destination: string;
  readonly db: Queryable;
  readonly portal: PortalClient;
  readonly breaker: Breaker;
  readonly log: Log;
  readonly now: () => number;
  readonly everyMs: number;
  readonly settleAfterMs: number;
  /** Told when what waited is due. */
  readonly recovered: () => void;
}

/** How what waited is spread when the destination is back, oldest first. */
const RAMP = 2 * SECOND;
/** Between two probes during an announced maintenance. */
const MAINTENANCE_PROBE = 15 * SECOND;

/** Looks at the breaker now and then; probes while it is half-open; makes everything due when it closes. */
export class Prober {
  readonly #options: ProberOptions;
  #wasClosed = true;
  readonly #rounds: Rounds;
  #askedAt = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
    const { everyMs, log, destination } = options;
    // A probe that hangs is waited for: an upstream in trouble is not asked twice at once.
    this.#rounds = new Rounds({
      everyMs,
      round: () => this.round(),
      failed: (error) => log.error({ err: error, destination }, 'a probe failed inside the gateway'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  /** Asks no more; a probe under way is not waited for, since it may hang as long as any call. */
  stop(): void {
    void this.#rounds.stop();
  }

  /** Asks a silent destination whether it is back, by its declared health call; when it is, everything that waited is due. */
  async round(): Promise<void> {
    const { breaker, portal, log, destination, db, now } = this.#options;
    if (breaker.held) return this.#duringHold();
    if (breaker.state === 'closed') {
      if (!this.#wasClosed) await this.#recovered();
      this.#wasClosed = true;
      return;
    }
    if (this.#wasClosed)
      log.warn({ destination }, 'the destination is down; its dossiers wait, probed by its health call');
    this.#wasClosed = false;
    if (breaker.state !== 'half-open') return;
    try {
      await portal.probe();
    } catch (error) {
      if (!(error instanceof UpstreamError))
        log.error({ err: error, destination }, 'the probe failed inside the gateway');
      return;
    }
    await endOwnPause(db, destination, now());
    await this.#recovered();
    this.#wasClosed = true;
  }

  /** A maintenance that the upstream announced may end early; a quota's end is its own, an operator's is the operator's. */
  async #duringHold(): Promise<void> {
    const { breaker, portal, now } = this.#options;
    const { held } = breaker;
    if (held?.kind !== 'maintenance' || held.by === 'operator' || now() - this.#askedAt < MAINTENANCE_PROBE) return;
    this.#askedAt = now();
    try {
      await portal.probe();
    } catch (error) {
      if (error instanceof UpstreamError) return;
      throw error;
    }
    breaker.release();
    await this.#recovered();
  }

  async #recovered(): Promise<void> {
    const { db, destination, now, log, recovered, settleAfterMs } = this.#options;
    const waiting = await dueNow(db, destination, now(), RAMP, settleAfterMs);
    log.info({ destination, waiting }, 'the destination is back; what waited for it is due now');
    recovered();
  }
}

/** A pause that the gateway itself ordered ends with the outage; an operator's does not. */
async function endOwnPause(db: Queryable, destination: string, now: number): Promise<void> {
  const pause = await readPause(db, destination);
  if (pause?.by === 'gateway' && pause.until !== null && pause.until <= now) await writePause(db, destination, null);
}
