/** @module One part of a look at the catalogues: a side compared, or the dossiers gone through; each keeps what it finds in one transaction. */
import type pg from 'pg';
import type { Seal } from '../../access/seal.ts';
import { inTransaction } from '../../db/transaction.ts';
import { sealedCause } from '../../reconciliation/difference-store.ts';
import { readAlertRules } from '../../watch/rules-store.ts';
import type { Catalogue } from '../catalogue.ts';
import * as looks from './look-store.ts';
import { mayDispute, resolvingSystems, type WrongSystem, wrongProcedures, wrongSystems } from './routed.ts';
import * as routed from './routed-store.ts';
import type { Sides } from './sides.ts';
import { alertOf, keepDifferences } from './store.ts';

export interface LookOptions {
  readonly pool: pg.Pool;
  readonly sides: Sides;
  readonly catalogue: () => Catalogue;
  readonly seal: Seal;
  readonly instance: string;
  readonly leaseMs: number;
  readonly now: () => number;
}

/** Another process has taken the part over, or a later look has replaced it: nothing of this one's is kept. */
export class TakenOver extends Error {}

/** Compares a side with ours and keeps what differs. @throws UpstreamError where it cannot be asked now */
export async function lookAtSide(options: LookOptions, part: looks.LookPart): Promise<looks.PartOutcome> {
  const { pool, sides, instance, now } = options;
  const compared = await sides.compare(part.part);
  const at = now();
  return inTransaction(pool, async (client) => {
    const kept = await keepDifferences(client, compared, at);
    const isWatched = (await readAlertRules(client)).get('catalogue-differs')?.watched === true;
    await alertOf(client, part.part, { isWatched, began: kept.began, now: at });
    const outcome = {
      told: Object.fromEntries(compared.told),
      notTold: compared.notTold,
      unread: compared.unread.slice(0, UNREAD_KEPT),
      unjudged: compared.unread.length,
      compared: compared.rows,
      found: compared.differences.length,
      ...kept,
    };
    if (!(await looks.finishPart(client, part, instance, outcome, at))) throw new TakenOver();
    return outcome;
  });
}

const UNREAD_KEPT = 100;
const DOSSIERS_AT_ONCE = 1_000;

/**
 * Goes through a page of open dossiers and keeps which of them are with a wrong system. A part that is taken up again goes
 * on where it stood.
 *
 * @returns how far it came; null where it is done
 */
export async function lookAtDossiers(options: LookOptions, part: looks.LookPart): Promise<number | null> {
  const { pool, catalogue, seal, instance, leaseMs, now } = options;
  const current = catalogue();
  const resolving = resolvingSystems(current.data.procedures);
  const dossiers = await routed.openDossiers(pool, part.position, DOSSIERS_AT_ONCE);
  const isLast = dossiers.length < DOSSIERS_AT_ONCE;
  const until = isLast ? null : dossiers.at(-1)!.id;
  const disputed = dossiers.filter(({ facts }) => mayDispute(facts)).map(({ id }) => id);
  const procedures = disputed.length === 0 ? null : await routed.procedureEntries(pool, disputed);
  const at = now();
  const misrouted: routed.Misrouting[] = [];
  let unjudged = 0;
  for (const dossier of dossiers) {
    const { id, code, facts, agencies, headSeq } = dossier;
    const systems = current.procedureAt(dossier.procedureCode, dossier.receivedAt)?.systems ?? null;
    if (systems === null || code === null) unjudged += 1;
    if (code === null) continue;
    const found: WrongSystem[] = [
      ...(systems === null ? [] : wrongSystems(dossier, systems, resolving)),
      ...wrongProcedures(procedures?.get(id) ?? [], facts),
    ];
    for (const { kind, system, since, words = null } of found)
      misrouted.push({
        kind,
        system,
        dossierCode: code,
        dossierId: id,
        agencies,
        headSeq,
        ours: { systems: systems ?? [] },
        theirs: { system, sinceAt: since },
        cause: sealedCause(words, seal),
      });
  }
  return inTransaction(pool, async (client) => {
    const settled = await routed.keepMisrouted(client, misrouted, { after: part.position, until, now: at });
    const looked = { compared: dossiers.length, unjudged, found: misrouted.length, ...settled };
    const progress = { from: part.position, position: until ?? part.position, ...looked };
    const lease = { instance, until: now() + leaseMs };
    if (!(await looks.advancePart(client, part, lease, progress))) throw new TakenOver();
    if (isLast) await looks.endDossiers(client, part, at);
    return until;
  });
}
