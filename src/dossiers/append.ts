/** @module The one way into the timeline: a bounded queue, and one transaction for all that waits (sync.md, "Ingest"). */
import pg from 'pg';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import { apply } from './apply.ts';
import type { Command, CommandResult } from './commands.ts';
import type { DossierState } from './state.ts';
import * as store from './store.ts';
import type { Workspace } from './workspace.ts';

export interface AppendRequest {
  readonly commands: readonly Command[];
  /** The message as it came, kept with what it led to. */
  readonly raw: store.RawMessage | null;
}

export interface AppenderOptions {
  /** Opens the connection that the appender keeps for itself. */
  connect(): Promise<pg.ClientBase & { end(): Promise<void> }>;
  catalogue(): Catalogue;
  /** Destinations whose heads a complete dossier's entries raise. */
  readonly destinations: readonly string[];
  /** Told after each commit, so that the local drain need not wait for its poll. */
  committed(): void;
  /** Names a point at which a fault test may stop the process; does nothing otherwise. */
  reached?(point: 'before-commit' | 'after-commit'): void;
  readonly log: Log;
  now(): number;
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
  #client: (pg.ClientBase & { end(): Promise<void> }) | null = null;
  readonly #idBlocks: { next: number; until: number }[] = [];
  #closed = false;

  constructor(options: AppenderOptions) {
    this.#options = options;
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
        if (code === null) return { ok: false, error: this.#unavailable(error) };
        if (command.type !== 'event')
          return { ok: false, error: code === '23505' ? new GatewayError('conflict', {}) : error };
        const result = failed(command, code, error);
        if (result.outcome === 'quarantined') await this.#quarantine(command, result);
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
    await store.insertQuarantine(client, [quarantineRow(command, result, null)]);
  }

  #unavailable(error: unknown): GatewayError {
    this.#options.log.error({ err: error }, 'the database did not take a batch of entries');
    const client = this.#client;
    this.#client = null;
    client?.end().catch(() => {});
    return new GatewayError('database-unavailable', { retryAfter: 2, cause: error });
  }

