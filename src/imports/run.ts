/** @module One import worked on: read where it stopped, appended some rows at a time, each step saved with what was wrong. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Command, CommandResult } from '../dossiers/commands.ts';
import { GatewayError } from '../errors.ts';
import { SECOND } from '../units.ts';
import type { CommandRules } from './commands.ts';
import { openImportFile } from './read.ts';
import { COULD_NOT_BE_WRITTEN, refusalOf } from './refusals.ts';
import { chunksOf, type ReadRow } from './rows.ts';
import { stagedBytes } from './stage.ts';
import { type LeasedImport, type Progress, type RowFault, registeredSince, saveProgress } from './store.ts';
import { plain } from './words.ts';

export interface RunDeps {
  readonly db: Queryable;
  /** Appends, or for a trial says what that would come to. */
  append(commands: readonly Command[]): Promise<CommandResult[]>;
  readonly catalogue: () => Catalogue;
  readonly profile: CommandRules['profile'];
  readonly now: () => number;
  readonly seal: Seal;
  readonly leaseMs: number;
  /** Set when the process stops. */
  readonly signal: AbortSignal;
}

/** The import is another worker's, was cancelled, or the process stops: somebody goes on, or nobody is to. */
export class RunEnded extends Error {}

/** More than a person reads; the rest is in the catalogue's own notes of each dossier. */
const UNKNOWN_AT_MOST = 200;

/** @throws UnreadableFile, RunEnded, GatewayError `database-unavailable` */
export async function runImport(leased: LeasedImport, deps: RunDeps): Promise<void> {
  const { db, now, catalogue } = deps;
  const file = await openImportFile({
    format: leased.format!,
    bytes: stagedBytes(db, leased.id, deps.seal),
    size: leased.bytes,
    sentAt: leased.createdAt,
    pauseReasons: pauseReasonNames(catalogue()),
  });
  try {
    const rules = { mode: leased.mode, agencies: leased.agencies, author: leased.clientId, profile: deps.profile };
    const tally = new Tally(leased, file.ignored, catalogue);
    let isDoubtful = leased.rows > 0;
    // The next rows are read while the former are appended.
    let working: Promise<void> = Promise.resolve();
    const work = async (chunk: readonly ReadRow[], fraction: number, doubtful: boolean): Promise<void> => {
      const { results, isRepeated } = await appendRows(chunk, deps);
      const before = doubtful || isRepeated ? await adoptedBefore(chunk, leased, db) : new Set<string>();
      const faults = tally.add(chunk, results, before);
      if (!(await saveProgress(db, leased, tally.progress(fraction), faults, now(), deps.leaseMs)))
        throw new RunEnded();
    };
    for await (const chunk of chunksOf(file, rules, leased.rows)) {
      await working;
      if (deps.signal.aborted) throw new RunEnded();
      working = work(chunk, file.fraction(), isDoubtful);
      working.catch(() => {});
      isDoubtful = false;
    }
    await working;
  } finally {
    file.close();
  }
}

/** Rows that this import has appended already, before a crash or before one beside them was refused. */
async function adoptedBefore(chunk: readonly ReadRow[], leased: LeasedImport, db: Queryable): Promise<Set<string>> {
  if (leased.mode === 'validate') return new Set();
  return registeredSince(
    db,
    chunk.flatMap(({ code }) => code ?? []),
    leased.createdAt,
  );
}

interface Appended {
  /** The results of each row's commands; null for a row that the database did not take. */
  readonly results: readonly (readonly CommandResult[] | null)[];
  /** Whether some may have been appended twice over. */
  readonly isRepeated: boolean;
}

