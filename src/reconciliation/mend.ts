/** @module Lets the sync mend what differs: what is missing there is sent again, what is only there is taken over. */
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { sendMissing } from '../sync/store.ts';
import type { Difference } from './difference-store.ts';
import { KINDS } from './kinds.ts';
import type { LookDeps } from './look.ts';
import { takeRepairs } from './repairs.ts';

/**
 * The differences to mend now: a dossier is sent again once, whatever number of differences it has.
 *
 * @param wanted ids of those that are to be mended
 */
export async function withinBudget(
  { db, destination, repairsPerMinute, now }: LookDeps,
  claimed: readonly Difference[],
  wanted: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  if (wanted.size === 0) return wanted;
  const dossiers = [...new Set(claimed.filter(({ id }) => wanted.has(id)).map(({ dossierCode }) => dossierCode))];
  const leave = { wanted: dossiers.length, perMinute: repairsPerMinute, now: now() };
  const allowed = new Set(dossiers.slice(0, await takeRepairs(db, destination, leave)));
  return new Set(
    claimed.filter(({ id, dossierCode }) => wanted.has(id) && allowed.has(dossierCode)).map(({ id }) => id),
  );
}

/** Takes over what only the other side has. @returns the ids of the differences for which that was tried; of the others the portal could not be asked */
export async function takeOver(
  { destination, adopt, log }: LookDeps,
  toMend: readonly Difference[],
): Promise<ReadonlySet<number>> {
  const tried = new Set<number>();
  for (const { id, kind, dossierCode } of toMend) {
    if (KINDS[kind].repair !== 'adopt') continue;
    try {
      await adopt(dossierCode);
      tried.add(id);
    } catch (error) {
      // The next look tries again, and nobody else's repair waits for it.
      if (!(error instanceof UpstreamError)) throw error;
      log.debug({ destination, kind: error.kind }, 'a dossier could not be taken over; it is tried again');
    }
  }
  return tried;
}

/**
 * Lets what is missing be sent again; each dossier once, whatever number of differences it has.
 *
 * @returns the ids of the differences for which that was done; what is sent no more by now is left
 */
export async function sendAgain(
  { destination, reached, now, log }: LookDeps,
  db: Queryable,
  toMend: readonly Difference[],
): Promise<ReadonlySet<number>> {
  const ours = toMend.filter(({ kind, dossierId }) => KINDS[kind].repair === 'resync' && dossierId !== null);
  if (ours.length === 0) return new Set();
  const sent = await sendMissing(db, destination, [...new Set(ours.map(({ dossierId }) => dossierId!))], now());
  reached?.('mid-repair');
  if (sent.size > 0)
    log.info({ destination, dossiers: sent.size }, 'differences are being repaired: what is missing is sent again');
  return new Set(ours.filter(({ dossierId }) => sent.has(dossierId!)).map(({ id }) => id));
}
