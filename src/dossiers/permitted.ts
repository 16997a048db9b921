/** @module A dossier for a caller: known here, and of an agency that the caller may touch. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { type DossierRecord, findDossier } from './read-store.ts';

/** @throws GatewayError dossier-not-found, forbidden-agency */
export async function permittedDossier(
  db: Queryable,
  catalogue: Catalogue,
  code: string,
  caller: Caller,
  now: number,
): Promise<DossierRecord> {
  const agencies = catalogue.agencies.asOf(now);
  const record = await findDossier(db, code, agencies.spellingsOf(code));
  if (!record)
    fail('dossier-not-found', { detail: `${code} is not registered`, detailVi: `Hồ sơ ${code} chưa được đăng ký` });
  if (!agencies.covers(caller.agencies, record.agencies))
    fail('forbidden-agency', {
      detail: `${code} belongs to another agency`,
      detailVi: `Hồ sơ ${code} thuộc cơ quan khác`,
    });
  return record;
}
