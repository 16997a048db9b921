/** @module Whether a caller may ask other systems for a dossier: one that is registered here is asked for only by agencies that take part in it. */
import { LRUCache } from 'lru-cache';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import type { Call } from '../http/route.ts';
import { SECOND } from '../units.ts';
import { parseDossierCode } from './identifiers.ts';
import { agenciesOfDossier } from './read-store.ts';

/** A registry is asked many times for one dossier, whose agencies seldom change. */
const REMEMBERED = { max: 10_000, ttl: 10 * SECOND };

/** @throws GatewayError forbidden-agency for a dossier of others; one that is not registered here is nobody's */
export type DossierRights = (call: Pick<Call, 'caller' | 'access' | 'now'>) => Promise<void>;

export function dossierRights(deps: { readonly db: Queryable; readonly catalogue: () => Catalogue }): DossierRights {
  const remembered = new LRUCache<string, readonly string[]>(REMEMBERED);
  return async ({ caller, access: { dossier }, now }) => {
    if (caller === null || dossier === null || parseDossierCode(dossier) === null) return;
    const agencies = deps.catalogue().agencies.asOf(now);
    const own =
      remembered.get(dossier) ?? (await agenciesOfDossier(deps.db, dossier, agencies.spellingsOf(dossier))) ?? [];
    remembered.set(dossier, own);
    if (own.length === 0 || agencies.covers(caller.agencies, own)) return;
    fail('forbidden-agency', {
      detail: `${dossier} belongs to another agency`,
      detailVi: `Hồ sơ ${dossier} thuộc cơ quan khác`,
    });
  };
}
