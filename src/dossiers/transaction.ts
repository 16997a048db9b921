/** @module One transaction of the append: lock, fold in memory, write entries, dossiers, sync rows and the raw message, commit. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { inOneWrite } from '../db/pool.ts';
import { headsOf, lookAtOf, type Placement } from '../sync/heads.ts';
import { changeModes } from '../sync/policy-store.ts';
import * as verifications from '../verification/store.ts';
import { adoptedRow } from './adoption.ts';
import { apply } from './apply.ts';
import type { Command, CommandResult } from './commands.ts';
import * as heads from './heads-store.ts';
import { sealedEntries } from './personal.ts';
import type { DossierState } from './state.ts';
import * as store from './store.ts';
import { isUncountable, uncountable } from './uncountable.ts';
import type { Workspace } from './workspace.ts';

export interface AppendRequest {
  readonly commands: readonly Command[];
  /** The message as it came, kept with what it led to. */
  readonly raw: store.RawMessage | null;
}

/** The destinations are those whose heads a complete dossier's entries raise. */
export interface TransactionOptions extends Placement {
  catalogue(): Catalogue;
  /** What names persons is written with it. */
  readonly seal: Seal;
  /** Names a point at which a fault test may stop the process; does nothing otherwise. */
  reached?(point: 'before-commit' | 'after-commit'): void;
  now(): number;
}

/** Runs the transactions of one appender, on the connection it is given. */
export class Transactions {
  readonly #options: TransactionOptions;
  readonly #idBlocks: { next: number; until: number }[] = [];

  constructor(options: TransactionOptions) {
    this.#options = options;
  }

  /** Applies all commands of the requests, or none. @returns the results of each request, in its order. */
  async run(client: pg.Client, requests: readonly AppendRequest[]): Promise<CommandResult[][]> {
    const now = this.#options.now();
    const { work, results } = await this.#apply(client, requests, now);
    const [committed] = await settled(
      inOneWrite(client, () => {
        const writes = this.#writes(client, work, requests, results, now);
        this.#options.reached?.('before-commit');
        return [client.query('commit'), ...writes] as const;
      }),
    );
    if (committed.command !== 'COMMIT') throw new Error('the transaction was rolled back');
    this.#options.reached?.('after-commit');
    return results;
  }

  /** What the commands of a request would come to; nothing is written. */
  async rehearse(client: pg.Client, request: AppendRequest): Promise<CommandResult[]> {
    try {
      const { results } = await this.#apply(client, [request], this.#options.now());
      return results[0]!;
    } catch (error) {
      if (!isUncountable(error)) throw error;
      const [command, ...others] = request.commands;
      if (others.length === 0) return [uncountable(command!, error)];
    } finally {
      await client.query('rollback');
    }
    const results: CommandResult[] = [];
    for (const command of request.commands)
      results.push(...(await this.rehearse(client, { ...request, commands: [command] })));
    return results;
  }

