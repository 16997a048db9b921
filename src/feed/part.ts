/**
 * @module Copies effective entries and alerts into the change feed, one appender at a time in the whole installation.
 *
 * Commits become visible out of order, so the feed never asks "what came after the last one". It knows for each dossier
 * how far it has copied (a dossier's seqs become visible in order, for they are given under its lock), and has three ways
 * of finding who is behind: entries recorded within the last seconds, each round; those of the last minutes, now and
 * then, for transactions that took long or clocks that differ; and a slow sweep that compares every dossier's head,
 * which needs no clock at all.
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
const DOSSIERS_AT_ONCE = 500;
const ALERTS_AT_ONCE = 1_000;
const DIFFERENCES_AT_ONCE = 1_000;
const STEPS_AT_ONCE = 1_000;
const SWEEP_PAGE = 2_000;

const RECENT = 10 * SECOND;
const EARLIER = 5 * MINUTE;
const EARLIER_EVERY = 80;
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
    // Asked first: what commits between the two questions is newer than the mark and is found next time.
    const newest = await store.newestRecord(client);
    const since = mark.recordedAt ?? newest;
    const overlap = round % EARLIER_EVERY === 0 ? EARLIER : RECENT;
    const recent = since === null ? [] : await store.behindSince(client, since - overlap, DOSSIERS_AT_ONCE);
    const full = recent.length === DOSSIERS_AT_ONCE;
    await this.#append(client, recent);

    let { sweptId } = mark;
    if (this.#sweepFinds || round % SWEEP_EVERY === 0) {
      const page = await store.sweepPage(client, sweptId, SWEEP_PAGE);
      await this.#append(client, page.behind);
      this.#sweepFinds = page.behind.length > 0;
      sweptId = page.until ?? 0;
    }
    const recordedAt = full ? since : newest;
    // A feed at rest writes nothing.
    if (recordedAt !== mark.recordedAt || sweptId !== mark.sweptId)
      await store.writeMark(client, { recordedAt, sweptId });
    const alerts = await store.appendAlerts(client, ALERTS_AT_ONCE);
    const differences = await store.appendDifferences(client, DIFFERENCES_AT_ONCE);
    const steps = await store.appendDeliverySteps(client, STEPS_AT_ONCE);
    return (
      full ||
      this.#sweepFinds ||
      alerts === ALERTS_AT_ONCE ||
      differences === DIFFERENCES_AT_ONCE ||
      steps === STEPS_AT_ONCE
    );
  }

  async #append(client: pg.ClientBase, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
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
