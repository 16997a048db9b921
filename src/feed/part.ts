/**
 * @module Copies effective entries and alerts into the change feed, one appender at a time in the whole installation.
 *
 * Commits become visible out of order, so the feed never asks "what came after the last one". It knows for each dossier
 * how far it has copied (a dossier's seqs become visible in order, for they are given under its lock), and has three ways
 * of finding who is behind: entries recorded within the last half second, each round; those of the last minutes, ever
 * more seldom the farther back, for transactions that took long or clocks that differ; and a slow sweep that compares
 * every dossier's head, which needs no clock at all. Each look costs by what it looks at, so that under load most of the
 * feed's work would be looking again.
 */
import type pg from 'pg';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { foldOf } from '../dossiers/folded.ts';
import { nationalProcedure } from '../dossiers/identifiers.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import * as store from './store.ts';

export interface FeedOptions {
  readonly pool: pg.Pool;
  readonly catalogue: () => Catalogue;
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY = 0.25 * SECOND;
/** Dossiers of a round, and of a statement: few enough that folding them keeps no answer waiting. */
const DOSSIERS_A_ROUND = 5_000;
const DOSSIERS_AT_ONCE = 200;
const ALERTS_AT_ONCE = 1_000;
const DIFFERENCES_AT_ONCE = 1_000;
const STEPS_AT_ONCE = 1_000;
const SWEEP_PAGE = 2_000;

/** How far back a round looks: the first of these whose turn it is, in rounds. */
const LOOKS_BACK: readonly { readonly every: number; readonly ms: number }[] = [
  { every: 400, ms: 5 * MINUTE },
  { every: 20, ms: 10 * SECOND },
  { every: 4, ms: 2 * SECOND },
  { every: 1, ms: 0.5 * SECOND },
];
/** How much of its history a feed that has fallen behind looks at in a round. */
const STRETCH = 1 * MINUTE;
const SWEEP_EVERY = 20;

/** The feed's appender; every process may run it, one of them appends. */
export class Feed implements WorkerPart {
  readonly #options: FeedOptions;
  readonly #rounds: Rounds;
  #copies = 0;
  /** The page before had dossiers that nothing else had found: there is a backlog, to be copied without pause. */
  #sweepFinds = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs ?? EVERY,
      firstAfterMs: 0,
      round: () => this.round(),
      failed: (error) =>
        options.log.warn({ err: error }, 'the change feed could not be written; it goes on where it stopped'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Copies what is found to be behind, in one transaction. @returns whether there may be more at once */
  async round(): Promise<boolean> {
    const client = await this.#options.pool.connect();
    let lost: Error | undefined;
    try {
      await client.query('begin');
      const more = (await store.becomeAppender(client)) && (await this.#copy(client));
      await client.query('commit');
      return more;
    } catch (error) {
      await client.query('rollback').catch((failed: Error) => {
        lost = failed;
      });
      throw error;
    } finally {
      client.release(lost);
    }
  }

  async #copy(client: pg.ClientBase): Promise<boolean> {
    const round = this.#copies++;
    const mark = await store.readMark(client);
    const stretch = await this.#stretch(client, mark.recordedAt);
    const back = LOOKS_BACK.find(({ every }) => round % every === 0)!.ms;
    const recent = stretch
      ? await store.behindSince(client, { ...stretch, since: stretch.since - back, limit: DOSSIERS_A_ROUND })
      : [];
    const full = recent.length === DOSSIERS_A_ROUND;
    await this.#append(client, recent);

    let { sweptId } = mark;
    if (this.#sweepFinds || round % SWEEP_EVERY === 0) {
      const page = await store.sweepPage(client, sweptId, SWEEP_PAGE);
      await this.#append(client, page.behind);
      this.#sweepFinds = page.behind.length > 0;
      sweptId = page.until ?? 0;
    }
    const recordedAt = stretch === null ? null : full ? stretch.since : stretch.until;
    // A feed at rest writes nothing.
    if (recordedAt !== mark.recordedAt || sweptId !== mark.sweptId)
      await store.writeMark(client, { recordedAt, sweptId });
    const alerts = await store.appendAlerts(client, ALERTS_AT_ONCE);
    const differences = await store.appendDifferences(client, DIFFERENCES_AT_ONCE);
    const steps = await store.appendDeliverySteps(client, STEPS_AT_ONCE);
    return (
      full ||
      (stretch !== null && stretch.until < stretch.newest) ||
      this.#sweepFinds ||
      alerts === ALERTS_AT_ONCE ||
      differences === DIFFERENCES_AT_ONCE ||
      steps === STEPS_AT_ONCE
    );
  }

  /** The times of record to be looked at, from the mark on; null while there is no entry. */
  async #stretch(
    client: pg.ClientBase,
    marked: number | null,
  ): Promise<{ since: number; until: number; newest: number } | null> {
    // Asked first: what commits between the two questions is newer than the mark and is found next time.
    const newest = await store.newestRecord(client);
    if (newest === null) return null;
    let since = Math.min(marked ?? newest, newest);
    if (newest - since > STRETCH) since = (await store.oldestRecord(client, since)) ?? since;
    return { since, until: Math.min(newest, since + STRETCH), newest };
  }

  async #append(client: pg.ClientBase, ids: readonly number[]): Promise<void> {
    for (let from = 0; from < ids.length; from += DOSSIERS_AT_ONCE)
      await this.#appendSome(client, ids.slice(from, from + DOSSIERS_AT_ONCE));
  }

  async #appendSome(client: pg.ClientBase, ids: readonly number[]): Promise<void> {
    const catalogue = this.#options.catalogue();
    const dossiers = await store.readBehind(client, ids);
    const entries = dossiers.flatMap((dossier) => effectiveEntries(dossier, catalogue));
    if (entries.length > 0) await store.appendEntries(client, entries);
    const copied = dossiers.map(({ id, facts, copiedSeq }) => ({ id, seq: facts.at(-1)?.n ?? copiedSeq }));
    await store.writeCopied(client, copied);
  }
}

/** What the feed tells of a dossier: its entries that have effect as things stand, in order, from where it had come to. */
function effectiveEntries(dossier: store.BehindDossier, catalogue: Catalogue): store.CopiedEntry[] {
  const { withoutEffect } = foldOf(dossier, catalogue);
  return dossier.facts
    .filter(({ n }) => n > dossier.copiedSeq && !withoutEffect.has(n))
    .map(({ n, k, st, t }) => ({
      dossierCode: dossier.code,
      agencies: dossier.agencies,
      procedureCode: dossier.procedureCode === null ? null : nationalProcedure(dossier.procedureCode),
      seq: n,
      type: k,
      status: st ?? null,
      occurredAt: t,
    }));
}
