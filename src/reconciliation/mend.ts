/** @module Lets the sync mend what differs: what is missing there is sent again, what is only there is taken over. */
import { UpstreamError } from '../connector/upstream-error.ts';
import { sendMissing } from '../sync/store.ts';
import type { Difference } from './difference-store.ts';
import type { Judgement } from './judge.ts';
import { KINDS } from './kinds.ts';
import type { LookDeps } from './look.ts';
import { takeRepairs } from './repairs.ts';

/** The differences to mend now: a dossier is sent again once, whatever number of differences it has. */
export async function withinBudget(
  { db, destination, repairsPerMinute, now }: LookDeps,
  claimed: readonly Difference[],
  judged: readonly Judgement[],
): Promise<ReadonlySet<number>> {
  const wanted = new Set(judged.filter((one) => one.mend).map(({ id }) => id));
  if (wanted.size === 0) return wanted;
  const dossiers = [...new Set(claimed.filter(({ id }) => wanted.has(id)).map(({ dossierCode }) => dossierCode))];
  const leave = { wanted: dossiers.length, perMinute: repairsPerMinute, now: now() };
  const allowed = new Set(dossiers.slice(0, await takeRepairs(db, destination, leave)));
  return new Set(
    claimed.filter(({ id, dossierCode }) => wanted.has(id) && allowed.has(dossierCode)).map(({ id }) => id),
  );
}

/** Each dossier is sent again once, whatever number of differences it has. */
export async function mend(
  { db, destination, adopt, wake, reached, now, log }: LookDeps,
  toMend: readonly Difference[],
): Promise<void> {
  const sent = new Set<number>();
  for (const { kind, dossierCode, dossierId } of toMend) {
    if (KINDS[kind].repair === 'adopt') {
      await adopt(dossierCode).catch((error: unknown) => {
        // The portal could not be asked: the next look tries again, and nobody else's repair waits for it.
        if (!(error instanceof UpstreamError)) throw error;
        log.debug({ destination, kind: error.kind }, 'a dossier could not be taken over; it is tried again');
      });
      continue;
    }
    if (dossierId === null || sent.has(dossierId)) continue;
    reached?.('mid-repair');
    sent.add(dossierId);
    await sendMissing(db, destination, dossierId, now());
  }
  if (sent.size === 0) return;
  log.info({ destination, dossiers: sent.size }, 'differences are being repaired: what is missing is sent again');
  wake();
}
