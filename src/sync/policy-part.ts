/**
 * @module Brings the mode of every row in line with the policies in force, page after page, whenever these or the catalogues change.
 *
 * A target – version of the policies, how many of their items have begun, version of the
 * catalogues, the day (agencies merge on one) – only grows, so a
 * process that knows less never undoes what another has done. For some seconds an append may still follow the former
 * policies, and a row under way keeps its mode until it is settled: so every target is gone through once more when
 * everybody has read it, and again while rows are left.
 */
import type pg from 'pg';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { KNOWN_EVERYWHERE_AFTER } from '../catalogue/keep.ts';
import type { Queryable } from '../db/queryable.ts';
import { dayOf } from '../deadlines/local-time.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import type { Policies, Treat } from './policy.ts';
import { changeModes, type ModePass, modeRows, modeStretch, takeModePass, writeModePass } from './policy-store.ts';

export interface ModesOptions {
  readonly pool: pg.Pool;
  readonly destinations: readonly string[];
  readonly policies: () => Policies;
  readonly treat: Treat;
  readonly catalogue: () => Catalogue;
  /** First looks a second at what changed its mode. */
  readonly perSecond: number;
  readonly log: Log;
  readonly now: () => number;
  /** Told when rows have changed. */
  readonly changed: () => void;
}

const PAGE = 5_000;
/** Rows that are looked at by the few groups they fall into: of millions, most have the mode they should. */
const STRETCH = 50_000;
const LOOK_EVERY = 1 * SECOND;

export class Modes implements WorkerPart {
  readonly #options: ModesOptions;
  readonly #rounds: Rounds;
  /** Up to this dossier a stretch has rows that change. */
  readonly #closelyUntil = new Map<string, number>();

  constructor(options: ModesOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: LOOK_EVERY,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error }, 'modes could not be brought in line with the policies; it is tried again'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Goes through what is due. @returns how many rows changed */
  async round(): Promise<number> {
    let total = 0;
    for (const destination of this.#options.destinations) {
      for (;;) {
        const page = await this.#page(destination);
        if (page === null) break;
        total += page.changed;
        if (page.changed > 0) this.#options.changed();
        if (page.isLast || this.#rounds.isStopping) break;
      }
    }
    return total;
  }

  /** One page of a pass in one transaction; null where nothing is due or another process is at it. */
  async #page(destination: string): Promise<{ changed: number; isLast: boolean } | null> {
    const { pool, policies, treat, catalogue, now: clock, perSecond } = this.#options;
    const client = await pool.connect();
    try {
      await client.query('begin');
      const taken = await takeModePass(client, destination);
      const now = clock();
      const current = policies();
      const pass =
        taken && passNow(taken, [current.version, current.inForce(now), catalogue().version, dayOf(now)], now);
      if (!pass) {
        await client.query('rollback');
        return null;
      }
      const passed = await this.#stretchInLine(client, destination, pass.afterDossier, now);
      if (passed !== null) {
        const { until, isLast } = passed;
        await writeModePass(client, destination, { ...pass, afterDossier: until, doneAt: isLast ? now : null });
        await client.query('commit');
        return { changed: 0, isLast };
      }
      const rows = await modeRows(client, destination, pass.afterDossier, PAGE);
      const changes = rows
        .map((row) => ({ dossierId: row.dossierId, was: row.mode, mode: treat(destination, row, now).mode }))
        .filter(({ was, mode }) => was !== mode);
      const changed =
        changes.length === 0
          ? 0
          : (await changeModes(client, destination, changes, { now, everyMs: SECOND / perSecond })).size;
      const isLast = rows.length < PAGE;
      await writeModePass(client, destination, {
        ...pass,
        afterDossier: rows.at(-1)?.dossierId ?? pass.afterDossier,
        leftOver: pass.leftOver + changes.length - changed,
        doneAt: isLast ? now : null,
      });
      await client.query('commit');
      return { changed, isLast };
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  }

  /** Where a stretch ends of which every row has its mode; null where one has another: it is gone through page after page. */
  async #stretchInLine(
    db: Queryable,
    destination: string,
    after: number,
    now: number,
  ): Promise<{ until: number; isLast: boolean } | null> {
    const closelyUntil = after === 0 ? 0 : (this.#closelyUntil.get(destination) ?? 0);
    if (after < closelyUntil) return null;
    const { groups, rows, until } = await modeStretch(db, destination, after, STRETCH);
    const { treat } = this.#options;
    if (groups.every((group) => treat(destination, group, now).mode === group.mode))
      return { until: until ?? after, isLast: rows < STRETCH };
    this.#closelyUntil.set(destination, until ?? after);
    return null;
  }
}

/** The pass to go on with now; null when this process knows less than whoever began it, or when all is done. */
export function passNow(pass: ModePass, target: readonly number[], now: number): ModePass | null {
  const order = compare(target, pass.target);
  if (order < 0) return null;
  if (order > 0) return { target, targetSince: now, begunAt: now, afterDossier: 0, leftOver: 0, doneAt: null };
  if (pass.doneAt === null) return pass;
  const isKnown = pass.begunAt >= pass.targetSince + KNOWN_EVERYWHERE_AFTER;
  if (isKnown && pass.leftOver === 0) return null;
  const dueAt = Math.max(pass.targetSince, pass.leftOver > 0 ? pass.doneAt : 0) + KNOWN_EVERYWHERE_AFTER;
  return now < dueAt ? null : { ...pass, begunAt: now, afterDossier: 0, leftOver: 0, doneAt: null };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value - (b[i] ?? 0);
  return 0;
}
