/** @module The fault plane: what can go wrong with a system on purpose, and the dice that decide when it does. */
import { z } from 'zod';
import { type Random, seededRandom } from './random.ts';
import { parseRfc3339 } from './times.ts';

const rate = z.number().min(0).max(1);
const milliseconds = z.int().min(0).max(86_400_000);

/** The body of `PUT /_faults/<system>`: what is absent is off, so that `{}` heals. */
export const faultsSchema = z
  .strictObject({
    down: z.boolean(),
    latencyMs: milliseconds,
    jitterMs: milliseconds,
    errorRate: rate,
    status: z.int().min(500).max(599),
    lostAnswerRate: rate,
    timeoutRate: rate,
    resetRate: rate,
    malformedRate: rate,
    truncateRate: rate,
    slowBodyBytesPerSecond: z.int().min(0).max(1_000_000_000),
    rateLimitPerSecond: z.number().min(0).max(1_000_000),
    retryAfterSeconds: z.int().min(0).max(86_400),
    maintenanceUntil: z
      .string()
      .refine((text) => parseRfc3339(text) !== null, 'must be an RFC 3339 time with an offset'),
    expireTokens: z.boolean(),
    duplicatePushRate: rate,
    shufflePushes: z.boolean(),
    lateEffectMs: milliseconds,
    partialBatchRate: rate,
    silentDropRate: rate,
    staleReadMs: milliseconds,
    clockSkewMs: z.int().min(-86_400_000).max(86_400_000),
    htmlRate: rate,
    seed: z.int(),
  })
  .partial();

export type Faults = z.infer<typeof faultsSchema>;
export type FaultName = keyof Faults;

/** How the plane bends the work of one call; a simulator asks at the point where it matters. */
export interface Bend {
  /** Answer as if done and keep nothing. */
  drops(): boolean;
  /** Of a batch of `size`, how many records to keep before answering an error; null: the whole batch, no error. */
  partOf(size: number): number | null;
  /** Read the state of that long ago, in milliseconds; 0 is the present. */
  staleness(): number;
  /** Notes a fault that the simulator itself played. */
  struck(name: FaultName): void;
}

/** An answer that takes the place of the work. */
export type Interruption =
  | { readonly kind: 'maintenance' | 'rate-limit'; readonly retryAfter: number }
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'html' };

/** What happens to an answer on its way back. */
export type Disturbance = 'lost' | 'truncated' | 'malformed' | null;

const DEFAULT_RETRY_AFTER = 1;

/** One system's faults, its dice and its rate-limit window. */
export class FaultPlane {
  #faults: Faults = {};
  #random: Random = Math.random;
  #window = 0;
  #inWindow = 0;

  get faults(): Faults {
    return this.#faults;
  }

  /** Replaces every fault; a seed starts its dice anew. */
  set(faults: Faults): void {
    this.#faults = faults;
    this.#random = faults.seed === undefined ? Math.random : seededRandom(faults.seed);
    this.#inWindow = 0;
  }

  /** The simulator's clock as others see it. */
  skewed(now: number): number {
    return now + (this.#faults.clockSkewMs ?? 0);
  }

  random(): number {
    return this.#random();
  }

  /** The faults of one call; `fired` collects the names of those that struck. */
  strike(): Strike {
    return new Strike(this);
  }

  /** Counts a call against the limit per second; true when it is one too many. */
  overLimit(now: number): boolean {
    const limit = this.#faults.rateLimitPerSecond;
    if (!limit) return false;
    // Below one a second the window is as long as one call needs.
    const length = limit >= 1 ? 1000 : 1000 / limit;
    const window = Math.floor(now / length);
    if (window !== this.#window) {
      this.#window = window;
      this.#inWindow = 0;
    }
    this.#inWindow += 1;
    return this.#inWindow > Math.max(1, Math.floor(limit));
  }
}

/** The dice of one call, rolled in the order in which the call meets them. */
export class Strike implements Bend {
  readonly fired: FaultName[] = [];
  readonly #plane: FaultPlane;

