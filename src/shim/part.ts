/** @module Appends what a shim's sender told without a time and never told the step of. */
import type { Queryable } from '../db/queryable.ts';
import type { AppendRequest } from '../dossiers/append.ts';
import type { CommandResult, EventCommand } from '../dossiers/commands.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
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
  readonly #rounds: Rounds;

  constructor(options: LateStatusesOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs ?? EVERY,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error }, 'statuses without a step could not be appended; they are tried again'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Appends what is due. */
  async round(): Promise<void> {
    const { db, append, now } = this.#options;
    const due = await dueStatuses(db, now(), PAGE);
    if (due.length === 0) return;
    await append({ commands: due.map(eventOf), raw: null });
    await forgetStatuses(db, due);
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
