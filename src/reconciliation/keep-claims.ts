/** @module Keeps what another writer told a destination of a dossier of ours in its timeline, once a second look has confirmed it (docs/decisions/claims-of-other-writers.md). */
import { matchRecords } from '../sync/match.ts';
import { claimsOf, strangersOf } from './claims.ts';
import type { Difference } from './difference-store.ts';
import type { Judgement } from './judge.ts';
import type { LookDeps } from './look.ts';
import type { OurRow } from './ours-store.ts';
import { isStopped } from './repairs.ts';
import { type Look, Unreadable } from './seen.ts';

/** Appended twice it comes to the same: each record is an entry by its status and time. */
export async function keepClaims(
  { db, destination, appender, rules, log }: LookDeps,
  claimed: readonly Difference[],
  judged: readonly Judgement[],
  { looks, ours }: { looks: ReadonlyMap<string, Look | Unreadable>; ours: ReadonlyMap<string, OurRow> },
): Promise<void> {
  const { profile, catalogue } = rules();
  const claims = claimed.flatMap(({ kind, dossierCode }, i) => {
    const row = ours.get(dossierCode);
    const look = looks.get(dossierCode);
    if (kind !== 'portal-only-progress' || !isSettled(judged[i]!) || !row || !look || look instanceof Unreadable)
      return [];
    if (!look.view?.progress) return [];
    const matched = matchRecords(row, look.view.progress, profile, catalogue);
    return claimsOf(row, strangersOf(row, matched, profile), profile);
  });
  // While repairs are stopped, as after a database was put back, people look first at what we have lost.
  if (claims.length === 0 || (await isStopped(db, destination))) return;
  await appender.append({ commands: claims, raw: null });
  log.info({ destination, claims: claims.length }, 'what another writer told the destination is kept in the timeline');
}

/** Confirmed, with nothing of the dossier on its way. */
const isSettled = ({ state, lookAt }: Judgement): boolean =>
  (state === 'confirmed' || state === 'evidence') && lookAt === null;