  /** Locks what the commands name and applies them in memory, in a transaction that is left open. */
  async #apply(
    client: pg.Client,
    requests: readonly AppendRequest[],
    now: number,
  ): Promise<{ work: Workspace; results: CommandResult[][] }> {
    const commands = requests.flatMap((request) => request.commands);
    const { codes, aliasCodes } = namesIn(commands);
    const [, rows, aliases] = await settled(
      inOneWrite(client, () => [
        client.query('begin'),
        store.lockDossiers(client, codes, aliasCodes),
        aliasCodes.length > 0 ? store.readAliases(client, aliasCodes) : Promise.resolve([]),
      ]),
    );

    await this.#provideIds(client, commands.length);
    const work = this.#workspace(rows, aliases, now);
    await provideFields(client, work, commands);

    return { work, results: requests.map((request) => request.commands.map((command) => apply(work, command))) };
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
        adoption: null,
        verification: null,
        newAliases: [],
        newEntries: [],
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
    // In the order of ids, so that batches and acknowledgements never wait for each other in a ring.
    const changed = [...work.byId.values()]
      .sort((a, b) => a.id - b.id)
      .filter((state) => state.newEntries.length > 0 || state.fieldsChanged || state.newAliases.length > 0);
    const opened = changed.filter((state) => state.isNew);
    const known = changed.filter((state) => !state.isNew);
    const appended = changed.filter((state) => state.newEntries.length > 0);
    const aliases = changed.flatMap((state) => state.newAliases.map((alias) => ({ ...alias, dossierId: state.id })));
    const ended = appended.filter((state) => state.supersededBy !== null);
    const identified = known.filter((state) => state.fieldsChanged || ended.includes(state));
    const flowing = appended.filter((state) => !state.incomplete && state.supersededBy === null);
    const adopted = flowing.filter((state) => state.adoption !== null);
    // A block at a destination ends with a correction of what it refused.
    const { corrected = [], ordinary = [] } = Object.groupBy(
      flowing.filter((state) => state.adoption === null),
      (state) =>
        state.fieldsChanged || state.newEntries.some(({ kind }) => kind === 'void') ? 'corrected' : 'ordinary',
    );
    const raw = requests.flatMap((request) => (request.raw ? [request.raw] : []));
    const quarantine = quarantineRows(requests, results);

    const toVerify = changed.flatMap(({ id, verification }) =>
      verification !== null && verification !== 'ended' ? [{ id, ...verification }] : [],
    );
    const verified = changed.filter(({ verification }) => verification === 'ended').map(({ id }) => id);

    const { seal } = this.#options;
    const writes: Promise<unknown>[] = [];
    if (opened.length > 0) writes.push(store.insertDossiers(client, opened));
    if (known.length > 0) writes.push(store.updateDossiers(client, known));
    if (identified.length > 0) writes.push(store.updateIdentities(client, identified));
    const withFields = changed.filter((state) => state.fieldsChanged);
    if (withFields.length > 0) writes.push(store.writeFields(client, withFields, seal));
    if (toVerify.length > 0) writes.push(verifications.askFor(client, toVerify, now));
    if (verified.length > 0) writes.push(verifications.drop(client, verified));
    for (const { id, supersededBy } of ended)
      writes.push(store.moveAliases(client, id, supersededBy!), heads.endSync(client, id));
    if (aliases.length > 0) writes.push(store.insertAliases(client, aliases));
    if (appended.length > 0)
      writes.push(store.insertEntries(client, sealedEntries(appended, seal), now, ended.length > 0));
    if (ordinary.length > 0) writes.push(this.#raiseHeads(client, ordinary, now, false));
    if (corrected.length > 0) writes.push(this.#raiseHeads(client, corrected, now, true));
    if (adopted.length > 0) {
      const rows = adopted.flatMap((state) =>
        headsOf(this.#options, [{ ...state, added: state.newEntries.length }], now).map(({ destination, mode }) => ({
          ...adoptedRow(state, destination, now),
          mode,
        })),
      );
      writes.push(heads.adoptHeads(client, rows, { now, lookAt: lookAtOf(this.#options, now) }));
    }
    // What changes its agency, procedure or origin may come under another policy.
    if (this.#options.treat)
      writes.push(
        ...this.#placeAgain(
          client,
          identified.filter((state) => flowing.includes(state)),
          now,
        ),
      );
    if (raw.length > 0) writes.push(store.insertRawMessages(client, raw, now, seal));
    if (quarantine.length > 0) writes.push(store.insertQuarantine(client, quarantine, seal));
    return writes;
  }

  #raiseHeads(client: pg.ClientBase, states: readonly DossierState[], now: number, corrected: boolean) {
    const appended = states.map((state) => ({ ...state, added: state.newEntries.length }));
    const lookAt = lookAtOf(this.#options, now);
    return heads.raiseHeads(client, headsOf(this.#options, appended, now), { now, lookAt, corrected });
  }

  #placeAgain(client: pg.ClientBase, states: readonly DossierState[], now: number): Promise<unknown>[] {
    const { destinations, treat } = this.#options;
    if (states.length === 0) return [];
    return destinations.map((destination) => {
      const modes = states.map((state) => ({
        dossierId: state.id,
        mode: treat!(destination, state, now).mode,
      }));
      return changeModes(client, destination, modes, { now, everyMs: 0 });
    });
  }
}

/** Waits for all of them, then fails with the first that failed: a pipelined connection answers each on its own. */
async function settled<T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const outcome of await Promise.allSettled(promises)) if (outcome.status === 'rejected') throw outcome.reason;
  return Promise.all(promises) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
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
    if (command.type === 'recompute') continue;
    if (command.type === 'event' && command.kind !== 'transfer' && command.known === null && !command.channel) continue;
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

/** What stands in quarantine for an event that could not be applied. */
export function quarantineRow(
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