  async #connection(): Promise<pg.ClientBase> {
    this.#client ??= await this.#options.connect();
    return this.#client;
  }

  async #transaction(requests: readonly AppendRequest[]): Promise<CommandResult[][]> {
    const client = await this.#connection();
    try {
      return await this.#attempt(client, requests);
    } catch (error) {
      if (sqlState(error) !== null) await client.query('rollback');
      throw error;
    }
  }

  async #attempt(client: pg.ClientBase, requests: readonly AppendRequest[]): Promise<CommandResult[][]> {
    const now = this.#options.now();
    const commands = requests.flatMap((request) => request.commands);
    const { codes, aliasCodes } = namesIn(commands);
    const begun = client.query('begin');
    const locking = store.lockDossiers(client, codes, aliasCodes);
    const reading = aliasCodes.length > 0 ? store.readAliases(client, aliasCodes) : Promise.resolve([]);
    const [, rows, aliases] = await settled([begun, locking, reading]);

    await this.#provideIds(client, commands.length);
    const work = this.#workspace(rows, aliases, now);
    await provideFields(client, work, commands);

    const results = requests.map((request) => request.commands.map((command) => apply(work, command)));
    const writes = this.#writes(client, work, requests, results, now);
    this.#options.reached?.('before-commit');
    const committing = client.query('commit');
    await settled([...writes, committing]);
    if ((await committing).command !== 'COMMIT') throw new Error('the transaction was rolled back');
    this.#options.reached?.('after-commit');
    this.#options.committed();
    return results;
  }

  /** Ids are taken a block at a time, ahead of knowing how many of the commands open a dossier. */
  async #provideIds(client: pg.ClientBase, wanted: number): Promise<void> {
    const left = this.#idBlocks.reduce((sum, { next, until }) => sum + until - next, 0);
    if (left >= wanted) return;
    for (const first of await store.takeIdBlocks(client, Math.ceil((wanted - left) / store.IDS_IN_BLOCK)))
      this.#idBlocks.push({ next: first, until: first + store.IDS_IN_BLOCK });
  }

  #nextId(): number {
    while (this.#idBlocks[0]!.next === this.#idBlocks[0]!.until) this.#idBlocks.shift();
    return this.#idBlocks[0]!.next++;
  }

  #workspace(rows: readonly store.StateRow[], aliases: Workspace['aliases'], now: number): Workspace {
    const work: Workspace = {
      byCode: new Map(),
      byId: new Map(),
      aliases,
      catalogue: this.#options.catalogue(),
      now,
      nextId: () => this.#nextId(),
    };
    for (const row of rows) {
      const state: DossierState = {
        ...row,
        isNew: false,
        fields: undefined,
        fieldsChanged: false,
        newAliases: [],
        newEntries: [],
        folded: null,
      };
      work.byId.set(state.id, state);
      if (state.code !== null) work.byCode.set(state.code, state);
    }
    return work;
  }

  #writes(
    client: pg.ClientBase,
    work: Workspace,
    requests: readonly AppendRequest[],
    results: readonly CommandResult[][],
    now: number,
  ): Promise<unknown>[] {
    const changed = [...work.byId.values()].filter(
      (state) =>
        state.newEntries.length > 0 ||
        state.fieldsChanged ||
        state.newAliases.length > 0 ||
        state.supersededBy !== null,
    );
    const opened = changed.filter((state) => state.isNew);
    const known = changed.filter((state) => !state.isNew);
    const identified = known.filter((state) => state.fieldsChanged || state.supersededBy !== null);
    const appended = changed.filter((state) => state.newEntries.length > 0);
    const aliases = changed.flatMap((state) => state.newAliases.map((alias) => ({ ...alias, dossierId: state.id })));
    const takingOver = changed.some((state) => state.supersededBy !== null);
    const flowing = appended.filter((state) => !state.incomplete && state.supersededBy === null);
    const corrected = flowing.filter((state) =>
      state.newEntries.some(({ kind }) => kind === 'fields' || kind === 'void'),
    );
    const ordinary = flowing.filter((state) => !corrected.includes(state));
    const raw = requests.flatMap((request) => (request.raw ? [request.raw] : []));
    const quarantine = quarantineRows(requests, results);

    const writes: Promise<unknown>[] = [];
    if (opened.length > 0) writes.push(store.insertDossiers(client, opened));
    if (known.length > 0) writes.push(store.updateDossiers(client, known));
    if (identified.length > 0) writes.push(store.updateIdentities(client, identified));
    const withFields = changed.filter((state) => state.fieldsChanged);
    if (withFields.length > 0) writes.push(store.writeFields(client, withFields));
    for (const state of changed)
      if (state.supersededBy !== null)
        writes.push(store.moveAliases(client, state.id, state.supersededBy), store.endSync(client, state.id));
    if (aliases.length > 0) writes.push(store.insertAliases(client, aliases));
    if (appended.length > 0)
      writes.push(store.insertEntries(client, appended, now), store.insertEventKeys(client, appended, takingOver));
    if (ordinary.length > 0) writes.push(store.raiseHeads(client, this.#options.destinations, ordinary, now, false));
    if (corrected.length > 0) writes.push(store.raiseHeads(client, this.#options.destinations, corrected, now, true));
    if (raw.length > 0) writes.push(store.insertRawMessages(client, raw, now));
    if (quarantine.length > 0) writes.push(store.insertQuarantine(client, quarantine));
    return writes;
  }
}

/** Waits for all of them, then fails with the first that failed: a pipelined connection answers each on its own. */
async function settled<T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const outcome of await Promise.allSettled(promises)) if (outcome.status === 'rejected') throw outcome.reason;
  return Promise.all(promises) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

/** The SQLSTATE of what the server itself said; null where the connection or the server went away (classes 08, 53, 57P). */
function sqlState(error: unknown): string | null {
  if (!(error instanceof pg.DatabaseError) || !error.code) return null;
  return /^(08|53|57P)/.test(error.code) ? null : error.code;
}

function namesIn(commands: readonly Command[]): { codes: string[]; aliasCodes: string[] } {
  const codes = new Set<string>();
  const aliasCodes = new Set<string>();
  for (const command of commands) {
    if (command.type === 'event') {
      if (command.ref.code !== null) codes.add(command.ref.code);
      if (command.ref.alias) aliasCodes.add(command.ref.alias.code);
    } else {
      codes.add(command.code);
      if (command.type === 'supersede') codes.add(command.by);
      if (command.type === 'register')
        for (const alias of command.fields.aliases ?? [])
          aliasCodes.add(typeof alias === 'string' ? alias : alias.code);
    }
  }
  return { codes: [...codes], aliasCodes: [...aliasCodes] };
}

/** Reads the fields of the dossiers whose command may change them; an ordinary status needs none. */
async function provideFields(client: pg.ClientBase, work: Workspace, commands: readonly Command[]): Promise<void> {
  const ids = new Set<number>();
  const aliasNames = new Set<string>();
  for (const command of commands) {
    if (command.type === 'event' && command.kind !== 'transfer' && command.known === null) continue;
    const code = command.type === 'event' ? command.ref.code : command.code;
    const dossier = code === null ? undefined : work.byCode.get(code);
    if (dossier) ids.add(dossier.id);
    if (command.type === 'event' && command.ref.alias) aliasNames.add(command.ref.alias.code);
    if (command.type === 'register')
      for (const alias of command.fields.aliases ?? []) aliasNames.add(typeof alias === 'string' ? alias : alias.code);
  }
  for (const alias of work.aliases) if (aliasNames.has(alias.code)) ids.add(alias.dossierId);
  if (ids.size === 0) return;
  for (const { id, fields, aliases } of await store.readFields(client, [...ids])) {
    const state = work.byId.get(id);
    if (!state) continue;
    state.fields = fields;
    for (const alias of aliases ?? [])
      if (
        !work.aliases.some(
          (known) => known.dossierId === id && known.system === alias.system && known.code === alias.code,
        )
      )
        work.aliases.push({ ...alias, dossierId: id });
  }
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

function quarantineRow(
  command: Command & { type: 'event' },
  result: Extract<CommandResult, { outcome: 'quarantined' }>,
  raw: Buffer | null,
): store.Quarantined {
  return {
    source: command.source,
    reason: result.reason,
    detail: result.detail,
    dossierRef: command.ref.code ?? command.ref.alias?.code ?? null,
    eventId:
      command.eventId ??
      `${command.ref.code ?? command.ref.alias?.code}:${command.operation}:${command.status}:${command.reason}:${command.occurredAt}`,
    command,
    raw: raw?.toString('utf8') ?? null,
  };
}

function quarantineRows(requests: readonly AppendRequest[], results: readonly CommandResult[][]): store.Quarantined[] {
  const rows: store.Quarantined[] = [];
  for (const [i, request] of requests.entries()) {
    for (const [j, command] of request.commands.entries()) {
      const result = results[i]![j]!;
      if (result.outcome === 'quarantined' && command.type === 'event')
        rows.push(quarantineRow(command, result, request.raw?.body ?? null));
    }
  }
  return rows;
}
