/**
 * @module Counts open dossiers again when the calendar or a catalogue has changed, and appends what moved.
 *
 * Whoever makes the change counts at once. For some seconds another process may still append by the former calendar,
 * and a process may die half way: so each change is counted once more by a worker when everybody has read it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type KeptCatalogue, KNOWN_EVERYWHERE_AFTER } from '../catalogue/keep.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Appender } from '../dossiers/append.ts';
import { appointmentInForce } from '../dossiers/appointment.ts';
import { foldOf } from '../dossiers/folded.ts';
import { moveAppointments } from '../dossiers/move.ts';
import type { AppointmentBasis } from '../dossiers/state.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import type { Placement } from '../sync/heads.ts';
import { SECOND } from '../units.ts';
import {
  countMoved,
  dueRecomputations,
  type OpenDossier,
  openDossiers,
  type Recomputation,
  settleRecomputation,
} from './calendar-store.ts';

const PAGE = 4_000;
/** Dossiers moved in one transaction: what is reported of one of them meanwhile waits for it. */
const CHUNK = 1_000;
/** Transactions at once, each over dossiers of its own: one waits for the flush or the wire while the other is worked on. */
const WRITERS = 2;
const LOOK_EVERY = 1 * SECOND;

/** A dossier whose appointment is another by the catalogue given; times are epoch ms. */
export interface Moved {
  readonly dossier: OpenDossier;
  readonly previous: number | null;
  readonly next: number;
  readonly basis: AppointmentBasis;
}

/** Page after page of the dossiers that move. The next page is read while this one is counted. */
export async function* movedAppointments(
  db: Queryable,
  catalogue: Catalogue,
  receivedBefore: number | null,
  now: number,
  page = PAGE,
): AsyncGenerator<Moved[]> {
  let rows = await openDossiers(db, 0, receivedBefore, page);
  while (rows.length > 0) {
    const reading = rows.length < page ? Promise.resolve([]) : openDossiers(db, rows.at(-1)!.id, receivedBefore, page);
    // A caller that stops early must not leave a rejection that nobody hears.
    reading.catch(() => {});
    yield rows.flatMap((dossier) => movedOf(dossier, catalogue, now));
    rows = await reading;
  }
}

/** An appointment that can no longer be told stays as it was promised. */
function movedOf(dossier: OpenDossier, catalogue: Catalogue, now: number): Moved[] {
  const next = appointmentInForce(dossier, foldOf(dossier, catalogue), catalogue, now);
  if (next === null || next.at === dossier.appointmentAt) return [];
  return [{ dossier, previous: dossier.appointmentAt, next: next.at, basis: next.basis }];
}

/** The destinations are those that are to hear of what moves. */
export interface RecomputeDeps extends Placement {
  readonly db: pg.Pool;
  readonly appender: Pick<Appender, 'append'>;
  readonly catalogue: () => Catalogue;
  readonly now: () => number;
}

/**
 * Counts again and appends an `appointment` entry to each dossier that moves, so that its destinations hear of it.
 *
 * @param seen is told of what moved, page by page
 * @returns how many moved
 */
export async function recompute(
  deps: RecomputeDeps,
  { id, cause, receivedBefore }: Recomputation,
  seen: (moved: readonly Moved[]) => void = () => {},
): Promise<number> {
  const { db, now } = deps;
  const catalogue = deps.catalogue();
  let total = 0;
  let writing = Promise.resolve(0);
  for await (const moved of movedAppointments(db, catalogue, receivedBefore, now())) {
    seen(moved);
    // One page is written while the next is counted.
    total += await writing;
    writing = moveAll(deps, moved, cause, catalogue.version);
    writing.catch(() => {});
  }
  total += await writing;
  await countMoved(db, id, total);
  return total;
}

/** Moves a page; a writer that fails lets the others end their chunk before the failure is told. */
async function moveAll(
  deps: RecomputeDeps,
  moved: readonly Moved[],
  cause: string,
  ruleVersion: number,
): Promise<number> {
  const chunks: (readonly Moved[])[] = [];
  for (let from = 0; from < moved.length; from += CHUNK) chunks.push(moved.slice(from, from + CHUNK));
  const write = async (): Promise<number> => {
    let total = 0;
    for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
      const count = await moveChunk(deps, chunk, cause, ruleVersion);
      total += count;
    }
    return total;
  };
  const outcomes = await Promise.allSettled(Array.from({ length: WRITERS }, write));
  return outcomes.reduce((sum, outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return sum + outcome.value;
  }, 0);
}

/** Moves what stands as it was counted; what something was appended to meanwhile is counted by the append, under its lock. */
async function moveChunk(
  deps: RecomputeDeps,
  chunk: readonly Moved[],
  cause: string,
  ruleVersion: number,
): Promise<number> {
  const { db, appender, now } = deps;
  const moves = chunk.map(({ dossier, previous, next, basis }) => ({
    dossierId: dossier.id,
    agencyCode: dossier.agencyCode,
    procedureCode: dossier.procedureCode,
    origin: dossier.origin,
    facts: dossier.facts,
    headSeq: dossier.headSeq,
    previous,
    at: next,
    basis,
  }));
  const ids = await moveAppointments(db, moves, { ...deps, cause, ruleVersion, now: now() });
  const left = chunk.filter(({ dossier }) => !ids.has(dossier.id)).map(({ dossier }) => dossier.code);
  return ids.size + (left.length > 0 ? await appendPatiently(appender, left, cause) : 0);
}

const ATTEMPTS = 50;
const BETWEEN_ATTEMPTS = 0.1 * SECOND;

/** Waits for its turn when the queue is full: what people and systems report goes first. */
async function appendPatiently(
  appender: Pick<Appender, 'append'>,
  codes: readonly string[],
  cause: string,
): Promise<number> {
  const commands = codes.map((code) => ({ type: 'recompute' as const, code, cause }));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const results = await appender.append({ commands, raw: null });
      return results.filter(({ outcome }) => outcome === 'accepted').length;
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'queue-full' || attempt === ATTEMPTS) throw error;
      await pause(BETWEEN_ATTEMPTS);
    }
  }
}

export interface SettlingDeps extends RecomputeDeps {
  readonly kept: KeptCatalogue;
  readonly log: Log;
}

/** Settles each requested recomputation once every process works with the change. */
export const recomputations = (deps: SettlingDeps): Rounds =>
  new Rounds({
    everyMs: LOOK_EVERY,
    round: () => settleDue(deps),
    failed: (error) =>
      deps.log.warn({ err: error }, 'open deadlines could not be counted again; it is tried again in a second'),
  });

/** Counts again what was asked for long enough ago. */
export async function settleDue(deps: SettlingDeps): Promise<void> {
  const { db, kept, log, now } = deps;
  const due = await dueRecomputations(db, now() - KNOWN_EVERYWHERE_AFTER);
  if (due.length === 0) return;
  await kept.reload();
  for (const recomputation of due) {
    const moved = await recompute(deps, recomputation);
    await settleRecomputation(db, recomputation.id);
    log.info({ cause: recomputation.cause, moved }, 'open deadlines were counted again');
  }
}
