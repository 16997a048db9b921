/** @module The load generator as its user sees it: orders go in, results come out. */
import { once } from 'node:events';
import { type Started, startModule } from './processes.ts';
import type { Story } from './story.ts';

export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly story: Story;
  /** Every dossier begins anew. */
  readonly isNewRound: boolean;
  readonly connections: number;
  /** Each of another dossier. */
  readonly eventsAMessage: number;
  readonly seconds: number;
  /** Messages a second; null: the next as soon as the last was answered. */
  readonly perSecond: number | null;
}

/** Latencies in milliseconds: from sending, and at a pace from when the message was due. */
export interface LoadResult {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number;
  /** Events. */
  readonly acknowledged: number;
  /** Other answers by their status. */
  readonly refused: Readonly<Record<string, number>>;
  readonly bySecond: readonly number[];
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

export class Load {
  readonly process: Started;
  readonly #logFile: string;

  constructor(logFile: string) {
    this.#logFile = logFile;
    this.process = startModule('test/bench/load-process.ts', { ipc: true, logFile });
  }

  /** @throws when a connection broke; the log file says why */
  async run(order: LoadOrder): Promise<LoadResult> {
    const { child } = this.process;
    child.send(order);
    const done = new AbortController();
    const ended = once(child, 'exit', done).then(() => {
      throw new Error(`the load generator ended; ${this.#logFile} says why`);
    });
    try {
      const [result] = await Promise.race([once(child, 'message', done), ended]);
      return result as LoadResult;
    } finally {
      ended.catch(() => {});
      done.abort();
    }
  }
}
