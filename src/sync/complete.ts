/** @module Fills in dossiers that a push opened and nobody registered, by asking the portal who they are. */
import type { PortalClient } from '../capabilities/portal.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Appender } from '../dossiers/append.ts';
import type { RegisterCommand } from '../dossiers/commands.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE } from '../units.ts';

export interface CompleterOptions {
  readonly db: Queryable;
  readonly portal: PortalClient;
  readonly appender: Appender;
  readonly isOpen: () => boolean;
  readonly log: Log;
  readonly everyMs: number;
  /** Questions of a round, at most. */
  readonly atOnce: number;
}

/** What the portal shows of a dossier, as its registration with the portal as its source. */
export const seenRegistration = (code: string, fields: DossierFields): RegisterCommand => ({
  type: 'register',
  source: 'national-portal',
  code,
  fields,
  mode: 'complete',
  ifMatch: null,
  reason: null,
  agencies: null,
  author: 'gateway',
  seenAt: 'national-portal',
});

/** Between two questions about the same dossier: its own registration usually comes first. */
const ASK_AGAIN_MINUTES = 10;

/** Asks the portal about incomplete dossiers, each every ten minutes, until one of the entitled sources has told. */
export class Completer {
  readonly #options: CompleterOptions;
  readonly #asked = new Map<string, number>();
  readonly #rounds: Rounds;

  constructor(options: CompleterOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs,
      round: () => this.round(),
      failed: (error) =>
        options.log.error({ err: error }, 'asking about incomplete dossiers failed; it goes on with the next round'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async round(): Promise<void> {
    const { db, isOpen, atOnce } = this.#options;
    if (!isOpen()) return;
    const now = Date.now();
    for (const [code, at] of this.#asked) if (now - at > ASK_AGAIN_MINUTES * MINUTE) this.#asked.delete(code);
    const { rows } = await db.query<{ code: string }>(
      'select code from dossier where incomplete and code is not null and superseded_by is null and not (code = any($1::text[])) order by id limit $2',
      [[...this.#asked.keys()], atOnce],
    );
    for (const { code } of rows) {
      this.#asked.set(code, now);
      await this.#complete(code);
    }
  }

  async #complete(code: string): Promise<void> {
    const { portal, appender } = this.#options;
    try {
      const view = await portal.read(code);
      if (!view) return;
      const agencyCode = code.slice(0, code.search(/-\d{6,8}-/));
      await appender.append({
        commands: [seenRegistration(code, { agencyCode, ...view.fields })],
        raw: null,
      });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
    }
  }
}
