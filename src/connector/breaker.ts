/** @module A circuit breaker around one upstream: opossum with its traps closed (architecture.md, "Known traps of opossum 10"). */
import CircuitBreaker from 'opossum';
import { SECOND } from '../units.ts';
import { UpstreamError } from './upstream-error.ts';

export interface BreakerOptions {
  readonly name: string;
  readonly now: () => number;
  /** Milliseconds from opening to the first probe; ± 10 % so that replicas do not probe together. */
  readonly resetMs?: number;
  /** Whether a probe of its own asks for it while it is half-open; else one caller's call at a time tries it. True unless told. */
  readonly isProbed?: boolean;
}

/** Few failures say little of a busy upstream, and much of one that has answered nothing else for a while. */
const VOLUME = 20;
const SILENT_FAILURES = 3;
const SILENT_FOR = 2 * SECOND;

/** An announced end, in epoch milliseconds: by the upstream (Retry-After), or by an operator. */
export interface Held {
  readonly until: number;
  readonly kind: 'quota' | 'maintenance';
  readonly by: 'upstream' | 'operator';
  readonly since: number;
  /** An operator's. */
  readonly reason: string | null;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Opens on failure; only the declared health call may close it again, never a queued dossier. */
export class Breaker {
  readonly #opossum: CircuitBreaker<[() => Promise<unknown>], unknown>;
  readonly #options: BreakerOptions;
  readonly #resetMs: number;
  /** Counts the openings: an answer to a call of an earlier epoch says nothing of the upstream now. */
  #epoch = 0;
  #failuresInARow = 0;
  #lastSuccess: number;
  #openedAt: number | null = null;
  #why: UpstreamError | null = null;
  #isTried = false;
  #held: Held | null = null;
  #announced: Held | null = null;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#lastSuccess = options.now();
    this.#resetMs = Math.round((options.resetMs ?? 5 * SECOND) * (0.9 + Math.random() * 0.2));
    this.#opossum = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      // Each attempt has its own deadline: opossum's would free the slot while the call still runs.
      timeout: false,
      volumeThreshold: VOLUME,
      errorThresholdPercentage: 50,
      rollingCountTimeout: 10 * SECOND,
      resetTimeout: this.#resetMs,
      // Nobody reads its percentiles, for which it would sort the durations of ten seconds each second and at each failure.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    });
    this.#opossum.on('open', () => {
      this.#epoch++;
      this.#openedAt = options.now();
    });
    this.#opossum.on('close', () => {
      this.#failuresInARow = 0;
      this.#openedAt = null;
    });
  }

  get state(): BreakerState {
    return this.#opossum.opened ? 'open' : this.#opossum.halfOpen ? 'half-open' : 'closed';
  }

  /** Until when the upstream has asked not to be called, and why; null when it has not. */
  get held(): Held | null {
    const now = this.#options.now();
    if (this.#announced !== null && this.#announced.until > now) return this.#announced;
    return this.#held !== null && this.#held.until > now ? this.#held : null;
  }

  /** The upstream names the end of its quota or maintenance itself: nothing is called before. */
  hold(held: { readonly until: number; readonly kind: Held['kind'] }): void {
    if (held.until > (this.held?.until ?? 0))
      this.#held = { ...held, by: 'upstream', since: this.held?.since ?? this.#options.now(), reason: null };
  }

  /** It works again before the end it had named. */
  release(): void {
    this.#held = null;
  }

  /** What operators announced for it now; null ends it. It outlasts what the upstream says and what a probe finds. */
  announce(window: Pick<Held, 'since' | 'until' | 'reason'> | null): void {
    this.#announced = window && { ...window, kind: 'maintenance', by: 'operator' };
  }

  /** The failure that opened it, while it is not closed. */
  get why(): UpstreamError | null {
    return this.#openedAt === null ? null : this.#why;
  }

  /** Since when it has been open. */
  get openedAt(): number | null {
    return this.#openedAt;
  }

  /** When the next probe is due, while it is open. */
  get until(): number | null {
    return this.#openedAt === null ? null : this.#openedAt + this.#resetMs;
  }

  /**
   * Runs the work and lets its outcome count.
   * @throws what `refused` makes when the breaker is not closed and this is no probe of a half-open one.
   */
  async fire<T>(work: () => Promise<T>, isProbe: boolean, refused: () => Error): Promise<T> {
    const { state } = this;
    const isTrial = state === 'half-open' && !isProbe && this.#options.isProbed === false && !this.#isTried;
    if (state === 'open' || (state === 'half-open' && !isProbe && !isTrial)) throw refused();
    const epoch = this.#epoch;
    if (isTrial) this.#isTried = true;
    const outcome = work();
    // Opossum learns of it beside the caller: an answer that comes after the breaker opened is given to the caller and never counted,
    // else it would close a half-open breaker.
    const counted = (): void => {
      if (isTrial) this.#isTried = false;
    };
    this.#opossum.fire(() => this.#counted(outcome, epoch)).then(counted, counted);
    return outcome;
  }

  close(): void {
    this.#opossum.shutdown();
  }

  async #counted(outcome: Promise<unknown>, epoch: number): Promise<unknown> {
    let failure: unknown = null;
    let isLeft = false;
    try {
      await outcome;
    } catch (error) {
      // A refusal is an answer: the upstream works. It resolves, because an error let through a filter would count as a success twice over.
      if (!(error instanceof UpstreamError) || (error.isTransient && !isAnnounced(error))) failure = error;
      isLeft = error instanceof UpstreamError && error.facts.byCaller === true;
    }
    if (epoch !== this.#epoch) return NEVER;
    // A caller that went says nothing of the upstream. Only where its call was the trial must it end, else there would be no other.
    if (isLeft && !this.#opossum.halfOpen) return NEVER;
    const now = this.#options.now();
    if (failure === null) {
      this.#failuresInARow = 0;
      this.#lastSuccess = now;
      return undefined;
    }
    this.#failuresInARow++;
    if (failure instanceof UpstreamError) this.#why = failure;
    if (this.#failuresInARow >= SILENT_FAILURES && now - this.#lastSuccess >= SILENT_FOR && !this.#opossum.opened)
      this.#opossum.open();
    throw failure;
  }
}

/** A quota or a maintenance with an end of its own says nothing of the upstream's health. */
const isAnnounced = ({ kind, facts }: UpstreamError): boolean =>
  (kind === 'quota' || kind === 'maintenance') && Boolean(facts.until);

/** What opossum is to count neither way. */
const NEVER = new Promise<never>(() => {});