  constructor(plane: FaultPlane) {
    this.#plane = plane;
  }

  #hit(name: FaultName, chance: number | undefined): boolean {
    if (!chance || this.#plane.random() >= chance) return false;
    this.fired.push(name);
    return true;
  }

  /** The connection ends before anything is done. */
  cutsConnection(): boolean {
    const { down, resetRate } = this.#plane.faults;
    if (down) this.fired.push('down');
    return down || this.#hit('resetRate', resetRate);
  }

  /** Milliseconds to wait before anything else. */
  delay(): number {
    const { latencyMs, jitterMs } = this.#plane.faults;
    if (latencyMs) this.fired.push('latencyMs');
    if (jitterMs) this.fired.push('jitterMs');
    return (latencyMs ?? 0) + (jitterMs ? Math.round(this.#plane.random() * jitterMs) : 0);
  }

  /** What is answered instead of the work, if anything. */
  interruption(now: number): Interruption | null {
    const faults = this.#plane.faults;
    const until = faults.maintenanceUntil === undefined ? null : parseRfc3339(faults.maintenanceUntil);
    if (until !== null && now < until) {
      this.fired.push('maintenanceUntil');
      return { kind: 'maintenance', retryAfter: Math.ceil((until - now) / 1000) };
    }
    if (this.#plane.overLimit(now)) {
      this.fired.push('rateLimitPerSecond');
      return { kind: 'rate-limit', retryAfter: faults.retryAfterSeconds ?? DEFAULT_RETRY_AFTER };
    }
    if (this.#hit('timeoutRate', faults.timeoutRate)) return { kind: 'timeout' };
    if (this.#hit('errorRate', faults.errorRate)) return { kind: 'error', status: faults.status ?? 500 };
    if (this.#hit('htmlRate', faults.htmlRate)) return { kind: 'html' };
    return null;
  }

  /**
   * Milliseconds after which a write takes effect although its answer is lost; null: at once. With `lostAnswerRate`
   * beside it that share of the writes is late, alone it is every one.
   */
  lateness(): number | null {
    const { lateEffectMs, lostAnswerRate } = this.#plane.faults;
    if (!lateEffectMs) return null;
    if (lostAnswerRate !== undefined && !this.#hit('lostAnswerRate', lostAnswerRate)) return null;
    this.fired.push('lateEffectMs');
    return lateEffectMs;
  }

  drops(): boolean {
    return this.#hit('silentDropRate', this.#plane.faults.silentDropRate);
  }

  partOf(size: number): number | null {
    if (!this.#hit('partialBatchRate', this.#plane.faults.partialBatchRate)) return null;
    // A batch of one is kept whole: what remains of the fault is the false error.
    return size === 1 ? 1 : 1 + Math.floor(this.#plane.random() * (size - 1));
  }

  struck(name: FaultName): void {
    this.fired.push(name);
  }

  staleness(): number {
    const { staleReadMs } = this.#plane.faults;
    if (staleReadMs) this.fired.push('staleReadMs');
    return staleReadMs ?? 0;
  }

  /** What happens to the answer after the work; one that was already rolled for lateness is not rolled for loss again. */
  disturbance(rolledForLoss: boolean): Disturbance {
    const { lostAnswerRate, truncateRate, malformedRate } = this.#plane.faults;
    if (!rolledForLoss && this.#hit('lostAnswerRate', lostAnswerRate)) return 'lost';
    if (this.#hit('truncateRate', truncateRate)) return 'truncated';
    if (this.#hit('malformedRate', malformedRate)) return 'malformed';
    return null;
  }

  /** Bytes a second at which the body is sent; null: at once. */
  bodySpeed(): number | null {
    const { slowBodyBytesPerSecond } = this.#plane.faults;
    if (!slowBodyBytesPerSecond) return null;
    this.fired.push('slowBodyBytesPerSecond');
    return slowBodyBytesPerSecond;
  }
}
