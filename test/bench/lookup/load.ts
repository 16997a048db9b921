/** @module The lookup generator as its user sees it. */
import { once } from 'node:events';
import { type Started, startModule } from '../processes.ts';

export interface LookupOrder {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn, one with each request; none where nobody asks for one. */
  readonly tokens: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

export interface LookupResult {
  readonly answered: number;
  readonly ms: number;
  /** Other answers by their status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export class LookupLoad {
  readonly process: Started;
  readonly #logFile: string;

  constructor(logFile: string) {
    this.#logFile = logFile;
    this.process = startModule('test/bench/lookup/load-process.ts', { ipc: true, logFile });
  }

  /** @throws when a connection broke; the log file says why */
  async run(order: LookupOrder): Promise<LookupResult> {
    const { child } = this.process;
    child.send(order);
    const done = new AbortController();
    const ended = once(child, 'exit', done).then(() => {
      throw new Error(`the lookup generator ended; ${this.#logFile} says why`);
    });
    try {
      const [result] = await Promise.race([once(child, 'message', done), ended]);
      return result as LookupResult;
    } finally {
      ended.catch(() => {});
      done.abort();
    }
  }
}
