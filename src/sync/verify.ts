/** @module Reads destinations back: nothing is believed because it was sent (sync.md D5, D8). Asks for dossiers that a push opened, too. */
import type { OwnableField, PortalClient, PortalView } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { isOnlySeen } from '../dossiers/state.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { DAY, MINUTE, SECOND } from '../units.ts';
import { matchRecords } from './match.ts';
import { plan } from './plan.ts';
import { sendEverything, type Treat } from './policy.ts';
import type { Profile } from './profile.ts';
import { type DueReadBack, dueReadBacks, type ReadBack, sendAgain, writeReadBacks } from './verify-store.ts';

export interface VerifierOptions {
  readonly destination: string;
  readonly db: Queryable;
  readonly portal: PortalClient;
  readonly isOpen: () => boolean;
  readonly profile: () => Profile;
  readonly catalogue: () => Catalogue;
  readonly log: Log;
  readonly now: () => number;
  /** Which fields are ours to write; without it all are. */
  readonly treat?: Treat;
  /** Questions a second, at most. */
  readonly perSecond: number;
  /** Milliseconds between rounds. */
  readonly everyMs: number;
  /** Told of a dossier that is sent again, and what the destination showed of it (null: nothing). */
  readonly repaired: (code: string, view: PortalView | null) => Promise<void>;
  /** Whether a dossier's difference was mended in vain and is a case for people: it is looked at, not sent, until somebody has acted. */
  readonly isForPeople?: (code: string) => Promise<boolean>;
  /** Looks for another writer in what is shown; true where the difference is left to people. */
  readonly others?: (row: DueReadBack, view: PortalView, differs: boolean) => Promise<boolean>;
  /** Whether another writer is known: then open dossiers are looked at again and again, ever more seldom. */
  readonly isWatchful?: () => boolean;
  /** Milliseconds until such a look, doubled with each that follows. */
  readonly watchEveryMs?: number;
}

/** After an unknown outcome it is read back soon (settlement.ts), and then so long after each look, by step. */
const READ_BACK_AFTER: Readonly<Record<number, number>> = { 1: 5 * MINUTE, 2: 60 * MINUTE };
const CASE_AGAIN_AFTER = 60 * MINUTE;
const AT_ONCE = 8;
/** The first step of looks that only another writer's presence asks for. */
const FIRST_WATCH = 10;

/** Milliseconds until the next look at what has not changed for n looks: doubled each time, a day at most. */
export const lookAgainAfter = (everyMs: number, looks: number): number =>
  Math.min(DAY, everyMs * 2 ** Math.min(looks, 30));

/** What a read-back found against what the plan says should be there. */
export function compareView(
  view: PortalView | null,
  due: DueReadBack,
  profile: Profile,
  catalogue: Catalogue,
): 'in-step' | 'differs' | 'unreadable' {
  if (isOnlySeen(due.facts, profile.destination)) return 'in-step';
  if (view === null) return 'differs';
  const sentSeqs = view.progress === null ? due.sentSeqs : matchRecords(due, view.progress, profile, catalogue).there;
  const wanted = plan(due, { existsThere: true, sentSeqs, snapshotDigest: null }, profile, catalogue);
  if (wanted.records.length > 0) return 'differs';
  if (isOurs('status', due) && view.statusCode !== wanted.snapshot.statusCode) return 'differs';
  const appointment = isOurs('appointment', due) ? wanted.snapshot.appointmentAt : null;
  if (appointment !== null && view.appointmentAt !== Math.floor(appointment / SECOND) * SECOND) return 'differs';
  return view.progress === null ? 'unreadable' : 'in-step';
}

const isOurs = (field: OwnableField, { owns }: DueReadBack): boolean => owns?.includes(field) ?? true;

/** Reads back what is due, and lets the sync send again what is missing. */
export class Verifier {
  readonly #options: VerifierOptions;
  readonly #rounds: Rounds;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: options.everyMs,
      round: () => this.round(),
      failed: (error) =>
        options.log.error(
          { err: error, destination: options.destination },
          'reading back failed; it goes on with the next round',
        ),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One round. @returns how many dossiers were looked at. */
  async round(): Promise<number> {
    const { db, destination, now, perSecond, everyMs, isOpen } = this.#options;
    if (!isOpen()) return 0;
    const due = await dueReadBacks(db, destination, now(), Math.max(1, Math.floor((perSecond * everyMs) / SECOND)));
    const found: ReadBack[] = [];
    for (let i = 0; i < due.length; i += AT_ONCE)
      found.push(...(await Promise.all(due.slice(i, i + AT_ONCE).map((row) => this.#read(row)))));
    if (found.length > 0) await writeReadBacks(db, destination, found, now());
    return due.length;
  }

  async #read(due: DueReadBack): Promise<ReadBack> {
    const { portal, profile, catalogue, db, destination, now, log, repaired, treat = sendEverything } = this.#options;
    const row = { ...due, owns: treat(destination, due, now()).owns };
    let view: PortalView | null;
    try {
      view = await portal.read(row.code);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return {
        dossierId: row.dossierId,
        verifyAt: now() + MINUTE,
        verifyStep: row.verifyStep,
        unverified: true,
        seen: null,
      };
    }
    const result = compareView(view, row, profile(), catalogue());
    const seen = view ? { status: view.statusCode, appointmentAt: view.appointmentAt } : null;
    if (view && (await this.#options.others?.(row, view, result === 'differs')))
      return { dossierId: row.dossierId, verifyAt: now(), verifyStep: 0, unverified: false, seen };
    if (result === 'differs' && (await this.#options.isForPeople?.(row.code)))
      return {
        dossierId: row.dossierId,
        verifyAt: now() + CASE_AGAIN_AFTER,
        verifyStep: row.verifyStep,
        unverified: false,
        seen,
      };
    if (result === 'differs' && (await sendAgain(db, destination, row, now()))) {
      log.warn(
        { destination, dossier: row.code },
        'the destination does not show what it acknowledged; it is sent again',
      );
      await repaired(row.code, view);
    }
    return {
      dossierId: row.dossierId,
      ...this.#next(row, result === 'differs'),
      unverified: result === 'unreadable',
      seen,
    };
  }

  #next(row: DueReadBack, differs: boolean): Pick<ReadBack, 'verifyAt' | 'verifyStep'> {
    const { now, isWatchful, watchEveryMs = MINUTE } = this.#options;
    if (differs) return { verifyAt: now() + MINUTE, verifyStep: 1 };
    const after = READ_BACK_AFTER[row.verifyStep];
    if (after !== undefined) return { verifyAt: now() + after, verifyStep: row.verifyStep + 1 };
    if (row.finishedAt !== null || !isWatchful?.()) return { verifyAt: null, verifyStep: 0 };
    const step = Math.max(row.verifyStep, FIRST_WATCH - 1) + 1;
    return { verifyAt: now() + lookAgainAfter(watchEveryMs, step - FIRST_WATCH), verifyStep: step };
  }
}
