/**
 * @module Seals with the current key what stands unsealed or was sealed with a former one, a page at a time, beside the service.
 *
 * Each column is gone through twice, the second time when every process has long begun to write with the key: until then
 * one that was started before may have written with another.
 */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import { inTransaction } from '../db/transaction.ts';
import { personHash } from '../dossiers/personal.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { HOUR, MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { partOf, SEALED_COLUMNS, type SealedColumn } from './columns.ts';
import * as store from './store.ts';

export interface ResealerOptions {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly log: Log;
  readonly now: () => number;
  /** Between the two passes over a column, in milliseconds. */
  readonly againAfterMs?: number;
}

const PAGE = 500;
export const PASSES = 2;
const AGAIN_AFTER = 1 * HOUR;
const SLOWEST = 1 * MINUTE;
const FIRST = 5 * SECOND;
/** A page reads some five hundred rows; what is sealed anew may take hours, what is appended meanwhile may not. */
const BETWEEN_PAGES = 0.05 * SECOND;

/** Any process may run it: a column belongs to one for the time of a page. */
export class Resealer implements WorkerPart {
  readonly #options: ResealerOptions;
  readonly #rounds: Rounds;
  /** Columns that had another page; a round that follows theirs asks no others. */
  #unfinished: readonly SealedColumn[] = [];

  constructor(options: ResealerOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: SLOWEST,
      firstAfterMs: FIRST,
      moreAfterMs: BETWEEN_PAGES,
      round: () => this.round(),
      failed: () => {},
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** A page of each column that has not come to its end. @returns whether there is more to do now */
  async round(): Promise<boolean> {
    const columns = this.#unfinished.length > 0 ? this.#unfinished : SEALED_COLUMNS;
    const unfinished: SealedColumn[] = [];
    for (const column of columns) {
      if (this.#rounds.isStopping) return false;
      try {
        if (await this.#page(column)) unfinished.push(column);
      } catch (error) {
        this.#options.log.warn(
          { err: error, part: partOf(column) },
          'rows could not be sealed anew; it is tried again',
        );
      }
    }
    this.#unfinished = unfinished;
    return unfinished.length > 0;
  }

  /** @returns whether the column has another page */
  #page(column: SealedColumn): Promise<boolean> {
    const { pool, seal, now, log, againAfterMs = AGAIN_AFTER } = this.#options;
    const { head } = seal;
    const part = partOf(column);
    return inTransaction(pool, async (db) => {
      const found = await store.lockProgress(db, part, head);
      if (found === null) return false;
      const begun = { head, position: null, passes: 0, passedAt: null, resealed: 0 };
      const progress = found.head.equals(head) ? found : begun;
      const isWaiting = progress.position === null && (progress.passedAt ?? 0) > now() - againAfterMs;
      if (progress.passes >= PASSES || isWaiting) return false;
      const rows = await store.nextPage(db, column, head, progress.position, PAGE);
      const resealed = progress.resealed + (await this.#reseal(db, column, rows));
      const isLast = rows.length < PAGE;
      await store.saveProgress(db, part, {
        head,
        resealed,
        position: isLast ? null : rows.at(-1)!.key,
        passes: progress.passes + (isLast ? 1 : 0),
        passedAt: isLast ? now() : progress.passedAt,
      });
      if (isLast && progress.passes === 0 && resealed > 0)
        log.info({ part, rows: resealed }, 'what was unsealed or sealed with a former key is sealed');
      return !isLast || (againAfterMs === 0 && progress.passes + 1 < PASSES);
    });
  }

  async #reseal(db: pg.PoolClient, column: SealedColumn, rows: readonly store.PageRow[]): Promise<number> {
    const { seal } = this.#options;
    const stale = rows.filter(({ value }) => value !== null);
    const resealed = stale
      .map((row) => ({ row, value: column.close(row.value, row.named, seal) }))
      .filter(({ row, value }) => value !== row.value);
    const named = stale.flatMap(({ key, value }) =>
      (column.persons?.(value as DossierFields) ?? []).map((number) => ({
        dossierId: key[0]!,
        person: personHash(number, seal),
      })),
    );
    if (named.length > 0) await store.notePersons(db, named);
    return resealed.length === 0 ? 0 : store.writeBack(db, column, resealed);
  }
}
