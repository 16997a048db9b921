/** @module The one way into the timeline: a bounded queue, and one transaction for all that waits (sync.md, "Ingest"). */
import pg from 'pg';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import type { Command, CommandResult } from './commands.ts';
import * as store from './store.ts';
import { type AppendRequest, quarantineRow, type TransactionOptions, Transactions } from './transaction.ts';
import { isUncountable, uncountable } from './uncountable.ts';

export type { AppendRequest } from './transaction.ts';

export interface AppenderOptions extends TransactionOptions {
  /** Opens the connection that the appender keeps for itself. */
  connect(): Promise<pg.Client>;
  /** Told after each commit, so that the local drain need not wait for its poll. */
  committed(): void;
  readonly log: Log;
}

interface Waiting {
  readonly request: AppendRequest;
  readonly since: number;
  resolve(results: CommandResult[]): void;
  reject(error: unknown): void;
}

/** More than this waits too long to be worth taking: the sender is asked to come back. */
const QUEUE_COMMANDS = 5_000;
const QUEUE_AGE = 1 * SECOND;
/** A transaction of this many commands is as fast per command as a larger one. */
const BATCH_COMMANDS = 1_000;

/** SQLSTATEs after which the same batch may well succeed: deadlock, serialisation, unique violation by a concurrent writer. */
const WORTH_REPEATING = new Set(['40P01', '40001', '23505']);

type Outcome = { ok: true; results: CommandResult[] } | { ok: false; error: unknown };

/** Appends what webhooks, iGate, registrations, imports and operators say; `append` resolves when it is committed and fsynced. */
export class Appender {
  readonly #options: AppenderOptions;
  #waiting: Waiting[] = [];
  #commandsWaiting = 0;
  #running: Promise<void> | null = null;
  readonly #transactions: Transactions;
  #client: pg.Client | null = null;
  #closed = false;

  constructor(options: AppenderOptions) {
    this.#options = options;
    this.#transactions = new Transactions(options);
  }

  /** Commands that wait for their transaction. */
  get depth(): number {
    return this.#commandsWaiting;
  }

  /**
   * Answers each command once all of the request is durable.
   * @throws GatewayError `queue-full` when the bound is reached, `database-unavailable` when nothing could be written.
   */
  append(request: AppendRequest): Promise<CommandResult[]> {
    const oldest = this.#waiting[0];
    const full = this.#commandsWaiting + request.commands.length > QUEUE_COMMANDS && this.#commandsWaiting > 0;
    if (this.#closed || full || (oldest && this.#options.now() - oldest.since > QUEUE_AGE))
      return Promise.reject(new GatewayError('queue-full', { retryAfter: 1 }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, since: this.#options.now(), resolve, reject });
      this.#commandsWaiting += request.commands.length;
      this.#running ??= this.#run();
    });
  }

  /** Takes nothing new, finishes what waits, closes its connection. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running) await this.#running;
    await this.#client?.end().catch(() => {});
    this.#client = null;
  }

  async #run(): Promise<void> {
    // Requests that arrive in this turn of the event loop share the first transaction.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const outcomes = await this.#runWithFallback(batch);
      for (const [i, waiting] of batch.entries()) {
        const outcome = outcomes[i]!;
        if (outcome.ok) waiting.resolve(outcome.results);
        else waiting.reject(outcome.error);
      }
    }
    this.#running = null;
  }

  #take(): Waiting[] {
    let commands = 0;
    let count = 0;
    while (
      count < this.#waiting.length &&
      (count === 0 || commands + this.#waiting[count]!.request.commands.length <= BATCH_COMMANDS)
    )
      commands += this.#waiting[count++]!.request.commands.length;
    this.#commandsWaiting -= commands;
    return this.#waiting.splice(0, count);
  }

  /** The batch as one; once more where that may help; then one by one, so that a bad row fails alone. */
  async #runWithFallback(batch: readonly Waiting[]): Promise<Outcome[]> {
    const requests = batch.map(({ request }) => request);
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const results = await this.#transaction(requests);
        return results.map((found) => ({ ok: true, results: found }));
      } catch (error) {
        if (isUncountable(error)) break;
        const code = sqlState(error);
        if (code === null) return batch.map(() => ({ ok: false, error: this.#unavailable(error) }));
        if (!WORTH_REPEATING.has(code)) break;
      }
    }
    const outcomes: Outcome[] = [];
    for (const request of requests) outcomes.push(await this.#alone(request));
    return outcomes;
  }

  async #alone(request: AppendRequest): Promise<Outcome> {
    const results: CommandResult[] = [];
    for (const command of request.commands) {
      try {
        const [found] = await this.#transaction([
          { commands: [command], raw: results.length === 0 ? request.raw : null },
        ]);
        results.push(found![0]!);
      } catch (error) {
        const code = sqlState(error);
        if (isUncountable(error) && command.type !== 'event') {
          results.push(uncountable(command, error));
          continue;
        }
        if (code === null && !isUncountable(error)) return { ok: false, error: this.#unavailable(error) };
        if (command.type !== 'event')
          return { ok: false, error: code === '23505' ? new GatewayError('conflict', {}) : error };
        const result = isUncountable(error) ? uncountable(command, error) : failed(command, code!, error);
        if (result.outcome === 'quarantined') await this.#quarantine(command, result);
        // A reused id is its sender's to mend, and told to it; anything else is ours.
        else if (result.outcome === 'refused' && result.code === 'event-id-reused')
          this.#options.log.info({ source: command.source, eventId: command.eventId }, 'an event id was used again');
        else this.#options.log.error({ err: error, source: command.source }, 'an event could not be appended');
        results.push(result);
      }
    }
    return { ok: true, results };
  }

  async #quarantine(
    command: Command & { type: 'event' },
    result: Extract<CommandResult, { outcome: 'quarantined' }>,
  ): Promise<void> {
    const client = await this.#connection();
    await store.insertQuarantine(client, [quarantineRow(command, result, null)], this.#options.seal);
  }

  #unavailable(error: unknown): GatewayError {
    this.#options.log.error({ err: error }, 'the database did not take a batch of entries');
    const client = this.#client;
    this.#client = null;
    client?.end().catch(() => {});
    return new GatewayError('database-unavailable', { retryAfter: 2, cause: error });
  }

  async #connection(): Promise<pg.Client> {
    this.#client ??= await this.#options.connect();
    return this.#client;
  }

  async #transaction(requests: readonly AppendRequest[]): Promise<CommandResult[][]> {
    const client = await this.#connection();
    try {
      const results = await this.#transactions.run(client, requests);
      this.#options.committed();
      return results;
    } catch (error) {
      if (sqlState(error) !== null || isUncountable(error)) await client.query('rollback');
      throw error;
    }
  }
}

/** The SQLSTATE of what the server itself said; null where the connection or the server went away (classes 08, 53, 57P). */
function sqlState(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError) || !error.code) return null;
  return /^(08|53|57P)/.test(error.code) ? null : error.code;
}

function failed(command: Command & { type: 'event' }, code: string, error: unknown): CommandResult {
  const reused = code === '23505';
  const reason = reused ? ('event-id-reused' as const) : ('append-failed' as const);
  const detail = reused
    ? `event ${command.eventId} of ${command.source} came before for another dossier`
    : `the database refused the entry (${code}${error instanceof Error ? `: ${error.message}` : ''})`;
  return command.onFault === 'quarantine'
    ? { outcome: 'quarantined', reason, detail }
    : { outcome: 'refused', code: reason, detail };
}
