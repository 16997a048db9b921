/** @module An end that an upstream announced to one replica – its quota, its maintenance – is honoured by all, and so is its coming back before it. */
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import type { SharedStore } from '../shared/store.ts';
import { SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import type { Held } from './breaker.ts';
import type { Connection } from './connections.ts';

export interface SharedStopsOptions {
  readonly connections: readonly Connection[];
  readonly shared: SharedStore;
  readonly log: Log;
  readonly now: () => number;
}

const EVERY = 1 * SECOND;

/** What replicas tell each other of one upstream; `ended` is when it was found to be back before its time. */
interface Told {
  readonly kind: Held['kind'];
  readonly until: number;
  readonly ended: number | null;
}

/** Looks every second, so that a Redis that comes back needs no further care. */
export class SharedStops implements WorkerPart {
  readonly #options: SharedStopsOptions;
  /** What was last told or heard, by upstream. */
  readonly #known = new Map<Connection, Told>();
  readonly #rounds: Rounds;

  constructor(options: SharedStopsOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: EVERY,
      round: () => this.look(),
      failed: (error) => options.log.warn({ err: error }, 'announced ends could not be shared'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Tells what is new here and heeds what is new there. */
  async look(): Promise<void> {
    await Promise.all(this.#options.connections.map((connection) => this.#exchange(connection)));
  }

  async #exchange(connection: Connection): Promise<void> {
    const { shared, now } = this.#options;
    const { breaker } = connection.upstream;
    const key = `stop of ${connection.connector.name}`;
    const text = await shared.get(key);
    const theirs = text === null ? null : (JSON.parse(text) as Told);
    const ours = breaker.held?.by === 'upstream' ? breaker.held : null;
    const known = this.#known.get(connection);
    const tell = async (told: Told): Promise<void> => {
      this.#known.set(connection, told);
      await shared.set(key, JSON.stringify(told), told.until - now());
    };

    const isAnew = ours && theirs && theirs.ended !== null && ours.since >= theirs.ended;
    // Where nothing is there, Redis has forgotten: whoever knows tells it again.
    if (ours && (isAnew || ours.until > (theirs?.until ?? 0)))
      return tell({ kind: ours.kind, until: ours.until, ended: null });
    // It was held here, it is no longer, and its time has not come: a probe found it working.
    if (!ours && known && known.ended === null && known.until > now()) return tell({ ...known, ended: now() });
    if (!theirs || theirs.until <= now()) return;
    this.#known.set(connection, theirs);
    if (theirs.ended === null) breaker.hold(theirs);
    else if (ours && ours.since < theirs.ended) breaker.release();
  }
}
