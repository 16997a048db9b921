/** @module Appends what a shim's sender told without a time and never told the step of. */
import type { Queryable } from '../db/queryable.ts';
import type { AppendRequest } from '../dossiers/append.ts';
import type { CommandResult, EventCommand } from '../dossiers/commands.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { type DueStatus, dueStatuses, forgetStatuses } from './store.ts';

export interface LateStatusesOptions {
  readonly db: Queryable;
  readonly append: (request: AppendRequest) => Promise<CommandResult[]>;
  readonly log: Log;
  readonly now: () => number;
  readonly everyMs?: number;
}

const EVERY = 1 * SECOND;
const PAGE = 200;

/** Any process may run it: an event that two append is one. */
export class LateStatuses implements WorkerPart {
  readonly #options: LateStatusesOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LateStatusesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#safeRound());
    }, this.#options.everyMs ?? EVERY);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  /** Appends what is due. */
  async round(): Promise<void> {
    const { db, append, now } = this.#options;
    const due = await dueStatuses(db, now(), PAGE);
    if (due.length === 0) return;
    await append({ commands: due.map(eventOf), raw: null });
    await forgetStatuses(db, due);
  }

  async #safeRound(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'statuses without a step could not be appended; they are tried again');
    }
  }
}

/** What cannot be appended waits for a person: its sender was told that it was taken. */
const eventOf = ({ dossierCode, status, reason, occurredAt, text }: DueStatus): EventCommand => ({
  type: 'event',
  source: 'igate',
  ref: { code: dossierCode, alias: null },
  eventId: `portal-post:${dossierCode}:${status}:${reason ?? ''}:${occurredAt}`,
  operation: 'status',
  bodyDigest: null,
  kind: 'status',
  status,
  reason,
  outcome: null,
  occurredAt,
  appointment: null,
  body: text === null ? null : { reasonText: text },
  opens: null,
  known: null,
  onFault: 'quarantine',
  agencies: null,
});