async function appendRows(chunk: readonly ReadRow[], { append, signal }: RunDeps): Promise<Appended> {
  const commands = chunk.flatMap((row) => row.commands);
  if (commands.length === 0) return { results: chunk.map(() => []), isRepeated: false };
  try {
    const results = await patiently(append, commands, signal);
    let until = 0;
    const ofRows = chunk.map((row) => {
      const from = until;
      until += row.commands.length;
      return results.slice(from, until);
    });
    return { results: ofRows, isRepeated: false };
  } catch (error) {
    if (error instanceof RunEnded || isPassing(error)) throw error;
    // One row that cannot be written must not keep the others out.
    const results: (readonly CommandResult[] | null)[] = [];
    for (const row of chunk)
      results.push(
        await patiently(append, row.commands, signal).catch((alone: unknown) => {
          if (alone instanceof RunEnded || isPassing(alone)) throw alone;
          return null;
        }),
      );
    return { results, isRepeated: true };
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof GatewayError && (error.code === 'database-unavailable' || error.code === 'queue-full');

const BETWEEN_ATTEMPTS = 0.05 * SECOND;

/** Waits for its turn while the queue is full: what people and systems report goes first. */
async function patiently(
  append: RunDeps['append'],
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<CommandResult[]> {
  if (commands.length === 0) return [];
  for (;;) {
    try {
      return await append(commands);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'queue-full') throw error;
      if (signal.aborted) throw new RunEnded();
      await pause(BETWEEN_ATTEMPTS);
    }
  }
}

/** What has become of the rows, from where the import stopped. */
class Tally {
  readonly #catalogue: () => Catalogue;
  readonly #ignored: readonly string[];
  readonly #counts: { rows: number; adopted: number; known: number; refused: number };
  readonly #agencies: Set<string>;
  readonly #procedures: Set<string>;

  constructor(leased: LeasedImport, ignored: readonly string[], catalogue: () => Catalogue) {
    const { rows, adopted, known, refused } = leased;
    this.#counts = { rows, adopted, known, refused };
    this.#ignored = ignored;
    this.#catalogue = catalogue;
    this.#agencies = new Set(leased.unknownAgencies);
    this.#procedures = new Set(leased.unknownProcedures);
  }

  /** Counts rows with what came of them. @returns their faults */
  add(
    chunk: readonly ReadRow[],
    results: readonly (readonly CommandResult[] | null)[],
    adoptedBefore: ReadonlySet<string>,
  ): RowFault[] {
    const faults: RowFault[] = [];
    for (const [i, row] of chunk.entries()) {
      const found = faultsOf(row, results[i]!);
      this.#counts.rows += 1;
      if (found.length > 0) this.#counts.refused += 1;
      else if (isCreated(results[i]![0]) || adoptedBefore.has(row.code!)) this.#counts.adopted += 1;
      else this.#counts.known += 1;
      if (found.length > 0) faults.push(...found);
      else this.#noteUnknown(row);
    }
    return faults;
  }

  progress(fraction: number): Progress {
    return {
      ...this.#counts,
      fraction,
      unknownAgencies: [...this.#agencies],
      unknownProcedures: [...this.#procedures],
      ignoredColumns: this.#ignored,
    };
  }

  #noteUnknown({ agencyCodes, procedureCode }: ReadRow): void {
    const catalogue = this.#catalogue();
    for (const code of agencyCodes)
      if (this.#agencies.size < UNKNOWN_AT_MOST && catalogue.agency(code) === null) this.#agencies.add(code);
    if (procedureCode === null || this.#procedures.size === UNKNOWN_AT_MOST) return;
    if (!catalogue.knowsProcedure(procedureCode)) this.#procedures.add(procedureCode);
  }
}

const isCreated = (result: CommandResult | undefined): boolean =>
  result !== undefined && 'created' in result && result.created;

function faultsOf({ row, code, faults }: ReadRow, results: readonly CommandResult[] | null): RowFault[] {
  const told = (path: string, message: string, column: string | null = null, n = 0): RowFault => ({
    row,
    n,
    path,
    column,
    dossierCode: code,
    message,
  });
  if (results === null) return [told('', COULD_NOT_BE_WRITTEN)];
  if (faults.length > 0) return faults.map(({ path, message, column }, n) => told(path, message, column, n));
  return results.flatMap((result, n) => {
    const words = refusalOf(result);
    if (words === null) return [];
    // The first is the registration; without it the events have nothing to belong to.
    if (n > 0 && refusalOf(results[0]!) !== null) return [];
    return [
      n === 0
        ? told('', words)
        : told(`events[${n - 1}]`, `hồ sơ đã được nhận nhưng diễn biến bị từ chối: ${words}`, null, n),
    ];
  });
}

/** The catalogue's pause reasons by the names that people know. */
function pauseReasonNames(catalogue: Catalogue): ReadonlyMap<string, string> {
  return new Map(
    catalogue.data.pauseReasons.flatMap(({ code, name }) => [
      [plain(code), code],
      [plain(name.vi), code],
    ]),
  );
}
